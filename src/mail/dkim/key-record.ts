/*
 * DKIM key records: a tag list in TXT at `<selector>._domainkey.<domain>` (RFC 6376 §3.6.1, RFC 8301, RFC 8463).
 */

/** A key record as read. Never a throw: what is wrong stands in `faults`. */
export interface KeyRecord {
  readonly text: string;
  /** `live`: a verifier can use it for mail; `revoked`: `p=` is empty; `broken`: verifiers discard it. */
  readonly state: 'live' | 'revoked' | 'broken';
}
