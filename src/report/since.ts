/*
 * What has changed between a report and what is remembered of the one before.
 */

import { SEVERITIES } from '../engine/rule.ts';
import type { Answered, Finding, Report } from '../engine/verdict.ts';
import type { Recall } from './recall.ts';

/** What has changed since. Findings may still lack their words. */
export interface Since {
  readonly answers: readonly { readonly before: string; readonly after: Answered }[];
  readonly appeared: readonly Finding[];
  readonly mended: readonly Finding[];
  /** Other problems than before with the same requirement. */
  readonly changed: readonly Finding[];
  /** What could be checked then and could not now. */
  readonly hidden: readonly Finding[];
}

/** What has changed between what is remembered and a report. What was unknown then is no news now. */
export function sinceThen(then: Recall, { findings, answers }: Pick<Report, 'findings' | 'answers'>): Since {
  const was = new Map(Object.entries(then.problems));
  const unknown = new Set(then.unknown);
  const of = (keep: (finding: Finding, before: string | undefined) => boolean) =>
    findings.filter((finding) => !unknown.has(finding.rule) && keep(finding, was.get(finding.rule)));
  return {
    answers: answers.flatMap((after) => {
      const before = then.answers[after.id];
      const unseen = after.outcome === 'unknown' || mayStillBe(then.severities[after.id], after);
      const same = before === undefined || before === after.headline || unseen;
      return same ? [] : [{ before, after }];
    }),
    appeared: of(({ outcome }, before) => outcome === 'problem' && before === undefined),
    mended: of(
      ({ outcome }, before) => before !== undefined && (outcome === 'pass' || outcome === 'not-applicable'),
    ),
    changed: of(
      ({ outcome, case: is }, before) => outcome === 'problem' && before !== undefined && before !== is,
    ),
    hidden: of(({ outcome }) => outcome === 'unknown'),
  };
}

/** How many things have changed. What could not be checked this time has not. */
export function countOf({ answers, appeared, mended, changed }: Since): number {
  return answers.length + appeared.length + mended.length + changed.length;
}

/**
 * Whether an answer that is certain although something was not seen leaves open that it is as grave as it was:
 * no better is known then.
 */
export function mayStillBe(severity: string | undefined, { atLeast, severity: now }: Answered): boolean {
  const all: readonly (string | undefined)[] = SEVERITIES;
  return atLeast === true && severity !== undefined && all.indexOf(severity) < all.indexOf(now);
}
