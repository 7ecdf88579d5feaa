/* A DNS message as octets (RFC 1035 §4): names, and records with their data still unread. */

import { type Name, nameOf } from './name.ts';
import type { RecordType } from './record.ts';

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

/** One record of a message, its data still octets `[from,to)`. */
export interface Entry {
  readonly name: Name;
  readonly type: number;
  /** Seconds; of an OPT record its flags. */
  readonly ttl: number;
  readonly from: number;
  readonly to: number;
}

/** Octets that cannot be read as a DNS message. Never leaves `wire.ts`. */
export class Malformed extends Error {}

/** A cursor over a message. Every read is checked against its end. */
export class Message {
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

/** Octets of a byte string as lower-case hex. */
export function toHex(octets: string): string {
  return Array.from(octets, (octet) => octet.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

/** Octets of the header. */
export const HEADER = 12;
/** The class of the Internet. */
export const IN = 1;
/** What EDNS adds to a message (RFC 6891 §6.1.1). */
export const OPT = 41;
