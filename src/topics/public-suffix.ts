/*
 * What the Public Suffix List says of the domain: whether names directly below it belong to strangers (`co.uk`),
 * and where the organization's own names begin. RFC 7489 §3.2 needs it; RFC 9989 walks the tree instead.
 */

import type { Name } from '../dns/name.ts';
import { topic } from '../engine/topic.ts';
import { none, whole } from '../facts/observation.ts';
import { loadSuffixList, suffixesOf } from '../mail/dmarc/suffix-list.ts';

/** The domain by the list. */
export interface SuffixReading {
  /** The domain is itself a public suffix that the list names. */
  readonly isSuffix: boolean;
  /** The registrable domain at or above it; absent for a suffix. */
  readonly organizational?: Name;
}

export const publicSuffix = topic<SuffixReading>('public-suffix', async ({ scope }) => {
  try {
    const suffixes = await suffixesOf([scope.domain]);
    const organizational = suffixes.organizationalDomain(scope.domain);
    return whole({
      isSuffix:
        suffixes.publicSuffix(scope.domain).suffix === scope.domain &&
        (await loadSuffixList()).publicSuffix(scope.domain).section !== 'unlisted',
      ...(organizational ? { organizational } : {}),
    });
  } catch {
    return none({ reason: 'suffix-list' });
  }
});
