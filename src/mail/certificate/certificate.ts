/*
 * Certificates of mail servers (RFC 5280), as far as senders and mail programs judge them. What counts as the
 * server's name are the DNS names in subjectAltName; the old common name is read but never counts where such
 * names exist (RFC 6125 §6.4.4). A chain begins with the server's own certificate, each next one being its issuer
 * (RFC 8446 §4.4.2). Whether the last leads to a root that the world trusts is not judged here: there is no list
 * of roots in this house, and the relay's host has one.
 */

/** A certificate, read. Octets of the whole and of its key are kept for TLSA records. */
export interface Certificate {
  /** The same for the same octets only. */
  readonly identity: string;
  /** Undefined where only a summary of it is known. */
  readonly octets?: CertificateOctets;
  /** SHA-256 in hex of the whole and of its key, where a summary has them. */
  readonly digests?: { readonly whole?: string; readonly key?: string };
  /** Whether its issuer among the certificates sent signed it, where a summary says so. */
  readonly verified?: boolean;
  readonly signature: SignatureAlgorithm;
  /** For people: "CN=mx.example.com, O=Example". */
  readonly subject: string;
  readonly issuer: string;
  /** For comparing: the names' octets in hex, or what a summary has of them. */
  readonly subjectKey: string;
  readonly issuerKey: string;
  readonly commonNames: readonly string[];
  /** DNS names of subjectAltName, in lower case; undefined without that extension. */
  readonly dnsNames?: readonly string[];
  readonly notBefore: number;
  readonly notAfter: number;
  readonly key: PublicKey;
  /** basicConstraints says that it is an authority. */
  readonly authority: boolean;
  /** Bits of keyUsage by name; undefined without that extension. */
  readonly keyUsage?: readonly string[];
  /** Object identifiers of extKeyUsage; undefined without that extension. */
  readonly purposes?: readonly string[];
  /** The TLS feature "status_request" (RFC 7633): the server must staple a proof that it is not revoked. */
  readonly mustStaple: boolean;
}

/** The octets of a certificate. */
export interface CertificateOctets {
  readonly der: Uint8Array<ArrayBuffer>;
  /** SubjectPublicKeyInfo as it stands in the certificate; undefined when it cannot be cut out. */
  readonly spki?: Uint8Array<ArrayBuffer>;
  /** What the issuer signed. */
  readonly signed?: Uint8Array<ArrayBuffer>;
  readonly signatureValue: Uint8Array<ArrayBuffer>;
}

/** How a certificate is signed. */
export interface SignatureAlgorithm {
  /** "RSA with SHA-256"; the object identifier where it has no name here. */
  readonly name: string;
  readonly hash?: 'MD5' | 'SHA-1' | 'SHA-224' | 'SHA-256' | 'SHA-384' | 'SHA-512';
  readonly kind?: 'rsa' | 'ec' | 'ed25519';
}

/** A public key by its kind and size. */
export type PublicKey =
  | { readonly kind: 'rsa'; readonly bits: number }
  | { readonly kind: 'ec'; readonly bits: number; readonly curve: string }
  | { readonly kind: 'ed25519' | 'ed448' | 'dsa' }
  | { readonly kind: 'other'; readonly algorithm: string };

/** Whether it was issued by its own holder. */
export function isSelfSigned(certificate: Certificate): boolean {
  return certificate.subjectKey === certificate.issuerKey;
}

/** How a certificate's names stand to the host it was shown for. */
export type NameMatch =
  | 'matches'
  /** Only the common name does, which MTA-STS and most others ignore. */
  | 'common-name'
  /** There are names, none is this host's. */
  | 'differs'
  /** There is no DNS name in it at all. */
  | 'none';

/** Compares the names with those a client may expect, any of which is enough. */
export function nameMatch(certificate: Certificate, references: readonly string[]): NameMatch {
  const { dnsNames, commonNames } = certificate;
  const fits = (names: readonly string[]) =>
    names.some((name) => references.some((reference) => covers(name, reference)));
  if (dnsNames !== undefined && dnsNames.length > 0) return fits(dnsNames) ? 'matches' : 'differs';
  return fits(commonNames) ? 'common-name' : 'none';
}

