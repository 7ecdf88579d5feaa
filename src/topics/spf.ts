/*
 * What the domain's SPF says: which of its TXT records is the policy (RFC 7208 §4.5), what that record reads
 * as, and the whole tree of records it leads to with its cost for a receiver (§4.6.4) and its result for a
 * stranger. The own record needs one question and is a topic of its own, so that rules about its text never
 * wait for the tree. Where part of the tree did not answer the reading is partial, and says which part.
 */

import { isWithin, type Name, nameOf, prefixed } from '../dns/name.ts';
import { dns, joined, texts } from '../dns/record.ts';
import type { Change, Excerpt } from '../engine/rule.ts';
import { late, topic } from '../engine/topic.ts';
import { type Blind, none, part, whole } from '../facts/observation.ts';
import type { SpfResult } from '../mail/spf/check-host.ts';
import type { Lookup } from '../mail/spf/lookup.ts';
import { expand, labelsOfTarget } from '../mail/spf/macro.ts';
import { isSpf, parseSpf, type SpfRecord, type Term } from '../mail/spf/record.ts';
import {
  type Cost,
  costOf,
  growTree,
  nodesOf,
  type PerFamily,
  type StrangerResult,
  strangerResult,
  type SpfNode as TreeNode,
} from '../mail/spf/tree.ts';
import { apexTxt } from './apex-txt.ts';
import { mx } from './mx.ts';

export type { StrangerResult } from '../mail/spf/tree.ts';

/** A record of the tree, with the reason where it could not be seen. */
export type SpfNode = TreeNode<Blind>;

/** The domain's own SPF text. */
export interface SpfText {
  /** All TXT records at the domain, joined. */
  readonly texts: readonly string[];
  /** Those that are SPF records (RFC 7208 §4.5). */
  readonly candidates: readonly string[];
  /** The record, when there is exactly one candidate; it may have faults. */
  readonly record?: SpfRecord;
  /** Its character-strings. */
  readonly strings?: readonly string[];
  /** Some term or a redirect can lead to a pass, as far as the own record tells. */
  readonly sends: boolean;
}

/** The domain's SPF policy. */
export interface SpfReading extends SpfText {
  /** Present when there is exactly one record. */
  readonly tree?: SpfNode;
  /** Lookups and void lookups of a sender that matches nothing, for each address family. */
  readonly worst: PerFamily<Cost>;
  /** What a receiver concludes about an address that nothing in the tree lists. */
  readonly stranger: PerFamily<StrangerResult>;
  /** The same, taking terms that depend on the sender's data as not matching. */
  readonly unlisted: PerFamily<StrangerResult>;
  /** A record of the tree was not seen: counts are lower bounds. */
  readonly blindRecord?: Blind;
  /** An address or MX answer was not seen: void lookups are lower bounds. */
  readonly blindAddress?: Blind;
}

/** The own record alone; one question. */
export const spfText = topic<SpfText>('spf-text', async ({ read }) => {
  const txt = await read(apexTxt);
  if (txt.got === 'none') return none(txt.because);
  const { texts, records } = txt.value;
  const candidates = texts.filter(isSpf);
  const text = candidates.length === 1 ? candidates[0] : undefined;
  if (text === undefined) return whole({ texts, candidates, sends: false });
  const record = parseSpf(text);
  return whole({
    texts,
    candidates,
    record,
    strings: records[texts.indexOf(text)] ?? [text],
    sends: record.terms.some((term) => passes(term) || term.kind === 'redirect'),
  });
});

