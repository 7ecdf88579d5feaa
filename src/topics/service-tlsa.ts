/*
 * TLSA records of the hosts that SRV records name, at the port they name: mail programs could hold the host's key to
 * them (RFC 7673 §3.3), and hardly any does. Nothing is asked where no service with TLS is announced.
 */

import { type Name, prefixed, ROOT } from '../dns/name.ts';
import { dns } from '../dns/record.ts';
import { topic } from '../engine/topic.ts';
import { none, whole } from '../facts/observation.ts';
import { type Service, services } from './discovery.ts';

/** Records at one host and port. */
export interface ServiceTlsa {
  /** `_465._tcp.<host>`. */
  readonly name: Name;
  readonly records: number;
  /** The resolver validated the answer. */
  readonly authentic: boolean;
}

/** What was looked for, and found. */
export interface ServiceTlsaReading {
  /** Why nothing was asked, as a sentence. */
  readonly because?: string;
  /** Only those with records. */
  readonly found: readonly ServiceTlsa[];
}

/** Services behind which TLS is spoken, and hosts asked about at most. */
const SECURED: readonly Service[] = ['_submissions', '_submission', '_imaps'];
const MOST = 4;

export const serviceTlsa = topic<ServiceTlsaReading>('service-tlsa', async ({ ask, read }) => {
  const announced = await read(services);
  if (announced.got !== 'whole') return none(announced.because);
  const { because, records } = announced.value;
  if (because !== undefined) return whole({ because, found: [] });
  const names = records
    .filter(({ service, target }) => SECURED.includes(service) && target !== ROOT)
    .flatMap(({ port, target }) => prefixed(`_${port}._tcp`, target) ?? []);
  const answers = await Promise.all(
    [...new Set(names)].slice(0, MOST).map(async (name) => ({ name, result: await ask(dns(name, 'TLSA')) })),
  );
  const found: ServiceTlsa[] = [];
  for (const { name, result } of answers) {
    if (!result.seen) return none(result.because);
    const { records, authentic } = result.answer;
    if (records.length > 0) found.push({ name, records: records.length, authentic });
  }
  return whole({ found });
});
