/*
 * What a receiver does with SPF: `check_host()` of RFC 7208 §4, for one client address, sender and HELO name.
 * Terms are evaluated from left to right and the first match decides (§4.6.2); at most ten terms may ask the
 * DNS (§4.6.4) and at most two questions may come back empty; an answer that does not come is `temperror`, a
 * record that cannot be read is `permerror`. Where the standard leaves a choice: void lookups are counted for
 * each question, as most libraries do; a target that is no valid name after expansion matches nothing (§4.8);
 * there is no limit on elapsed time, which is left to whoever answers.
 */

import { bitsOf, sameNetwork } from '../../dns/address.ts';
import { type Name, nameOf } from '../../dns/name.ts';
import { type DnsAnswer, dns, joined, type RecordType } from '../../dns/record.ts';
import { toOctets } from '../../dns/text.ts';
import { type Address, addressOf, asciiDomain } from './address.ts';
import type { Lookup } from './lookup.ts';
import { expand, labelsOfTarget, lettersOf, type MacroPart, type MacroValues, parseMacros } from './macro.ts';
import { type DomainSpec, isSpf, parseSpf, type Qualifier, type SpfRecord, type Term } from './record.ts';

/** The results of RFC 7208 §2.6. */
export type SpfResult = 'none' | 'neutral' | 'pass' | 'fail' | 'softfail' | 'temperror' | 'permerror';

/** One message to check. */
export interface Check {
  /** The client's address, IPv4 or IPv6. */
  readonly ip: string;
  /** The MAIL FROM address; empty for a bounce, which is checked as `postmaster` at the HELO name (§2.4). */
  readonly sender: string;
  readonly helo: string;
  /** The domain whose record is asked for; that of the sender when absent. */
  readonly domain?: string;
}

/** What may be set beside the message. */
export interface CheckOptions {
  /** The receiver's name, for `%{r}` in explanations; "unknown" when absent (§7.2). */
  readonly receiver?: string;
  /** Seconds since 1970, for `%{t}` in explanations. */
  readonly now?: number;
  /** Terms that may ask the DNS; 10 by §4.6.4. */
  readonly lookupLimit?: number;
  /** Questions that may come back empty; 2 by §4.6.4. */
  readonly voidLimit?: number;
}

/** One record on the way to the result, outermost first. */
export interface Step {
  readonly domain: Name;
  readonly how: 'start' | 'include' | 'redirect';
  /** The record, when there is exactly one. */
  readonly text?: string;
  /** The term that decided here, octets of `text`; absent when none did. */
  readonly term?: { readonly from: number; readonly to: number; readonly text: string };
  /** The result of this record. */
  readonly result: SpfResult;
}

/** The result and how it came about. */
export interface CheckResult {
  readonly result: SpfResult;
  /** The domain owner's own words for a refusal (§6.2), ASCII. */
  readonly explanation?: string;
  readonly lookups: number;
  readonly voids: number;
  readonly path: readonly Step[];
  /** Why, where no term says it. */
  readonly reason?: Reason;
}

/** What stopped a check, or left it without a match. */
export type Reason =
  | 'not-a-domain'
  | 'no-record'
  | 'several-records'
  | 'syntax'
  | 'lookup-limit'
  | 'void-limit'
  | 'too-many-exchanges'
  | 'target-without-record'
  | 'no-answer'
  | 'no-match';

/**
 * Checks one message. `lookup` answers questions and never rejects. Throws RangeError when `ip` is no address.
 */
