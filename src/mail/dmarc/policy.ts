/*
 * From a record to what receivers do. A record states a policy for the domain (`p`), its existing subdomains
 * (`sp`) and invented ones (`np`, RFC 9989 only), each falling back on the one before (RFC 9989 §4.7). Receivers of
 * RFC 9989 take one step back when the record says it is a test (`t=y`); those of RFC 7489 know nothing of that
 * but apply the policy to `pct` percent only, and one step less to the rest (RFC 7489 §6.6.4).
 */

import type { Name } from '../../dns/name.ts';
import { type DmarcRecord, isValidAddress } from './record.ts';

/** What a record asks receivers to do with mail that fails (RFC 9989 §4.7, `p`). */
export type Policy = 'none' | 'quarantine' | 'reject';

/** Alignment: relaxed compares organizational domains, strict whole names (RFC 9989 §4.4). */
export type AlignmentMode = 'r' | 's';

/** The two standards receivers follow: RFC 9989 since May 2026, RFC 7489 before. */
export type Generation = 'rfc9989' | 'rfc7489';

/** Whose mail a policy is about: the domain itself, an existing subdomain, one that does not exist. */
export type Kind = 'exact' | 'existing' | 'invented';

/**
 * What receivers of one generation do. With `percent` (1 to 99, RFC 7489 only) that share of failing mail gets
 * `policy` and what is left gets `rest`.
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
  /** The domain whose record governs; absent when none does. */
  readonly governedBy?: Name;
}

/** The stance where no record governs. */
export const NO_STANCE: Stance = {
  stated: 'not-applied',
  effective: { policy: 'not-applied' },
  adkim: 'r',
  aspf: 'r',
};

/** The policy a record (standing at `domain`) gives for a kind of name, in one generation. */
export function stanceOf(record: DmarcRecord, domain: Name, generation: Generation, kind: Kind): Stance {
  const base = { adkim: record.adkim, aspf: record.aspf, governedBy: domain };
  const stated = statedPolicy(record, generation, kind);
  if (stated === undefined) return { ...base, stated: 'not-applied', effective: { policy: 'not-applied' } };
  return { ...base, ...stated, effective: effectivePolicy(stated.stated, record, generation) };
}

/** Whether the record has a policy at all for receivers of that generation. */
export function isUsable(record: DmarcRecord, generation: Generation): boolean {
  return statedPolicy(record, generation, 'exact') !== undefined;
}

/** The policies from weakest to strongest, for comparing. */
export const STRENGTH: Readonly<Record<Policy | 'not-applied', number>> = {
  'not-applied': 0,
  none: 0,
  quarantine: 1,
  reject: 2,
};

/** One step less: `t=y`, and what RFC 7489 receivers do outside the sample. */
export function lowered(policy: Policy): Policy {
  return policy === 'reject' ? 'quarantine' : 'none';
}

function statedPolicy(
  record: DmarcRecord,
  generation: Generation,
  kind: Kind,
): { stated: Policy; by: 'p' | 'sp' | 'np' | 'fallback' } | undefined {
  // RFC 7489 §6.6.3 step 6 looks at p and sp; RFC 9989 §4.10.1 at np too.
  const bad = record.badPolicies.some((tag) => generation === 'rfc9989' || tag !== 'np');
  if (bad || record.p === undefined)
    return record.rua.some(isValidAddress) ? { stated: 'none', by: 'fallback' } : undefined;
  if (kind === 'invented' && generation === 'rfc9989' && record.np) return { stated: record.np, by: 'np' };
  if (kind !== 'exact' && record.sp) return { stated: record.sp, by: 'sp' };
  return { stated: record.p, by: 'p' };
}

function effectivePolicy(stated: Policy, record: DmarcRecord, generation: Generation): EffectivePolicy {
  if (stated === 'none') return { policy: 'none' };
  // RFC 9989 §4.7, `t`: one level below what is stated.
  if (generation === 'rfc9989') return { policy: record.test ? lowered(stated) : stated };
  // RFC 7489 §6.6.4: outside the sample reject becomes quarantine, and quarantine nothing.
  if (record.pct === 0) return { policy: lowered(stated) };
  if (record.pct < 100) return { policy: stated, percent: record.pct, rest: lowered(stated) };
  return { policy: stated };
}
