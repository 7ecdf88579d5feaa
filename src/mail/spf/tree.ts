/*
 * The whole of an SPF policy as a tree: the domain's own record with every included and redirected record in
 * its place (RFC 7208 §5.2, §6.1). A receiver may ask at most ten questions and get two empty answers
 * (§4.6.4), over the whole tree and not for each record, and it stops at the first match; so each term shows
 * its own cost, the count before it and what lies below it. The worst path is the sum: a sender that matches
 * nothing goes through everything. The tree grows level by level, so that all questions of a level leave
 * together and the bounds on hostile records do not depend on who answers first.
 */

import { bitsOf, type Family, sameNetwork, setAside } from '../../dns/address.ts';
import { type Name, nameOf } from '../../dns/name.ts';
import { dns, joined } from '../../dns/record.ts';
import { rangeOf } from './address.ts';
import type { Lookup } from './lookup.ts';
import { expand, labelsOfTarget } from './macro.ts';
import { isSpf, parseSpf, type Qualifier, type SpfRecord, type Term } from './record.ts';

/** A number for a client of each family. */
export interface PerFamily<T> {
  readonly v4: T;
  readonly v6: T;
}

/** Lookups and void lookups (RFC 7208 §4.6.4). */
export interface Cost {
  readonly lookups: number;
  /** Empty answers, each question counted, as most libraries do. */
  readonly voids: number;
  /** Terms with an empty answer, as the standard's text counts. */
  readonly voidTerms: number;
}

/**
 * What stands at a name: a record; nothing; several; one that is an error; a record already being evaluated
 * (`loop`); not looked at because the tree is too large (`limit`); a name hidden by macros; no answer.
 */
export type NodeState = 'record' | 'none' | 'multiple' | 'malformed' | 'loop' | 'limit' | 'macro' | 'blind';

/** One record of the tree. `B` is the caller's reason for not knowing. */
export interface SpfNode<B = unknown> {
  /** Whose record; absent where macros hide the name. */
  readonly name?: Name;
  readonly how: 'start' | 'include' | 'redirect';
  readonly state: NodeState;
  /** Why the question was not answered. */
  readonly because?: B;
  /** Names the question was led on to by CNAME. */
  readonly chain: readonly Name[];
  readonly text?: string;
  readonly record?: SpfRecord;
  /** The terms in order; none unless the state is `record`. */
  readonly terms: readonly TermNode<B>[];
}

/** One term of a record in the tree. */
export interface TermNode<B = unknown> {
  readonly term: Term;
  /** Lookups the term itself costs. */
  readonly cost: 0 | 1;
  /** Lookups made in the whole tree before this term, by a sender that matched nothing so far. */
  readonly before: number;
  /** Lookups of the term and all below it. */
  readonly lookups: number;
  /** Void lookups of the term and all below it, question by question. */
  readonly voids: PerFamily<number>;
  /** Terms with a void lookup, this one and all below it. */
  readonly voidTerms: PerFamily<number>;
  /** Never evaluated: right of `all`, or a redirect beside `all` (RFC 7208 §5.1). */
  readonly dead: boolean;
  /** The name asked for; absent where macros hide it or it is no name. */
  readonly target?: Name;
  /** Macros that need the sender's data hide what the term does. */
  readonly dynamic: boolean;
  /** `a`, `mx`, `exists`: the addresses found; absent where nobody looked or no answer came. */
  readonly addresses?: PerFamily<readonly string[]>;
  /** `mx`: the names of the MX records found, with their addresses. */
  readonly exchanges?: readonly { readonly name: Name; readonly addresses: PerFamily<readonly string[]> }[];
  /** `include`, `redirect`: the record it leads to. */
  readonly nested?: SpfNode<B>;
  /** Why its addresses are not known. */
  readonly because?: B;
}

/** What happens to a stranger's mail, from an address that nothing covers. */
export type StrangerResult = 'open' | 'fail' | 'softfail' | 'neutral' | 'permerror' | 'none' | 'unknown';

