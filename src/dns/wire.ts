/*
 * DNS messages: a question into octets (RFC 1035 §4), a resolver's octets into an answer or into the reason
 * there is none. What counts as the answer is decided here: the question must be echoed, and only records on
 * the chain of aliases that starts at the name asked for are taken (RFC 1034 §4.3.2; a CNAME synthesised from a
 * DNAME, RFC 6672 §3.1, is followed like any other). Total and bounded: nothing is thrown past this file,
 * compression pointers only lead backwards, and a message of 64 kB is the largest there is.
 *
 * The decoder of `@dnsquery/dns-packet` is not used: it reads labels as UTF-8 and joins them with dots, so that odd
 * octets and dots inside labels are lost; it reads past the end of RDATA; and one record it dislikes costs the
 * whole message. Its encoder is used in the tests.
 */

import { ip6Text } from './address.ts';
import { type Entry, HEADER, IN, Malformed, Message, OPT, TYPE_NUMBERS, toHex } from './message.ts';
import { isWithin, labelsOf, type Name } from './name.ts';
import type { DnsAnswer, DnsQuestion, DnsRecord, RecordData, RecordType } from './record.ts';
import { fromOctets } from './text.ts';

/** What reads the details that few messages hold, which is loaded for them. */
type Details = typeof import('./details.ts');

/** Why a message gives no answer, in the words of facts/observation.ts. */
interface WireFailure {
  readonly reason:
    | 'malformed'
    | 'rcode'
    | 'refused'
    | 'servfail'
    | 'truncated'
    | 'unrelated-answer'
    | 'wrong-question';
  readonly detail?: string;
}

/** What decoding yields. */
export type Decoded<T extends RecordType = RecordType> =
  | { readonly answer: DnsAnswer<T> }
  | { readonly failed: WireFailure };

/** Octets of UDP payload asked for, which passes everywhere unfragmented (RFC 9715 §3.2). */
const UDP_PAYLOAD = 1232;
/** The largest message there is (RFC 1035 §4.2.2). */
export const MESSAGE_LIMIT = 65535;
/** Aliases followed, as resolvers do; longer chains are loops or mistakes. */
const CHAIN_LIMIT = 16;

/**
 * Writes a query: id 0, so that equal questions are equal octets for HTTP caches (RFC 8484 §4.1), recursion
 * desired, AD set to be told of validation (RFC 6840 §5.7), CD and DO when the question has them, and the wish
 * that the visitor's network be kept from the name servers.
 */
export function encodeQuestion(question: DnsQuestion): Uint8Array {
  const labels = labelsOf(question.name);
  const nameLength = labels.reduce((sum, label) => sum + label.length + 1, 1);
  const bytes = new Uint8Array(HEADER + nameLength + 4 + 11 + 8);
  bytes[2] = 0x01;
  bytes[3] = question.cd ? 0x30 : 0x20;
  bytes[5] = 1;
  bytes[11] = 1;
  let at = HEADER;
  for (const label of labels) {
    bytes[at++] = label.length;
    for (let i = 0; i < label.length; i++) bytes[at++] = label.charCodeAt(i);
  }
  at++;
  const type = TYPE_NUMBERS[question.type];
  bytes[at++] = type >> 8;
  bytes[at++] = type & 0xff;
  bytes[at + 1] = IN;
  at += 2;
  // OPT (RFC 6891 §6.1.2): root name, payload size as class, DO in the flags (RFC 3225 §3).
  bytes[at + 2] = OPT;
  bytes[at + 3] = UDP_PAYLOAD >> 8;
  bytes[at + 4] = UDP_PAYLOAD & 0xff;
  bytes[at + 7] = question.dnssec ? 0x80 : 0;
  bytes[at + 10] = 8;
  // RFC 7871 §7.1.2: a prefix of no length asks that nobody be told which network the visitor sits in.
  bytes[at + 12] = CLIENT_SUBNET;
  bytes[at + 14] = 4;
  bytes[at + 16] = 1;
  return bytes;
}

