/*
 * Whether one key signed a certificate (RFC 5280 §6.1.3 a.1), by the platform's WebCrypto. Algorithms it does not
 * have, and pages served without HTTPS, where it is missing, leave the question open.
 */

import type { Certificate } from './certificate.ts';

/** Whether the holder of `spki` signed it; undefined when that cannot be computed here. */
export async function isSignedBy(
  certificate: Certificate,
  spki: Uint8Array<ArrayBuffer> | undefined,
): Promise<boolean | undefined> {
  const { signed, signatureValue } = certificate.octets ?? {};
  if (signed === undefined || signatureValue === undefined || spki === undefined) return undefined;
  const { kind, hash } = certificate.signature;
  const subtle = typeof crypto === 'undefined' ? undefined : crypto.subtle;
  if (subtle === undefined || kind === undefined || hash === 'MD5' || hash === 'SHA-224') return undefined;
  try {
    if (kind === 'rsa') {
      const key = await subtle.importKey('spki', spki, { name: 'RSASSA-PKCS1-v1_5', hash }, false, [
        'verify',
      ]);
      return await subtle.verify('RSASSA-PKCS1-v1_5', key, signatureValue, signed);
    }
    if (kind === 'ed25519') {
      const key = await subtle.importKey('spki', spki, { name: 'Ed25519' }, false, ['verify']);
      return await subtle.verify('Ed25519', key, signatureValue, signed);
    }
    const curve = CURVES.find(([, , oid]) => hexOf(spki).includes(oid));
    const value = curve && fixedSize(signatureValue, curve[1]);
    if (curve === undefined || value === undefined) return undefined;
    const algorithm = { name: 'ECDSA', namedCurve: curve[0] };
    const key = await subtle.importKey('spki', spki, algorithm, false, ['verify']);
    return await subtle.verify({ name: 'ECDSA', hash }, key, value, signed);
  } catch {
    // A key of another kind than the signature, or an algorithm this engine lacks.
    return undefined;
  }
}

/** From SEQUENCE { INTEGER r, INTEGER s } to r and s side by side, as WebCrypto wants them. */
function fixedSize(der: Uint8Array, size: number): Uint8Array<ArrayBuffer> | undefined {
  const out = new Uint8Array(size * 2);
  let at = der[1] !== undefined && der[1] >= 0x80 ? 3 : 2;
  for (const half of [0, 1]) {
    const length = der[at + 1];
    if (der[at] !== 2 || length === undefined || length > 127) return undefined;
    let number = der.subarray(at + 2, at + 2 + length);
    while (number.length > size && number[0] === 0) number = number.subarray(1);
    if (number.length > size) return undefined;
    out.set(number, size * (half + 1) - number.length);
    at += 2 + length;
  }
  return out;
}

function hexOf(octets: Uint8Array): string {
  return Array.from(octets.subarray(0, 32), (octet) => octet.toString(16).padStart(2, '0')).join('');
}

/** Curves WebCrypto has: name, octets of a coordinate, object identifier. */
const CURVES: readonly (readonly [name: string, octets: number, oid: string])[] = [
  ['P-256', 32, '2a8648ce3d030107'],
  ['P-384', 48, '2b81040022'],
  ['P-521', 66, '2b81040023'],
];

type Bytes = Uint8Array<ArrayBuffer>;
type Algorithm = { readonly name: string; readonly hash?: string | undefined; readonly namedCurve?: string };

/** The one thing used of the platform. */
declare const crypto: {
  readonly subtle?: {
    importKey(
      format: 'spki',
      data: Bytes,
      algorithm: Algorithm,
      extractable: boolean,
      uses: ['verify'],
    ): Promise<object>;
    verify(algorithm: Algorithm | string, key: object, signature: Bytes, data: Bytes): Promise<boolean>;
  };
};