/** Records looked at, the domain's own included. */
export const MOST_RECORDS = 40;
/** Terms after which no further record is taken in; the one that goes over is still whole. */
export const MOST_TERMS = 1000;
/** `a`, `mx` and `exists` terms whose addresses are asked for. */
export const MOST_ADDRESS_TERMS = 12;

/** Asks for the tree below a domain. Never rejects when `lookup` does not. */
export async function growTree<B>(domain: Name, lookup: Lookup<B>): Promise<SpfNode<B>> {
  const root: Draft<B> = { name: domain, how: 'start', state: 'limit', chain: [], terms: [] };
  let records = 1;
  let terms = 0;
  let addressTerms = 0;
  const parsed = new Map<string, SpfRecord>();
  const addresses: Promise<void>[] = [];
  // Each record with the names of those above it.
  for (let level: [draft: Draft<B>, above: readonly Name[]][] = [[root, []]]; level.length > 0; ) {
    await Promise.all(level.map(([draft]) => fetchRecord(draft, lookup, parsed)));
    const next: typeof level = [];
    for (const [draft, above] of level) {
      const path = draft.name ? [...above, draft.name] : above;
      if (draft.state !== 'record' || !draft.record || !draft.name) continue;
      if (terms > MOST_TERMS) {
        draft.state = 'limit';
        continue;
      }
      draft.terms = draftTerms(draft.record, draft.name, domain);
      terms += draft.terms.length;
      for (const term of draft.terms) {
        if (term.dead) continue;
        const { kind } = term.term;
        if (kind === 'include' || kind === 'redirect') {
          const below: Draft<B> = {
            ...(term.target ? { name: term.target } : {}),
            how: kind,
            state: 'limit',
            chain: [],
            terms: [],
          };
          term.nested = below;
          if (term.dynamic) below.state = 'macro';
          else if (term.target === undefined) below.state = 'none';
          else if (path.includes(term.target)) below.state = 'loop';
          else if (records < MOST_RECORDS) {
            records++;
            next.push([below, path]);
          }
        } else if (kind === 'a' || kind === 'mx' || kind === 'exists') {
          if (term.target === undefined || addressTerms >= MOST_ADDRESS_TERMS) continue;
          addressTerms++;
          addresses.push(fetchAddresses(term, term.target, lookup));
        }
      }
    }
    level = next;
  }
  await Promise.all(addresses);
  count(root, 0);
  return root;
}

/** The cost of a whole tree for a sender that matches nothing. */
export function costOf(node: SpfNode, family: Family): Cost {
  const cost = { lookups: 0, voids: 0, voidTerms: 0 };
  for (const term of node.terms) {
    if (term.dead) continue;
    cost.lookups += term.lookups;
    cost.voids += term.voids[family];
    cost.voidTerms += term.voidTerms[family];
  }
  return cost;
}

/** Every record of a tree, the outermost first, in the order a receiver comes to them. Listed once a tree. */
export function nodesOf<B>(node: SpfNode<B>): readonly SpfNode<B>[] {
  return listed(nodes, node, (all) => {
    all.push(node);
    for (const term of node.terms) if (term.nested) all.push(...nodesOf(term.nested));
  }) as readonly SpfNode<B>[];
}

/** Every term that is evaluated, with its record, in evaluation order. Listed once a tree. */
export function liveTerms<B>(
  node: SpfNode<B>,
): readonly { readonly term: TermNode<B>; readonly node: SpfNode<B> }[] {
  return listed(live, node, (all) => {
    for (const term of node.terms) {
      if (term.dead) continue;
      all.push({ term, node });
      if (term.nested) all.push(...liveTerms(term.nested));
    }
  }) as readonly { term: TermNode<B>; node: SpfNode<B> }[];
}

const nodes = new WeakMap<SpfNode, readonly SpfNode[]>();
const live = new WeakMap<SpfNode, readonly { readonly term: TermNode; readonly node: SpfNode }[]>();

/** The list kept for a tree, or made. Trees do not change once they have grown. */
function listed<T>(
  kept: WeakMap<SpfNode, readonly T[]>,
  node: SpfNode,
  fill: (all: T[]) => void,
): readonly T[] {
  let all = kept.get(node);
  if (!all) {
    const made: T[] = [];
    fill(made);
    all = made;
    kept.set(node, all);
  }
  return all;
}

