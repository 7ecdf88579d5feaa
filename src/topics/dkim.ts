/*
 * The domain's DKIM keys, as far as DNS lets a stranger find them. A key stands at `<selector>._domainkey.<domain>`
 * (RFC 6376 §3.6.2.1); selectors cannot be listed, so they are given by the user, implied by the services the
 * domain uses, or guessed from the usual ones. Finding none proves nothing, unless `_domainkey.<domain>` does not
 * exist: then nothing below it exists either (RFC 8020 §2). Some servers deny names that do have names below
 * them (RFC 8020 §5), so the likeliest selectors are asked even then. Mail of a subdomain may be signed by a name
 * above it and pass DMARC all the same (relaxed alignment), so there the names above must have no keys either. A
 * label that nobody publishes tells a wildcard's answer from a real one; there is no wildcard where `_adsp` is denied,
 * which is asked for anyway.
 */

import { type Name, prefixed } from '../dns/name.ts';
import { type DnsAnswer, dns, isNowhere, texts } from '../dns/record.ts';
import type { Excerpt } from '../engine/rule.ts';
import { topic } from '../engine/topic.ts';
import { type Blind, none, part, type Reading, type Seen, whole } from '../facts/observation.ts';
import { type KeyFault, type KeyRecord, looksLikeKey, parseKeyRecord } from '../mail/dkim/key-record.ts';
import { LIKELIEST, PROVIDERS, USUAL_SELECTORS } from '../mail/provider/fingerprints.ts';
import { longestMatch, type Provider, recognise } from '../mail/provider/match.ts';
import { adspQuestion } from './adsp.ts';
import { mx } from './mx.ts';

/** A key record that was found. */
export interface FoundKey {
  /** `*` for what the zone answers to any selector. */
  readonly selector: string;
  readonly name: Name;
  /** How its selector was known: named by the user, implied by a provider, one of the usual ones; or a wildcard. */
  readonly how: 'given' | 'provider' | 'usual' | 'wildcard';
  /** Name of the service the key belongs to, where a CNAME or the domain's own evidence shows it. */
  readonly provider?: string;
  /** The record, its strings joined. */
  readonly text: string;
  /** Every TXT record at the name; a sound selector has one. */
  readonly texts: readonly string[];
  readonly record: KeyRecord;
  /** CNAMEs that led to it. */
  readonly chain: readonly Name[];
  /** The zone gives the same answer for any selector. */
  readonly wildcard: boolean;
  /** Octets of the answer's data, strings' length octets included. */
  readonly size: number;
}

/** A selector that is an alias for a name without a key. */
export interface DanglingSelector {
  readonly selector: string;
  readonly name: Name;
  readonly how: FoundKey['how'];
  /** What its CNAME says, and where CNAMEs end. */
  readonly alias: Name;
  readonly target: Name;
  readonly missing: 'name' | 'record';
  readonly provider?: string;
}

/** A key record where no verifier looks. */
export interface MisplacedKey {
  readonly name: Name;
  readonly text: string;
}

export interface DkimReading {
  readonly keys: readonly FoundKey[];
  readonly dangling: readonly DanglingSelector[];
  readonly misplaced: readonly MisplacedKey[];
  /** Selectors asked. */
  readonly tried: readonly string[];
  /** `_domainkey.<domain>`. */
  readonly base: Name;
  /**
   * What it tells: nothing is below it (`nxdomain`); something is (`exists`, or a zone of its own, `delegated`);
   * nothing either way, because any name seems to exist (`compact`) or is answered (`wildcard`). Absent where an
   * answer that decides it is missing.
   */
  readonly underscore?: 'nxdomain' | 'exists' | 'compact' | 'wildcard' | 'delegated';
  /** TXT records at `_domainkey.<domain>` itself, where keys do not belong. */
  readonly baseTexts: readonly string[];
  /** Whether finding no key means that no mail of the domain can be signed. */
  readonly absence: 'proven' | 'not-provable';
  /** How many keys a verifier can use. */
  readonly live: number;
  /** The domain declares that it neither takes nor sends mail, so only evident selectors were asked. */
  readonly parked: boolean;
}