export async function checkHost(
  check: Check,
  lookup: Lookup,
  options: CheckOptions = {},
): Promise<CheckResult> {
  const client = addressOf(check.ip);
  if (!client) throw new RangeError(`not an IP address: ${check.ip}`);
  const sender = check.sender === '' ? `postmaster@${check.helo}` : check.sender;
  const at = sender.lastIndexOf('@');
  const local = at > 0 ? sender.slice(0, at) : 'postmaster';
  const senderDomain = asciiDomain(sender.slice(at + 1));
  const domain = check.domain === undefined ? senderDomain : asciiDomain(check.domain);
  // RFC 8616 §4: with a non-ASCII local part, terms that use it match nothing.
  const plain = /^[\x00-\x7f]*$/.test(local);
  const run: Run = {
    client,
    lookup,
    lookupLimit: options.lookupLimit ?? 10,
    voidLimit: options.voidLimit ?? 2,
    receiver: options.receiver ?? 'unknown',
    now: options.now ?? 0,
    values: {
      ...(plain ? { s: `${local}@${senderDomain}`, l: local } : {}),
      o: senderDomain,
      i: dotted(client),
      v: client.family === 'v4' ? 'in-addr' : 'ip6',
      h: toOctets(check.helo),
    },
    lookups: 0,
    voids: 0,
  };
  const labels = labelsOfTarget(domain);
  const start = labels.length < 2 ? undefined : nameOf(labels);
  const done = (rest: Pick<CheckResult, 'result' | 'path'> & Partial<CheckResult>): CheckResult => ({
    ...rest,
    lookups: run.lookups,
    voids: run.voids,
  });
  // §4.3: a name that is malformed or has one label only is `none` without a question.
  if (!start) return done({ result: 'none', path: [], reason: 'not-a-domain' });
  const path: Step[] = [];
  try {
    const outcome = await evaluate(run, start, 'start', path);
    const explanation = outcome.result === 'fail' ? await explain(run, outcome) : undefined;
    return done({
      result: outcome.result,
      path,
      ...(explanation === undefined ? {} : { explanation }),
      ...(outcome.reason ? { reason: outcome.reason } : {}),
    });
  } catch (error) {
    if (!(error instanceof Halt)) throw error;
    return done({ result: error.result, path: closed(path, error), reason: error.reason });
  }
}

interface Run {
  readonly client: Address;
  readonly lookup: Lookup;
  readonly lookupLimit: number;
  readonly voidLimit: number;
  readonly receiver: string;
  readonly now: number;
  readonly values: MacroValues;
  lookups: number;
  voids: number;
  reverse?: Promise<readonly Name[]>;
}

interface Outcome {
  readonly result: SpfResult;
  readonly reason?: Reason;
  /** The record that decided and its domain, for the explanation. */
  readonly record?: SpfRecord;
  readonly domain: Name;
  /** A mechanism matched, as `exp` needs (§6.2). */
  readonly matched?: boolean;
}

/** Ends the whole check at once, from however deep. */
class Halt extends Error {
  readonly result: 'temperror' | 'permerror';
  readonly reason: Reason;
  readonly term: Term | undefined;
  constructor(result: 'temperror' | 'permerror', reason: Reason, term?: Term) {
    super(reason);
    this.result = result;
    this.reason = reason;
    this.term = term;
  }
}

interface OpenStep {
  domain: Name;
  how: Step['how'];
  text?: string;
  term?: { from: number; to: number; text: string };
  result: SpfResult;
}

/** The path of a check that ended early: every record still open shares its result. */
function closed(path: Step[], halt: Halt): Step[] {
  return path.map((step) => ({ ...step, result: halt.result }));
}

async function evaluate(run: Run, domain: Name, how: Step['how'], path: Step[]): Promise<Outcome> {
  const step: OpenStep = { domain, how, result: 'none' };
  const mine = path.length;
  path.push(step);
  const end = (outcome: Omit<Outcome, 'domain'>, term?: Term): Outcome => {
    step.result = outcome.result;
    if (term && step.text !== undefined)
      step.term = { from: term.from, to: term.to, text: step.text.slice(term.from, term.to) };
    return { ...outcome, domain };
  };
  const answer = await run.lookup(dns(domain, 'TXT'));
  // §4.4: an answer that did not come ends the check.
  if (!answer.seen) throw new Halt('temperror', 'no-answer');
  if (how !== 'start') countVoid(run, answer.answer);
  const candidates = answer.answer.records.map((record) => joined(record.data)).filter(isSpf);
  const text = candidates[0];
  if (text === undefined) return end({ result: 'none', reason: 'no-record' });
  if (candidates.length > 1) return end({ result: 'permerror', reason: 'several-records' });
  step.text = text;
  const record = parseSpf(text);
  const { error } = record;
  if (error)
    return end(
      { result: 'permerror', reason: 'syntax' },
      record.terms.find((term) => term.from <= error.from && error.from < term.to),
    );
  let all = false;
  for (const term of record.terms) {
    if (!('qualifier' in term)) continue;
    path.length = mine + 1;
    step.term = { from: term.from, to: term.to, text: text.slice(term.from, term.to) };
    if (term.kind === 'all') all = true;
    if (await matches(run, domain, term, path))
      return end({ result: RESULTS[term.qualifier], record, matched: true }, term);
  }
  path.length = mine + 1;
  delete step.term;
  const redirect = record.terms.find((term) => term.kind === 'redirect');
  if (redirect && !all) {
    step.term = { from: redirect.from, to: redirect.to, text: text.slice(redirect.from, redirect.to) };
    count(run, redirect);
    const target = await targetOf(run, redirect.spec, domain);
    const inner: Outcome = target
      ? await evaluate(run, target, 'redirect', path)
      : { result: 'none', domain };
    // §6.1: a target without a record is an error of this record.
    if (inner.result === 'none') {
      step.result = 'permerror';
      return { result: 'permerror', reason: 'target-without-record', domain };
    }
    step.result = inner.result;
    return inner;
  }
  return end({ result: 'neutral', reason: 'no-match', record });
}