/** The whole tree. */
export const spf = topic<SpfReading>('spf', async ({ scope, ask, read }) => {
  const text = await read(spfText);
  if (text.got === 'none') return none(text.because);
  const { record } = text.value;
  if (!record) {
    const result = text.value.candidates.length > 1 ? 'permerror' : 'none';
    const both = { v4: result, v6: result } as const;
    return whole({ ...text.value, worst: { v4: NOTHING, v6: NOTHING }, stranger: both, unlisted: both });
  }
  const tree: SpfNode = await growTree<Blind>(scope.domain, (question) => ask(question));
  let blindRecord: Blind | undefined;
  let blindAddress: Blind | undefined;
  let dynamic = false;
  for (const node of nodesOf(tree)) {
    blindRecord ??= node.because;
    for (const term of node.terms) {
      blindAddress ??= term.because;
      dynamic ||= term.dynamic;
    }
  }
  const stranger = { v4: strangerResult(tree, 'v4'), v6: strangerResult(tree, 'v6') };
  const reading: SpfReading = {
    ...text.value,
    tree,
    worst: { v4: costOf(tree, 'v4'), v6: costOf(tree, 'v6') },
    stranger,
    // They differ by terms that depend on the sender's data.
    unlisted: dynamic
      ? {
          v4: strangerResult(tree, 'v4', { dynamic: 'miss' }),
          v6: strangerResult(tree, 'v6', { dynamic: 'miss' }),
        }
      : stranger,
    sends: record.terms.some(passes) || redirectSends(tree),
    ...(blindRecord ? { blindRecord } : {}),
    ...(blindAddress ? { blindAddress } : {}),
  };
  const because = blindRecord ?? blindAddress;
  return because ? part(reading, because) : whole(reading);
});

/** Why rules about the record's content have nothing to judge; undefined when there is one readable record. */
export function nothingToJudge({ candidates, record }: SpfText): string | undefined {
  if (candidates.length === 0) return 'The domain has no SPF record.';
  if (!record) return 'The domain has several SPF records, so none of them counts.';
  return record.error ? 'The record does not parse.' : undefined;
}

/**
 * Where a seam between two strings fuses two terms: the octets of the fused term, the text with a space put in,
 * and whether that makes the record parse. Undefined where every seam is clean.
 */
export function gluedStrings({
  record,
  strings,
}: SpfText):
  | { readonly fused: readonly [from: number, to: number]; readonly text: string; readonly mended: boolean }
  | undefined {
  if (!record || !strings || strings.length > 300) return undefined;
  const { text } = record;
  let seam = 0;
  let fused: readonly [number, number] | undefined;
  const parts: string[] = [];
  for (const string of strings) {
    const before = text[seam - 1];
    const begins = TERM_START.test(string);
    const glued = seam > 0 && begins && before !== ' ' && string !== '';
    parts.push(glued ? ` ${string}` : string);
    if (glued && !fused) {
      const end = text.indexOf(' ', seam);
      fused = [text.lastIndexOf(' ', seam - 1) + 1, end < 0 ? text.length : end];
    }
    seam += string.length;
  }
  if (!fused) return undefined;
  const apart = parts.join('');
  return { fused, text: apart, mended: parseSpf(apart).error === undefined };
}

/** An SPF record to show, octets marked. */
export function shown(
  name: Name,
  text: string,
  marks: readonly { readonly from: number; readonly to: number }[] = [],
): readonly Excerpt[] {
  return [{ name, type: 'TXT', text, marks: marks.map(({ from, to }) => [from, to] as const) }];
}

/** The change that puts one record in the place of another; none where they are the same. */
export function replaced(name: Name, was: string, value: string | undefined): readonly Change[] {
  return value === undefined || value === was ? [] : [{ op: 'replace', name, type: 'TXT', was, value }];
}

/** Whether the record a redirect leads to lets anybody pass; taken as yes where it was not seen. */
function redirectSends(tree: SpfNode): boolean {
  const redirect = tree.terms.find((term) => term.term.kind === 'redirect' && !term.dead)?.nested;
  if (!redirect) return false;
  if (redirect.state !== 'record') return redirect.state === 'blind' || redirect.state === 'macro';
  return redirect.terms.some(({ term, dead }) => !dead && passes(term)) || redirectSends(redirect);
}

function passes(term: Term): boolean {
  return 'qualifier' in term && term.qualifier === '+';
}

/** What only the beginning of a term looks like. */
const TERM_START =
  /^(?:[+~?-]?(?:ip4|ip6|include|exists|mx|a|ptr):|redirect=|exp=|[+~?-]?(?:all|mx|ptr)(?: |$)|[+~?-]a(?: |$))/i;

const NOTHING: Cost = { lookups: 0, voids: 0, voidTerms: 0 };

/** The text a receiver may quote when it refuses mail (RFC 7208 §6.2). */
export interface SpfExplanation {
  /** Absent where the record has no `exp=`, or macros hide where it leads. */
  readonly name?: Name;
  /** The TXT records found there, each joined. */
  readonly texts: readonly string[];
}

