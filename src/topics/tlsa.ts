/*
 * Whether DANE protects mail on its way to the domain (RFC 7672 §2.2): the MX answer is validated, and each mail
 * server has a validated TLSA record at `_25._tcp.<host>` that senders can use (DANE-TA or DANE-EE). Where the MX
 * answer is not validated DANE does not apply and nothing is asked.
 */

import { type Name, prefixed, ROOT } from '../dns/name.ts';
import { dns, type RecordData } from '../dns/record.ts';
import { topic } from '../engine/topic.ts';
import { none, whole } from '../facts/observation.ts';
import { mx } from './mx.ts';

/** The TLSA records of one mail server. */
interface TlsaHost {
  readonly exchange: Name;
  readonly records: readonly RecordData['TLSA'][];
  readonly authentic: boolean;
  /** Validated, and at least one record with usage 2 or 3; others are unusable for mail (RFC 7672 §3.1.3). */
  readonly binds: boolean;
}

/** DANE of the domain's mail servers. */
export interface TlsaReading {
  /** In MX order; empty where DANE does not apply. */
  readonly hosts: readonly TlsaHost[];
  /** There are mail servers, and DANE binds every one. */
  readonly coversAll: boolean;
  /** DANE binds at least one. */
  readonly inUse: boolean;
}

/** More mail servers than this are not asked for. */
const MOST_HOSTS = 20;

export const tlsa = topic<TlsaReading>('tlsa', async ({ ask, read }) => {
  const records = await read(mx);
  if (records.got !== 'whole') return none(records.because);
  const exchanges = [...new Set(records.value.hosts.map((host) => host.exchange))].filter((n) => n !== ROOT);
  if (!records.value.authentic || exchanges.length === 0)
    return whole({ hosts: [], coversAll: false, inUse: false });
  if (exchanges.length > MOST_HOSTS)
    return none({ reason: 'over-budget', detail: `${exchanges.length} hosts` });
  const answers = await Promise.all(
    exchanges.map(async (exchange) => {
      const name = prefixed('_25._tcp', exchange);
      return { exchange, result: name && (await ask(dns(name, 'TLSA'))) };
    }),
  );
  const hosts: TlsaHost[] = [];
  for (const { exchange, result } of answers) {
    if (result && !result.seen) return none(result.because);
    const found = result?.answer.records.map((record) => record.data) ?? [];
    const authentic = result?.answer.authentic ?? false;
    const binds = authentic && found.some((record) => record.usage === 2 || record.usage === 3);
    hosts.push({ exchange, records: found, authentic, binds });
  }
  return whole({ hosts, coversAll: hosts.every((h) => h.binds), inUse: hosts.some((h) => h.binds) });
});
