/*
 * Whether the domain announces an MTA-STS policy: the TXT records at `_mta-sts.<domain>`, aliases followed
 * (RFC 8461 §3.1). Texts that do not begin with `v=STSv1;` are dropped, and more than one of the others counts
 * as none. Where a record exists, the host that has to serve the policy is looked up as well.
 */

import { type Name, prefixed } from '../dns/name.ts';
import { dns, texts } from '../dns/record.ts';
import { topic } from '../engine/topic.ts';
import { none, whole } from '../facts/observation.ts';
import { isStsRecord, parseStsRecord, resemblesSts, type StsRecord } from '../mail/mta-sts/record.ts';

/** What stands at `_mta-sts.<domain>`. */
export interface MtaStsReading {
  /** `_mta-sts.<domain>`; undefined when the domain is too long to have one. */
  readonly name?: Name;
  /** All TXT records there, each joined. */
  readonly texts: readonly string[];
  /** Those that begin with `v=STSv1;`. */
  readonly candidates: readonly string[];
  /** Those senders drop although they were evidently meant. */
  readonly near: readonly string[];
  /** The one candidate, read; undefined when there is none or more than one. */
  readonly record?: StsRecord;
  /** Senders go on to fetch the policy. */
  readonly usable: boolean;
  /** Aliases followed, in order. */
  readonly chain: readonly Name[];
  readonly ttl?: number;
}

export const mtaSts = topic<MtaStsReading>('mta-sts', async ({ scope, ask }) => {
  const name = prefixed('_mta-sts', scope.domain);
  if (name === undefined) return whole({ texts: [], candidates: [], near: [], usable: false, chain: [] });
  const result = await ask(dns(name, 'TXT'));
  if (!result.seen) return none(result.because);
  const all = texts(result.answer);
  const candidates = all.filter(isStsRecord);
  const [only] = candidates;
  const record = only !== undefined && candidates.length === 1 ? parseStsRecord(only) : undefined;
  const ttl = result.answer.records[0]?.ttl;
  return whole({
    name,
    texts: all,
    candidates,
    near: all.filter(resemblesSts),
    ...(record ? { record } : {}),
    usable: record?.valid ?? false,
    chain: result.answer.chain,
    ...(ttl === undefined ? {} : { ttl }),
  });
});

/** The host that serves the policy, `mta-sts.<domain>`. */
export interface PolicyHost {
  /** A record announces a policy, so the host was looked up. */
  readonly announced: boolean;
  readonly name?: Name;
  /** It has an address. One of either family shows that; the other is asked for only where there is none of the first. */
  readonly found: boolean;
  readonly chain: readonly Name[];
}

export const policyHost = topic<PolicyHost>('mta-sts-host', async ({ scope, ask, read }) => {
  const record = await read(mtaSts);
  if (record.got === 'none') return none(record.because);
  const name = prefixed('mta-sts', scope.domain);
  if (!record.value.usable || name === undefined) return whole({ announced: false, found: false, chain: [] });
  const a = await ask(dns(name, 'A'));
  if (!a.seen) return none(a.because);
  const { records, chain } = a.answer;
  if (records.length > 0) return whole({ announced: true, name, found: true, chain });
  const aaaa = await ask(dns(name, 'AAAA'));
  if (!aaaa.seen) return none(aaaa.because);
  return whole({ announced: true, name, found: aaaa.answer.records.length > 0, chain });
});
