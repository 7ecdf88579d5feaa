/*
 * TLSA records against the certificates a server sent (RFC 7671 §5, RFC 7672 §3). Usage 3 matches the server's own
 * certificate and nothing else counts, neither names nor dates. Usage 2 matches an issuer among the certificates
 * sent; then the name must be right and the dates valid, and each certificate must be signed by the next. Only a
 * record that holds the whole certificate or key (matching type 0) may name an issuer that was not sent. Of
 * several digests over the same, only the strongest counts (RFC 7671 §9). One record that matches is enough.
 * Deviation: a signature of an algorithm unknown here is taken for good.
 */

import { type Certificate, nameMatch, pathOf } from '../certificate/certificate.ts';
import { isSignedBy } from '../certificate/signature.ts';
import { type Tlsa, tlsaFault } from './record.ts';

/** What came of one record. */
export type MatchResult =
  | 'matches'
  | 'differs'
  /** Usage 2: the issuer is there, but the certificate has not the name. */
  | 'wrong-name'
  /** Usage 2: the issuer is there, but a certificate on the way is out of date. */
  | 'dates'
  | 'unusable'
  /** A stronger digest of the same kind stands beside it; it counts for nothing. */
  | 'passed-over'
  /** Could not be computed here. */
  | 'unknown';

export interface MatchContext {
  /** Names the certificate may have: the host, and the domain where its MX is signed (RFC 7672 §3.2.2). */
  readonly names: readonly string[];
  readonly now: number;
  /** Reads a certificate that a record holds itself. */
  readonly read: (der: Uint8Array<ArrayBuffer>) => Certificate | undefined;
}

/** Compares each record with a chain that is not empty; results in the order of the records. */
export async function matchChain(
  records: readonly Tlsa[],
  chain: readonly Certificate[],
  context: MatchContext,
): Promise<readonly MatchResult[]> {
  return Promise.all(
    records.map(async (record) => {
      if (tlsaFault(record) !== undefined) return 'unusable';
      if (isPassedOver(record, records)) return 'passed-over';
      return record.usage === 3 ? matchOwn(record, chain[0]) : matchIssuer(record, chain, context);
    }),
  );
}

/** Whether the set as a whole authenticates the server; undefined when it could not be computed. */
export function authenticates(results: readonly MatchResult[]): boolean | undefined {
  if (results.includes('matches')) return true;
  return results.includes('unknown') ? undefined : false;
}

/** Whether a record's data are those of a certificate, whatever its usage; undefined when not computable. */
export async function describes(record: Tlsa, certificate: Certificate): Promise<boolean | undefined> {
  const { octets, digests } = certificate;
  const part = record.selector === 0 ? octets?.der : octets?.spki;
  const known = record.selector === 0 ? digests?.whole : digests?.key;
  const data =
    part === undefined
      ? record.matching === 1
        ? known
        : undefined
      : record.matching === 0
        ? hex(part)
        : await digest(record.matching, part);
  return data === undefined ? undefined : data === record.data;
}

/** SHA-256 in hex of a certificate and of its key; undefined where that cannot be computed. */
export async function digestsOf({ octets }: Certificate): Promise<Certificate['digests']> {
  const [whole, key] = await Promise.all([octets?.der, octets?.spki].map((part) => part && digest(1, part)));
  return whole === undefined || key === undefined ? undefined : { whole, key };
}

/** Data of the record `3 1 1` for a certificate's key. */
export async function keyRecord({ octets, digests }: Certificate): Promise<string | undefined> {
  const data = octets?.spki ? await digest(1, octets.spki) : digests?.key;
  return data === undefined ? undefined : `3 1 1 ${data}`;
}

async function matchOwn(record: Tlsa, leaf: Certificate | undefined): Promise<MatchResult> {
  if (leaf === undefined) return 'unknown';
  const same = await describes(record, leaf);
  return same === undefined ? 'unknown' : same ? 'matches' : 'differs';
}

async function matchIssuer(
  record: Tlsa,
  chain: readonly Certificate[],
  context: MatchContext,
): Promise<MatchResult> {
  const path = pathOf(chain);
  for (const [depth, certificate] of path.entries()) {
    if (depth > 0) {
      const below = path[depth - 1] as Certificate;
      const signed = below.verified ?? (await isSignedBy(below, certificate.octets?.spki));
      if (signed === false) return 'differs';
      const same = await describes(record, certificate);
      if (same === undefined) return 'unknown';
      if (same) return judged(path.slice(0, depth + 1), context);
    }
  }
  if (record.matching !== 0) return 'differs';
  // RFC 7671 §5.2.2: a whole certificate in the record need not be sent; §5.2.3 lets clients take a bare key.
  const held = bytesOf(record.data);
  const anchor = record.selector === 0 ? context.read(held) : undefined;
  const key = record.selector === 0 ? anchor?.octets?.spki : held;
  for (const [depth, certificate] of path.entries()) {
    if (anchor !== undefined && anchor.subjectKey !== certificate.issuerKey) continue;
    if ((await isSignedBy(certificate, key)) !== true) continue;
    const below = path.slice(0, depth + 1);
    return judged(anchor ? [...below, anchor] : below, context);
  }
  return 'differs';
}

function judged(path: readonly Certificate[], { names, now }: MatchContext): MatchResult {
  if (path.some(({ notBefore, notAfter }) => now < notBefore || now > notAfter)) return 'dates';
  const match = path[0] && nameMatch(path[0], names);
  // RFC 7672 §3.2.3: the common name still counts here where there is no DNS name.
  return match === 'matches' || match === 'common-name' ? 'matches' : 'wrong-name';
}

function isPassedOver(record: Tlsa, records: readonly Tlsa[]): boolean {
  return (
    record.matching === 1 &&
    records.some(
      (other) =>
        other.matching === 2 &&
        other.usage === record.usage &&
        other.selector === record.selector &&
        tlsaFault(other) === undefined,
    )
  );
}

async function digest(matching: number, octets: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  const subtle = typeof crypto === 'undefined' ? undefined : crypto.subtle;
  if (subtle === undefined) return undefined;
  return hex(new Uint8Array(await subtle.digest(matching === 1 ? 'SHA-256' : 'SHA-512', octets)));
}

function hex(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) text += octet.toString(16).padStart(2, '0');
  return text;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(i * 2, i * 2 + 2), 16);
  return bytes;
}

/** The one thing used of the platform; missing on pages served without HTTPS. */
declare const crypto: {
  readonly subtle?: { digest(hash: string, data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> };
};
