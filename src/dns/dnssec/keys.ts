/*
 * DNSSEC keys and the digests that vouch for them. A zone signs with the keys in its DNSKEY set; the parent vouches
 * for one of them by a DS record, a digest over the zone's name and the key (RFC 4034 §5.1.4). Only digests are
 * computed here, no signatures are verified: that a chain is valid is the resolver's word. Digest types 1
 * (SHA-1), 2 (SHA-256) and 4 (SHA-384) are known; others count as not supported.
 */

import { labelsOf, type Name } from '../name.ts';
import type { RecordData } from '../record.ts';

/** A DNSKEY with what follows from its octets. */
export interface KeyInfo {
  readonly flags: number;
  readonly algorithm: number;
  /** Key tag (RFC 4034 appendix B); not unique. */
  readonly tag: number;
  /** Zone key bit (RFC 4034 §2.1.1): without it the key signs nothing. */
  readonly zoneKey: boolean;
  /** Secure entry point bit, a hint only. */
  readonly entryPoint: boolean;
  /** Revoked (RFC 5011 §2.1). */
  readonly revoked: boolean;
  /** Size of an RSA modulus in bits; undefined for other algorithms and unreadable keys. */
  readonly bits?: number;
  /** The DNSKEY's data on the wire. */
  readonly wire: Uint8Array<ArrayBuffer>;
}

/** How one DS record stands to the keys of the zone. */
export type DsMatch =
  | { readonly how: 'matches'; readonly key: KeyInfo }
  /** No key has its tag and algorithm. */
  | { readonly how: 'no-key' }
  /** A key has its tag and algorithm, but its digest is another. */
  | { readonly how: 'differs'; readonly key: KeyInfo }
  /** The digest type is not one computed here. */
  | { readonly how: 'unsupported' };

/** Reads a DNSKEY; undefined when its key is no base64. */
export function keyInfo(data: RecordData['DNSKEY']): KeyInfo | undefined {
  const key = fromBase64(data.key);
  if (key === undefined) return undefined;
  const wire = new Uint8Array(4 + key.length);
  wire.set([data.flags >> 8, data.flags & 255, data.protocol, data.algorithm]);
  wire.set(key, 4);
  const bits = RSA.has(data.algorithm) ? modulusBits(key) : undefined;
  return {
    flags: data.flags,
    algorithm: data.algorithm,
    tag: keyTag(wire),
    zoneKey: (data.flags & 0x100) !== 0,
    entryPoint: (data.flags & 1) !== 0,
    revoked: (data.flags & 0x80) !== 0,
    ...(bits === undefined ? {} : { bits }),
    wire,
  };
}

/**
 * Compares a DS record of `zone` with the zone's keys. Few digests are computed whatever the input: only keys
 * with the record's tag and algorithm count, and of those at most four, for tags can be made to collide.
 */
export async function matchDs(zone: Name, ds: RecordData['DS'], keys: readonly KeyInfo[]): Promise<DsMatch> {
  const same = keys.filter((key) => key.tag === ds.keyTag && key.algorithm === ds.algorithm).slice(0, 4);
  const [first] = same;
  if (first === undefined) return { how: 'no-key' };
  for (const key of same) {
    const digest = await dsDigest(zone, key, ds.digestType);
    if (digest === undefined) return { how: 'unsupported' };
    if (digest === ds.digest.toLowerCase()) return { how: 'matches', key };
  }
  return { how: 'differs', key: first };
}

/** The digest a DS record of this key carries, in lower-case hex; undefined for a type not known here. */
export async function dsDigest(zone: Name, key: KeyInfo, digestType: number): Promise<string | undefined> {
  const hash = HASHES[digestType];
  if (hash === undefined) return undefined;
  const owner = wireName(zone);
  const input = new Uint8Array(owner.length + key.wire.length);
  input.set(owner);
  input.set(key.wire, owner.length);
  const digest = new Uint8Array(await crypto.subtle.digest(hash, input));
  return [...digest].map((octet) => octet.toString(16).padStart(2, '0')).join('');
}

/** Key tag by RFC 4034 appendix B, over a DNSKEY's data. */
function keyTag(wire: Uint8Array): number {
  // Appendix B.1: RSA/MD5 keys take their tag from the modulus.
  if (wire[3] === 1) return ((wire.at(-3) ?? 0) << 8) | (wire.at(-2) ?? 0);
  let sum = 0;
  for (const [i, octet] of wire.entries()) sum += i % 2 === 0 ? octet << 8 : octet;
  return (sum + (sum >> 16)) & 0xffff;
}

/** Bits of an RSA modulus (RFC 3110 §2). */
function modulusBits(key: Uint8Array): number | undefined {
  const [first, second, third] = key;
  if (first === undefined || second === undefined || third === undefined) return undefined;
  const start = first === 0 ? 3 + ((second << 8) | third) : 1 + first;
  if (start >= key.length) return undefined;
  let at = start;
  while (at < key.length && key[at] === 0) at++;
  const top = key[at];
  return top === undefined ? 0 : (key.length - at - 1) * 8 + (32 - Math.clz32(top));
}

function wireName(name: Name): Uint8Array {
  const octets: number[] = [];
  for (const label of labelsOf(name)) {
    octets.push(label.length);
    for (let i = 0; i < label.length; i++) octets.push(label.charCodeAt(i));
  }
  return new Uint8Array([...octets, 0]);
}

function fromBase64(text: string): Uint8Array | undefined {
  const clean = text.replace(/[ \t]/g, '').replace(/=+$/, '');
  if (clean === '' || /[^A-Za-z0-9+/]/.test(clean) || clean.length % 4 === 1) return undefined;
  const out = new Uint8Array((clean.length * 3) >> 2);
  let [bits, held, at] = [0, 0, 0];
  for (const char of clean) {
    held = ((held << 6) | BASE64.indexOf(char)) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = (held >> bits) & 255;
    }
  }
  return out;
}

/** The one thing used of the platform. */
declare const crypto: {
  readonly subtle: { digest(hash: string, data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> };
};

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const HASHES: Readonly<Record<number, string>> = { 1: 'SHA-1', 2: 'SHA-256', 4: 'SHA-384' };

const RSA: ReadonlySet<number> = new Set([1, 5, 7, 8, 10]);
