/*
 * The BIMI record: `default._bimi.<domain>`, aliases followed, and where nothing usable is found there, the same
 * at the organizational domain (draft-brand-indicators-for-message-identification §7.2). Texts without the
 * version tag are dropped, and more than one of the others counts as a failure.
 */

import { type Name, prefixed } from '../dns/name.ts';
import { dns, texts } from '../dns/record.ts';
import { topic } from '../engine/topic.ts';
import { none, whole } from '../facts/observation.ts';
import { type BimiRecord, isBimiRecord, parseBimiRecord, resemblesBimi } from '../mail/bimi/record.ts';

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
}

export const bimi = topic<BimiReading>('bimi', async ({ scope, ask }) => {
  const name = prefixed('default._bimi', scope.domain);
  if (name === undefined) return whole({ texts: [], candidates: [], near: [], chain: [] });
  const result = await ask(dns(name, 'TXT'));
  if (!result.seen) return none(result.because);
  const all = texts(result.answer);
  const candidates = all.filter(isBimiRecord);
  const [only] = candidates;
  return whole({
    name,
    texts: all,
    candidates,
    near: all.filter(resemblesBimi),
    ...(only !== undefined && candidates.length === 1 ? { record: parseBimiRecord(only) } : {}),
    chain: result.answer.chain,
  });
});
