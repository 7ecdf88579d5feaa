/*
 * Certificates from their octets. The ASN.1 is read by a library, which is why this file is loaded only when a
 * relay showed certificates; everything that judges stands in certificate.ts and needs none of it.
 * The key's octets are written anew from what was read and kept only where the same octets stand in the
 * certificate, so that a digest is never taken over something nobody sent.
 */

import { AsnConvert } from '@peculiar/asn1-schema';
import {
  BasicConstraints,
  ExtendedKeyUsage,
  KeyUsage,
  type Name,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  Certificate as X509,
} from '@peculiar/asn1-x509';
import { decodeBase64 } from '../dkim/base64.ts';
import { readRsaKey } from '../dkim/der.ts';
import type { Certificate, PublicKey, SignatureAlgorithm } from './certificate.ts';

/** Reads a certificate from base64; undefined when it is none. Never throws. */
export function readCertificate(base64: string): Certificate | undefined {
  const { octets, wrongAt } = decodeBase64(base64);
  if (wrongAt !== undefined || octets === '') return undefined;
  try {
    return parse(bytesOf(octets));
  } catch {
    // The library throws for whatever is not a certificate; what it threw tells nobody anything.
    return undefined;
  }
}

/** Octets of the key alone, where a TLSA record holds one (usage 2, selector 1, matching type 0). */
export function isPublicKey(der: Uint8Array<ArrayBuffer>): boolean {
  try {
    AsnConvert.parse(der, SubjectPublicKeyInfo);
    return true;
  } catch {
    return false;
  }
}

/** Reads a certificate from its octets as they stand in a TLSA record. Never throws. */
export function readDer(der: Uint8Array<ArrayBuffer>): Certificate | undefined {
  try {
    return parse(der);
  } catch {
    return undefined;
  }
}

function parse(der: Uint8Array<ArrayBuffer>): Certificate {
  const certificate = AsnConvert.parse(der, X509);
  const { tbsCertificate: body, tbsCertificateRaw, signatureAlgorithm, signatureValue } = certificate;
  const spki = new Uint8Array(AsnConvert.serialize(body.subjectPublicKeyInfo));
  const extension = (oid: string) =>
    body.extensions?.find((each) => each.extnID === oid)?.extnValue.buffer as ArrayBuffer | undefined;
  const names = extension('2.5.29.17');
  const usage = extension('2.5.29.15');
  const purposes = extension('2.5.29.37');
  const constraints = extension('2.5.29.19');
  const features = extension('1.3.6.1.5.5.7.1.24');
  const identity = hex(der);
  return {
    identity,
    octets: {
      der,
      ...(identity.includes(hex(spki)) ? { spki } : {}),
      ...(tbsCertificateRaw ? { signed: new Uint8Array(tbsCertificateRaw) } : {}),
      signatureValue: new Uint8Array(signatureValue),
    },
    signature: SIGNATURES[signatureAlgorithm.algorithm] ?? { name: signatureAlgorithm.algorithm },
    subject: words(body.subject),
    issuer: words(body.issuer),
    subjectKey: hex(new Uint8Array(AsnConvert.serialize(body.subject))),
    issuerKey: hex(new Uint8Array(AsnConvert.serialize(body.issuer))),
    commonNames: attributes(body.subject).flatMap(([type, value]) => (type === '2.5.4.3' ? [value] : [])),
    ...(names === undefined
      ? {}
      : {
          dnsNames: [...AsnConvert.parse(names, SubjectAlternativeName)].flatMap((name) =>
            name.dNSName === undefined ? [] : [name.dNSName.toLowerCase()],
          ),
        }),
    notBefore: body.validity.notBefore.getTime().getTime(),
    notAfter: body.validity.notAfter.getTime().getTime(),
    key: keyOf(body.subjectPublicKeyInfo, spki),
    authority: constraints !== undefined && AsnConvert.parse(constraints, BasicConstraints).cA,
    ...(usage === undefined ? {} : { keyUsage: AsnConvert.parse(usage, KeyUsage).toJSON() }),
    ...(purposes === undefined ? {} : { purposes: [...AsnConvert.parse(purposes, ExtendedKeyUsage)] }),
    // SEQUENCE { INTEGER 5 } (RFC 7633 §4.2.3), possibly among others.
    mustStaple: features !== undefined && hex(new Uint8Array(features)).includes('020105'),
  };
}

