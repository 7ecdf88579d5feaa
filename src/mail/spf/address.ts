/*
 * Addresses and networks as SPF compares them: the high-order bits of the client's address and of the network's
 * (RFC 7208 §5). An IPv4-mapped IPv6 client counts as its IPv4 address, so the two families never meet.
 * Also here: the text forms of addresses and names that records may hold.
 */

import ipaddr from 'ipaddr.js';
import { toASCII } from 'punycode/';
import { toOctets } from '../../dns/text.ts';

/** Which of the two families a client or a network belongs to. */
export type Family = 'v4' | 'v6';

/** An address as a number, with its family. */
export interface Address {
  readonly family: Family;
  readonly bits: bigint;
  /** As written for people: dotted quad, or RFC 5952. */
  readonly text: string;
}

/** Octets of a family's addresses times eight. */
export const WIDTH: Readonly<Record<Family, number>> = { v4: 32, v6: 128 };

/** Reads an address; an IPv4-mapped one as IPv4 (RFC 7208 §5). Undefined for anything else. */
export function addressOf(text: string): Address | undefined {
  if (!isIp4(text) && !isIp6(text)) return undefined;
  const read = ipaddr.parse(text);
  const parsed = read instanceof ipaddr.IPv6 && read.isIPv4MappedAddress() ? read.toIPv4Address() : read;
  const bytes = parsed.toByteArray();
  return {
    family: bytes.length === 4 ? 'v4' : 'v6',
    bits: bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n),
    text: parsed.toString(),
  };
}

/** The bits of an address in a term or an answer, of its own family: a mapped address stays IPv6. */
export function bitsOf(text: string, family: Family): bigint | undefined {
  if (family === 'v4') {
    const bits = readIp4(text);
    return bits === undefined ? undefined : BigInt(bits);
  }
  if (!isIp6(text)) return undefined;
  return ipaddr.IPv6.parse(text)
    .toByteArray()
    .reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/** Whether the first `prefix` bits of two addresses of a family are the same. */
export function sameNetwork(a: bigint, b: bigint, prefix: number, family: Family): boolean {
  const shift = BigInt(WIDTH[family] - prefix);
  return a >> shift === b >> shift;
}

/** First and last address of a network, as numbers. */
export function rangeOf(bits: bigint, prefix: number, family: Family): readonly [bigint, bigint] {
  const size = 1n << BigInt(WIDTH[family] - prefix);
  const first = (bits / size) * size;
  return [first, first + size - 1n];
}

/** An address for people. */
export function textOf(bits: bigint, family: Family): string {
  const bytes: number[] = [];
  for (let i = WIDTH[family] / 8 - 1; i >= 0; i--) bytes.push(Number((bits >> BigInt(i * 8)) & 0xffn));
  return ipaddr.fromByteArray(bytes).toString();
}

/** `qnum "." qnum "." qnum "." qnum` (RFC 7208 §12). */
export function isIp4(text: string): boolean {
  return readIp4(text) !== undefined;
}

/** Its 32 bits. Read for every network of every record of a tree, so digit by digit. */
function readIp4(text: string): number | undefined {
  let bits = 0;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit === -2) {
      if (digits === 0 || ++dots > 3) return undefined;
      bits = bits * 256 + octet;
      octet = digits = 0;
    } else {
      // No octet has a leading zero.
      if (digit < 0 || digit > 9 || (digits > 0 && octet === 0)) return undefined;
      octet = octet * 10 + digit;
      if (octet > 255) return undefined;
      digits++;
    }
  }
  return dots === 3 && digits > 0 ? bits * 256 + octet : undefined;
}

/** An IPv6 address as RFC 4291 §2.2 writes it: no brackets, no zone. */
export function isIp6(text: string): boolean {
  if (!/^[0-9A-Fa-f:.]{2,45}$/.test(text)) return false;
  const dotted = /^(.*:)([^:]*\.[^:]*)$/.exec(text);
  if (dotted && !isIp4(dotted[2] ?? '')) return false;
  const plain = dotted ? `${dotted[1]}0:0` : text;
  if (plain.includes('.')) return false;
  const halves = plain.split('::');
  const groups = (half: string | undefined) => (half ? half.split(':') : []);
  const all = [...groups(halves[0]), ...groups(halves[1])];
  if (!all.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false;
  return halves.length === 1 ? all.length === 8 : halves.length === 2 && all.length <= 7;
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
  if (!isIp4(address) && !isIp6(address)) return undefined;
  const parsed = ipaddr.parse(address);
  const family: Family = parsed.kind() === 'ipv4' ? 'v4' : 'v6';
  if (parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress() && prefix >= 96) {
    const size = prefix - 96 === 32 ? '' : `/${prefix - 96}`;
    return {
      kind: 'mapped',
      what: 'an IPv4-mapped address',
      instead: `ip4:${parsed.toIPv4Address()}${size}`,
    };
  }
  const bits = bitsOf(address, family) ?? 0n;
  for (const [text, size, what] of RESERVED[family])
    if (prefix >= size && sameNetwork(bits, bitsOf(text, family) ?? 0n, size, family))
      return { kind: what === DOCUMENTATION ? 'documentation' : 'nonpublic', what };
  const [first] = rangeOf(bits, prefix, family);
  if (first !== bits)
    return { kind: 'hostbits', what: 'a host with a prefix', instead: `${textOf(first, family)}/${prefix}` };
  return undefined;
}

const DOCUMENTATION = 'reserved for examples';

const RESERVED: Readonly<
  Record<Family, readonly (readonly [network: string, prefix: number, what: string])[]>
> = {
  v4: [
    ['0.0.0.0', 8, 'an address of "this network"'],
    ['10.0.0.0', 8, 'a private address'],
    ['100.64.0.0', 10, 'an address inside a provider’s network'],
    ['127.0.0.0', 8, 'a loopback address'],
    ['169.254.0.0', 16, 'a link-local address'],
    ['172.16.0.0', 12, 'a private address'],
    ['192.0.2.0', 24, DOCUMENTATION],
    ['192.168.0.0', 16, 'a private address'],
    ['198.18.0.0', 15, DOCUMENTATION],
    ['198.51.100.0', 24, DOCUMENTATION],
    ['203.0.113.0', 24, DOCUMENTATION],
    ['224.0.0.0', 4, 'a multicast address'],
    ['240.0.0.0', 4, 'a reserved address'],
  ],
  v6: [
    ['::', 127, 'a loopback or unspecified address'],
    ['2001:db8::', 32, DOCUMENTATION],
    ['3fff::', 20, DOCUMENTATION],
    ['fc00::', 7, 'a local address'],
    ['fe80::', 10, 'a link-local address'],
    ['ff00::', 8, 'a multicast address'],
  ],
};
