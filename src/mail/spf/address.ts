/*
 * Addresses and networks as SPF compares them: the high-order bits of the client's address and of the network's
 * (RFC 7208 §5). An IPv4-mapped IPv6 client counts as its IPv4 address, so the two families never meet.
 * Also here: what is odd about networks in records, and the form of names that records may hold.
 */

import { toASCII } from 'punycode/';
import { bitsOf, EXAMPLES, type Family, familyOf, ip6Text, purposeOf, WIDTH } from '../../dns/address.ts';
import { toOctets } from '../../dns/text.ts';

/** An address as a number, with its family. */
export interface Address {
  readonly family: Family;
  readonly bits: bigint;
  /** As written for people: dotted quad, or RFC 5952. */
  readonly text: string;
}

/** Reads an address; an IPv4-mapped one as IPv4 (RFC 7208 §5). Undefined for anything else. */
export function addressOf(text: string): Address | undefined {
  const read = familyOf(text);
  if (read === undefined) return undefined;
  const all = bitsOf(text, read) ?? 0n;
  const mapped = read === 'v6' && isMapped(all);
  const [family, bits]: [Family, bigint] = mapped ? ['v4', all & 0xffffffffn] : [read, all];
  return { family, bits, text: textOf(bits, family) };
}

/** First and last address of a network, as numbers. */
export function rangeOf(bits: bigint, prefix: number, family: Family): readonly [bigint, bigint] {
  const size = 1n << BigInt(WIDTH[family] - prefix);
  const first = (bits / size) * size;
  return [first, first + size - 1n];
}

/** An address for people. */
export function textOf(bits: bigint, family: Family): string {
  const part = family === 'v4' ? 8 : 16;
  const parts: number[] = [];
  for (let at = WIDTH[family] - part; at >= 0; at -= part)
    parts.push(Number(BigInt.asUintN(part, bits >> BigInt(at))));
  return family === 'v4' ? parts.join('.') : ip6Text(parts);
}

/** `::ffff:0:0/96` (RFC 4291 §2.5.5.2). */
function isMapped(bits: bigint): boolean {
  return bits >> 32n === 0xffffn;
}

/** The A-labels of a domain typed by a person or sent by a client (RFC 8616 §4); never throws. */
export function asciiDomain(domain: string): string {
  if (/^[\x00-\x7f]*$/.test(domain)) return domain;
  try {
    return toASCII(domain.normalize('NFC').toLowerCase());
  } catch {
    return toOctets(domain);
  }
}

/** What is odd about a network in a record, so that no client on the Internet ever matches it, or too many do. */
export interface Oddity {
  readonly kind: 'mapped' | 'nonpublic' | 'documentation' | 'hostbits';
  /** Completes "it is …". */
  readonly what: string;
  /** A term (`mapped`) or network (`hostbits`) to write instead. */
  readonly instead?: string;
}

/** Looks at one network of a record (RFC 6890 §2.2.2, §2.2.3); undefined when nothing is odd about it. */
export function reserved(address: string, prefix: number): Oddity | undefined {
  const family = familyOf(address);
  if (family === undefined) return undefined;
  const bits = bitsOf(address, family) ?? 0n;
  if (family === 'v6' && isMapped(bits) && prefix >= 96) {
    const size = prefix - 96 === 32 ? '' : `/${prefix - 96}`;
    return {
      kind: 'mapped',
      what: 'an IPv4-mapped address',
      instead: `ip4:${textOf(bits & 0xffffffffn, 'v4')}${size}`,
    };
  }
  const purpose = purposeOf(address, prefix);
  if (purpose !== undefined)
    return { kind: purpose === EXAMPLES ? 'documentation' : 'nonpublic', what: `set aside for ${purpose}` };
  const [first] = rangeOf(bits, prefix, family);
  if (first !== bits)
    return { kind: 'hostbits', what: 'a host with a prefix', instead: `${textOf(first, family)}/${prefix}` };
  return undefined;
}
