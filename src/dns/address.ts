/*
 * Addresses as text, octets and numbers; those that are set aside for another purpose than being reached from
 * anywhere (RFC 6890 §2.2, multicast by RFC 1112), and their names in the reverse tree (RFC 1035 §3.5, RFC 3596
 * §2.5). The tests hold it to `ipaddr.js`, which is three times its size.
 */

import { type Name, parseName } from './name.ts';

/** The two families. */
export type Family = 'v4' | 'v6';

/** How many bits an address of a family has. */
export const WIDTH: Readonly<Record<Family, number>> = { v4: 32, v6: 128 };

/** A dotted quad without leading zeros: `qnum "." qnum "." qnum "." qnum` (RFC 7208 §12). */
export function isIp4(text: string): boolean {
  return readIp4(text) !== undefined;
}

/** An IPv6 address as RFC 4291 §2.2 writes it: no brackets, no zone. */
export function isIp6(text: string): boolean {
  return ip6Groups(text) !== undefined;
}

/** Whether a text is an address, not a name: a dotted quad, or IPv6 in any form, also with a zone (RFC 4007 §11). */
export function isAddress(text: string): boolean {
  return isIp4(text) || isIp6(text.replace(/%[0-9a-z]+$/i, ''));
}

/** Which family an address is of; undefined for text that is no address. */
export function familyOf(text: string): Family | undefined {
  return isIp4(text) ? 'v4' : isIp6(text) ? 'v6' : undefined;
}

/** The bits of an address of this family as a number; undefined for anything else. */
export function bitsOf(text: string, family: Family): bigint | undefined {
  if (family === 'v4') {
    const bits = readIp4(text);
    return bits === undefined ? undefined : BigInt(bits);
  }
  return ip6Groups(text)?.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
}

/** Whether the first `prefix` bits of two addresses of a family are the same. */
export function sameNetwork(a: bigint, b: bigint, prefix: number, family: Family): boolean {
  const shift = BigInt(WIDTH[family] - prefix);
  return a >> shift === b >> shift;
}

/** Whether two texts are the same address. */
export function isSameAddress(a: string, b: string): boolean {
  if (a === b) return true;
  const family = familyOf(a);
  return family !== undefined && bitsOf(a, family) === bitsOf(b, family);
}

/** The name whose PTR records name the address; undefined for text that is no address. */
export function reverseName(address: string): Name | undefined {
  if (isIp4(address)) return parseName(`${address.split('.').reverse().join('.')}.in-addr.arpa`);
  const groups = ip6Groups(address)?.map((group) => group.toString(16).padStart(4, '0'));
  return groups && parseName(`${[...groups.join('')].reverse().join('.')}.ip6.arpa`);
}

/**
 * What a special-purpose address is for, in words ("a private network"), or a network, by its first address and the
 * length of its prefix in bits; undefined for one that the whole Internet can reach, if only in part, and for text that
 * is no address.
 */
export function purposeOf(address: string, prefix?: number): string | undefined {
  const family = familyOf(address);
  if (family === undefined) return undefined;
  const bits = bitsOf(address, family) as bigint;
  const free = BigInt(WIDTH[family] - (prefix ?? WIDTH[family]));
  return setAside(family).find(({ start, shift }) => shift >= free && bits >> shift === start)?.purpose;
}

/** Addresses whose bits, shifted to the right, are those of the start. */
export interface Network {
  readonly purpose: string | undefined;
  readonly start: bigint;
  readonly shift: bigint;
}

/**
 * The networks of a family that are set aside, what is inside another before it; without a purpose where the whole
 * Internet reaches them all the same.
 */
export function setAside(family: Family): readonly Network[] {
  networks ??= { v4: networksOf('v4'), v6: networksOf('v6') };
  return networks[family];
}

/** Read once, when first asked for: a report asks for every address of every mail server. */
let networks: Readonly<Record<Family, readonly Network[]>> | undefined;

function networksOf(family: Family): readonly Network[] {
  return PURPOSES.flatMap(([purpose, ...texts]) =>
    texts.flatMap((text) => {
      const [first = '', prefix] = text.split('/');
      const bits = bitsOf(first, family);
      const shift = BigInt(WIDTH[family] - Number(prefix));
      return bits === undefined ? [] : { purpose, start: bits >> shift, shift };
    }),
  );
}

/** Eight groups as text: no leading zeros, the longest run of zero groups (the first of equals) as "::" (RFC 5952 §4). */
export function ip6Text(groups: readonly number[]): string {
  let start = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > length) {
      start = i;
      length = end - i;
    }
    i = Math.max(i, end - 1);
  }
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  return start < 0 ? text(groups) : `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`;
}

/** The 32 bits of a dotted quad. Read for every network of every record of a tree, so digit by digit. */
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

/** The eight groups of an IPv6 address; undefined for text that is none. */
export function ip6Groups(text: string): number[] | undefined {
  if (!/^[0-9a-f:.]{2,45}$/i.test(text) || !text.includes(':')) return undefined;
  const [, front = text, quad] = /^(.*:)(.*\..*)$/.exec(text) ?? [];
  const last = quad === undefined ? 0 : readIp4(quad);
  if (last === undefined) return undefined;
  const tail = quad === undefined ? '' : `${(last >>> 16).toString(16)}:${(last & 0xffff).toString(16)}`;
  const halves = (front + tail).split('::').map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - halves.flat().length;
  if (halves.length === 1 ? missing !== 0 : halves.length > 2 || missing < 1) return undefined;
  const [before = [], after = []] = halves;
  const groups = [...before, ...Array<string>(missing).fill('0'), ...after];
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))
    ? groups.map((group) => Number.parseInt(group, 16))
    : undefined;
}

/** What addresses of documentation are for (RFC 5737, RFC 3849, RFC 9637). */
export const EXAMPLES = 'examples';

/** Networks by purpose, the first that holds an address. */
const PURPOSES: readonly (readonly [purpose: string | undefined, ...networks: string[]])[] = [
  ['no host at all', '0.0.0.0/8', '::/128'],
  ['broadcasts', '255.255.255.255/32'],
  ['multicast groups', '224.0.0.0/4', 'ff00::/8'],
  ['a single link', '169.254.0.0/16', 'fe80::/10'],
  ['a host talking to itself', '127.0.0.0/8', '::1/128'],
  ["a provider's inner network", '100.64.0.0/10'],
  ['a private network', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fec0::/10'],
  ['IPv4 inside programs', '::ffff:0:0/96'],
  ['translation between IPv4 and IPv6', '::ffff:0:0:0/96'],
  ['discarding traffic', '100::/64'],
  ['Teredo tunnels', '2001::/32'],
  ['benchmarks', '198.18.0.0/15', '2001:2::/48'],
  ['identifiers that are no addresses', '2001:10::/28', '2001:20::/28'],
  // Multicast without multicast (RFC 7450), AS112 (RFC 7535) and drones (RFC 9374): reached from anywhere.
  [undefined, '2001:3::/32', '2001:4:112::/48', '2001:30::/28'],
  [EXAMPLES, '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32', '3fff::/20'],
  ['protocols or future use', '192.0.0.0/24', '192.88.99.0/24', '240.0.0.0/4', '2001::/23'],
];
