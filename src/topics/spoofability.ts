/*
 * What becomes of mail forged in the domain's name: for the domain itself, for subdomains that exist and for
 * made-up ones, at receivers of both DMARC generations. It joins SPF (does it pass any sender?), DKIM (is a key
 * public?), the DMARC policy that governs each name, and what the zone answers for names that do not exist.
 *
 * Known limits: subdomains cannot be listed from DNS, so an open SPF record of one of them is not seen; a name is
 * taken for free to register when DNS has no such domain, for registries themselves are not asked.
 */

import { isWithin } from '../dns/name.ts';
import { type Topic, topic } from '../engine/topic.ts';
import { type Blind, part, type Reading, whole } from '../facts/observation.ts';
import { printedIn } from '../mail/dkim/printed-keys.ts';
import type { EffectivePolicy, Generation, Kind, Stance } from '../mail/dmarc/policy.ts';
import {
  type EnvelopeStage,
  eitherOf,
  envelopeStage,
  type Fate,
  fateOf,
  type Governing,
  NO_OPENINGS,
  type Openings,
  type OwnMail,
  ownMail,
  rankOf,
  type Shown,
  type SpfClass,
  shownOf,
  type Tri,
} from '../mail/dmarc/spoofability.ts';
import { isSpf, parseSpf } from '../mail/spf/record.ts';
import { type DkimReading, dkim } from './dkim.ts';
import { type DmarcReading, dmarc, type GenerationReading } from './dmarc.ts';
import { type SpfReading, spf } from './spf.ts';
import { dkimTargets, dmarcTarget, spfTargets, type Targets } from './takeover.ts';
import { type Wildcard, wildcard } from './wildcard.ts';

/** What becomes of mail forged in one kind of name. */
export interface Forgery {
  readonly target: Kind;
  readonly rfc9989: Fate;
  readonly rfc7489: Fate;
  readonly shown: Shown;
  /** 0 is the worst; see mail/dmarc/spoofability.ts. */
  readonly rank: number;
}

/** The three names together. */
export interface Spoofability {
  readonly exact: Forgery;
  readonly existing: Forgery;
  readonly invented: Forgery;
  /** The forgery that goes worst. */
  readonly worst: Forgery;
  /** What SPF does at the envelope, where a forger chooses the domain there. */
  readonly envelope: EnvelopeStage;
  readonly spf: SpfClass;
  readonly openings: Openings;
  /** A key of the domain is one that others know; if not, `keyTaken` means a selector that leads to nobody. */
  readonly keyPrinted: boolean;
  /** What today's receivers are asked to do with mail forged from the domain itself. */
  readonly policy: EffectivePolicy['policy'] | 'unknown';
  /** Everything the three fates depend on was seen. */
  readonly complete: boolean;
  /** How the owner's own mail fares; `unknown` when DKIM is neither seen nor disproved. */
  readonly ownMail: OwnMail;
}

export const spoofability: Topic<Spoofability> = topic('spoofability', async ({ read }) => {
  const [spfReading, dkimReading, dmarcReading, wildcardReading, names, selectors, policy] =
    await Promise.all([
      read(spf),
      read(dkim),
      read(dmarc),
      read(wildcard),
      read(spfTargets),
      read(dkimTargets),
      read(dmarcTarget),
    ]);
  const printed = keyPrinted(dkimReading);
  const spfClass = classOf(spfReading);
  const openings: Openings = {
    ...NO_OPENINGS,
    spfOpen: spfClass === 'open' ? 'yes' : spfClass === 'unknown' ? 'unknown' : 'no',
    targetRegistrable: registrable(names, ({ passes }) => passes),
    keyTaken: eitherTri(printed, registrable(selectors)),
    policyTaken: registrable(policy),
    wildcardSpfOpen: wildcardOpen(wildcardReading),
    registryAbove: registryAbove(dmarcReading),
  };
  const forgery = (target: Kind): Forgery => {
    const fate = (generation: Generation) =>
      fateIn(generation, target, openings, dmarcReading, wildcardReading);
    const [rfc9989, rfc7489] = [fate('rfc9989'), fate('rfc7489')];
    return { target, rfc9989, rfc7489, shown: shownOf(rfc9989, rfc7489), rank: rankOf(rfc9989, rfc7489) };
  };
  const three = [forgery('exact'), forgery('existing'), forgery('invented')] as const;
  const [exact, existing, invented] = three;
  const value: Spoofability = {
    exact,
    existing,
    invented,
    worst: three.reduce((a, b) => (b.rank < a.rank ? b : a)),
    envelope: envelopeStage(spfClass),
    spf: spfClass,
    openings,
    keyPrinted: printed === 'yes',
    policy: dmarcReading.got === 'whole' ? dmarcReading.value.rfc9989.exact.effective.policy : 'unknown',
    complete: three.every(({ rfc9989, rfc7489 }) => isSeen(rfc9989) && isSeen(rfc7489)),
    ownMail: ownMailOf(spfClass, dkimReading, dmarcReading),
  };
  const because = [spfReading, dkimReading, dmarcReading, wildcardReading, names, selectors, policy]
    .map(missing)
    .find((one) => one);
  return because ? part(value, because) : whole(value);
});

