/*
 * Certificates as links carry them: without octets, with what is judged of them. `share/reduce.ts` makes the
 * summaries. Names are compared by their words, dates and keys as ever; TLSA records by the digests kept.
 */

import type { CertificateKey, CertificateSummary } from '../facts/smtp.ts';
import type { Certificate, PublicKey, SignatureAlgorithm } from '../mail/certificate/certificate.ts';

/** A certificate from its summary. */
export function certificateOf(summary: CertificateSummary): Certificate {
  const { subject, issuer, commonNames, dnsNames, notBefore, lifetime, keyUsage, purposes } = summary;
  const { signature: name, hash, digest, keyDigest, signed } = summary;
  return {
    // Whether its issuer came along says nothing about the certificate itself.
    identity: JSON.stringify({ ...summary, signed: undefined }),
    ...(digest === undefined && keyDigest === undefined
      ? {}
      : {
          digests: {
            ...(digest === undefined ? {} : { whole: digest }),
            ...(keyDigest === undefined ? {} : { key: keyDigest }),
          },
        }),
    ...(signed === undefined ? {} : { verified: signed }),
    signature:
      hash === undefined ? { name } : { name, hash: hash as NonNullable<SignatureAlgorithm['hash']> },
    subject,
    issuer,
    subjectKey: subject,
    issuerKey: issuer,
    commonNames,
    ...(dnsNames === undefined ? {} : { dnsNames }),
    notBefore: notBefore * 1000,
    notAfter: (notBefore + lifetime) * 1000,
    key: keyOf(summary.key),
    authority: summary.authority === true,
    ...(keyUsage === undefined ? {} : { keyUsage }),
    ...(purposes === undefined ? {} : { purposes }),
    mustStaple: summary.mustStaple === true,
  };
}

function keyOf({ kind, bits = 0, name = '' }: CertificateKey): PublicKey {
  switch (kind) {
    case 'rsa':
      return { kind, bits };
    case 'ec':
      return { kind, bits, curve: name };
    case 'other':
      return { kind, algorithm: name };
    default:
      return { kind };
  }
}
