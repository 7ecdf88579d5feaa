/*
 * Facts as compact JSON, for recordings and for links, and back. The text carries its version; what it holds
 * comes from anybody who could make a link, so reading it is total: everything is checked for shape and size,
 * and what does not fit is refused as a whole, with the place named, never repaired.
 *
 * Version 1: `{ "v": 1, "at": time, "by": [names], "facts": [[key, by, at, result, tries?, confirmedBy?], …] }`.
 * `key` is that of the question; names of resolvers are places in `by`; times are milliseconds after `at`;
 * a result is an answer, its usual parts left out, or `{ "x": reason, "t"?: detail }`. Of a mail host it is
 * `{ "smtp": answer }` as it is, but for summaries of certificates: their values in a fixed order.
 */

import { isIp4, isIp6 } from '../dns/address.ts';
import { type Name, parseName } from '../dns/name.ts';
import {
  type Denial,
  type DnsAnswer,
  type DnsRecord,
  dns,
  type RecordData,
  type RecordType,
  type Signature,
} from '../dns/record.ts';
import { type Blind, type BlindReason, type Observation, seen, type Try } from './observation.ts';
import { keyOf, type PolicyAnswer, type Question } from './question.ts';
import { type CertificateSummary, readSmtpAnswer, SMTP_PORTS, type SmtpAnswer } from './smtp.ts';

/** Why a text is not taken as facts. */
export interface Refusal {
  readonly reason: 'bad-shape' | 'not-json' | 'oversize' | 'unknown-version';
  /** Where in the text's structure, or which version. */
  readonly detail: string;
}

/** What decoding yields. */
export type DecodedFacts = { readonly facts: readonly Observation[] } | { readonly refused: Refusal };

/** The version written. */
const FACTS_VERSION = 1;
/** Characters of text read at most; a large report needs about a fiftieth. */
export const TEXT_LIMIT = 4_000_000;
/** Observations read at most. */
const FACTS_LIMIT = 2000;

/** Writes facts as JSON text. */
export function encodeFacts(facts: Iterable<Observation>): string {
  const all = [...facts];
  const by: string[] = [];
  const place = (name: string): number => {
    const at = by.indexOf(name);
    return at >= 0 ? at : by.push(name) - 1;
  };
  const start = all.reduce((least, { at }) => Math.min(least, at), all[0]?.at ?? 0);
  const entries = all.map((observation) => {
    const { question, result, at, tries, confirmedBy } = observation;
    const entry: unknown[] = [
      keyOf(question),
      place(observation.by),
      at - start,
      result.seen
        ? question.kind === 'dns'
          ? encodeAnswer(result.answer as DnsAnswer, question.type)
          : question.kind === 'policy'
            ? encodePolicy(result.answer as PolicyAnswer)
            : encodeSmtp(result.answer as SmtpAnswer)
        : encodeBlind(result.because),
    ];
    if (tries.length > 0 || confirmedBy !== undefined)
      entry.push(
        tries.map(({ by: who, ms, failed }) =>
          failed ? [place(who), ms, encodeBlind(failed)] : [place(who), ms],
        ),
      );
    if (confirmedBy !== undefined) entry.push(place(confirmedBy));
    return entry;
  });
  return JSON.stringify({ v: FACTS_VERSION, at: start, by, facts: entries });
}

/** Reads what `encodeFacts` wrote, or anything else. Never throws. */
export function decodeFacts(text: string): DecodedFacts {
  if (text.length > TEXT_LIMIT) return refuse('oversize', `${text.length} characters`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('not-json', 'the text is not JSON');
  }
  try {
    const { v, at, by, facts } = object(value, 'the text');
    if (v !== FACTS_VERSION)
      return refuse(
        'unknown-version',
        typeof v === 'number' || typeof v === 'string' ? `${v}`.slice(0, 20) : 'none',
      );
    const start = number(at, 'at');
    const names = array(by, 'by', 100).map((name, i) => string(name, `by ${i}`, 300));
    const entries = array(facts, 'facts', FACTS_LIMIT);
    const keys = new Set<string>();
    return {
      facts: entries.map((entry, i) => {
        const observation = decodeObservation(entry, `fact ${i}`, start, names);
        const key = keyOf(observation.question);
        if (keys.has(key)) throw new BadShape(`fact ${i}: asked twice`);
        keys.add(key);
        return observation;
      }),
    };
  } catch (error) {
    return refuse('bad-shape', error instanceof BadShape ? error.message : 'the text');
  }
}