/** Most selectors asked because of the services in use; the usual ones come on top. */
const MOST_IMPLIED = 20;
/** Most selectors taken from the user. */
const MOST_GIVEN = 20;

export const dkim = topic<DkimReading>('dkim', async ({ scope, ask, read }) => {
  const { domain } = scope;
  const base = prefixed('_domainkey', domain);
  const guardName = prefixed(`${scope.unlikely}._domainkey`, domain);
  const historic = adspQuestion(domain);
  if (base === undefined || guardName === undefined || historic === undefined)
    return none({ reason: 'not-provable', detail: 'the domain leaves no room below it' });

  const look = async (
    selector: string,
    how: Asked['how'],
    lane: 'main' | 'guess',
  ): Promise<Asked | undefined> => {
    const name = prefixed(`${selector}._domainkey`, domain);
    if (name === undefined) return undefined;
    return { selector, how, name, result: await ask(dns(name, 'TXT'), lane) };
  };
  const given = [...new Set(scope.selectors.map(selectorIn))].slice(0, MOST_GIVEN);
  // A top-level domain signs nobody's mail.
  const higher = scope.parents.filter((parent) => parent.includes('.'));
  const [underscore, adsp, apex, hosts, first, above, beside] = await Promise.all([
    ask(dns(base, 'TXT')),
    ask(historic),
    ask(dns(domain, 'TXT')),
    read(mx),
    Promise.all(given.map((selector) => look(selector, 'given', 'main'))),
    Promise.all(
      higher.map(async (parent) => {
        const name = prefixed('_domainkey', parent);
        return name === undefined ? undefined : await ask(dns(name, 'TXT'));
      }),
    ),
    // A key entered without `_domainkey` stands right under the domain.
    Promise.all(
      given.map(async (selector) => {
        const name = prefixed(selector, domain);
        return name === undefined ? undefined : { name, result: await ask(dns(name, 'TXT'), 'guess') };
      }),
    ),
  ]);

  const spf = apex.seen ? texts(apex.answer).filter((text) => SPF.test(text)) : [];
  const exchanges = hosts.got === 'none' ? [] : hosts.value.hosts.map((host) => host.exchange);
  const evidence = recognise(PROVIDERS, exchanges, spf);
  const evident = [evidence.mailbox, evidence.gateway, ...evidence.senders].filter(
    (found) => found !== undefined,
  );

  const mayTakeNone = hosts.got === 'none' || (exchanges.length === 0 ? true : hosts.value.hasNull);
  const maySendNone = !apex.seen || (spf.length === 1 && spf.every((text) => NO_SENDER.test(text)));
  const parked = mayTakeNone && maySendNone && scope.intent !== 'mail';
  const denies = adsp.seen && isNowhere(adsp.answer);
  // Where something is not known the fewer are asked: whatever it is, they would have been asked.
  const few = !underscore.seen || !adsp.seen || (denies && isNowhere(underscore.answer));
  const usual = parked ? [] : few ? USUAL_SELECTORS.slice(0, LIKELIEST) : USUAL_SELECTORS;
  const implied = evident.flatMap((found) => found.selectors ?? []).slice(0, MOST_IMPLIED);
  const guesses = [...new Set([...implied, ...usual])].filter((selector) => !given.includes(selector));
  const [guard, ...second] = await Promise.all([
    denies || !adsp.seen ? adsp : ask(dns(guardName, 'TXT')),
    ...guesses.map((selector) => look(selector, implied.includes(selector) ? 'provider' : 'usual', 'guess')),
  ]);
  const tells = signal(base, underscore, guard);

  const asked = [...first, ...second].filter((one) => one !== undefined);
  const keys: FoundKey[] = [];
  const dangling: DanglingSelector[] = [];
  const blind: Blind[] = beside.flatMap((one) => (one && !one.result.seen ? [one.result.because] : []));
  for (const one of asked) {
    if (!one.result.seen) {
      blind.push(one.result.because);
      continue;
    }
    const { answer } = one.result;
    const synthesized = guard.seen && sameAnswer(answer, guard.answer);
    if (synthesized && one.how !== 'given') continue;
    const found = keyIn(one, answer, evident, synthesized);
    if (found) keys.push(found);
    const target = answer.chain.at(-1);
    if (target !== undefined && answer.records.length === 0 && !synthesized) {
      const provider = longestMatch(PROVIDERS, 'dkim', target)?.name;
      dangling.push({
        selector: one.selector,
        name: one.name,
        how: one.how,
        alias: answer.chain[0] ?? target,
        target,
        missing: answer.rcode === 'NXDOMAIN' ? 'name' : 'record',
        ...(provider === undefined ? {} : { provider }),
      });
    }
  }
  if (guard.seen) {
    // The asterisk stands below `_domainkey` where that name itself is answered otherwise.
    const atBase = underscore.seen && sameAnswer(underscore.answer, guard.answer);
    const name = prefixed(atBase ? '*' : '*._domainkey', domain);
    const found =
      name && keyIn({ selector: '*', how: 'wildcard', name, result: guard }, guard.answer, [], true);
    if (found) keys.push(found);
  }

  const nothing = tells === 'nxdomain' && keys.length === 0 && dangling.length === 0;
  const unseenAbove = nothing && above.find((one) => one && !one.seen);
  const live = keys.filter((key) => key.record.state === 'live').length;
  const missing =
    (!underscore.seen && underscore.because) ||
    (!guard.seen && guard.because) ||
    (!apex.seen && apex.because) ||
    (hosts.got === 'none' && hosts.because) ||
    (unseenAbove && !unseenAbove.seen && unseenAbove.because) ||
    blind[0];
  const value: DkimReading = {
    keys,
    dangling,
    misplaced: [
      ...(apex.seen ? misplacedAt(domain, apex.answer) : []),
      ...(underscore.seen && tells !== 'wildcard' ? misplacedAt(base, underscore.answer) : []),
      ...beside.flatMap((one) => (one?.result.seen ? misplacedAt(one.name, one.result.answer) : [])),
    ],
    tried: asked.map((one) => one.selector),
    base,
    ...(tells ? { underscore: tells } : {}),
    baseTexts: underscore.seen && tells !== 'wildcard' ? texts(underscore.answer) : [],
    absence:
      nothing && !missing && above.every((one) => !one?.seen || isNowhere(one.answer))
        ? 'proven'
        : 'not-provable',
    live,
    parked,
  };
  return missing ? part(value, missing) : whole(value);
});

