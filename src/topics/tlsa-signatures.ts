/*
 * The signatures over TLSA records: until one ends, whoever recorded it can answer with the old records, and senders
 * go on believing in a key that was withdrawn (RFC 7671 §13). Asked for only where there are records that bind.
 */

import type { Name } from '../dns/name.ts';
import { dns, type Signature } from '../dns/record.ts';
import { topic } from '../engine/topic.ts';
import { none, whole } from '../facts/observation.ts';
import { boundBy, dane } from './dane.ts';

/** The signatures over the TLSA records of one mail server. */
export interface TlsaSignatures {
  readonly host: Name;
  /** Empty when the resolver sent none. */
  readonly signatures: readonly Signature[];
}

export const tlsaSignatures = topic<readonly TlsaSignatures[]>('tlsa-signatures', async ({ ask, read }) => {
  const records = await read(dane);
  if (records.got !== 'whole') return none(records.because);
  const answers = await Promise.all(
    boundBy(records.value).map(async ({ host, name }) => ({
      host,
      result: await ask(dns(name, 'TLSA', { dnssec: true })),
    })),
  );
  const found: TlsaSignatures[] = [];
  for (const { host, result } of answers) {
    if (!result.seen) return none(result.because);
    const signatures = (result.answer.signatures ?? []).filter(({ covered }) => covered === 'TLSA');
    found.push({ host, signatures });
  }
  return whole(found);
});