function refuse(reason: Refusal['reason'], detail: string): DecodedFacts {
  return { refused: { reason, detail } };
}

function encodeBlind({ reason, detail }: Blind): object {
  return detail === undefined ? { x: reason } : { x: reason, t: detail };
}

function encodePolicy(answer: PolicyAnswer): object {
  const { status, failure, contentType, body, ms, detail, chain, unverified } = answer;
  return {
    s: status,
    ...(failure === undefined ? {} : { f: failure }),
    ...(contentType === undefined ? {} : { c: contentType }),
    b: body,
    m: ms,
    ...(detail === undefined ? {} : { d: detail }),
    ...(chain === undefined ? {} : { n: chain }),
    ...(unverified ? { u: 1 } : {}),
  };
}

function encodeAnswer(answer: DnsAnswer, type: RecordType): object {
  const { rcode, chain, records, authentic, errors, zone, signatures, denial } = answer;
  return {
    ...(rcode === 'NXDOMAIN' ? { r: 1 } : {}),
    ...(chain.length > 0 ? { c: chain } : {}),
    ...(records.length > 0 ? { d: records.map(({ ttl, data }) => [ttl, encodeData(type, data)]) } : {}),
    ...(authentic ? { a: 1 } : {}),
    ...(errors.length > 0 ? { e: errors.map(({ code, text }) => [code, text]) } : {}),
    ...(zone ? { z: [zone.name, zone.minimum, zone.ttl] } : {}),
    ...(signatures ? { s: signatures.map((signature) => SIGNATURE.map((field) => signature[field])) } : {}),
    ...(denial ? { n: denial.map((proof) => DENIAL.map((field) => proof[field] ?? null)) } : {}),
  };
}

/** Names and addresses as text, character-strings as lists, everything else as its values in a fixed order. */
function encodeData(type: RecordType, data: RecordData[RecordType]): unknown {
  const fields = FIELDS[type];
  return fields ? fields.map((field) => (data as unknown as Record<string, unknown>)[field]) : data;
}

function decodeObservation(
  value: unknown,
  where: string,
  start: number,
  names: readonly string[],
): Observation {
  const [key, by, at, result, tries, confirmedBy] = array(value, where, 6);
  const who = (index: unknown): string => {
    const name = names[number(index, `${where}, by`)];
    if (name === undefined) throw new BadShape(`${where}: nobody`);
    return name;
  };
  const question = decodeKey(key, where);
  const parts = object(result, `${where}, result`);
  return {
    question,
    result:
      parts.x !== undefined
        ? { seen: false, because: decodeBlind(parts, where) }
        : question.kind === 'dns'
          ? seen(decodeAnswer(parts, question.type, where))
          : question.kind === 'policy'
            ? seen(decodePolicy(parts, where))
            : seen(decodeSmtp(parts.smtp, where)),
    at: start + number(at, `${where}, at`),
    by: who(by),
    tries: (tries === undefined ? [] : array(tries, `${where}, tries`, 20)).map((each): Try => {
      const [name, ms, failed] = array(each, `${where}, tries`, 3);
      const attempt = { by: who(name), ms: number(ms, `${where}, tries`) };
      return failed === undefined
        ? attempt
        : { ...attempt, failed: decodeBlind(object(failed, `${where}, tries`), where) };
    }),
    ...(confirmedBy === undefined ? {} : { confirmedBy: who(confirmedBy) }),
  };
}

function decodeKey(value: unknown, where: string): Question {
  const key = string(value, `${where}, question`, 2200);
  const [kind, text = '', type = '', ...flags] = key.split(' ');
  const first = name(text, `${where}, question`);
  const port = SMTP_PORTS.find((each) => `${each}` === type);
  const question: Question =
    kind === 'policy'
      ? { kind, domain: first }
      : kind === 'smtp' && port !== undefined
        ? { kind, host: first, port, domain: name(flags[0], `${where}, question`) }
        : dns(first, recordType(type, where), {
            ...(flags.includes('cd') ? { cd: true } : {}),
            ...(flags.includes('do') ? { dnssec: true } : {}),
          });
  if (keyOf(question) !== key) throw new BadShape(`${where}: not a question`);
  return question;
}

function decodeBlind(parts: Record<string, unknown>, where: string): Blind {
  const reason = string(parts.x, `${where}, reason`, 30);
  if (!isReason(reason)) throw new BadShape(`${where}: an unknown reason`);
  return parts.t === undefined ? { reason } : { reason, detail: string(parts.t, `${where}, detail`, 20_000) };
}

