/*
 * Just enough DER (X.690) to read an RSA public key: a SubjectPublicKeyInfo, as tools write it and RFC 6376
 * Appendix C shows it, or a bare RSAPublicKey, as RFC 6376 §3.6.1 words it. Octets are byte strings.
 * Known deviation: encodings longer than necessary (BER) are read too, as common verifiers do.
 */

/** An RSA public key as far as it is judged. */
export interface RsaKey {
  readonly kind: 'rsa';
  /** Length of the modulus in bits. */
  readonly bits: number;
  /** The public exponent; beyond 2^53 only its size is meant. */
  readonly exponent: number;
  readonly exponentBits: number;
  readonly exponentOdd: boolean;
  readonly shape: 'spki' | 'pkcs1';
}

/** Reads an RSA public key. `truncated`: more octets were announced than there are; undefined: not such a key. */
export function readRsaKey(octets: string): RsaKey | 'truncated' | undefined {
  const outer = element(octets, 0, octets.length);
  if (outer === undefined || outer.tag !== SEQUENCE) return undefined;
  if (outer.to > octets.length) return 'truncated';
  const first = element(octets, outer.from, outer.to);
  if (first === undefined || first.to > outer.to) return undefined;
  if (first.tag === INTEGER) return keyAt(octets, outer, 'pkcs1');
  if (first.tag !== SEQUENCE || !octets.startsWith(RSA_ENCRYPTION, first.from)) return undefined;
  const bits = element(octets, first.to, outer.to);
  // The first octet of a BIT STRING counts the unused bits at its end; a key has none.
  if (bits === undefined || bits.tag !== BIT_STRING || bits.to > outer.to || octets[bits.from] !== '\0')
    return undefined;
  const inner = element(octets, bits.from + 1, bits.to);
  if (inner === undefined || inner.tag !== SEQUENCE || inner.to > bits.to) return undefined;
  return keyAt(octets, inner, 'spki');
}

/** Whether the octets are an Ed25519 key wrapped in SubjectPublicKeyInfo (RFC 8410 §4), which DKIM does not use. */
export function isWrappedEd25519(octets: string): boolean {
  return octets.length === 44 && octets.startsWith(ED25519_HEADER);
}

interface Element {
  readonly tag: number;
  /** Contents, `[from, to)`; `to` may lie beyond the octets there are. */
  readonly from: number;
  readonly to: number;
}

function element(octets: string, at: number, end: number): Element | undefined {
  if (at + 2 > end) return undefined;
  const tag = octets.charCodeAt(at);
  const short = octets.charCodeAt(at + 1);
  if (short < 0x80) return { tag, from: at + 2, to: at + 2 + short };
  const size = short & 0x7f;
  if (size === 0 || size > 4 || at + 2 + size > end) return undefined;
  let length = 0;
  for (let i = 0; i < size; i++) length = length * 256 + octets.charCodeAt(at + 2 + i);
  return { tag, from: at + 2 + size, to: at + 2 + size + length };
}

function keyAt(octets: string, sequence: Element, shape: RsaKey['shape']): RsaKey | undefined {
  const modulus = element(octets, sequence.from, sequence.to);
  if (modulus === undefined || modulus.tag !== INTEGER || modulus.to > sequence.to) return undefined;
  const exponent = element(octets, modulus.to, sequence.to);
  if (exponent === undefined || exponent.tag !== INTEGER || exponent.to > sequence.to) return undefined;
  const bits = bitLength(octets, modulus);
  if (bits === 0 || exponent.from === exponent.to) return undefined;
  let value = 0;
  for (let i = exponent.from; i < exponent.to && value < 2 ** 53; i++)
    value = value * 256 + octets.charCodeAt(i);
  return {
    kind: 'rsa',
    bits,
    exponent: value,
    exponentBits: bitLength(octets, exponent),
    exponentOdd: (octets.charCodeAt(exponent.to - 1) & 1) === 1,
    shape,
  };
}

function bitLength(octets: string, { from, to }: Element): number {
  let at = from;
  while (at < to && octets.charCodeAt(at) === 0) at++;
  return at === to ? 0 : (to - at) * 8 - Math.clz32(octets.charCodeAt(at)) + 24;
}

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const SEQUENCE = 0x30;
/** The object identifier rsaEncryption, 1.2.840.113549.1.1.1. */
const RSA_ENCRYPTION = '\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01';
const ED25519_HEADER = '\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00';
