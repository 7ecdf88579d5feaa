/*
 * What becomes of forged mail. The forger sends from servers of their own, with any envelope sender they like,
 * and wants a name of the domain in the visible From. Two things decide: whether they can obtain an aligned
 * pass (then policy is irrelevant), and, if not, what the policy that governs that name asks of a receiver.
 * Receivers on RFC 9989 and on RFC 7489 are computed apart, because they read t, pct, np and psd differently.
 *
 * Not modelled: display names, look-alike domains, replies, stolen accounts, replayed or forwarded genuine mail,
 * receivers that do not check DMARC, several From addresses, receivers that deliver when a lookup fails.
 */

import type { AlignmentMode, EffectivePolicy, Generation, Kind } from './policy.ts';

/** What a receiver does with the forgery, from worst for the owner to best. */
export type Level = 'pass' | 'open' | 'junk' | 'block';

/** Levels from worst to best. */
export const LEVELS: readonly Level[] = ['pass', 'open', 'junk', 'block'];

/**
 * What becomes of one forged name at receivers of one generation, as a range. `sure`: both ends are equal.
 * `sampled`: `percent` of the mail meets the better end (pct). `denial`: the zone hides which names exist, so
 * receivers may read either. `unseen`: something needed was not answered.
 */
export interface Fate {
  readonly worst: Level;
  readonly best: Level;
  readonly because: 'sure' | 'sampled' | 'denial' | 'unseen';
  readonly percent?: number;
}

/** Three-valued knowledge. */
export type Tri = 'yes' | 'no' | 'unknown';

/** Ways to an aligned pass (aligned: with the authenticated domain matching the From domain). */
export interface Openings {
  /** SPF of the domain passes any sender. */
  readonly spfOpen: Tri;
  /** SPF of some subdomain passes any sender, or that subdomain's name can be taken over by its CNAME. */
  readonly subdomainOpen: Tri;
  /** A delegated subdomain's zone can be taken over: SPF, keys and policy there are the forger's. */
  readonly zoneTaken: Tri;
  /** A name that SPF refers to can be registered by anyone. */
  readonly targetRegistrable: Tri;
  /** A DKIM key of the domain is public or can be taken over. */
  readonly keyTaken: Tri;
  /** The same of a subdomain's key. */
  readonly subdomainKeyTaken: Tri;
  /** A pool in SPF that other tenants share, or an address the owner no longer holds: a risk, not a proof. */
  readonly sharedPool: Tri;
  /** A wildcard TXT gives made-up names an SPF record that passes any sender. */
  readonly wildcardSpfOpen: Tri;
  /** The registry above publishes DMARC without psd=y and the domain does not say psd=n. */
  readonly registryAbove: Tri;
  /** The name of the policy record is a CNAME that can be taken over. */
  readonly policyTaken: Tri;
}

/** No opening known to exist and all of them looked at. */
export const NO_OPENINGS: Openings = {
  spfOpen: 'no',
  subdomainOpen: 'no',
  zoneTaken: 'no',
  targetRegistrable: 'no',
  keyTaken: 'no',
  subdomainKeyTaken: 'no',
  sharedPool: 'no',
  wildcardSpfOpen: 'no',
  registryAbove: 'no',
  policyTaken: 'no',
};

/** What governs a forged name at one generation of receivers. */
export interface Governing {
  /** What that generation makes of the record, t or pct taken in; `unknown` when it could not be seen. */
  readonly effective: EffectivePolicy | 'unknown';
  readonly aspf: AlignmentMode;
  readonly adkim: AlignmentMode;
  /** The forged name and the domain have the same organizational domain. */
  readonly sameOrganization: boolean;
}

/** Whether the forger can obtain an aligned pass; `risk` is possible but not shown by DNS. */
export function alignedPass(
  target: Kind,
  generation: Generation,
  openings: Openings,
  governing: Pick<Governing, 'aspf' | 'adkim' | 'sameOrganization'>,
): Tri | 'risk' {
  const taken = openings.policyTaken === 'yes';
  const joined = target === 'exact' || governing.sameOrganization;
  // Whoever holds the policy record sets relaxed alignment.
  const spf = joined && (taken || governing.aspf === 'r');
  const dkim = joined && (taken || governing.adkim === 'r');
  const exact = target === 'exact';
  const below = !exact;
  const ways: (Tri | 'risk')[] = [
    when(exact || spf, openings.spfOpen),
    when(spf || target === 'existing', openings.subdomainOpen),
    // With strict alignment only names at and below the taken zone pass; those are subdomains all the same.
    when(spf || dkim || below, openings.zoneTaken),
    when(exact || spf, openings.targetRegistrable),
    when(exact || dkim, openings.keyTaken),
    when(dkim || target === 'existing', openings.subdomainKeyTaken),
    when(spf || target === 'invented', openings.wildcardSpfOpen),
    when(generation === 'rfc9989' && (spf || dkim), openings.registryAbove),
    when(exact || spf, openings.sharedPool === 'yes' ? 'risk' : openings.sharedPool),
  ];
  if (ways.includes('yes')) return 'yes';
  if (ways.includes('unknown')) return 'unknown';
  return ways.includes('risk') ? 'risk' : 'no';
}

/** What becomes of mail forged in one name, at receivers of one generation. */
export function fateOf(target: Kind, generation: Generation, openings: Openings, governing: Governing): Fate {
  if (openings.policyTaken === 'unknown') {
    const [taken, kept] = (['yes', 'no'] as const).map((policyTaken) =>
      fateOf(target, generation, { ...openings, policyTaken }, governing),
    ) as [Fate, Fate];
    return sameFate(taken, kept) ? taken : { ...eitherOf(taken, kept), because: 'unseen' };
  }
  const pass = alignedPass(target, generation, openings, governing);
  if (pass === 'yes') return sure('pass');
  const policy = openings.policyTaken === 'yes' ? sure('open') : policyFate(governing.effective);
  return pass === 'unknown' ? { worst: 'pass', best: policy.best, because: 'unseen' } : policy;
}