/** The keys of a reading that may lack some, and why it lacks them. */
export function keysOf(reading: Reading<DkimReading>): { keys: readonly FoundKey[]; missing?: Blind } {
  if (reading.got === 'none') return { keys: [], missing: reading.because };
  const { keys } = reading.value;
  return reading.got === 'part' ? { keys, missing: reading.because } : { keys };
}

/** The keys whose records have a fault of one of these kinds. */
export function withFault(keys: readonly FoundKey[], ...kinds: readonly KeyFault['kind'][]): FoundKey[] {
  return keys.filter(({ record }) => record.faults.some((fault) => kinds.includes(fault.kind)));
}

/** The records of keys to show, at most four, with tags of these names and faults of these kinds marked. */
export function recordsToShow(keys: readonly FoundKey[], marked: readonly string[]): Excerpt[] {
  return keys.slice(0, 4).map(({ name, text, record }) => ({
    name,
    type: 'TXT',
    text,
    marks: [
      ...record.faults.filter((fault) => marked.includes(fault.kind)),
      ...record.tags.filter((tag) => marked.includes(tag.name)),
    ].map(({ from, to }) => [from, to] as const),
  }));
}

interface Asked {
  readonly selector: string;
  readonly how: FoundKey['how'];
  readonly name: Name;
  readonly result: Seen<DnsAnswer<'TXT'>>;
}

