/*
 * The verdict of the TLS library that looked (its roots are the public authorities'), in the few kinds that call
 * for different repairs. Codes are OpenSSL's, as Node passes them on; other platforms' words count as a refusal
 * for a reason that is not known.
 */

import { type Certificate, chainOrder, isSelfSigned } from './certificate.ts';

/** What a verifier said, sorted. */
export type TrustVerdict =
  | 'trusted'
  | 'self-signed'
  /** The issuer's certificate was not sent. */
  | 'incomplete'
  /** Issued by an authority nobody outside knows. */
  | 'unknown-issuer'
  /** Out of date; judged by its dates. */
  | 'dates'
  | 'revoked'
  | 'refused';

/** Sorts a verdict; without one only a certificate that vouches for itself can be told. */
export function trustVerdict(
  code: string | undefined,
  chain: readonly Certificate[],
): TrustVerdict | undefined {
  const [leaf] = chain;
  const alone = leaf !== undefined && chain.length === 1 && isSelfSigned(leaf);
  if (code === undefined) return alone ? 'self-signed' : undefined;
  if (code === 'trusted') return 'trusted';
  if (alone || code === 'DEPTH_ZERO_SELF_SIGNED_CERT') return 'self-signed';
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') return 'dates';
  if (code === 'CERT_REVOKED') return 'revoked';
  if (code === 'SELF_SIGNED_CERT_IN_CHAIN') return 'unknown-issuer';
  if (code.startsWith('UNABLE_TO_'))
    return chainOrder(chain).alone && code !== 'UNABLE_TO_GET_CRL' ? 'incomplete' : 'unknown-issuer';
  return 'refused';
}
