/** What a record asks receivers to do with mail that fails (RFC 9989 §4.7, `p`). */
export type Policy = 'none' | 'quarantine' | 'reject';

/** Alignment: relaxed compares organizational domains, strict whole names (RFC 9989 §4.4). */
export type AlignmentMode = 'r' | 's';

/**
 * What receivers of one generation do. `percent` (1 to 99, RFC 7489 only) of failing mail gets `policy`,
 * what is left gets `rest`.
 */
export interface EffectivePolicy {
  readonly policy: Policy | 'not-applied';
  readonly percent?: number;
  readonly rest?: Policy;
}

/** The policy for one kind of From domain. */
export interface Stance {
  /** As the record states it. `not-applied`: no record governs the name, or the record is unusable. */
  readonly stated: Policy | 'not-applied';
  /** Which tag stated it; `fallback` when a bad policy counts as `p=none` (RFC 9989 §4.10.1). */
  readonly by?: 'p' | 'sp' | 'np' | 'fallback';
  /** After test mode (RFC 9989) or sampling (RFC 7489). */
  readonly effective: EffectivePolicy;
  readonly adkim: AlignmentMode;
  readonly aspf: AlignmentMode;
}
