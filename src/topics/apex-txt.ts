/*
 * The TXT records at the domain itself. SPF lives here among whatever else was pasted (RFC 7208 §3.1, §3.4):
 * site verifications, Sender ID leftovers, other people's records. Character-strings are kept apart, because
 * a seam in the wrong place is a fault of its own, and joined with nothing between (RFC 7208 §3.3).
 */

import type { Name } from '../dns/name.ts';
import { dns, isNowhere, joined } from '../dns/record.ts';
import { topic } from '../engine/topic.ts';
import { none, whole } from '../facts/observation.ts';

/** The TXT records of the domain, in the order they came. */
export interface ApexTxt {
  /** Each record as its character-strings (byte strings). */
  readonly records: readonly (readonly string[])[];
  /** Each record joined. */
  readonly texts: readonly string[];
  /** Names the domain was an alias for (CNAME), in order. */
  readonly chain: readonly Name[];
  /** The smallest TTL in seconds; absent without records. */
  readonly ttl?: number;
  /** The domain does not exist at all. */
  readonly nameMissing: boolean;
}

export const apexTxt = topic<ApexTxt>('apex-txt', async ({ scope, ask }) => {
  const result = await ask(dns(scope.domain, 'TXT'));
  if (!result.seen) return none(result.because);
  const { answer } = result;
  const ttls = answer.records.map((record) => record.ttl);
  return whole({
    records: answer.records.map((record) => record.data),
    texts: answer.records.map((record) => joined(record.data)),
    chain: answer.chain,
    ...(ttls.length > 0 ? { ttl: Math.min(...ttls) } : {}),
    nameMissing: isNowhere(answer),
  });
});
