/*
 * TLSA records (RFC 6698 §2.1) as mail servers may use them (RFC 7672 §3.1): usage 3 names the server's own
 * certificate or key, usage 2 an authority's that issued it; 0 and 1 lean on the public authorities and are not
 * used for mail. The selector says whether the whole certificate or its key is meant, the matching type whether
 * it stands there itself or a digest. A record that cannot be used protects nothing, but a set of such records
 * still tells senders never to deliver in clear text (RFC 7672 §2.2).
 */

/** The data of a TLSA record; `data` in lower-case hex. */
export interface Tlsa {
  readonly usage: number;
  readonly selector: number;
  readonly matching: number;
  readonly data: string;
}

/** Why senders cannot use a record. */
export type TlsaFault =
  /** Usage 0 or 1, or one that does not exist. */
  | 'usage'
  /** Selector or matching type that does not exist. */
  | 'parameter'
  /** Data that cannot be what the parameters say: a digest of another length, nothing, no certificate. */
  | 'data';

/** Why a record cannot be used for mail; undefined when it can. */
export function tlsaFault(record: Tlsa): TlsaFault | undefined {
  if (record.usage !== 2 && record.usage !== 3) return 'usage';
  if (record.selector > 1 || record.matching > 2) return 'parameter';
  return hasSoundData(record) ? undefined : 'data';
}

/** Whether the data can be what selector and matching type say. */
export function hasSoundData({ matching, data }: Tlsa): boolean {
  if (!/^(?:[0-9a-f]{2})+$/.test(data)) return false;
  if (matching === 1) return data.length === 64;
  if (matching === 2) return data.length === 128;
  return matching > 2 || isSequence(data);
}

/** "3 1 1", as people name a kind of record. */
export function tlsaKind({ usage, selector, matching }: Tlsa): string {
  return `${usage} ${selector} ${matching}`;
}

/** A DER SEQUENCE that is exactly as long as it says. */
function isSequence(hex: string): boolean {
  if (!hex.startsWith('30')) return false;
  const first = Number.parseInt(hex.slice(2, 4), 16);
  if (first < 0x80) return hex.length === 4 + first * 2;
  const size = first & 0x7f;
  return (
    size > 0 && size < 4 && hex.length === 4 + size * 2 + Number.parseInt(hex.slice(4, 4 + size * 2), 16) * 2
  );
}