/** Reads the message that came back for a question. Undefined when it holds details and what reads them is not given. */
export function decodeAnswer<T extends RecordType>(
  question: DnsQuestion<T>,
  bytes: Uint8Array,
): Decoded<T> | undefined;
export function decodeAnswer<T extends RecordType>(
  question: DnsQuestion<T>,
  bytes: Uint8Array,
  details: Details,
): Decoded<T>;
export function decodeAnswer<T extends RecordType>(
  question: DnsQuestion<T>,
  bytes: Uint8Array,
  details?: Details,
): Decoded<T> | undefined {
  try {
    return decode(question, bytes, details);
  } catch (error) {
    if (error instanceof Malformed) return { failed: { reason: 'malformed', detail: error.message } };
    return { failed: { reason: 'malformed' } };
  }
}

/** A query as a forwarder needs to know it. */
export interface Query {
  readonly name: Name;
  readonly type: number;
  /** Where the question ends; the header takes the first 12 octets. */
  readonly end: number;
}

/** Reads a query with exactly one question of class IN and nothing but OPT besides; undefined for anything else. */
export function readQuery(bytes: Uint8Array): Query | undefined {
  try {
    const message = new Message(bytes);
    const counts = [message.u16(4), message.u16(6), message.u16(8), message.u16(10)];
    if ((message.u8(2) & 0xf8) !== 0 || counts[0] !== 1 || counts[1] !== 0 || counts[2] !== 0)
      return undefined;
    const name = message.name(HEADER);
    const at = message.after;
    const type = message.u16(at);
    if (message.u16(at + 2) !== IN) return undefined;
    const others = message.section(at + 4, counts[3] ?? 0);
    if ((counts[3] ?? 0) !== others.length || others.some((entry) => entry.type !== OPT)) return undefined;
    return message.after === bytes.length ? { name, type, end: at + 4 } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Seconds a response may be kept (RFC 8484 §5.1): the smallest TTL of its answer, or what the SOA grants a
 * denial (RFC 2308 §5). 0 for failures and whatever cannot be read.
 */
export function lifetimeOf(bytes: Uint8Array): number {
  try {
    const message = new Message(bytes);
    const rcode = message.u8(3) & 0x0f;
    if ((message.u8(2) & 0x02) !== 0 || (rcode !== NOERROR && rcode !== NXDOMAIN)) return 0;
    let at = HEADER;
    for (let i = message.u16(4); i > 0; i--) {
      message.name(at);
      at = message.after + 4;
    }
    const answers = message.section(at, message.u16(6));
    const soa = message.section(message.after, message.u16(8)).find((entry) => entry.type === SOA);
    const limits = answers.map((entry) => entry.ttl);
    if (soa) limits.push(Math.min(soa.ttl, dataOf('SOA', message, soa).minimum));
    return limits.length === 0 ? 0 : Math.min(...limits);
  } catch {
    return 0;
  }
}

function decode<T extends RecordType>(
  question: DnsQuestion<T>,
  bytes: Uint8Array,
  details: Details | undefined,
): Decoded<T> | undefined {
  const message = new Message(bytes);
  if (bytes.length < HEADER || bytes.length > MESSAGE_LIMIT) throw new Malformed('no DNS message');
  const high = message.u8(2);
  const low = message.u8(3);
  if ((high & 0x80) === 0 || (high & 0x78) !== 0) throw new Malformed('not a response');
  const asked = message.u16(4);
  let rcode = low & 0x0f;
  let at = HEADER;
  // An error may come without the question (RFC 1035 §4.1.1, format error); an answer may not.
  if (asked === 1) {
    const name = message.name(at);
    at = message.after;
    if (
      name !== question.name ||
      message.u16(at) !== TYPE_NUMBERS[question.type] ||
      message.u16(at + 2) !== IN
    )
      return (
        details && {
          failed: { reason: 'wrong-question', detail: `${name} ${details.typeName(message.u16(at))}` },
        }
      );
    at += 4;
  } else if (asked > 1 || rcode === NOERROR || rcode === NXDOMAIN)
    return { failed: { reason: 'wrong-question', detail: `${asked} questions` } };
  if ((high & 0x02) !== 0) return { failed: { reason: 'truncated' } };

  let answers: Entry[] = [];
  let authority: Entry[] = [];
  let errors: { code: number; text: string }[] = [];
  try {
    answers = message.section(at, message.u16(6));
    authority = message.section(message.after, message.u16(8));
    const opt = message.section(message.after, message.u16(10)).find((entry) => entry.type === OPT);
    if (opt) {
      rcode |= (opt.ttl >>> 24) << 4;
      errors = extendedErrors(message, opt);
    }
  } catch (error) {
    // A failure stays a failure, whatever stands behind its header.
    if (rcode === NOERROR || rcode === NXDOMAIN) throw error;
  }
  if (rcode !== NOERROR && rcode !== NXDOMAIN) {
    const reason = rcode === SERVFAIL ? 'servfail' : rcode === REFUSED ? 'refused' : 'rcode';
    if (errors.length === 0 && reason !== 'rcode') return { failed: { reason } };
    return details && { failed: { reason, detail: details.failureWords(rcode, errors) } };
  }

  const path = followed(message, question, answers);
  if ('failed' in path) return path;
  const { chain, last } = path;
  const records = answers
    .filter((entry) => entry.type === TYPE_NUMBERS[question.type] && entry.name === last)
    .map((entry) => ({ ttl: entry.ttl, data: dataOf(question.type, message, entry) }));
  if (rcode === NXDOMAIN && records.length > 0) throw new Malformed('records of a name that does not exist');

  const soa = authority.find((entry) => entry.type === SOA && isWithin(last, entry.name));
  if (records.length === 0) {
    const recursive = (low & 0x80) !== 0;
    const refers = authority.some((entry) => entry.type === NS);
    // RFC 2308 §2.2: name servers without an SOA are a referral, which says nothing about the data.
    if (rcode === NOERROR && !soa && !recursive && (refers || chain.length > 0)) {
      const detail =
        chain.length > 0 ? 'the alias was not followed' : 'only a referral to other name servers';
      return { failed: { reason: 'unrelated-answer', detail } };
    }
    const related = (entry: Entry) => entry.name === question.name || chain.includes(entry.name);
    if (answers.length > 0 && !answers.some(related)) return { failed: { reason: 'unrelated-answer' } };
  }
  const zone =
    records.length === 0 && soa
      ? { zone: { name: soa.name, minimum: dataOf('SOA', message, soa).minimum, ttl: soa.ttl } }
      : {};
  const proven = question.dnssec && [...answers, ...authority].some(({ type }) => PROOFS.has(type));
  if (proven && !details) return undefined;
  const proofs = proven
    ? details?.proofsOf(message, question.name, chain, answers, authority)
    : question.dnssec && { signatures: [], denial: [] };
  return {
    answer: {
      rcode: rcode === NXDOMAIN ? 'NXDOMAIN' : 'NOERROR',
      chain,
      records: records as readonly DnsRecord<T>[],
      authentic: (low & 0x20) !== 0,
      errors,
      ...zone,
      ...proofs,
    },
  };
}

/** Follows the aliases from the name asked for; `last` is the name whose records are the answer. */
function followed(
  message: Message,
  question: DnsQuestion,
  answers: readonly Entry[],
): { chain: Name[]; last: Name } | { failed: WireFailure } {
  const chain: Name[] = [];
  let last = question.name;
  if (question.type === 'CNAME') return { chain, last };
  const aliases = new Map<Name, Name>();
  for (const entry of answers) {
    if (entry.type !== CNAME) continue;
    const target = dataOf('CNAME', message, entry);
    const other = aliases.get(entry.name);
    if (other !== undefined && other !== target) throw new Malformed('two aliases of one name');
    aliases.set(entry.name, target);
  }
  for (let next = aliases.get(last); next !== undefined; next = aliases.get(last)) {
    if (next === question.name || chain.includes(next))
      return { failed: { reason: 'servfail', detail: 'the aliases lead in a circle' } };
    if (chain.length === CHAIN_LIMIT)
      return { failed: { reason: 'servfail', detail: `more than ${CHAIN_LIMIT} aliases in a row` } };
    chain.push(next);
    last = next;
  }
  return { chain, last };
}

/** Extended DNS Errors among the options of an OPT record (RFC 8914 §2). Unreadable options are left out. */
function extendedErrors(message: Message, { from, to }: Entry): { code: number; text: string }[] {
  const errors: { code: number; text: string }[] = [];
  for (let at = from; at + 4 <= to && errors.length < 8; ) {
    const length = message.u16(at + 2);
    const end = at + 4 + length;
    if (end > to) break;
    if (message.u16(at) === EDE && length >= 2)
      errors.push({
        code: message.u16(at + 4),
        text: fromOctets(message.octets(at + 6, Math.min(end, at + 6 + 300))),
      });
    at = end;
  }
  return errors;
}

/** Reads one field, which begins at `message.after` and must end by `to`; leaves `after` behind it. */
type Field<T> = (message: Message, to: number) => T;

const number =
  (octets: 1 | 2 | 4): Field<number> =>
  (message, to) => {
    const at = message.after;
    message.after += octets;
    if (message.after > to) throw new Malformed('a record too short for its type');
    return octets === 1 ? message.u8(at) : octets === 2 ? message.u16(at) : message.u32(at);
  };

const u8 = number(1);
const u16 = number(2);
const u32 = number(4);

const domain: Field<Name> = (message, to) => message.name(message.after, to);

const counted: Field<string> = (message, to) => {
  const from = message.after + 1;
  const end = from + message.u8(from - 1);
  if (end > to) throw new Malformed('a character-string that passes the end of its record');
  message.after = end;
  return message.octets(from, end);
};

const rest: Field<string> = (message, to) => {
  const from = message.after;
  message.after = to;
  return message.octets(from, to);
};

const hex: Field<string> = (message, to) => toHex(rest(message, to));
const base64: Field<string> = (message, to) => toBase64(rest(message, to));

// RFC 1035 §3.3.14: one or more character-strings.
const strings: Field<string[]> = (message, to) => {
  const parts: string[] = [];
  do parts.push(counted(message, to));
  while (message.after < to);
  return parts;
};

/** Fields one after the other, by name. */
const fields =
  <T extends object>(each: { readonly [K in keyof T]: Field<T[K]> }): Field<T> =>
  (message, to) =>
    Object.fromEntries(
      Object.entries<Field<unknown>>(each).map(([key, field]) => [key, field(message, to)]),
    ) as T;

const association = fields<RecordData['TLSA']>({ usage: u8, selector: u8, matching: u8, data: hex });
const delegation = fields<RecordData['DS']>({ keyTag: u16, algorithm: u8, digestType: u8, digest: hex });

const DATA: { readonly [T in RecordType]: Field<RecordData[T]> } = {
  A: (message, to) => Array.from({ length: 4 }, () => u8(message, to)).join('.'),
  AAAA: (message, to) => ip6Text(Array.from({ length: 8 }, () => u16(message, to))),
  CAA: fields({ flags: u8, tag: counted, value: rest }),
  CDS: delegation,
  CNAME: domain,
  DNSKEY: fields({ flags: u16, protocol: u8, algorithm: u8, key: base64 }),
  DS: delegation,
  MX: fields({ preference: u16, exchange: domain }),
  NS: domain,
  OPENPGPKEY: base64,
  PTR: domain,
  SOA: fields({
    mname: domain,
    rname: domain,
    serial: u32,
    refresh: u32,
    retry: u32,
    expire: u32,
    minimum: u32,
  }),
  SMIMEA: association,
  SPF: strings,
  SRV: fields({ priority: u16, weight: u16, port: u16, target: domain }),
  TLSA: association,
  TXT: strings,
};

/** Reads the data of a record; throws Malformed where they do not fill their octets exactly. */
function dataOf<T extends RecordType>(type: T, message: Message, { from, to }: Entry): RecordData[T] {
  message.after = from;
  const data = DATA[type](message, to);
  if (message.after !== to) throw new Malformed('octets left over in a record');
  return data;
}

function toBase64(octets: string): string {
  let text = '';
  for (let i = 0; i < octets.length; i += 3) {
    const [a, b, c] = [octets.charCodeAt(i), octets.charCodeAt(i + 1), octets.charCodeAt(i + 2)];
    const bits = (a << 16) | ((b || 0) << 8) | (c || 0);
    text += BASE64[bits >> 18];
    text += BASE64[(bits >> 12) & 63];
    text += i + 1 < octets.length ? BASE64[(bits >> 6) & 63] : '=';
    text += i + 2 < octets.length ? BASE64[bits & 63] : '=';
  }
  return text;
}

const NS = 2;
const CNAME = 5;
const SOA = 6;
/** RRSIG, NSEC and NSEC3 records. */
const PROOFS: ReadonlySet<number> = new Set([46, 47, 50]);
const CLIENT_SUBNET = 8;
const EDE = 15;

const NOERROR = 0;
const SERVFAIL = 2;
const NXDOMAIN = 3;
const REFUSED = 5;

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
