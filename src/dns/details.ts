/*
 * What few messages hold: the proofs of DNSSEC, and errors that are told in more than a word. `wire.ts` says when it
 * needs this.
 */

import { type Entry, Malformed, type Message, TYPE_NUMBERS, toHex } from './message.ts';
import type { Name } from './name.ts';
import type { Denial, Signature } from './record.ts';

/** The mnemonic of a type number: "TXT", "TYPE65280" for the unknown (RFC 3597 §5). */
export function typeName(number: number): string {
  return NAMES.get(number) ?? `TYPE${number}`;
}

/** Signatures over the answer or over its denial, and the denial itself (RFC 4035 §3.1). */
export function proofsOf(
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

/** A failure in words: the name of its code where that says more than the kind of failure, and what came with it. */
export function failureWords(
  rcode: number,
  errors: readonly { readonly code: number; readonly text: string }[],
): string {
  const told = errors
    .map(({ code, text }) => {
      const name = EXTENDED_ERRORS[code] ?? `extended error ${code}`;
      return text === '' ? name : `${name}: ${text}`;
    })
    .join('; ');
  if (rcode === SERVFAIL || rcode === REFUSED) return told;
  const name = RCODES[rcode] ?? `RCODE ${rcode}`;
  return told === '' ? name : `${name}, ${told}`;
}

const SERVFAIL = 2;
const REFUSED = 5;
const RRSIG = 46;
const NSEC = 47;
const NSEC3 = 50;

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
