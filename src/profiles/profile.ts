/*
 * What an authority asks of a mail domain, requirement by requirement. A profile adds up what the findings say
 * already: it has no severity, no fix and no step of its own, and is judged only when somebody asks for it, from the
 * facts of the report. Whether an authority binds anybody is not for us to know, so nothing here is a problem.
 */

import { wordsFor } from '../engine/blindness.ts';
import { diagnose } from '../engine/diagnose.ts';
import { type AnyRule, type Facts, type Reads, rule } from '../engine/rule.ts';
import type { Scope } from '../engine/scope.ts';
import type { Finding } from '../engine/verdict.ts';
import type { Blind, Observer } from '../facts/observation.ts';

/** What became of a requirement: unmet and why, of no concern and why, or not known. */
export type Held = 'met' | { readonly unmet: string } | { readonly away: string } | Blind;

/** One requirement, which several authorities may make. */
export interface Requirement {
  /** The area of the checklist whose findings it rests on. */
  readonly area: string;
  /** True when it is met. */
  readonly asks: string;
  readonly judge: AnyRule;
}

/** Declares a requirement, judged as a rule is: where a reading is missing it is unknown. */
export function requirement<const R extends Reads, const P extends keyof R = never>(
  area: string,
  asks: string,
  reads: R,
  judge: (facts: Facts<R, P>) => Held,
  partial?: readonly P[],
): Requirement {
  const judged = rule({
    title: asks,
    why: '',
    bears: [],
    cites: [],
    reads,
    ...(partial ? { partial } : {}),
    cases: {
      met: { passes: true, says: '' },
      unmet: { passes: true, says: (d: { says: string }) => d.says },
    },
    judge(facts: Facts<R, P>) {
      const held = judge(facts);
      if (held === 'met') return { is: 'met' };
      if ('unmet' in held) return { is: 'unmet', data: { says: held.unmet } };
      if ('away' in held) return { is: 'not-applicable', because: held.away };
      return { is: 'unknown', because: held };
    },
  });
  return { area, asks, judge: judged as unknown as AnyRule };
}

/** An authority’s view of a mail domain. */
export interface Profile {
  readonly authority: string;
  /** What it is called there. */
  readonly name: string;
  /** Whom it binds, or is meant for. */
  readonly audience: string;
  readonly documents: readonly { readonly document: string; readonly href: string }[];
  readonly asks: readonly Requirement[];
  /** What it asks as well and is not looked at, to go on after a colon. */
  readonly unseen?: string;
}

/** How a requirement stands. */
export interface Standing {
  readonly area: string;
  readonly asks: string;
  readonly state: 'met' | 'unmet' | 'unknown' | 'not-applicable';
  /** Why, where it is not met. */
  readonly says: string;
}

/** A profile with how the domain stands to it. */
export interface Judged extends Omit<Profile, 'asks'> {
  readonly id: string;
  readonly requirements: readonly Standing[];
}

/** Judges profiles, by their ids, from facts that are there. */
export async function judgeProfiles(
  scope: Scope,
  profiles: Readonly<Record<string, Profile>>,
  observer: Observer,
): Promise<readonly Judged[]> {
  const all = [...new Set(Object.values(profiles).flatMap(({ asks }) => asks))];
  const rules = Object.fromEntries(all.map(({ judge }, i) => [`${i}`, judge]));
  const { findings } = await diagnose({ scope, rules, headlines: {}, observer });
  const found = new Map(findings.map((finding) => [finding.rule, finding]));
  return Object.entries(profiles).map(([id, { asks, ...profile }]) => ({
    ...profile,
    id,
    requirements: asks.map((one) => standing(one, found.get(`${all.indexOf(one)}`))),
  }));
}

function standing({ area, asks }: Requirement, finding: Finding | undefined): Standing {
  if (finding === undefined || finding.outcome === 'problem')
    return { area, asks, state: 'unknown', says: '' };
  const state = finding.outcome === 'pass' ? (finding.case === 'met' ? 'met' : 'unmet') : finding.outcome;
  const because = finding.because && wordsFor(finding.because);
  const says =
    because === undefined ? finding.says : `${because.charAt(0).toUpperCase()}${because.slice(1)}.`;
  return { area, asks, state, says };
}

/** "4 met, 1 not met, 2 unknown"; leaves out what there is none of. */
export function standingWords(requirements: readonly Standing[]): string {
  const count = (state: Standing['state']) => requirements.filter((one) => one.state === state).length;
  const words = (
    [
      ['met', 'met'],
      ['unmet', 'not met'],
      ['unknown', 'unknown'],
    ] as const
  ).flatMap(([state, word]) => (count(state) > 0 ? [`${count(state)} ${word}`] : []));
  return words.length > 0 ? words.join(', ') : 'does not apply';
}
