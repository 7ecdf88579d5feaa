/*
 * Changes to an SPF record that keep the rest of it as its owner wrote it: a term taken out, a term replaced,
 * another end. What comes out is a record to publish, so terms go to the place where they work: `all` last
 * among the mechanisms, modifiers after it (RFC 7208 §4.6.3, §6).
 */

import type { Mistake } from './mistakes.ts';
import { printTerm, type SpfRecord, type Term } from './record.ts';
import type { TermNode } from './tree.ts';

/** The text with repairs applied and spaces put in order. Overlapping repairs: the first wins. */
export function repaired(text: string, repairs: readonly Mistake<string>[]): string {
  let out = '';
  let at = 0;
  for (const { from, to, repair } of [...repairs].sort((a, b) => a.from - b.from)) {
    if (from < at || repair === undefined) continue;
    out += text.slice(at, from) + repair;
    at = to;
  }
  return (out + text.slice(at)).replace(/ {2,}/g, ' ').trim();
}

/** The record without some of its terms. */
export function without(record: SpfRecord, drop: readonly Term[]): string {
  return replacing(
    record,
    drop.map((term) => [term, ''] as const),
  );
}

/** The record with terms replaced by text; an empty text takes a term out. */
export function replacing(record: SpfRecord, changes: readonly (readonly [Term, string])[]): string {
  return repaired(
    record.text,
    changes.map(([term, repair]) => ({ code: 'change', from: term.from, to: term.to, repair })),
  );
}

/** The record ending in `end` (`~all`): every `all` replaced, dead terms and a redirect left out. */
export function endingIn(record: SpfRecord, end: string): string {
  const kept = record.terms.filter((term) => term.kind !== 'all' && term.kind !== 'redirect');
  const mechanisms = kept.filter((term) => 'qualifier' in term);
  const modifiers = kept.filter((term) => !('qualifier' in term));
  const text = (term: Term) => record.text.slice(term.from, term.to);
  return ['v=spf1', ...mechanisms.map(text), end, ...modifiers.map(text)].join(' ');
}

/** An `a` or `mx` term as the addresses it stands for; undefined when they are unknown, none, or more than `most`. */
export function asAddresses({ term, addresses, dynamic }: TermNode, most = 6): string | undefined {
  if ((term.kind !== 'a' && term.kind !== 'mx') || !addresses || dynamic) return undefined;
  const sign = term.qualifier === '+' ? '' : term.qualifier;
  const all = [
    ...addresses.v4.map((text) => `${sign}ip4:${text}${term.v4 === 32 ? '' : `/${term.v4}`}`),
    ...addresses.v6.map((text) => `${sign}ip6:${text}${term.v6 === 128 ? '' : `/${term.v6}`}`),
  ];
  return all.length === 0 || all.length > most ? undefined : [...new Set(all)].join(' ');
}

/** One record with everything that several allow; the mildest `all` of them wins. */
export function merge(records: readonly SpfRecord[]): string {
  const terms = new Set<string>();
  const ends = new Set<string>();
  for (const record of records)
    for (const term of record.terms) {
      if (term.kind === 'all') ends.add(printTerm(term, record.text));
      else if (term.kind === 'redirect') terms.add(`include:${term.spec.text}`);
      else if ('qualifier' in term) terms.add(printTerm(term, record.text));
    }
  const end = ends.size === 1 && ends.has('-all') ? '-all' : '~all';
  return ['v=spf1', ...terms, end].join(' ');
}