/** The selector in what a user gave: itself, or the first part of the whole name of a key. */
function selectorIn(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/\._domainkey(?:\..*)?$/, '');
}

/** What `_domainkey` tells; undefined when an answer that decides is not known. */
function signal(
  base: Name,
  underscore: Seen<DnsAnswer<'TXT'>>,
  guard: Seen<DnsAnswer<'TXT'>>,
): DkimReading['underscore'] | undefined {
  if (!underscore.seen || !guard.seen) return undefined;
  if (guard.answer.records.length > 0 || guard.answer.chain.length > 0) return 'wildcard';
  if (underscore.answer.zone?.name === base || guard.answer.zone?.name === base) return 'delegated';
  if (isNowhere(underscore.answer))
    // A name below one that does not exist cannot exist (RFC 8020 §2): a server that says so proves nothing.
    return guard.answer.rcode === 'NXDOMAIN' ? 'nxdomain' : 'compact';
  // RFC 9824: no data for a name that nobody published means that any name is answered so.
  return guard.answer.rcode === 'NXDOMAIN' ? 'exists' : 'compact';
}

function keyIn(
  asked: Asked,
  answer: DnsAnswer<'TXT'>,
  evident: readonly Provider[],
  wildcard: boolean,
): FoundKey | undefined {
  if (answer.records.length === 0) return undefined;
  const all = texts(answer);
  const text =
    [...all].sort().find(looksLikeKey) ??
    all.find(isHostName) ??
    (asked.how === 'given' && !wildcard ? all[0] : undefined);
  if (text === undefined) return undefined;
  const provider = providerOf(asked, answer.chain, evident);
  return {
    selector: asked.selector,
    name: asked.name,
    how: asked.how,
    ...(provider === undefined ? {} : { provider }),
    text,
    texts: all,
    record: parseKeyRecord(text),
    chain: answer.chain,
    wildcard,
    size: answer.records.reduce(
      (sum, { data }) => sum + data.reduce((octets, string) => octets + string.length + 1, 0),
      0,
    ),
  };
}

/** Whose key it is: by the CNAME's target, else by evidence together with a selector that only they use. */
function providerOf(asked: Asked, chain: readonly Name[], evident: readonly Provider[]): string | undefined {
  for (const target of chain) {
    const found = longestMatch(PROVIDERS, 'dkim', target);
    if (found) return found.name;
  }
  if (chain.length > 0 || asked.how !== 'provider' || COMMON.has(asked.selector)) return undefined;
  return evident.find((provider) => provider.selectors?.includes(asked.selector))?.name;
}

function misplacedAt(name: Name, answer: DnsAnswer<'TXT'>): MisplacedKey[] {
  return (
    texts(answer)
      // A revoked key in a wrong place revokes nothing and harms nobody.
      .filter((text) => looksLikeKey(text) && (parseKeyRecord(text).base64 ?? '') !== '')
      .map((text) => ({ name, text }))
  );
}

/** Whether two answers could come from one wildcard: the same records by the same aliases. */
function sameAnswer(a: DnsAnswer<'TXT'>, b: DnsAnswer<'TXT'>): boolean {
  if (b.records.length === 0 && b.chain.length === 0) return false;
  return a.chain.join(' ') === b.chain.join(' ') && texts(a).sort().join('\0') === texts(b).sort().join('\0');
}

function isHostName(text: string): boolean {
  return parseKeyRecord(text).faults.some((fault) => fault.kind === 'host-name');
}

const SPF = /^v=spf1(?: |$)/i;
/** An SPF record under which nobody passes. */
const NO_SENDER = /^v=spf1 +(?:exp=[^ ]+ +)?-all(?: +exp=[^ ]+)? *$/i;
/** Selectors that many services and servers use; the name alone shows nobody. */
const COMMON: ReadonlySet<string> = new Set(
  'default dkim k1 k2 k3 key1 key2 key3 m1 mail mg mx pm s1 s2 selector1 selector2 smtp'.split(' '),
);
