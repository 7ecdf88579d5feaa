/*
 * Who takes the domain's mail: its MX records in order of preference (RFC 5321 §5.1), a null MX that declines
 * mail (RFC 7505), or, without MX, the domain's own addresses (implicit MX).
 */

import type { Name } from '../dns/name.ts';
import { ROOT } from '../dns/name.ts';
import { dns, isNowhere } from '../dns/record.ts';
import { topic } from '../engine/topic.ts';
import { none, whole } from '../facts/observation.ts';

/** The MX records of the domain, lowest preference first. */
export interface MxRecords {
  readonly hosts: readonly { readonly preference: number; readonly exchange: Name; readonly ttl: number }[];
  /** Names the domain was an alias for (CNAME), in order. */
  readonly alias: readonly Name[];
  /** The resolver validated the answer. */
  readonly authentic: boolean;
  /** One of the records is the null MX (`0 .`, or any preference with the root). */
  readonly hasNull: boolean;
  /** The domain does not exist at all. */
  readonly nameMissing: boolean;
}

export const mx = topic<MxRecords>('mx', async ({ scope, ask }) => {
  const result = await ask(dns(scope.domain, 'MX'));
  if (!result.seen) return none(result.because);
  const { answer } = result;
  const hosts = answer.records
    .map(({ ttl, data }) => ({ ...data, ttl }))
    .sort((a, b) => a.preference - b.preference || (a.exchange < b.exchange ? -1 : 1));
  return whole({
    hosts,
    alias: answer.chain,
    authentic: answer.authentic,
    hasNull: hosts.some((host) => host.exchange === ROOT),
    nameMissing: isNowhere(answer),
  });
});
