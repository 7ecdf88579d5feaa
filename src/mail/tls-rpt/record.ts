/*
 * The TXT record at `_smtp._tls.<domain>` (RFC 8460 §3): where senders send their daily counts of TLS successes
 * and failures when they deliver to the domain. Senders drop every TXT that does not begin with the exact octets
 * `v=TLSRPTv1;`; unless one single text is left, they send no report. Unlike DMARC, a receiver of reports at
 * another domain needs no authorisation record.
 * Deviation: blanks at the very end are forgiven also without a last semicolon.
 */

import { type Name, parseName } from '../../dns/name.ts';
import { toOctets } from '../../dns/text.ts';
import {
  type Fault,
  type Field,
  type FieldFault,
  MAX_FAULTS,
  parseFields,
  trimmed,
} from '../mta-sts/fields.ts';

/** What makes a record invalid. */
export type TlsRptFault =
  | FieldFault
  | 'not-selected'
  | 'no-rua'
  | 'empty-uri'
  | 'no-scheme'
  | 'bad-scheme'
  | 'bad-address'
  | 'bad-uri';

/** One destination of reports, in the order written. `host` is where they go: mail domain or web host. */
interface ReportUri {
  readonly text: string;
  readonly scheme?: 'mailto' | 'https';
  readonly host?: Name;
  readonly from: number;
  readonly to: number;
}

/** A record as read. `valid` means it follows the grammar and names at least one usable destination. */
export interface TlsRptRecord {
  readonly text: string;
  readonly uris: readonly ReportUri[];
  readonly fields: readonly Field[];
  /** How many `rua` fields there are; senders may read only one. */
  readonly ruaFields: number;
  readonly faults: readonly Fault<TlsRptFault>[];
  readonly valid: boolean;
}

/** Whether senders keep this text when they select the record: it begins with `v=TLSRPTv1;` octet for octet. */
export function isTlsRptRecord(text: string): boolean {
  return text.startsWith(VERSION);
}

/** Whether a text that is dropped was evidently meant to be the record. */
export function resemblesTlsRpt(text: string): boolean {
  return (
    !isTlsRptRecord(text) &&
    /^[\s"'\\\xef\xbb\xbf\xa0\xc2]{0,8}v\s{0,4}=\s{0,4}["']?\s{0,4}tls-?rpt\s?v?\d/i.test(text)
  );
}

/** Reads a record. Total and linear. */
export function parseTlsRptRecord(text: string): TlsRptRecord {
  if (!isTlsRptRecord(text)) {
    const faults = [{ kind: 'not-selected', from: 0, to: Math.min(text.length, VERSION.length) }] as const;
    return { text, uris: [], fields: [], ruaFields: 0, faults, valid: false };
  }
  const { fields, faults: broken } = parseFields(text, VERSION.length, ['rua']);
  const faults: Fault<TlsRptFault>[] = broken;
  const fault = (kind: TlsRptFault, from: number, to: number) => {
    if (faults.length < MAX_FAULTS) faults.push({ kind, from, to });
  };
  const uris: ReportUri[] = [];
  const rua = fields.filter((field) => field.name === 'rua');
  for (const field of rua) {
    if (field.value === '') continue;
    let at = field.valueFrom;
    for (const piece of field.value.split(',')) {
      const [from, to] = trimmed(text, at, at + piece.length);
      const uri = text.slice(from, to);
      at += piece.length + 1;
      const read = readUri(uri);
      if ('fault' in read) fault(read.fault, uri === '' ? field.from : from, uri === '' ? field.to : to);
      uris.push({ text: uri, from, to, ...('fault' in read ? {} : read) });
    }
  }
  if (rua.length === 0) fault('no-rua', 0, text.length);
  return { text, uris, fields, ruaFields: rua.length, faults, valid: faults.length === 0 };
}

function readUri(uri: string): { scheme: 'mailto' | 'https'; host: Name } | { fault: TlsRptFault } {
  if (uri === '') return { fault: 'empty-uri' };
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined) return { fault: uri.includes('@') ? 'bad-address' : 'no-scheme' };
  if (scheme !== 'mailto' && scheme !== 'https') return { fault: 'bad-scheme' };
  // RFC 8460 §3: "!" is to be percent-encoded, as are comma and semicolon, which split the list before.
  if (!URI_CHARS.test(uri) || uri.includes('!')) return { fault: 'bad-uri' };
  if (scheme === 'mailto') {
    const at = /^mailto:([^?@]+)@([^?@]+)(\?|$)/i.exec(uri);
    const host = at?.[2] === undefined ? undefined : parseName(toOctets(decoded(at[2])));
    return host === undefined || host === '.' ? { fault: 'bad-address' } : { scheme, host };
  }
  const host = /^https:\/\/(?:[^/?#@]*@)?([^/?#:@]+)(?::[0-9]*)?(?:[/?#]|$)/i.exec(uri)?.[1];
  const name = host === undefined ? undefined : parseName(host);
  return name === undefined ? { fault: 'bad-uri' } : { scheme, host: name };
}

function decoded(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

const VERSION = 'v=TLSRPTv1;';
// RFC 3986 §2: reserved and unreserved characters, and "%" only before two hexadecimal digits.
const URI_CHARS = /^(?:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$/;
