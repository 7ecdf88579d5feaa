/*
 * Addresses as mail needs them: reachable from anywhere, or set aside for another purpose (RFC 6890 §2.2,
 * multicast by RFC 1112), and their names in the reverse tree (RFC 1035 §3.5, RFC 3596 §2.5).
 */

import ipaddr from 'ipaddr.js';
import { type Name, parseName } from './name.ts';

/**
 * What a special-purpose address is for, in words ("a private network"); undefined for an address that the
 * whole Internet can reach, and for text that is no address.
 */
export function purposeOf(address: string): string | undefined {
  const parsed = parse(address);
  return parsed && PURPOSES[parsed.range()];
}

/** The name whose PTR records name the address; undefined for text that is no address. */
export function reverseName(address: string): Name | undefined {
  const parsed = parse(address);
  if (parsed === undefined) return undefined;
  const hex = (byte: number) => [byte & 15, byte >> 4].map((nibble) => nibble.toString(16));
  const bytes = parsed.toByteArray().reverse();
  return parseName(
    parsed.kind() === 'ipv4' ? `${bytes.join('.')}.in-addr.arpa` : `${bytes.flatMap(hex).join('.')}.ip6.arpa`,
  );
}

/** Whether a text is an address, not a name: a dotted quad, or IPv6 in any form. */
export function isAddress(text: string): boolean {
  // The library tries and fails with an exception, too dear for every host name that passes here.
  if (/^[0-9.]+$/.test(text)) return ipaddr.IPv4.isValidFourPartDecimal(text);
  return text.includes(':') && ipaddr.IPv6.isValid(text);
}

/** Whether two texts are the same address. */
export function isSameAddress(a: string, b: string): boolean {
  if (a === b) return true;
  const [one, other] = [parse(a), parse(b)];
  return one !== undefined && one.toNormalizedString() === other?.toNormalizedString();
}

/** Tried, not first checked: the library's check is a whole parse. */
function parse(address: string): ReturnType<typeof ipaddr.parse> | undefined {
  try {
    return ipaddr.parse(address);
  } catch {
    return undefined;
  }
}

const PURPOSES: Readonly<Record<string, string>> = {
  unspecified: 'no host at all',
  broadcast: 'broadcasts',
  multicast: 'multicast groups',
  linkLocal: 'a single link',
  loopback: 'a host talking to itself',
  carrierGradeNat: "a provider's inner network",
  private: 'a private network',
  reserved: 'documentation, tests or future use',
  uniqueLocal: 'a private network',
  ipv4Mapped: 'IPv4 inside programs',
  rfc6145: 'translation between IPv4 and IPv6',
  discard: 'discarding traffic',
  teredo: 'Teredo tunnels',
  benchmarking: 'benchmarks',
  orchid2: 'identifiers that are no addresses',
  deprecatedOrchid: 'identifiers that are no addresses',
  deprecatedSiteLocal: 'a private network',
};
