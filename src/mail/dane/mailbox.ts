/*
 * Keys of one address in DNS: S/MIME certificates (SMIMEA, RFC 8162) and OpenPGP keys (OPENPGPKEY, RFC 7929) stand
 * below the domain under a label made from the part before the @: the first 28 octets of its SHA-256, in hex. The
 * part is taken as it is written, in UTF-8 and without folding its case (RFC 8162 §3, RFC 7929 §3), so that the same
 * mailbox written otherwise has another name. Both standards are experimental.
 */

import { type Name, prefixed } from '../../dns/name.ts';
import { toOctets } from '../../dns/text.ts';

/** The label of a local part without quotes; undefined where digests cannot be computed. */
export async function mailboxLabel(localPart: string): Promise<string | undefined> {
  const subtle = typeof crypto === 'undefined' ? undefined : crypto.subtle;
  if (subtle === undefined) return undefined;
  const octets = Uint8Array.from(toOctets(localPart), (octet) => octet.charCodeAt(0));
  const digest = new Uint8Array(await subtle.digest('SHA-256', octets));
  return Array.from(digest.subarray(0, 28), (octet) => octet.toString(16).padStart(2, '0')).join('');
}

/** Where the keys of a kind stand; undefined where the name would be too long for DNS. */
export function keyName(label: string, kind: '_smimecert' | '_openpgpkey', domain: Name): Name | undefined {
  return prefixed(`${label}.${kind}`, domain);
}

/** WebCrypto, where the platform has it: this file is read without the platform's types. */
declare const crypto: {
  readonly subtle?: { digest(algorithm: 'SHA-256', octets: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> };
};