function decodePolicy(parts: Record<string, unknown>, where: string): PolicyAnswer {
  const failure = parts.f === undefined ? undefined : string(parts.f, `${where}, failure`, 30);
  if (failure !== undefined && !isFetchFailure(failure)) throw new BadShape(`${where}: an unknown failure`);
  return {
    status: whole(parts.s, 999, `${where}, status`),
    ...(failure === undefined ? {} : { failure }),
    ...(parts.c === undefined ? {} : { contentType: string(parts.c, `${where}, content type`, 1000) }),
    body: octets(parts.b, `${where}, body`, 65536),
    ms: number(parts.m, `${where}, ms`),
    ...(parts.d === undefined ? {} : { detail: string(parts.d, `${where}, detail`, 1000) }),
    ...(parts.n === undefined
      ? {}
      : { chain: array(parts.n, `${where}, chain`, 20).map((each) => base64(each, `${where}, chain`)) }),
    ...(flag(parts.u, where) ? { unverified: true } : {}),
  };
}

/** The answer with its summaries of certificates as lists. */
function encodeSmtp(answer: SmtpAnswer): object {
  const addresses = answer.addresses.map((address) => ({
    ...address,
    handshakes: address.handshakes.map((handshake) =>
      handshake.chain === undefined
        ? handshake
        : {
            ...handshake,
            chain: handshake.chain.map((each) => (typeof each === 'string' ? each : listOf(each))),
          },
    ),
  }));
  return { smtp: { ...answer, addresses } };
}

function listOf({ key, ...summary }: CertificateSummary): unknown[] {
  const parts: Record<string, unknown> = { ...summary, kind: key.kind, bits: key.bits, curve: key.name };
  const values = SUMMARY.map((field) => parts[field] ?? null);
  while (values.at(-1) === null) values.pop();
  return values;
}

function decodeSmtp(value: unknown, where: string): SmtpAnswer {
  const answer = readSmtpAnswer(unlisted(value));
  if (answer === undefined) throw new BadShape(`${where}, smtp`);
  return answer;
}

/** Lists of summaries as the objects they stand for; what has another shape stays for its reader to refuse. */
function unlisted(value: unknown): unknown {
  const inside = (value: unknown, key: string, read: (each: unknown) => unknown): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const list = (value as Record<string, unknown>)[key];
    return Array.isArray(list) ? { ...value, [key]: list.map(read) } : value;
  };
  const summary = (each: unknown) => {
    if (!Array.isArray(each)) return each;
    const {
      kind,
      bits,
      curve: name,
      ...rest
    } = Object.fromEntries(SUMMARY.map((field, i) => [field, each[i] ?? undefined]));
    return { ...rest, key: { kind, bits, name } };
  };
  return inside(value, 'addresses', (address) =>
    inside(address, 'handshakes', (handshake) => inside(handshake, 'chain', summary)),
  );
}

function decodeAnswer(parts: Record<string, unknown>, type: RecordType, where: string): DnsAnswer {
  const list = (value: unknown, limit: number) => (value === undefined ? [] : array(value, where, limit));
  const read = READERS[type];
  const records = list(parts.d, 4000).map((record): DnsRecord => {
    const [ttl, data] = array(record, `${where}, records`, 2);
    return { ttl: whole(ttl, U32, `${where}, ttl`), data: read(data, `${where}, ${type}`) };
  });
  return {
    rcode: flag(parts.r, where) ? 'NXDOMAIN' : 'NOERROR',
    chain: list(parts.c, 20).map((hop) => name(hop, `${where}, chain`)),
    records,
    authentic: flag(parts.a, where),
    errors: list(parts.e, 100).map((error) => {
      const [code, text] = array(error, `${where}, errors`, 2);
      return { code: whole(code, U16, `${where}, errors`), text: string(text, `${where}, errors`, 20_000) };
    }),
    ...(parts.z === undefined ? {} : { zone: decodeZone(parts.z, where) }),
    ...(parts.s === undefined
      ? {}
      : { signatures: list(parts.s, 1000).map((each) => decodeSignature(each, where)) }),
    ...(parts.n === undefined
      ? {}
      : { denial: list(parts.n, 1000).map((each) => decodeDenial(each, where)) }),
  };
}

function decodeZone(value: unknown, where: string): { name: Name; minimum: number; ttl: number } {
  const [owner, minimum, ttl] = array(value, `${where}, zone`, 3);
  return {
    name: name(owner, `${where}, zone`),
    minimum: whole(minimum, U32, `${where}, zone`),
    ttl: whole(ttl, U32, `${where}, zone`),
  };
}