function missing(reading: Reading<unknown>): Blind | undefined {
  return reading.got === 'whole' ? undefined : reading.because;
}

function classOf(reading: Reading<SpfReading>): SpfClass {
  if (reading.got === 'none') return 'unknown';
  const { stranger, unlisted } = reading.value;
  if (stranger.v4 === 'open' || stranger.v6 === 'open') return 'open';
  if (reading.got === 'part') return stranger.v4 === stranger.v6 ? stranger.v4 : 'unknown';
  // Terms that depend on the sender's data are the operator's to answer; a stranger is taken not to match them.
  if (unlisted.v4 === 'open' || unlisted.v6 === 'open') return 'open';
  return ORDER.find((result) => unlisted.v4 === result || unlisted.v6 === result) ?? 'unknown';
}

/** From the weakest for the owner to the strongest; the weaker of the two families counts. */
const ORDER: readonly SpfClass[] = ['unknown', 'permerror', 'none', 'neutral', 'softfail', 'fail'];

function keyPrinted(reading: Reading<DkimReading>): Tri {
  if (reading.got === 'none') return 'unknown';
  if (reading.value.keys.some((key) => printedIn(key.record) !== undefined)) return 'yes';
  return reading.got === 'part' ? 'unknown' : 'no';
}

/** Whether something leads to a name that anybody could register, as far as DNS shows. */
function registrable<T>(reading: Reading<Targets<T>>, counts: (from: T) => boolean = () => true): Tri {
  if (reading.got === 'none') return 'unknown';
  if (reading.value.gone.some(({ standing, from }) => standing === 'unregistered' && counts(from)))
    return 'yes';
  return reading.got === 'part' ? 'unknown' : 'no';
}

function eitherTri(one: Tri, other: Tri): Tri {
  return [one, other].includes('yes') ? 'yes' : [one, other].includes('unknown') ? 'unknown' : 'no';
}

function wildcardOpen(reading: Reading<Wildcard>): Tri {
  if (reading.got !== 'whole') return 'unknown';
  const open = reading.value.txt.some((text) => {
    if (!isSpf(text)) return false;
    const record = parseSpf(text);
    const all = record.terms.find((term) => term.kind === 'all');
    return all?.qualifier === '+' && record.error === undefined;
  });
  return open ? 'yes' : 'no';
}

/** RFC 9989 §11.8: a registry's record without psd=y makes the registry the organizational domain. */
function registryAbove(reading: Reading<DmarcReading>): Tri {
  if (reading.got !== 'whole') return 'unknown';
  const [tree, list] = [
    reading.value.rfc9989.organizationalDomain,
    reading.value.rfc7489.organizationalDomain,
  ];
  return tree !== list && isWithin(list, tree) ? 'yes' : 'no';
}

function fateIn(
  generation: Generation,
  target: Kind,
  openings: Openings,
  reading: Reading<DmarcReading>,
  zone: Reading<Wildcard>,
): Fate {
  if (reading.got !== 'whole')
    return fateOf(target, generation, openings, {
      effective: 'unknown',
      aspf: 'r',
      adkim: 'r',
      sameOrganization: true,
    });
  const read = reading.value[generation];
  const as = (stance: Stance) => fateOf(target, generation, openings, governing(read, stance, generation));
  if (target !== 'invented') return as(read[target]);
  if (zone.got !== 'whole') {
    const either =
      generation === 'rfc9989' ? eitherOf(as(read.existing), as(read.invented)) : as(read.invented);
    return { ...either, because: 'unseen', worst: openings.wildcardSpfOpen === 'no' ? either.worst : 'pass' };
  }
  // A wildcard that holds a DMARC record gives made-up names a record of their own.
  const own = read.invented.governedBy !== read.existing.governedBy;
  if (generation === 'rfc7489' || own) return as(read.invented);
  if (zone.value.denial === 'wildcard') return as(read.existing);
  if (zone.value.denial === 'compact') return eitherOf(as(read.existing), as(read.invented));
  return as(read.invented);
}

function governing(read: GenerationReading, stance: Stance, generation: Generation): Governing {
  const psd = read.applied?.record.psd;
  return {
    effective: stance.effective,
    aspf: stance.aspf,
    adkim: stance.adkim,
    // psd=y makes each name below an organization of its own (RFC 9989 §4.10.2); RFC 7489 knows no psd.
    sameOrganization: generation === 'rfc7489' || psd !== 'y' || read.applied?.relation !== 'own',
  };
}

function isSeen(fate: Fate): boolean {
  return fate.because !== 'unseen' || fate.worst === fate.best;
}

function ownMailOf(spfClass: SpfClass, keys: Reading<DkimReading>, policy: Reading<DmarcReading>): OwnMail {
  if (keys.got === 'none' || policy.got !== 'whole') return 'unknown';
  const found = keys.value.live > 0;
  if (!found && (keys.got === 'part' || keys.value.absence !== 'proven')) return 'unknown';
  return ownMail(spfClass, found ? 'present' : 'none-proven', policy.value.rfc9989.exact.effective.policy);
}
