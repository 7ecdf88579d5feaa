/*
 * What is remembered of a report to say later what has changed: the answers' words and which problems and gaps
 * there were. Far less than the facts, and enough to compare by.
 */

import type { Report } from '../engine/verdict.ts';

/** A report as remembered. */
export interface Recall {
  /** The headline by question. */
  readonly answers: Readonly<Record<string, string>>;
  /** The severity by question, of those that were bad news. */
  readonly severities: Readonly<Record<string, string>>;
  /** The case of each problem by rule. */
  readonly problems: Readonly<Record<string, string>>;
  /** Rules that could not be checked. */
  readonly unknown: readonly string[];
}

/** What to remember of a report. */
export function recallOf({ findings, answers }: Pick<Report, 'findings' | 'answers'>): Recall {
  return {
    answers: Object.fromEntries(answers.map(({ id, headline }) => [id, headline])),
    severities: Object.fromEntries(answers.flatMap(({ id, severity }) => (severity ? [[id, severity]] : []))),
    problems: Object.fromEntries(
      findings.flatMap(({ rule, outcome, case: is }) => (outcome === 'problem' ? [[rule, is ?? '']] : [])),
    ),
    unknown: findings.filter(({ outcome }) => outcome === 'unknown').map(({ rule }) => rule),
  };
}

/** What is remembered, read from somewhere that may hold anything. */
export function readRecall(value: unknown): Recall | undefined {
  const { answers, severities = {}, problems, unknown } = (value ?? {}) as Record<string, unknown>;
  if (!isTexts(answers) || !isTexts(severities) || !isTexts(problems) || !Array.isArray(unknown))
    return undefined;
  return { answers, severities, problems, unknown: unknown.filter((rule) => typeof rule === 'string') };
}

function isTexts(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((text) => typeof text === 'string')
  );
}