/** What a receiver does under an effective policy when nothing passes. */
export function policyFate(effective: EffectivePolicy | 'unknown'): Fate {
  if (effective === 'unknown') return { worst: 'open', best: 'block', because: 'unseen' };
  const level = levelOf(effective.policy);
  if (effective.rest === undefined || effective.percent === undefined) return sure(level);
  const rest = levelOf(effective.rest);
  return rest === level
    ? sure(level)
    : { worst: rest, best: level, because: 'sampled', percent: effective.percent };
}

/** Both readings of a fate that depends on whether the receiver finds that the name exists. */
export function eitherOf(one: Fate, other: Fate): Fate {
  if (sameFate(one, other)) return one;
  const because = [one, other].some((fate) => fate.because === 'unseen') ? 'unseen' : 'denial';
  return { worst: worse(one.worst, other.worst), best: better(one.best, other.best), because };
}

/** What is shown for one name when both generations are put together. */
export type Shown = Level | 'partial' | 'unknown';

/** The two generations put together: equal and sure, `partial` when they differ, `unknown` when unseen. */
export function shownOf(rfc9989: Fate, rfc7489: Fate): Shown {
  if (rfc9989.because === 'unseen' || rfc7489.because === 'unseen') {
    const same = rfc9989.worst === rfc7489.worst && rfc9989.worst === 'pass' && rfc9989.best === 'pass';
    return same ? 'pass' : 'unknown';
  }
  if (sameFate(rfc9989, rfc7489) && rfc9989.because === 'sure') return rfc9989.worst;
  return 'partial';
}

/**
 * Rank of what a name suffers, 0 the worst: pass, partly pass, open, partly open, junk, partly junk, block.
 * Unseen fates rank by the worst they may be.
 */
export function rankOf(rfc9989: Fate, rfc7489: Fate): number {
  const worst = worse(rfc9989.worst, rfc7489.worst);
  const whole = rfc9989.worst === rfc9989.best && rfc7489.worst === rfc7489.best;
  const equal = whole && rfc9989.worst === rfc7489.worst;
  return LEVELS.indexOf(worst) * 2 + (equal ? 0 : 1);
}

/** What SPF does at receivers that filter on the envelope alone, when a forger chooses the domain as envelope sender. */
export type EnvelopeStage = 'accepts' | 'scores' | 'often-rejects' | 'accepts-aligned' | 'unknown';

/** Class of the SPF record for a stranger's address. */
export type SpfClass = 'none' | 'neutral' | 'permerror' | 'softfail' | 'fail' | 'open' | 'unknown';

/** SPF's separate effect at the envelope; never counted as protection of the visible From. */
export function envelopeStage(spf: SpfClass): EnvelopeStage {
  switch (spf) {
    case 'open':
      return 'accepts-aligned';
    case 'fail':
      return 'often-rejects';
    case 'softfail':
      return 'scores';
    case 'unknown':
      return 'unknown';
    default:
      return 'accepts';
  }
}

/** How the owner's own mail fares with what is published. */
export type OwnMail =
  | 'unauthenticated'
  | 'bulk-needs-dmarc'
  | 'forwarding-breaks'
  | 'fine'
  | 'strong'
  | 'strong-forwarders-may-refuse'
  | 'forwarded-junked'
  | 'forwarded-lost'
  | 'dkim-alone'
  | 'own-mail-lost'
  | 'open-to-all'
  | 'unknown';

/**
 * How the owner's own mail fares: SPF class, whether a DKIM key is known, and the effective policy
 * (`none` includes not applied for `applied: false`).
 */
export function ownMail(
  spf: SpfClass,
  dkim: 'present' | 'none-proven',
  policy: EffectivePolicy['policy'],
): OwnMail {
  if (spf === 'unknown') return 'unknown';
  if (spf === 'open') return 'open-to-all';
  const enforced = policy === 'quarantine' || policy === 'reject';
  const noSpf = spf === 'none' || spf === 'permerror';
  if (!enforced) {
    if (policy === 'none') return 'fine';
    if (noSpf && dkim === 'none-proven') return 'unauthenticated';
    return spf === 'fail' && dkim === 'none-proven' ? 'forwarding-breaks' : 'bulk-needs-dmarc';
  }
  if (noSpf) return dkim === 'present' ? 'dkim-alone' : 'own-mail-lost';
  if (dkim === 'none-proven') return policy === 'reject' ? 'forwarded-lost' : 'forwarded-junked';
  return spf === 'fail' ? 'strong-forwarders-may-refuse' : 'strong';
}

function when(condition: boolean, opening: Tri | 'risk'): Tri | 'risk' {
  return condition ? opening : 'no';
}

function sure(level: Level): Fate {
  return { worst: level, best: level, because: 'sure' };
}

function levelOf(policy: EffectivePolicy['policy']): Level {
  return policy === 'reject' ? 'block' : policy === 'quarantine' ? 'junk' : 'open';
}

function worse(a: Level, b: Level): Level {
  return LEVELS.indexOf(a) < LEVELS.indexOf(b) ? a : b;
}

function better(a: Level, b: Level): Level {
  return LEVELS.indexOf(a) > LEVELS.indexOf(b) ? a : b;
}

function sameFate(one: Fate, other: Fate): boolean {
  return (
    one.worst === other.worst &&
    one.best === other.best &&
    one.because === other.because &&
    one.percent === other.percent
  );
}
