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
import { isWithin, labelsOf, type Name, nameOf } from './name.ts';
import type {
  Denial,
  DnsAnswer,
  DnsQuestion,
  DnsRecord,
  RecordData,
  RecordType,
  Signature,
} from './record.ts';
import { fromOctets } from './text.ts';

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

/** The numbers of the types asked for (IANA DNS parameters). */
export const TYPE_NUMBERS: Readonly<Record<RecordType, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  DS: 43,
  DNSKEY: 48,
  TLSA: 52,
  SMIMEA: 53,
  CDS: 59,
  OPENPGPKEY: 61,
  SPF: 99,
  CAA: 257,
};

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

/** Reads the message that came back for a question. */
export function decodeAnswer<T extends RecordType>(question: DnsQuestion<T>, bytes: Uint8Array): Decoded<T> {
  try {
    return decode(question, bytes);
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

/** The mnemonic of a type number: "TXT", "TYPE65280" for the unknown (RFC 3597 §5). */
export function typeName(number: number): string {
  return NAMES.get(number) ?? `TYPE${number}`;
}

function decode<T extends RecordType>(question: DnsQuestion<T>, bytes: Uint8Array): Decoded<T> {
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
      return { failed: { reason: 'wrong-question', detail: `${name} ${typeName(message.u16(at))}` } };
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
  if (rcode !== NOERROR && rcode !== NXDOMAIN) return { failed: failureOf(rcode, errors) };

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
  const proofs = question.dnssec ? proofsOf(message, question.name, chain, answers, authority) : {};
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

/** Signatures over the answer or over its denial, and the denial itself (RFC 4035 §3.1). */
function proofsOf(
  message: Message,
  asked: Name,
  chain: readonly Name[],
  answers: readonly Entry[],
  authority: readonly Entry[],
): { signatures: Signature[]; denial: Denial[] } {
  const signatures: Signature[] = [];
  for (const entry of answers)
    if (entry.type === RRSIG && (entry.name === asked || chain.includes(entry.name)))
      signatures.push(signature(message, entry));
  const denial: Denial[] = [];
  for (const entry of authority) {
    if (entry.type === NSEC) denial.push(nsec(message, entry));
    else if (entry.type === NSEC3) denial.push(nsec3(message, entry));
    else if (entry.type === RRSIG) {
      const found = signature(message, entry);
      if (/^(SOA|NSEC|NSEC3)$/.test(found.covered)) signatures.push(found);
    }
  }
  return { signatures, denial };
}

function signature(message: Message, { from, to }: Entry): Signature {
  const signer = message.name(from + 18, to);
  return {
    covered: typeName(message.u16(from)),
    algorithm: message.u8(from + 2),
    signer,
    keyTag: message.u16(from + 16),
    inception: message.u32(from + 12),
    expiration: message.u32(from + 8),
  };
}

function nsec(message: Message, { name, ttl, from, to }: Entry): Denial {
  const next = message.name(from, to);
  return { kind: 'nsec', owner: name, types: bitmap(message, message.after, to), next, ttl };
}

function nsec3(message: Message, { name, ttl, from, to }: Entry): Denial {
  const saltEnd = from + 5 + message.u8(from + 4);
  if (saltEnd >= to) throw new Malformed('a salt that passes the end of its record');
  const hashEnd = saltEnd + 1 + message.u8(saltEnd);
  return {
    kind: 'nsec3',
    owner: name,
    types: bitmap(message, hashEnd, to),
    iterations: message.u16(from + 2),
    salt: toHex(message.octets(from + 5, saltEnd)),
    optOut: (message.u8(from + 1) & 1) === 1,
    ttl,
  };
}

/** The types of a type bit map (RFC 4034 §4.1.2). */
function bitmap(message: Message, from: number, to: number): string[] {
  const types: string[] = [];
  let at = from;
  let before = -1;
  while (at < to) {
    const window = message.u8(at);
    const length = message.u8(at + 1);
    // Windows rise, so that a hostile map cannot list the same types over and over.
    if (window <= before || length === 0 || length > 32 || at + 2 + length > to)
      throw new Malformed('a broken type bit map');
    before = window;
    for (let i = 0; i < length; i++) {
      const octet = message.u8(at + 2 + i);
      for (let bit = 0; octet !== 0 && bit < 8; bit++)
        if (octet & (0x80 >> bit)) types.push(typeName(window * 256 + i * 8 + bit));
    }
    at += 2 + length;
  }
  if (at !== to) throw new Malformed('a broken type bit map');
  return types;
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

function failureOf(rcode: number, errors: readonly { code: number; text: string }[]): WireFailure {
  const told = errors
    .map(({ code, text }) => {
      const name = EXTENDED_ERRORS[code] ?? `extended error ${code}`;
      return text === '' ? name : `${name}: ${text}`;
    })
    .join('; ');
  if (rcode === SERVFAIL || rcode === REFUSED) {
    const reason = rcode === SERVFAIL ? 'servfail' : 'refused';
    return told === '' ? { reason } : { reason, detail: told };
  }
  const name = RCODES[rcode] ?? `RCODE ${rcode}`;
  return { reason: 'rcode', detail: told === '' ? name : `${name}, ${told}` };
}

/** One record of a message, its data still octets `[from,to)`. */
interface Entry {
  readonly name: Name;
  readonly type: number;
  /** Seconds; of an OPT record its flags. */
  readonly ttl: number;
  readonly from: number;
  readonly to: number;
}

/** Octets that cannot be read as a DNS message. Never leaves this file. */
class Malformed extends Error {}

/** A cursor over a message. Every read is checked against its end. */
class Message {
  readonly #bytes: Uint8Array;
  readonly #names = new Map<number, { name: Name; after: number }>();
  /** Where the last name or section read ended. */
  after = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  u8(at: number): number {
    const octet = this.#bytes[at];
    if (octet === undefined) throw new Malformed('cut short');
    return octet;
  }

  u16(at: number): number {
    return (this.u8(at) << 8) | this.u8(at + 1);
  }

  u32(at: number): number {
    return ((this.u16(at) << 16) | this.u16(at + 2)) >>> 0;
  }

  /** Octets `[from,to)` as a byte string. */
  octets(from: number, to: number): string {
    if (to > this.#bytes.length || from > to) throw new Malformed('cut short');
    let text = '';
    for (let i = from; i < to; i++) text += String.fromCharCode(this.#bytes[i] as number);
    return text;
  }

  /** The name at an offset; its own octets must end by `limit`. Leaves `after` behind them. */
  name(from: number, limit = this.#bytes.length): Name {
    const held = this.#names.get(from);
    if (held) return this.#keep(from, held.name, held.after, limit);
    const labels: string[] = [];
    let at = from;
    let after = -1;
    let jumps = 0;
    // Pointers must lead before everything read so far (RFC 1035 §4.1.4, "a prior occurrence").
    let floor = from;
    let octets = 1;
    for (;;) {
      const length = this.u8(at);
      if (length === 0) {
        at += 1;
        break;
      }
      if (length >= 0xc0) {
        const target = this.u16(at) & 0x3fff;
        if (after < 0) after = at + 2;
        // A name has at most 127 labels; more pointers than that only cost time.
        if (target >= floor || target < HEADER || ++jumps > 127)
          throw new Malformed('a pointer that leads nowhere');
        const known = labels.length === 0 ? this.#names.get(target) : undefined;
        if (known) return this.#keep(from, known.name, after, limit);
        floor = target;
        at = target;
        continue;
      }
      if (length > 63) throw new Malformed('a label of an unknown kind');
      octets += length + 1;
      if (octets > 255) throw new Malformed('a name over 255 octets');
      labels.push(this.octets(at + 1, at + 1 + length));
      at += 1 + length;
    }
    if (after < 0) after = at;
    const name = nameOf(labels);
    if (name === undefined) throw new Malformed('not a name');
    return this.#keep(from, name, after, limit);
  }

  #keep(from: number, name: Name, after: number, limit: number): Name {
    if (after > limit) throw new Malformed('a name that passes the end of its record');
    this.#names.set(from, { name, after });
    this.after = after;
    return name;
  }

  /** The records of class IN, and OPT, of a section. Leaves `after` behind it. */
  section(from: number, count: number): Entry[] {
    const entries: Entry[] = [];
    let at = from;
    for (let i = 0; i < count; i++) {
      const name = this.name(at);
      at = this.after;
      const type = this.u16(at);
      const seconds = this.u32(at + 4);
      const to = at + 10 + this.u16(at + 8);
      if (to > this.#bytes.length) throw new Malformed('cut short');
      // RFC 2181 §8: a TTL with its highest bit set is read as 0.
      const ttl = type === OPT || seconds <= 0x7fffffff ? seconds : 0;
      if (type === OPT || this.u16(at + 2) === IN) entries.push({ name, type, ttl, from: at + 10, to });
      at = to;
    }
    this.after = at;
    return entries;
  }
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

function toHex(octets: string): string {
  return Array.from(octets, (octet) => octet.charCodeAt(0).toString(16).padStart(2, '0')).join('');
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

const HEADER = 12;
const IN = 1;
const NS = 2;
const CNAME = 5;
const SOA = 6;
const OPT = 41;
const RRSIG = 46;
const NSEC = 47;
const NSEC3 = 50;
const CLIENT_SUBNET = 8;
const EDE = 15;

const NOERROR = 0;
const SERVFAIL = 2;
const NXDOMAIN = 3;
const REFUSED = 5;

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const RCODES: Readonly<Record<number, string>> = {
  1: 'FORMERR',
  4: 'NOTIMP',
  6: 'YXDOMAIN',
  7: 'YXRRSET',
  8: 'NXRRSET',
  9: 'NOTAUTH',
  10: 'NOTZONE',
  16: 'BADVERS',
  23: 'BADCOOKIE',
};

/** Types that type bit maps may name beside those asked for. */
const OTHER_TYPES: Readonly<Record<string, number>> = {
  NULL: 10,
  HINFO: 13,
  RP: 17,
  AFSDB: 18,
  SIG: 24,
  KEY: 25,
  LOC: 29,
  NAPTR: 35,
  KX: 36,
  CERT: 37,
  DNAME: 39,
  OPT: 41,
  APL: 42,
  SSHFP: 44,
  IPSECKEY: 45,
  RRSIG: 46,
  NSEC: 47,
  DHCID: 49,
  NSEC3: 50,
  NSEC3PARAM: 51,
  HIP: 55,
  CDNSKEY: 60,
  CSYNC: 62,
  ZONEMD: 63,
  SVCB: 64,
  HTTPS: 65,
  EUI48: 108,
  EUI64: 109,
  NXNAME: 128,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
  URI: 256,
  TA: 32768,
  DLV: 32769,
};

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries({ ...TYPE_NUMBERS, ...OTHER_TYPES }).map(([name, number]) => [number, name]),
);

/** The registry of RFC 8914 §4, as far as a resolver may tell it to us. */
const EXTENDED_ERRORS: readonly string[] = [
  'other error',
  'unsupported DNSKEY algorithm',
  'unsupported DS digest type',
  'stale answer',
  'forged answer',
  'DNSSEC indeterminate',
  'DNSSEC bogus',
  'signature expired',
  'signature not yet valid',
  'DNSKEY missing',
  'signatures missing',
  'no zone key bit set',
  'NSEC missing',
  'cached error',
  'not ready',
  'blocked',
  'censored',
  'filtered',
  'prohibited',
  'stale NXDOMAIN answer',
  'not authoritative',
  'not supported',
  'no reachable authority',
  'network error',
  'invalid data',
];