export const spfExplanation = topic<SpfExplanation>('spf-explanation', async ({ scope, ask, read }) => {
  const text = await read(spfText);
  if (text.got === 'none') return none(text.because);
  const exp = text.value.record?.terms.find((term) => term.kind === 'exp');
  const target = exp && expand(exp.spec.parts, { d: scope.domain, o: scope.domain });
  const name = target === undefined ? undefined : nameOf(labelsOfTarget(target));
  if (name === undefined) return whole({ texts: [] });
  const answer = await ask(dns(name, 'TXT'));
  if (!answer.seen) return none(answer.because);
  return whole({ name, texts: answer.answer.records.map((record) => joined(record.data)) });
});

/** Records of the type SPF (99), which receivers no longer ask for (RFC 7208 §3.1), each joined. */
export const spfType99 = topic<readonly string[]>('spf-type-99', async ({ scope, ask }) => {
  const answer = await ask(dns(scope.domain, 'SPF'), 'guess');
  if (!answer.seen) return none(answer.because);
  return whole(answer.answer.records.map((record) => joined(record.data)));
});

/** SPF of a mail server's own name, under which it sends bounces (RFC 7208 §2.4). */
export interface HeloReading {
  readonly host: Name;
  readonly address: string;
  readonly result: SpfResult;
  /** The record at the name, when there is exactly one. */
  readonly text?: string;
}

/** The mail servers named inside the domain, four at most, each checked for its own first address. */
export const spfHelo = topic<readonly HeloReading[]>('spf-helo', async ({ scope, ask, read }) => {
  const hosts = await read(mx);
  if (hosts.got === 'none') return none(hosts.because);
  const own = hosts.value.hosts
    .map(({ exchange }) => exchange)
    .filter(
      (name, i, all) => name !== scope.domain && isWithin(name, scope.domain) && all.indexOf(name) === i,
    )
    .slice(0, 4);
  let missing: Blind | undefined;
  const lookup: Lookup<Blind> = async (question) => {
    const answer = await ask(question);
    if (!answer.seen) missing ??= answer.because;
    return answer as never;
  };
  const found = await Promise.all(
    own.map(async (host): Promise<HeloReading | undefined> => {
      const [answer, record] = await Promise.all([lookup(dns(host, 'A')), lookup(dns(host, 'TXT'))]);
      const address = answer.seen ? answer.answer.records[0]?.data : undefined;
      if (address === undefined) return undefined;
      // An alias of the domain itself has the domain's own record, which is judged there.
      if (answer.seen && answer.answer.chain.at(-1) === scope.domain) return undefined;
      // Most servers' names have no record, and need nobody to evaluate it.
      if (record.seen && !texts(record.answer).some(isSpf)) return { host, address, result: 'none' };
      const { checkHost } = await late(() => import('../mail/spf/check-host.ts'));
      const { result, path } = await checkHost({ ip: address, sender: '', helo: host }, lookup);
      const text = path[0]?.text;
      return { host, address, result, ...(text === undefined ? {} : { text }) };
    }),
  );
  if (missing) return none(missing);
  return whole(found.filter((helo) => helo !== undefined));
});

/** An SPF record found where receivers do not look. */
export interface SpfElsewhere {
  readonly name: Name;
  readonly text: string;
}

/** Records with senders at names where people put them by mistake; asked only where the domain has none. */
export const spfElsewhere = topic<readonly SpfElsewhere[]>('spf-elsewhere', async ({ scope, ask, read }) => {
  const own = await read(spfText);
  if (own.got === 'none') return none(own.because);
  if (own.value.candidates.length > 0) return whole([]);
  const names = ['_spf', 'spf', 'www'].flatMap((label) => prefixed(label, scope.domain) ?? []);
  const answers = await Promise.all(names.map((name) => ask(dns(name, 'TXT'), 'guess')));
  const found: SpfElsewhere[] = [];
  for (const [i, answer] of answers.entries()) {
    if (!answer.seen) return none(answer.because);
    const name = names[i];
    const texts = answer.answer.records.map((record) => joined(record.data)).filter(isSpf);
    const [text] = texts;
    if (name === undefined || text === undefined || texts.length > 1 || answer.answer.chain.length > 0)
      continue;
    const record = parseSpf(text);
    if (!record.error && record.terms.some(passes)) found.push({ name, text });
  }
  return whole(found);
});