function decodeSignature(value: unknown, where: string): Signature {
  const at = `${where}, signature`;
  const [covered, algorithm, signer, keyTag, inception, expiration] = array(value, at, 6);
  return {
    covered: string(covered, at, 20),
    algorithm: whole(algorithm, U8, at),
    signer: name(signer, at),
    keyTag: whole(keyTag, U16, at),
    inception: whole(inception, U32, at),
    expiration: whole(expiration, U32, at),
  };
}

function decodeDenial(value: unknown, where: string): Denial {
  const at = `${where}, denial`;
  const [kind, owner, types, next, iterations, salt, optOut, ttl] = array(value, at, 8);
  if (kind !== 'nsec' && kind !== 'nsec3') throw new BadShape(at);
  if (optOut !== null && typeof optOut !== 'boolean') throw new BadShape(at);
  return {
    kind,
    owner: name(owner, at),
    types: array(types, at, 65536).map((each) => string(each, at, 20)),
    ...(next === null ? {} : { next: name(next, at) }),
    ...(iterations === null ? {} : { iterations: whole(iterations, U16, at) }),
    ...(salt === null ? {} : { salt: hex(salt, at) }),
    ...(optOut === null ? {} : { optOut }),
    ttl: whole(ttl, U32, at),
  };
}

/** What does not have the shape it should have. Never leaves this file. */
class BadShape extends Error {}

function object(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new BadShape(where);
  return value as Record<string, unknown>;
}

function array(value: unknown, where: string, limit: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > limit) throw new BadShape(where);
  return value;
}

function string(value: unknown, where: string, limit: number): string {
  if (typeof value !== 'string' || value.length > limit) throw new BadShape(where);
  return value;
}

function octets(value: unknown, where: string, limit: number): string {
  const text = string(value, where, limit);
  if (/[^\x00-\xff]/.test(text)) throw new BadShape(where);
  return text;
}

function hex(value: unknown, where: string): string {
  const text = string(value, where, 131_072);
  if (!/^[0-9a-f]*$/.test(text)) throw new BadShape(where);
  return text;
}

function base64(value: unknown, where: string): string {
  const text = string(value, where, 90_000);
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new BadShape(where);
  return text;
}

function number(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0 || value > Number.MAX_SAFE_INTEGER)
    throw new BadShape(where);
  return value;
}

function whole(value: unknown, limit: number, where: string): number {
  const size = number(value, where);
  if (!Number.isInteger(size) || size > limit) throw new BadShape(where);
  return size;
}

function flag(value: unknown, where: string): boolean {
  if (value !== undefined && value !== 1) throw new BadShape(where);
  return value === 1;
}

function name(value: unknown, where: string): Name {
  const text = string(value, where, 1100);
  const read = parseName(text);
  // Only the canonical text is a name here: two spellings of one name would be two facts.
  if (read === undefined || read !== text) throw new BadShape(where);
  return read;
}

function recordType(text: string, where: string): RecordType {
  if (!Object.hasOwn(READERS, text)) throw new BadShape(`${where}: an unknown record type`);
  return text as RecordType;
}

function isReason(text: string): text is BlindReason {
  return Object.hasOwn(REASONS, text);
}

function isFetchFailure(text: string): text is NonNullable<PolicyAnswer['failure']> {
  return Object.hasOwn(FETCH_FAILURES, text);
}

const U8 = 255;
const U16 = 65535;
const U32 = 4294967295;

const SIGNATURE = ['covered', 'algorithm', 'signer', 'keyTag', 'inception', 'expiration'] as const;
const DENIAL = ['kind', 'owner', 'types', 'next', 'iterations', 'salt', 'optOut', 'ttl'] as const;

/** The commonest first: what is absent at the end is left out. */
const SUMMARY = [
  'subject',
  'issuer',
  'commonNames',
  'notBefore',
  'lifetime',
  'kind',
  'bits',
  'signature',
  'hash',
  'dnsNames',
  'purposes',
  'keyUsage',
  'authority',
  'curve',
  'keyDigest',
  'digest',
  'signed',
  'mustStaple',
  'twin',
] as const;

