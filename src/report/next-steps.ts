/*
 * What to do next, at most three things, in an order that breaks nothing: mend what is broken, get reports,
 * make SPF and DKIM sound, then enforce, then protect transport, then tidy up. A policy is never tightened
 * before the mail it judges can pass.
 */

import { type Change, type Fix, SEVERITIES, type Severity, type Stage } from '../engine/rule.ts';
import type { Finding } from '../engine/verdict.ts';

/** One thing to do, and the findings that it settles. */
export interface Step {
  /** The finding whose fix this is. */
  readonly finding: Finding;
  readonly fix: Fix;
  /** Other problems of the same cause, or whose fix touches the same record; settle this one first. */
  readonly also: readonly Finding[];
}

/** How long a fix takes, in words. */
export function effortOf(fix: Fix): string {
  return EFFORTS[fix.effort];
}

/** Whose a fix is when it is not the owner's, as a sentence; empty when it is. */
export function whoseFix({ runBy }: Pick<Finding, 'runBy'>): string {
  return runBy === undefined
    ? ''
    : `${runBy} runs what this is about, so it is theirs to change; you can ask them, or go elsewhere.`;
}

/** A fix's text as a heading, its first sentence, and the rest. Dots inside backticks end nothing. */
export function headingOf(text: string): { heading: string; rest: string } {
  let code = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '`') code = !code;
    else if (!code && text[i] === '.' && text[i + 1] === ' ')
      return { heading: text.slice(0, i), rest: text.slice(i + 2) };
  }
  return { heading: text.replace(/\.$/, ''), rest: '' };
}

/** Stages from first to last. */
export const STAGES: readonly Stage[] = ['mend', 'report', 'authenticate', 'enforce', 'transport', 'tidy'];

/**
 * The next steps. What is critical comes first, the rest by stage and severity; of several fixes to one
 * record or of one cause only the first is a step. Lesser matters (low) fill up only what graver ones leave free, as do demands
 * of receivers, which follow from the rest; remarks (info) never become steps, nor does what only a provider can
 * change.
 */
export function nextSteps(findings: readonly Finding[], limit = 3): Step[] {
  const steps: { finding: Finding; fix: Fix; also: Finding[] }[] = [];
  const inOrder = findings.filter((one) => one.fix && !one.runBy && rank(one) < INFO).sort(bySafety);
  const lesser = (finding: Finding) => rank(finding) >= LOW || finding.rule.startsWith('receivers/');
  for (const finding of [...inOrder.filter((one) => !lesser(one)), ...inOrder.filter(lesser)]) {
    const fix = finding.fix as Fix;
    const same = steps.find(
      (step) =>
        (fix.cause !== undefined && step.fix.cause === fix.cause) ||
        touchesSame(step.fix.changes, fix.changes),
    );
    if (same) same.also.push(finding);
    else if (steps.length < limit) steps.push({ finding, fix, also: [] });
  }
  return steps.sort((a, b) => bySafety(a.finding, b.finding));
}

const LOW = SEVERITIES.indexOf('low');
const INFO = SEVERITIES.indexOf('info');

function rank(finding: Finding): number {
  return finding.severity ? SEVERITIES.indexOf(finding.severity) : SEVERITIES.length;
}

function bySafety(a: Finding, b: Finding): number {
  const key = (finding: Finding): [number, number, number] => [
    finding.severity === ('critical' satisfies Severity) ? 0 : 1,
    STAGES.indexOf(finding.fix?.stage ?? 'tidy'),
    rank(finding),
  ];
  const [x, y] = [key(a), key(b)];
  for (const i of [0, 1, 2] as const) if (x[i] !== y[i]) return x[i] - y[i];
  return a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0;
}

/** Whether both propose a change to the record at the same name and of the same type. */
function touchesSame(a: readonly Change[] = [], b: readonly Change[] = []): boolean {
  return a.some((one) =>
    b.some((other) => one.name === other.name && one.type === other.type && subject(one) === subject(other)),
  );
}

/** TXT records at one name serve several purposes, told apart by how their text begins. */
function subject(change: Change): string {
  const text = change.op === 'add' ? change.value : change.was;
  return change.type === 'TXT' ? text.trimStart().slice(0, 5).toLowerCase() : '';
}

const EFFORTS: Readonly<Record<Fix['effort'], string>> = {
  minutes: 'A few minutes',
  hour: 'About an hour',
  days: 'Some days, most of it waiting',
  provider: 'Your provider has to do it',
};
