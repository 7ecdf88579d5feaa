/*
 * TLSA records against the certificates that each address of a mail server showed (RFC 7672 §3.2): one record that
 * matches is enough for an address, and every address must have one, since senders take any. Only validated
 * records count, and only where the MX answer is validated.
 */

import { topic } from '../engine/topic.ts';
import { none, part, whole } from '../facts/observation.ts';
import type { MatchResult } from '../mail/dane/match.ts';
import { certificates, type Shown } from './certificates.ts';
import { boundBy, type DaneHost, dane } from './dane.ts';

/** One address and the records of its host. */
export interface DaneMatch {
  readonly shown: Shown;
  readonly host: DaneHost;
  /** For each record of the host, in order; empty when no certificate was seen. */
  readonly results: readonly MatchResult[];
  /** One record matches; undefined when that could not be computed. */
  readonly authenticated?: boolean;
  /** For each record what would come of it if it stood alone. */
  readonly alone: readonly MatchResult[];
  /** Data of the record that names the key in use (3 1 1). */
  readonly offer?: string;
}

export const daneMatch = topic<readonly DaneMatch[]>('dane-match', async ({ scope, read }) => {
  const [records, seen] = await Promise.all([read(dane), read(certificates)]);
  if (records.got === 'none') return none(records.because);
  const bound = boundBy(records.value);
  // Without such records nothing depends on what servers show.
  if (bound.length === 0) return records.got === 'part' ? part([], records.because) : whole([]);
  if (seen.got === 'none') return none(seen.because);
  const known = seen.value.shown.some(({ chain }) => typeof chain === 'object' && 'length' in chain);
  // Both are loaded only where there is something to compare.
  const [{ authenticates, keyRecord, matchChain }, reader] = await Promise.all([
    import('../mail/dane/match.ts'),
    known ? import('../mail/certificate/read.ts').then(({ readDer }) => readDer) : () => undefined,
  ]);
  const matches = await Promise.all(
    seen.value.shown.flatMap((shown) => {
      const host = bound.find((each) => each.host === shown.visit.host);
      return host ? [compared(shown, host)] : [];
    }),
  );
  const because =
    records.got === 'part' ? records.because : seen.got === 'part' ? seen.because : seen.value.missing;
  return because ? part(matches, because) : whole(matches);

  async function compared(shown: Shown, host: DaneHost): Promise<DaneMatch> {
    if (typeof shown.chain === 'string' || !('length' in shown.chain))
      return { shown, host, results: [], alone: [] };
    const names = [host.host, scope.domain];
    const context = { names, now: scope.now, read: reader };
    const { chain } = shown;
    const [results, alone, offer] = await Promise.all([
      matchChain(host.records, chain, context),
      Promise.all(
        host.records.map(async (record) => (await matchChain([record], chain, context))[0] ?? 'unknown'),
      ),
      keyRecord(chain[0]),
    ]);
    const authenticated = authenticates(results);
    return {
      shown,
      host,
      results,
      alone,
      ...(authenticated === undefined ? {} : { authenticated }),
      ...(offer === undefined ? {} : { offer }),
    };
  }
});
