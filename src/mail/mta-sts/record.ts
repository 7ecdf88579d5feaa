/*
 * The TXT record at `_mta-sts.<domain>` (RFC 8461 §3.1). It says only that a policy exists and carries an `id`
 * that changes whenever the policy does; the policy itself is fetched over HTTPS. Senders first drop every TXT
 * that does not begin with the exact octets `v=STSv1;`; unless one single text is left, and it is free of errors,
 * they behave as if the domain had no policy. Strings of one record are joined with nothing between.
 */

import { type Fault, type Field, type FieldFault, parseFields } from './fields.ts';

/** What makes a record invalid; a repeated `id` does not (RFC 8461 §3.2, end: the first one counts). */
export type StsFault = FieldFault | 'not-selected' | 'no-id' | 'bad-id';

/** A record as read. `valid` means a sender would go on and fetch the policy. */
export interface StsRecord {
  readonly text: string;
  readonly id?: string;
  readonly fields: readonly Field[];
  /** Second and later `id` fields, which senders ignore. */
  readonly repeated: readonly Field[];
  readonly faults: readonly Fault<StsFault>[];
  readonly valid: boolean;
}

/** Whether senders keep this text when they select the record: it begins with `v=STSv1;` octet for octet. */
export function isStsRecord(text: string): boolean {
  return text.startsWith(VERSION);
}

/** Whether a text that is dropped was evidently meant to be the record: wrong case, a quote, a blank, no semicolon. */
export function resemblesSts(text: string): boolean {
  return (
    !isStsRecord(text) &&
    /^[\s"'\\\xef\xbb\xbf\xa0\xc2]{0,8}v\s{0,4}=\s{0,4}["']?\s{0,4}sts\s?v?\d/i.test(text)
  );
}

/** Reads a record. Total and linear. */
export function parseStsRecord(text: string): StsRecord {
  if (!isStsRecord(text)) {
    const faults = [{ kind: 'not-selected', from: 0, to: Math.min(text.length, VERSION.length) }] as const;
    return { text, fields: [], repeated: [], faults, valid: false };
  }
  const { fields, faults: broken } = parseFields(text, VERSION.length, ['id']);
  const faults: Fault<StsFault>[] = broken;
  const [id, ...repeated] = fields.filter((field) => field.name === 'id');
  if (id === undefined) faults.push({ kind: 'no-id', from: 0, to: text.length });
  else if (id.value !== '' && !ID.test(id.value))
    faults.push({ kind: 'bad-id', from: id.valueFrom, to: id.valueFrom + id.value.length });
  return {
    text,
    ...(id && ID.test(id.value) ? { id: id.value } : {}),
    fields,
    repeated,
    faults,
    valid: faults.length === 0,
  };
}

/** A fresh `id` from a time in milliseconds, "20261123T120000Z": letters and digits only. */
export function stsIdAt(millis: number): string {
  return new Date(millis).toISOString().replace(/[-:]|\.[0-9]+/g, '');
}

const VERSION = 'v=STSv1;';
const ID = /^[A-Za-z0-9]{1,32}$/;