async function matches(
  run: Run,
  domain: Name,
  term: Extract<Term, { qualifier: Qualifier }>,
  path: Step[],
): Promise<boolean> {
  const { client } = run;
  switch (term.kind) {
    case 'all':
      return true;
    case 'ip4':
    case 'ip6': {
      const family = term.kind === 'ip4' ? 'v4' : 'v6';
      const bits = client.family === family ? bitsOf(term.address, family) : undefined;
      return bits !== undefined && sameNetwork(bits, client.bits, term.prefix, family);
    }
    case 'include': {
      count(run, term);
      const target = await targetOf(run, term.spec, domain);
      if (target === undefined) {
        if (hidden(run, term.spec)) return false;
        throw new Halt('permerror', 'target-without-record', term);
      }
      const { result, reason } = await evaluate(run, target, 'include', path);
      // §5.2: only a pass matches; errors end the check.
      if (result === 'none') throw new Halt('permerror', 'target-without-record', term);
      if (result === 'permerror') throw new Halt('permerror', reason ?? 'syntax', term);
      return result === 'pass';
    }
    case 'a': {
      count(run, term);
      const target = term.spec ? await targetOf(run, term.spec, domain) : domain;
      return target !== undefined && (await covers(run, target, term));
    }
    case 'mx': {
      count(run, term);
      const target = term.spec ? await targetOf(run, term.spec, domain) : domain;
      if (target === undefined) return false;
      const answer = await run.lookup(dns(target, 'MX'));
      if (!answer.seen) throw new Halt('temperror', 'no-answer', term);
      countVoid(run, answer.answer);
      const exchanges = [...answer.answer.records]
        .sort((a, b) => a.data.preference - b.data.preference)
        .map((record) => record.data.exchange);
      // §4.6.4: more than ten MX names are an error.
      if (exchanges.length > 10) throw new Halt('permerror', 'too-many-exchanges', term);
      for (const exchange of exchanges) if (await covers(run, exchange, term)) return true;
      return false;
    }
    case 'ptr': {
      count(run, term);
      const target = term.spec ? await targetOf(run, term.spec, domain) : domain;
      if (target === undefined) return false;
      const names = await reverseNames(run);
      return names.some((name) => name === target || name.endsWith(`.${target}`));
    }
    case 'exists': {
      count(run, term);
      const target = await targetOf(run, term.spec, domain);
      if (target === undefined) return false;
      // §5.7: always an A question, whatever the client's family.
      const answer = await run.lookup(dns(target, 'A'));
      if (!answer.seen) throw new Halt('temperror', 'no-answer', term);
      countVoid(run, answer.answer);
      return answer.answer.records.length > 0;
    }
  }
}

/** Whether an address of a name, with the term's prefix, covers the client (§5.3, §5.4). */
async function covers(run: Run, name: Name, term: Extract<Term, { v4: number }>): Promise<boolean> {
  if (name === '.') return false;
  const { family, bits } = run.client;
  const addresses = await addressesOf(run, name);
  if (!addresses) throw new Halt('temperror', 'no-answer', term);
  if (addresses.length === 0) countVoid(run);
  return addresses.some((text) => {
    const other = bitsOf(text, family);
    return other !== undefined && sameNetwork(other, bits, term[family], family);
  });
}

