/*
 * What is remembered of a report to say later what has changed: the answers' words and which problems and gaps
 * there were. Far less than the facts, and enough to compare by.
 */

import type { Answered, Finding, Report } from '../engine/verdict.ts';

/** A report as remembered. */
export interface Recall {
  /** The headline by question. */
  readonly answers: Readonly<Record<string, string>>;
  /** The case of each problem by rule. */
  readonly problems: Readonly<Record<string, string>>;
  /** Rules that could not be checked. */
  readonly unknown: readonly string[];
}

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

/** What to remember of a report. */
export function recallOf({ findings, answers }: Pick<Report, 'findings' | 'answers'>): Recall {
  return {
    answers: Object.fromEntries(answers.map(({ id, headline }) => [id, headline])),
    problems: Object.fromEntries(
      findings.flatMap(({ rule, outcome, case: is }) => (outcome === 'problem' ? [[rule, is ?? '']] : [])),
    ),
    unknown: findings.filter(({ outcome }) => outcome === 'unknown').map(({ rule }) => rule),
  };
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
      const same = before === undefined || before === after.headline || after.outcome === 'unknown';
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

/** What is remembered, read from somewhere that may hold anything. */
export function readRecall(value: unknown): Recall | undefined {
  const { answers, problems, unknown } = (value ?? {}) as Record<string, unknown>;
  if (!isTexts(answers) || !isTexts(problems) || !Array.isArray(unknown)) return undefined;
  return { answers, problems, unknown: unknown.filter((rule) => typeof rule === 'string') };
}

function isTexts(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((text) => typeof text === 'string')
  );
}