function keyOf({ algorithm }: SubjectPublicKeyInfo, spki: Uint8Array): PublicKey {
  switch (algorithm.algorithm) {
    case '1.2.840.113549.1.1.1': {
      const key = readRsaKey(String.fromCharCode(...spki));
      if (typeof key === 'object') return { kind: 'rsa', bits: key.bits };
      return { kind: 'other', algorithm: 'RSA' };
    }
    case '1.2.840.10045.2.1': {
      const curve = CURVES[algorithm.parameters ? hex(new Uint8Array(algorithm.parameters)) : ''];
      if (curve) return { kind: 'ec', curve: curve[0], bits: curve[1] };
      return { kind: 'other', algorithm: 'EC' };
    }
    case '1.3.101.112':
      return { kind: 'ed25519' };
    case '1.3.101.113':
      return { kind: 'ed448' };
    case '1.2.840.10040.4.1':
      return { kind: 'dsa' };
    default:
      return { kind: 'other', algorithm: algorithm.algorithm };
  }
}

function attributes(name: Name): (readonly [type: string, value: string])[] {
  return [...name].flatMap((set) => [...set].map(({ type, value }) => [type, value.toString()] as const));
}

function words(name: Name): string {
  return attributes(name)
    .map(([type, value]) => `${ATTRIBUTES[type] ?? type}=${value}`)
    .join(', ');
}

function hex(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) text += octet.toString(16).padStart(2, '0');
  return text;
}

function bytesOf(octets: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(octets.length);
  for (let i = 0; i < octets.length; i++) bytes[i] = octets.charCodeAt(i);
  return bytes;
}

const ATTRIBUTES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
};

/** Curves by the DER of their object identifiers. */
const CURVES: Readonly<Record<string, readonly [name: string, bits: number]>> = {
  '06082a8648ce3d030107': ['P-256', 256],
  '06052b81040022': ['P-384', 384],
  '06052b81040023': ['P-521', 521],
  '06052b81040021': ['P-224', 224],
  '06082a8648ce3d030101': ['P-192', 192],
  '06052b8104000a': ['secp256k1', 256],
  '06092b2403030208010107': ['brainpoolP256r1', 256],
  '06092b240303020801010b': ['brainpoolP384r1', 384],
  '06092b240303020801010d': ['brainpoolP512r1', 512],
};

const SIGNATURES: Readonly<Record<string, SignatureAlgorithm>> = {
  '1.2.840.113549.1.1.4': { name: 'RSA with MD5', hash: 'MD5', kind: 'rsa' },
  '1.2.840.113549.1.1.5': { name: 'RSA with SHA-1', hash: 'SHA-1', kind: 'rsa' },
  '1.2.840.113549.1.1.14': { name: 'RSA with SHA-224', hash: 'SHA-224', kind: 'rsa' },
  '1.2.840.113549.1.1.11': { name: 'RSA with SHA-256', hash: 'SHA-256', kind: 'rsa' },
  '1.2.840.113549.1.1.12': { name: 'RSA with SHA-384', hash: 'SHA-384', kind: 'rsa' },
  '1.2.840.113549.1.1.13': { name: 'RSA with SHA-512', hash: 'SHA-512', kind: 'rsa' },
  '1.2.840.113549.1.1.10': { name: 'RSASSA-PSS' },
  '1.2.840.10045.4.1': { name: 'ECDSA with SHA-1', hash: 'SHA-1', kind: 'ec' },
  '1.2.840.10045.4.3.1': { name: 'ECDSA with SHA-224', hash: 'SHA-224', kind: 'ec' },
  '1.2.840.10045.4.3.2': { name: 'ECDSA with SHA-256', hash: 'SHA-256', kind: 'ec' },
  '1.2.840.10045.4.3.3': { name: 'ECDSA with SHA-384', hash: 'SHA-384', kind: 'ec' },
  '1.2.840.10045.4.3.4': { name: 'ECDSA with SHA-512', hash: 'SHA-512', kind: 'ec' },
  '1.2.840.10040.4.3': { name: 'DSA with SHA-1', hash: 'SHA-1' },
  '1.3.101.112': { name: 'Ed25519', kind: 'ed25519' },
  '1.3.101.113': { name: 'Ed448' },
};