/** A network that a term authorises or refuses, as first and last address. */
export interface Range {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

/** The networks a term names: its own, or those of the addresses found with its prefix lengths. Read once a term. */
export function rangesOf(node: TermNode): readonly Range[] {
  let held = ranges.get(node);
  if (!held) {
    held = readRanges(node);
    ranges.set(node, held);
  }
  return held;
}

const ranges = new WeakMap<TermNode, readonly Range[]>();

function readRanges(node: TermNode): Range[] {
  const { term } = node;
  if (term.kind === 'ip4' || term.kind === 'ip6') {
    const family = term.kind === 'ip4' ? 'v4' : 'v6';
    const range = rangeAt(term.address, term.prefix, family);
    return range ? [range] : [];
  }
  if (term.kind !== 'a' && term.kind !== 'mx') return [];
  return FAMILIES.flatMap((family) =>
    (node.addresses?.[family] ?? []).flatMap((text) => rangeAt(text, term[family], family) ?? []),
  );
}

/** Ranges of one family sorted and joined where they touch. */
export function merged(ranges: readonly Range[], family: Family): Range[] {
  const out: { family: Family; first: bigint; last: bigint }[] = [];
  const sorted = ranges
    .filter((range) => range.family === family)
    .sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  for (const range of sorted) {
    const end = out.at(-1);
    if (end && range.first <= end.last + 1n) {
      if (range.last > end.last) end.last = range.last;
    } else out.push({ ...range });
  }
  return out;
}

/**
 * The result for a client that nothing in the tree covers. Terms whose macros need the sender's data may match
 * or not; `dynamic: 'miss'` takes them as not matching, which is what a stranger usually meets.
 */
export function strangerResult(
  root: SpfNode,
  family: Family,
  options: { dynamic?: 'miss' } = {},
): StrangerResult {
  const results = resultsOf(root, {
    family,
    stranger: strangerAddress(root, family),
    lookups: 0,
    miss: options.dynamic === 'miss',
  });
  const [only] = results;
  return results.size === 1 && only !== undefined ? only : 'unknown';
}

/**
 * The term that lets a stranger match for certain, with its record, as deep in the tree as it stands; undefined
 * when none does.
 */
export function strangerTerm(
  root: SpfNode,
  family: Family,
): { readonly node: SpfNode; readonly term: TermNode } | undefined {
  const stranger = strangerAddress(root, family);
  const find = (node: SpfNode): { node: SpfNode; term: TermNode } | undefined => {
    for (const term of node.terms) {
      if (term.dead || !('qualifier' in term.term)) continue;
      const { match } = matchOf(term, { family, stranger, lookups: -1000, miss: false });
      if (match === 'yes') return (term.nested && find(term.nested)) ?? { node, term };
    }
    const redirect = node.terms.find((term) => term.term.kind === 'redirect' && !term.dead)?.nested;
    return redirect && find(redirect);
  };
  return find(root);
}

/** A record while the tree grows. */
type Draft<B> = Writable<Omit<SpfNode<B>, 'terms'>> & { terms: DraftTerm<B>[] };

type DraftTerm<B> = Writable<Omit<TermNode<B>, 'nested'>> & { nested?: Draft<B> };

type Writable<T> = { -readonly [K in keyof T]: T[K] };

async function fetchRecord<B>(
  draft: Draft<B>,
  lookup: Lookup<B>,
  parsed: Map<string, SpfRecord>,
): Promise<void> {
  if (!draft.name) return;
  const result = await lookup(dns(draft.name, 'TXT'));
  if (!result.seen) {
    draft.state = 'blind';
    draft.because = result.because;
    return;
  }
  draft.chain = result.answer.chain;
  const candidates = result.answer.records.map((record) => joined(record.data)).filter(isSpf);
  const text = candidates[0];
  if (text === undefined || candidates.length > 1) {
    draft.state = text === undefined ? 'none' : 'multiple';
    return;
  }
  draft.text = text;
  draft.record = parsed.get(text) ?? parseSpf(text);
  parsed.set(text, draft.record);
  draft.state = draft.record.error ? 'malformed' : 'record';
}

function draftTerms<B>(record: SpfRecord, domain: Name, top: Name): DraftTerm<B>[] {
  const firstAll = record.terms.findIndex((term) => term.kind === 'all');
  return record.terms.map((term, i) => {
    const mechanism = 'qualifier' in term;
    const dead = firstAll >= 0 && (mechanism ? i > firstAll : term.kind === 'redirect');
    const draft: DraftTerm<B> = {
      term,
      cost: !dead && COUNTED.has(term.kind) ? 1 : 0,
      before: 0,
      lookups: 0,
      voids: NONE,
      voidTerms: NONE,
      dead,
      dynamic: false,
    };
    if ('spec' in term && term.spec) {
      // The sender's domain is the one whose policy this is; everything else about a message is unknown here.
      const text = expand(term.spec.parts, { d: domain, o: top });
      const target = text === undefined ? undefined : nameOf(labelsOfTarget(text));
      if (text === undefined) draft.dynamic = true;
      else if (target !== undefined) draft.target = target;
    } else if (term.kind === 'a' || term.kind === 'mx' || term.kind === 'ptr') draft.target = domain;
    return draft;
  });
}

async function fetchAddresses<B>(term: DraftTerm<B>, target: Name, lookup: Lookup<B>): Promise<void> {
  if (term.term.kind === 'exists') {
    const answer = await lookup(dns(target, 'A'));
    if (answer.seen) term.addresses = { v4: answer.answer.records.map((record) => record.data), v6: [] };
    else term.because = answer.because;
    return;
  }
  const both = async (name: Name): Promise<PerFamily<readonly string[]> | undefined> => {
    const [v4, v6] = await Promise.all([lookup(dns(name, 'A')), lookup(dns(name, 'AAAA'))]);
    if (!v4.seen || !v6.seen) {
      term.because ??= v4.seen ? (v6 as { because: B }).because : v4.because;
      return undefined;
    }
    return {
      v4: v4.answer.records.map((record) => record.data),
      v6: v6.answer.records.map((record) => record.data),
    };
  };
  if (term.term.kind === 'a') {
    const addresses = await both(target);
    if (addresses) term.addresses = addresses;
    return;
  }
  const answer = await lookup(dns(target, 'MX'));
  if (!answer.seen) {
    term.because = answer.because;
    return;
  }
  const names = [...answer.answer.records]
    .sort((a, b) => a.data.preference - b.data.preference || (a.data.exchange < b.data.exchange ? -1 : 1))
    .map((record) => record.data.exchange);
  // More than ten MX names are an error (RFC 7208 §4.6.4), whatever their addresses.
  const found = await Promise.all(
    names.map(async (name, i) => ({
      name,
      addresses: name === '.' || i >= 10 ? { v4: [], v6: [] } : await both(name),
    })),
  );
  term.exchanges = found.map(({ name, addresses }) => ({ name, addresses: addresses ?? { v4: [], v6: [] } }));
  if (term.because === undefined)
    term.addresses = {
      v4: term.exchanges.flatMap((exchange) => exchange.addresses.v4),
      v6: term.exchanges.flatMap((exchange) => exchange.addresses.v6),
    };
}

/** Fills in the counts, in evaluation order; `before` lookups were made already. Returns those made in all. */
function count(draft: Draft<unknown>, before: number): number {
  let lookups = before;
  for (const term of inOrder(draft.terms)) {
    term.before = lookups;
    lookups += term.cost;
    if (term.nested) lookups = count(term.nested, lookups);
    term.lookups = lookups - term.before;
    // Of networks, which most terms are, nothing is asked.
    if (!term.nested && !term.addresses && !term.exchanges) continue;
    const [v4, v6] = FAMILIES.map((family) => {
      const own = voidsOf(term, family);
      const below = term.nested ? costOf(term.nested, family) : NOTHING;
      return { voids: own.questions + below.voids, terms: own.terms + below.voidTerms };
    });
    if (v4 && v6 && v4.voids + v6.voids + v4.terms + v6.terms > 0) {
      term.voids = { v4: v4.voids, v6: v6.voids };
      term.voidTerms = { v4: v4.terms, v6: v6.terms };
    }
  }
  return lookups;
}

/** A redirect is followed after every mechanism, wherever it stands (RFC 7208 §6.1). */
function inOrder(terms: readonly DraftTerm<unknown>[]): readonly DraftTerm<unknown>[] {
  const redirects = terms.filter(({ term }) => term.kind === 'redirect');
  if (redirects.length === 0) return terms;
  return [...terms.filter(({ term }) => term.kind !== 'redirect'), ...redirects];
}

/** Empty answers of a term itself: questions, and whether the term as a whole found nothing. */
function voidsOf(
  { term, dead, addresses, exchanges, because }: TermNode,
  family: Family,
): { readonly questions: number; readonly terms: number } {
  if (dead) return NO_VOIDS;
  if (term.kind === 'a') return addresses?.[family].length === 0 ? ONE_VOID : NO_VOIDS;
  if (term.kind === 'exists') return addresses?.v4.length === 0 ? ONE_VOID : NO_VOIDS;
  if (term.kind !== 'mx' || !exchanges) return NO_VOIDS;
  if (exchanges.length === 0) return ONE_VOID;
  if (because !== undefined) return NO_VOIDS;
  // A null MX has no address to ask for, and of many names only ten are asked for.
  const asked = exchanges.filter((exchange) => exchange.name !== '.').slice(0, 10);
  const empty = asked.filter((exchange) => exchange.addresses[family].length === 0).length;
  return { questions: empty, terms: empty > 0 && empty === asked.length ? 1 : 0 };
}

interface Walk {
  readonly family: Family;
  readonly stranger: Stranger;
  readonly miss: boolean;
  lookups: number;
}

/** Every result the walk may come to; 'unknown' stands for any. */
function resultsOf(node: SpfNode, walk: Walk): Set<StrangerResult> {
  if (node.state === 'none') return new Set(['none']);
  if (node.state === 'limit' || node.state === 'macro' || node.state === 'blind') return new Set(['unknown']);
  // A loop runs until the limit of lookups ends it.
  if (node.state !== 'record') return new Set(['permerror']);
  const results = new Set<StrangerResult>();
  for (const term of node.terms) {
    if (term.dead || !('qualifier' in term.term)) continue;
    if (term.cost === 1 && ++walk.lookups > 10) return results.add('permerror');
    const found = matchOf(term, walk);
    if (found.error) results.add('permerror');
    if (found.match === 'unknown') return results.add('unknown');
    if (found.match === 'never') return results;
    if (found.match !== 'no') results.add(RESULTS[term.term.qualifier]);
    if (found.match === 'yes') return results;
  }
  const redirect = node.terms.find((term) => term.term.kind === 'redirect' && !term.dead);
  if (!redirect?.nested) return results.add('neutral');
  if (++walk.lookups > 10) return results.add('permerror');
  for (const result of resultsOf(redirect.nested, walk))
    results.add(result === 'none' ? 'permerror' : result);
  return results;
}

/** Whether a term matches the stranger; `never` when an error ends the check for certain. */
function matchOf(
  { term, dynamic, target, addresses, nested, because }: TermNode,
  walk: Walk,
): { match: 'yes' | 'no' | 'maybe' | 'never' | 'unknown'; error?: true } {
  // Whatever the addresses are, a stranger is at none of them.
  if ((term.kind === 'a' || term.kind === 'mx') && !dynamic && !addresses && term[walk.family] >= 8)
    return NO;
  if (because !== undefined) return { match: 'unknown' };
  switch (term.kind) {
    case 'all':
      return YES;
    case 'ip4':
    case 'ip6':
      return (term.kind === 'ip4') === (walk.family === 'v4') && covers([term.address], term.prefix, walk)
        ? YES
        : NO;
    case 'a':
    case 'mx':
    case 'exists': {
      if (dynamic) return { match: walk.miss ? 'no' : 'maybe' };
      if (target === undefined) return NO;
      if (!addresses) return { match: 'unknown' };
      if (term.kind === 'exists') return addresses.v4.length > 0 ? YES : NO;
      return covers(addresses[walk.family], term[walk.family], walk) ? YES : NO;
    }
    case 'include': {
      if (dynamic) return { match: walk.miss ? 'no' : 'unknown' };
      const inner = nested ? resultsOf(nested, walk) : new Set<StrangerResult>(['unknown']);
      if (inner.has('unknown')) return { match: 'unknown' };
      // RFC 7208 §5.2: only a nested pass matches; a nested error is an error of the whole.
      const errors = inner.has('none') || inner.has('permerror');
      const others = inner.has('fail') || inner.has('softfail') || inner.has('neutral');
      const match = inner.has('open') ? (others || errors ? 'maybe' : 'yes') : others ? 'no' : 'never';
      return errors ? { match, error: true } : { match };
    }
    default:
      // A stranger has no reverse name in the domain.
      return NO;
  }
}

const YES = { match: 'yes' } as const;
const NO = { match: 'no' } as const;

/** Whether the stranger is in a network around one of some addresses. */
function covers(texts: readonly string[], prefix: number, { family, stranger }: Walk): boolean {
  return (
    stranger.listed &&
    texts.some((text) => {
      const bits = bitsOf(text, family);
      return bits !== undefined && sameNetwork(bits, stranger.bits, prefix, family);
    })
  );
}

/**
 * A public address that no network of the tree covers; any public one when they cover everything. Kept for each
 * tree, because several results are asked of it.
 */
function strangerAddress(root: SpfNode, family: Family): Stranger {
  const known = strangers.get(root) ?? {};
  known[family] ??= findStranger(root, family);
  strangers.set(root, known);
  return known[family];
}

const strangers = new WeakMap<SpfNode, { [F in Family]?: Stranger }>();

interface Stranger {
  readonly bits: bigint;
  /** Some network of the tree covers it, because they cover everything. */
  readonly listed: boolean;
}

function findStranger(root: SpfNode, family: Family): Stranger {
  const taken: Range[] = [];
  for (const { term } of liveTerms(root))
    for (const range of rangesOf(term)) if (range.family === family) taken.push(range);
  const [first, last] = PUBLIC[family];
  // Most often the first address there is.
  if (!taken.some((range) => range.first <= first && first <= range.last))
    return { bits: first, listed: false };
  let at = first;
  for (const range of merged([...taken, ...specialOf(family)], family)) {
    if (range.last < at) continue;
    if (range.first > at) return { bits: at, listed: false };
    at = range.last + 1n;
  }
  return at <= last ? { bits: at, listed: false } : { bits: first, listed: true };
}

function rangeAt(text: string, prefix: number, family: Family): Range | undefined {
  const bits = bitsOf(text, family);
  if (bits === undefined) return undefined;
  const [first, last] = rangeOf(bits, prefix, family);
  return { family, first, last };
}

const FAMILIES = ['v4', 'v6'] as const;

const NONE: PerFamily<number> = { v4: 0, v6: 0 };

const NOTHING: Cost = { lookups: 0, voids: 0, voidTerms: 0 };

const NO_VOIDS = { questions: 0, terms: 0 };

const ONE_VOID = { questions: 1, terms: 1 };

const COUNTED: ReadonlySet<string> = new Set(['include', 'a', 'mx', 'ptr', 'exists', 'redirect']);

const RESULTS: Readonly<Record<Qualifier, StrangerResult>> = {
  '+': 'open',
  '-': 'fail',
  '~': 'softfail',
  '?': 'neutral',
};

/** Where strangers are looked for: 1.0.0.0 to 223.255.255.255, and 2000::/3. */
const PUBLIC: Readonly<Record<Family, readonly [bigint, bigint]>> = {
  v4: [0x01000000n, 0xdfffffffn],
  v6: [0x2n << 124n, (0x4n << 124n) - 1n],
};

/** Networks inside those that belong to nobody (RFC 6890 §2.2). */
function specialOf(family: Family): Range[] {
  return setAside(family).flatMap(({ purpose, start, shift }) =>
    purpose === undefined ? [] : { family, first: start << shift, last: ((start + 1n) << shift) - 1n },
  );
}
