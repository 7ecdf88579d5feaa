/*
 * Questions put to the DNS and what a resolver may answer. An answer is one of two things only: data or
 * none (NOERROR), or a name that does not exist (NXDOMAIN, RFC 8020 §2). Everything else a resolver can say
 * (SERVFAIL, REFUSED, silence) is no answer at all and is kept elsewhere, as blindness.
 */

import type { Name } from './name.ts';

/** Data of each record type asked for. TXT and SPF: character-strings as byte strings, boundaries kept. */
export interface RecordData {
  A: string;
  AAAA: string;
  CAA: { flags: number; tag: string; value: string };
  CDS: { keyTag: number; algorithm: number; digestType: number; digest: string };
  CNAME: Name;
  DNSKEY: { flags: number; protocol: number; algorithm: number; key: string };
  DS: { keyTag: number; algorithm: number; digestType: number; digest: string };
  MX: { preference: number; exchange: Name };
  NS: Name;
  OPENPGPKEY: string;
  PTR: Name;
  SOA: {
    mname: Name;
    rname: Name;
    serial: number;
    refresh: number;
    retry: number;
    expire: number;
    minimum: number;
  };
  SMIMEA: RecordData['TLSA'];
  SPF: readonly string[];
  SRV: { priority: number; weight: number; port: number; target: Name };
  TLSA: { usage: number; selector: number; matching: number; data: string };
  TXT: readonly string[];
}

/** Types this program asks for. Digests, TLSA and SMIMEA data are lower-case hex, DNSKEY and OpenPGP keys base64. */
export type RecordType = keyof RecordData;

/** One record; `ttl` in seconds. */
export interface DnsRecord<T extends RecordType = RecordType> {
  readonly ttl: number;
  readonly data: RecordData[T];
}

/** A signature over the answer (RFC 4034 §3.1); times in seconds since 1970. */
export interface Signature {
  readonly covered: string;
  readonly algorithm: number;
  readonly signer: Name;
  readonly keyTag: number;
  readonly inception: number;
  readonly expiration: number;
}

/** Algorithms that must not sign any more and that resolvers may refuse to verify (RFC 9905, RFC 9906, RFC 9904). */
export const RETIRED_ALGORITHMS: ReadonlySet<number> = new Set([1, 3, 5, 6, 7, 12]);

/** Proof of absence found in the authority section when DNSSEC records were asked for. */
export interface Denial {
  readonly kind: 'nsec' | 'nsec3';
  readonly owner: Name;
  readonly types: readonly string[];
  /** NSEC only: the next name. */
  readonly next?: Name;
  /** NSEC3 only (RFC 5155 §3.2). */
  readonly iterations?: number;
  readonly salt?: string;
  readonly optOut?: boolean;
  readonly ttl: number;
}

/** One question. `cd` asks the resolver not to validate; `dnssec` asks for signatures and denial (DO). */
export interface DnsQuestion<T extends RecordType = RecordType> {
  readonly kind: 'dns';
  readonly name: Name;
  readonly type: T;
  readonly cd?: true;
  readonly dnssec?: true;
}

/** What a resolver answered. */
export interface DnsAnswer<T extends RecordType = RecordType> {
  readonly rcode: 'NOERROR' | 'NXDOMAIN';
  /** Names the question was led on to by CNAME, in order; the records belong to the last one. */
  readonly chain: readonly Name[];
  readonly records: readonly DnsRecord<T>[];
  /** The resolver says it validated the answer (AD, RFC 4035 §3.2.3). */
  readonly authentic: boolean;
  /** Extended DNS Errors that came along (RFC 8914). */
  readonly errors: readonly { code: number; text: string }[];
  /** SOA of the zone that denied, when it came along: its owner and how long the denial may be kept. */
  readonly zone?: { readonly name: Name; readonly minimum: number; readonly ttl: number };
  /** Only when `dnssec` was asked. */
  readonly signatures?: readonly Signature[];
  readonly denial?: readonly Denial[];
}

/** A question to the DNS. */
export function dns<T extends RecordType>(
  name: Name,
  type: T,
  flags: { cd?: true; dnssec?: true } = {},
): DnsQuestion<T> {
  return { kind: 'dns', name, type, ...flags };
}

/** Whether the answer is an absence: the name does not exist, or has no record of the type. */
export function isAbsent(answer: DnsAnswer): boolean {
  return answer.records.length === 0;
}

/** Whether the name itself does not exist, and so no name below it either (RFC 8020 §2). */
export function isNowhere({ rcode, chain }: DnsAnswer): boolean {
  return rcode === 'NXDOMAIN' && chain.length === 0;
}

/** Joins the character-strings of one TXT record with nothing between (RFC 7208 §3.3, RFC 6376 §3.6.2.2). */
export function joined(strings: readonly string[]): string {
  return strings.join('');
}

/** The texts of a TXT answer, each record joined. */
export function texts(answer: DnsAnswer<'TXT'>): string[] {
  return answer.records.map((record) => joined(record.data));
}
