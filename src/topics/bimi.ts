/*
 * The BIMI record: `default._bimi.<domain>`, aliases followed, and where nothing usable is found there, the same
 * at the organizational domain (draft-brand-indicators-for-message-identification §7.2). Texts without the
 * version tag are dropped, and more than one of the others counts as a failure.
 */

import { type Name, prefixed } from '../dns/name.ts';
import { dns, texts } from '../dns/record.ts';
import { type Look, topic } from '../engine/topic.ts';
import { type Blind, none, whole } from '../facts/observation.ts';
import { type BimiRecord, isBimiRecord, parseBimiRecord, resemblesBimi } from '../mail/bimi/record.ts';
import { dmarc } from './dmarc.ts';

/** What stands at `default._bimi.<domain>`. */
export interface BimiReading {
  readonly name?: Name;
  readonly texts: readonly string[];
  /** Those with the version tag. */
  readonly candidates: readonly string[];
  /** Those dropped although they were evidently meant. */
  readonly near: readonly string[];
  /** The one candidate, read. */
  readonly record?: BimiRecord;
  readonly chain: readonly Name[];
  /** The organizational domain, when the record stands there and not at the domain itself. */
  readonly inherited?: Name;
}

export const bimi = topic<BimiReading>('bimi', async ({ scope, ask, read }) => {
  const here = await readAt(ask, scope.domain);
  if ('reason' in here) return none(here);
  // A name right below the top level has nobody above it to inherit from.
  if (here.candidates.length > 0 || scope.parents.length < 2) return whole(here);
  const policy = await read(dmarc);
  if (policy.got === 'none') return none(policy.because);
  const above = policy.value.rfc9989.organizationalDomain;
  if (above === scope.domain) return whole(here);
  const there = await readAt(ask, above);
  if ('reason' in there) return none(there);
  return whole(there.candidates.length > 0 ? { ...there, inherited: above } : here);
});

async function readAt(ask: Look['ask'], domain: Name): Promise<BimiReading | Blind> {
  const name = prefixed('default._bimi', domain);
  if (name === undefined) return { texts: [], candidates: [], near: [], chain: [] };
  const result = await ask(dns(name, 'TXT'));
  if (!result.seen) return result.because;
  const all = texts(result.answer);
  const candidates = all.filter(isBimiRecord);
  const [only] = candidates;
  return {
    name,
    texts: all,
    candidates,
    near: all.filter(resemblesBimi),
    ...(only !== undefined && candidates.length === 1 ? { record: parseBimiRecord(only) } : {}),
    chain: result.answer.chain,
  };
}
