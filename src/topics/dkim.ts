/*
 * The domain's DKIM keys, as far as DNS lets a stranger find them. Keys stand at `<selector>._domainkey.<domain>`
 * (RFC 6376 §3.6.2.1) and selectors cannot be listed: they are given, implied by the provider, or guessed.
 */

import type { Name } from '../dns/name.ts';
import { topic } from '../engine/topic.ts';
import { part } from '../facts/observation.ts';
import type { KeyRecord } from '../mail/dkim/key-record.ts';

/** A key record that was found. */
export interface FoundKey {
  readonly selector: string;
  readonly name: Name;
  /** How its selector was known: named by the user, implied by a provider, or one of the usual ones. */
  readonly how: 'given' | 'provider' | 'usual';
  /** Name of the service the key belongs to, where a CNAME or the domain's own evidence shows it. */
  readonly provider?: string;
  /** The record, its strings joined. */
  readonly text: string;
  readonly record: KeyRecord;
  /** CNAMEs that led to it. */
  readonly chain: readonly Name[];
  /** The zone gives the same answer for any selector. */
  readonly wildcard: boolean;
}

export interface DkimReading {
  readonly keys: readonly FoundKey[];
  /** Selectors asked. */
  readonly tried: readonly string[];
  /** What `_domainkey.<domain>` tells: nothing below it; something below it; nothing either way. */
  readonly underscore: 'nxdomain' | 'exists' | 'compact' | 'wildcard' | 'delegated';
  /** Whether finding no key means there is none. */
  readonly absence: 'proven' | 'not-provable';
  /** How many keys a verifier can use. */
  readonly live: number;
}

export const dkim = topic<DkimReading>('dkim', async () =>
  part(
    { keys: [], tried: [], underscore: 'compact', absence: 'not-provable', live: 0 },
    { reason: 'not-provable' },
  ),
);