/** Addresses of the client's family, undefined when no answer came. */
async function addressesOf(run: Run, name: Name): Promise<readonly string[] | undefined> {
  const answer = await run.lookup(dns(name, run.client.family === 'v4' ? 'A' : 'AAAA'));
  return answer.seen ? answer.answer.records.map((record) => record.data) : undefined;
}

/** The client's reverse names that lead back to it (§5.5), from the first ten; asked once a check. */
function reverseNames(run: Run): Promise<readonly Name[]> {
  run.reverse ??= (async () => {
    const suffix = run.client.family === 'v4' ? ['in-addr', 'arpa'] : ['ip6', 'arpa'];
    const name = nameOf([...dotted(run.client).split('.').reverse(), ...suffix]);
    const answer = name && (await run.lookup(dns(name, 'PTR')));
    // §5.5: an error here means no match, and a name that cannot be checked is skipped.
    if (!answer?.seen) return [];
    countVoid(run, answer.answer);
    const names: Name[] = [];
    for (const { data } of answer.answer.records.slice(0, 10)) {
      const addresses = await addressesOf(run, data);
      if (addresses?.some((text) => bitsOf(text, run.client.family) === run.client.bits)) names.push(data);
    }
    return names;
  })();
  return run.reverse;
}

/** The value of `%{p}` (§7.3): the domain itself, else a name below it, else any, else "unknown". */
async function validatedName(run: Run, domain: Name): Promise<string> {
  const names = await reverseNames(run);
  return (
    names.find((name) => name === domain) ??
    names.find((name) => name.endsWith(`.${domain}`)) ??
    names[0] ??
    'unknown'
  );
}

/** Counts a term that asks the DNS; the eleventh ends the check (§4.6.4). */
function count(run: Run, term: Term): void {
  run.lookups++;
  if (run.lookups > run.lookupLimit) throw new Halt('permerror', 'lookup-limit', term);
}

/** Counts a question that came back empty; the third ends the check (§4.6.4). */
function countVoid(run: Run, answer?: DnsAnswer<RecordType>): void {
  if (answer && answer.records.length > 0) return;
  run.voids++;
  if (run.voids > run.voidLimit) throw new Halt('permerror', 'void-limit');
}

async function valuesAt(run: Run, domain: Name, parts: readonly MacroPart[]): Promise<MacroValues> {
  const values = { ...run.values, d: domain as string };
  return lettersOf(parts).has('p') ? { ...values, p: await validatedName(run, domain) } : values;
}

async function targetOf(run: Run, spec: DomainSpec, domain: Name): Promise<Name | undefined> {
  const text = expand(spec.parts, await valuesAt(run, domain, spec.parts));
  return text === undefined ? undefined : nameOf(labelsOfTarget(text));
}

/** Whether a term cannot be completed because the local part is not ASCII (RFC 8616 §4). */
function hidden(run: Run, spec: DomainSpec): boolean {
  const letters = lettersOf(spec.parts);
  return run.values.l === undefined && (letters.has('l') || letters.has('s'));
}

/** The owner's explanation (§6.2), or undefined for any of the many reasons to use the receiver's own. */
async function explain(run: Run, outcome: Outcome): Promise<string | undefined> {
  const exp = outcome.record?.terms.find((term) => term.kind === 'exp');
  if (!exp || !outcome.matched) return undefined;
  const target = await targetOf(run, exp.spec, outcome.domain);
  const answer = target && (await run.lookup(dns(target, 'TXT')));
  if (!answer?.seen || answer.answer.records.length !== 1) return undefined;
  const text = joined(answer.answer.records[0]?.data ?? []);
  if (!/^[\x20-\x7e]*$/.test(text)) return undefined;
  const { parts, faults } = parseMacros(text, 0, true);
  if (faults.length > 0) return undefined;
  return expand(parts, {
    ...(await valuesAt(run, outcome.domain, parts)),
    c: run.client.text,
    r: run.receiver,
    t: String(run.now),
  });
}

/** `%{i}`: a dotted quad, or 32 nibbles with dots (§7.3). */
function dotted(client: Address): string {
  if (client.family === 'v4') return client.text;
  return [...client.bits.toString(16).toUpperCase().padStart(32, '0')].join('.');
}

const RESULTS: Readonly<Record<Qualifier, SpfResult>> = {
  '+': 'pass',
  '-': 'fail',
  '~': 'softfail',
  '?': 'neutral',
};
