/*
 * The name a mail server's certificate is to have, which depends on what senders go by. Loaded only where a relay
 * brought certificates.
 */

import type { Name } from '../dns/name.ts';
import type { Blind } from '../facts/observation.ts';
import { type Certificate, nameMatch } from '../mail/certificate/certificate.ts';
import type { Expected } from './tls-context.ts';

/** Whether a certificate has the name that senders look for at a host of a domain. */
export function isNamed(
  leaf: Certificate,
  host: Name,
  domain: Name,
  { sts, dane }: Expected,
): boolean | Blind {
  const match = nameMatch(leaf, [host]);
  if (match === 'matches') return true;
  // RFC 7672 §3.2.2, §3.2.3: by a TLSA record of the issuer, the domain's name and a common name do as well.
  const enough = match === 'common-name' || nameMatch(leaf, [domain]) === 'matches';
  if (!enough || dane !== 'issuer') return false;
  return typeof sts === 'object' ? sts : sts === 'none';
}
