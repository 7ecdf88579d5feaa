/*
 * What each term of a policy lists, and what it adds to the terms before it. A receiver stops at the first match
 * (RFC 7208 §4.6.2), so a network inside an earlier one, or a record taken in twice, changes nobody's result and
 * may still cost lookups. Only terms that pass count, through includes that pass; the comparison is bounded.
 */

import { WIDTH } from '../../dns/address.ts';
import type { Name } from '../../dns/name.ts';
import { merged, type Range, rangesOf, type SpfNode, type TermNode } from './tree.ts';

/** What one term lists, with all below it. */
export interface Listing<B = unknown> {
  /** IPv4 addresses, none counted twice. */
  readonly v4: bigint;
  /** IPv6 networks by their prefix lengths, none counted twice; a range that is no network counts as what holds it. */
  readonly v6: readonly number[];
  /** A term before it that lists all of this, and the record it stands in. */
  readonly covered?: { readonly term: TermNode<B>; readonly node: SpfNode<B>; readonly same: boolean };
}

/** Ranges that are compared with those before them, at most. */
const MOST_COMPARED = 600;

/** The listings of all terms that are evaluated. Terms that list nothing that DNS shows have none. */
export function listingsOf<B>(root: SpfNode<B>): Map<TermNode<B>, Listing<B>> {
  const found = new Map<TermNode<B>, Listing<B>>();
  const before: { range: Range; term: TermNode<B>; node: SpfNode<B> }[] = [];
  const taken = new Map<Name, { term: TermNode<B>; node: SpfNode<B> }>();

  const visit = (node: SpfNode<B>, passes: boolean): Range[] => {
    const all: Range[] = [];
    for (const term of node.terms) {
      if (term.dead) continue;
      const { nested, target } = term;
      const pass = passes && (!('qualifier' in term.term) || term.term.qualifier === '+');
      let covered: Listing<B>['covered'];
      let ranges: readonly Range[];
      if (nested) {
        const first = target === undefined || nested.state !== 'record' ? undefined : taken.get(target);
        if (first) covered = { ...first, same: true };
        else if (pass && target !== undefined) taken.set(target, { term, node });
        ranges = visit(nested, pass);
      } else {
        ranges = rangesOf(term);
        const holder =
          ranges.length > 0 && ranges.length <= 50
            ? before.find((one) => ranges.every((range) => within(range, one.range)))
            : undefined;
        if (holder) {
          const { term: by, node: where, range } = holder;
          const [only] = ranges;
          const same = only !== undefined && only.first === range.first && only.last === range.last;
          covered = { term: by, node: where, same };
        }
        if (pass && before.length + ranges.length <= MOST_COMPARED)
          before.push(...ranges.map((range) => ({ range, term, node })));
      }
      if (!('qualifier' in term.term) || term.term.qualifier === '+') all.push(...ranges);
      if (ranges.length > 0 || covered)
        found.set(term, { ...sizeOf(ranges), ...(covered ? { covered } : {}) });
    }
    return all;
  };
  visit(root, true);
  return found;
}

function within(inner: Range, outer: Range): boolean {
  return inner.family === outer.family && inner.first >= outer.first && inner.last <= outer.last;
}

function sizeOf(ranges: readonly Range[]): Pick<Listing, 'v4' | 'v6'> {
  return {
    v4: merged(ranges, 'v4').reduce((sum, { first, last }) => sum + last - first + 1n, 0n),
    v6: merged(ranges, 'v6').map(
      ({ first, last }) => WIDTH.v6 - (last - first).toString(2).replace(/^0$/, '').length,
    ),
  };
}