/** Whether a certificate's name covers a host: equal, or a wildcard as the whole first label (RFC 6125 §6.4.3). */
export function covers(pattern: string, host: string): boolean {
  const [name, wanted] = [plain(pattern), plain(host)];
  if (!name.startsWith('*.')) return name === wanted;
  const dot = wanted.indexOf('.');
  return dot > 0 && name.slice(2) === wanted.slice(dot + 1) && name.slice(2).includes('.');
}

/** How the certificates a server sent hang together. */
export interface ChainOrder {
  /** The server's own certificate comes first. */
  readonly leafFirst: boolean;
  /** Each is followed by its issuer. */
  readonly ordered: boolean;
  /** Nothing but a certificate of another's making: that other's is missing. */
  readonly alone: boolean;
}

/** Reads the order of a chain that is not empty. */
export function chainOrder(chain: readonly Certificate[]): ChainOrder {
  const [first] = chain;
  const ordered = chain.every((certificate, i) => {
    const next = chain[i + 1];
    return next === undefined || next.subjectKey === certificate.issuerKey;
  });
  return {
    leafFirst: first === undefined || !first.authority || chain.every((certificate) => certificate.authority),
    ordered,
    alone: chain.length === 1 && first !== undefined && !isSelfSigned(first),
  };
}

/** The path from the first certificate up, as far as issuers were sent, whatever their order. */
export function pathOf(chain: readonly Certificate[]): readonly Certificate[] {
  const path: Certificate[] = [];
  let current = chain[0];
  while (current !== undefined && path.length <= chain.length) {
    path.push(current);
    if (isSelfSigned(current)) break;
    const wanted: string = current.issuerKey;
    const from: Certificate = current;
    current = chain.find((each) => each !== from && each.subjectKey === wanted && !path.includes(each));
  }
  return path;
}

/** Whether a key is long enough (RFC 9325 §4.5). */
export function keyStrength(key: PublicKey): 'strong' | 'odd' | 'weak' | 'unknown' {
  switch (key.kind) {
    case 'rsa':
      return key.bits < 2048 ? 'weak' : 'strong';
    case 'ec':
      return key.bits < 224 ? 'weak' : key.bits < 256 ? 'odd' : 'strong';
    case 'dsa':
      return 'weak';
    case 'other':
      return 'unknown';
    default:
      return 'strong';
  }
}

/** "RSA with 2048 bits", "P-256". */
export function keyWords(key: PublicKey): string {
  if (key.kind === 'rsa') return `RSA with ${key.bits} bits`;
  if (key.kind === 'ec') return key.curve;
  return key.kind === 'other' ? key.algorithm : key.kind === 'dsa' ? 'DSA' : `E${key.kind.slice(1)}`;
}

/** Why a certificate is not made for a TLS server, if so (RFC 5280 §4.2.1.3, §4.2.1.12). */
export function usageFault(certificate: Certificate): 'purpose' | 'any-purpose' | 'no-signing' | undefined {
  const { purposes, keyUsage } = certificate;
  if (purposes !== undefined && !purposes.includes(SERVER_AUTH))
    return purposes.includes(ANY_PURPOSE) ? 'any-purpose' : 'purpose';
  return keyUsage !== undefined && !keyUsage.includes('digitalSignature') ? 'no-signing' : undefined;
}

/** Days that certificates of public authorities may be valid, by the day of issue (CA/Browser Forum SC-081v3). */
export function longestLifetime(notBefore: number): number {
  const rule = LIFETIMES.find(([from]) => notBefore >= from);
  return rule?.[1] ?? 825;
}

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const ANY_PURPOSE = '2.5.29.37.0';

const LIFETIMES: readonly (readonly [from: number, days: number])[] = [
  [Date.UTC(2029, 2, 15), 47],
  [Date.UTC(2027, 2, 15), 100],
  [Date.UTC(2026, 2, 15), 200],
  [Date.UTC(2020, 8, 1), 398],
];

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