/** The order in which a record's values are written. */
const FIELDS: { readonly [T in RecordType]?: readonly string[] } = {
  CAA: ['flags', 'tag', 'value'],
  CDS: ['keyTag', 'algorithm', 'digestType', 'digest'],
  DNSKEY: ['flags', 'protocol', 'algorithm', 'key'],
  DS: ['keyTag', 'algorithm', 'digestType', 'digest'],
  MX: ['preference', 'exchange'],
  SMIMEA: ['usage', 'selector', 'matching', 'data'],
  SOA: ['mname', 'rname', 'serial', 'refresh', 'retry', 'expire', 'minimum'],
  SRV: ['priority', 'weight', 'port', 'target'],
  TLSA: ['usage', 'selector', 'matching', 'data'],
};

type Reader<T extends RecordType> = (value: unknown, where: string) => RecordData[T];

const strings = (value: unknown, where: string): string[] => {
  const parts = array(value, where, 65536);
  if (parts.length === 0) throw new BadShape(where);
  return parts.map((part) => octets(part, where, 65536));
};

const delegation = (value: unknown, where: string): RecordData['DS'] => {
  const [keyTag, algorithm, digestType, digest] = array(value, where, 4);
  return {
    keyTag: whole(keyTag, U16, where),
    algorithm: whole(algorithm, U8, where),
    digestType: whole(digestType, U8, where),
    digest: hex(digest, where),
  };
};

const association = (value: unknown, where: string): RecordData['TLSA'] => {
  const [usage, selector, matching, data] = array(value, where, 4);
  return {
    usage: whole(usage, U8, where),
    selector: whole(selector, U8, where),
    matching: whole(matching, U8, where),
    data: hex(data, where),
  };
};

const READERS: { readonly [T in RecordType]: Reader<T> } = {
  A: (value, where) => {
    const text = string(value, where, 15);
    if (!isIp4(text)) throw new BadShape(where);
    return text;
  },
  AAAA: (value, where) => {
    const text = string(value, where, 45);
    if (!isIp6(text)) throw new BadShape(where);
    return text;
  },
  CAA: (value, where) => {
    const [flags, tag, text] = array(value, where, 3);
    return {
      flags: whole(flags, U8, where),
      tag: octets(tag, where, 255),
      value: octets(text, where, 65536),
    };
  },
  CDS: delegation,
  CNAME: name,
  DNSKEY: (value, where) => {
    const [flags, protocol, algorithm, key] = array(value, where, 4);
    return {
      flags: whole(flags, U16, where),
      protocol: whole(protocol, U8, where),
      algorithm: whole(algorithm, U8, where),
      key: base64(key, where),
    };
  },
  DS: delegation,
  MX: (value, where) => {
    const [preference, exchange] = array(value, where, 2);
    return { preference: whole(preference, U16, where), exchange: name(exchange, where) };
  },
  NS: name,
  OPENPGPKEY: base64,
  PTR: name,
  SOA: (value, where) => {
    const [mname, rname, serial, refresh, retry, expire, minimum] = array(value, where, 7);
    return {
      mname: name(mname, where),
      rname: name(rname, where),
      serial: whole(serial, U32, where),
      refresh: whole(refresh, U32, where),
      retry: whole(retry, U32, where),
      expire: whole(expire, U32, where),
      minimum: whole(minimum, U32, where),
    };
  },
  SMIMEA: association,
  SPF: strings,
  SRV: (value, where) => {
    const [priority, weight, port, target] = array(value, where, 4);
    return {
      priority: whole(priority, U16, where),
      weight: whole(weight, U16, where),
      port: whole(port, U16, where),
      target: name(target, where),
    };
  },
  TLSA: association,
  TXT: strings,
};

/** Records, so that a reason added to the type without its place here does not compile. */
const REASONS: Readonly<Record<BlindReason, true>> = {
  aborted: true,
  'captive-portal': true,
  'content-type': true,
  disagreement: true,
  'http-status': true,
  malformed: true,
  network: true,
  'not-loaded': true,
  'not-provable': true,
  'not-recorded': true,
  'over-budget': true,
  'rate-limited': true,
  rcode: true,
  refused: true,
  'relay-absent': true,
  'relay-busy': true,
  'relay-cannot': true,
  'relay-failed': true,
  'relay-refused': true,
  'rule-broke': true,
  servfail: true,
  'suffix-list': true,
  timeout: true,
  truncated: true,
  'turned-away': true,
  'unrelated-answer': true,
  'wrong-question': true,
};

const FETCH_FAILURES: Readonly<Record<NonNullable<PolicyAnswer['failure']>, true>> = {
  'no-address': true,
  'no-connection': true,
  certificate: true,
  tls: true,
  'too-slow': true,
  'too-large': true,
};
