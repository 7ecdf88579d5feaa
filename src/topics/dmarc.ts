/*
 * DMARC as receivers of both generations read it: which record governs mail in the domain's name, which domain
 * is the organizational one, and what is asked for the domain itself, its existing and its invented subdomains.
 * RFC 9989 walks up the tree of names, RFC 7489 jumps by the list of public suffixes; `_dmarc` at the name and
 * at every parent is asked at once and serves both.
 */

import type { Name } from '../dns/name.ts';
import { topic } from '../engine/topic.ts';
import { none } from '../facts/observation.ts';
import type { Stance } from '../mail/dmarc/policy.ts';
import type { DmarcRecord } from '../mail/dmarc/record.ts';

/** The record that governs a name, and where it stands. */
export interface AppliedRecord {
  /** The domain it stands at, without `_dmarc`. */
  readonly domain: Name;
  readonly relation: 'own' | 'organizational' | 'public-suffix';
  readonly text: string;
  readonly record: DmarcRecord;
}

/** The reading of receivers that follow one of the two standards. */
export interface GenerationReading {
  /** The record that governs the domain itself; absent when none does. */
  readonly applied?: AppliedRecord;
  readonly organizationalDomain: Name;
  readonly exact: Stance;
  /** A subdomain that exists and has no record of its own. */
  readonly existing: Stance;
  /** A subdomain that does not exist. */
  readonly invented: Stance;
}

/** DMARC of the domain under both standards. */
export interface DmarcReading {
  readonly rfc9989: GenerationReading;
  readonly rfc7489: GenerationReading;
}

export const dmarc = topic<DmarcReading>('dmarc', async () => none({ reason: 'not-recorded' }));
