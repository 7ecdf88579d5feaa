/*
 * The report as plain text, for terminals, tickets and golden tests. Nothing in it can act on a terminal:
 * findings arrive printable, and records are made so here.
 */

import { excerpt, printable, shown } from '../dns/text.ts';
import { wordsFor } from '../engine/blindness.ts';
import { remedyFor } from '../engine/remedies.ts';
import type { Change, ServedFile } from '../engine/rule.ts';
import type { Finding, Report } from '../engine/verdict.ts';
import { type About, dateWords, effortWords, unansweredOf } from './about.ts';
import { askedWords } from './evidence.ts';
import { citation } from './json.ts';
import { effortOf, nextSteps, whoseFix } from './next-steps.ts';
import { gathered, inAreas, tallyWords } from './order.ts';

/** The whole report, lines of at most `width` characters where words allow. Ends with a line feed. */
export function textReport(report: Report, about: About, width = 88): string {
  const out: string[] = [];
  const say = (text: string, indent = 0, hang = indent) => out.push(...wrapped(text, width, indent, hang));
  out.push(printable(about.domain), '='.repeat([...about.domain].length), '');
  const posture = postureWords(report.findings);
  if (posture !== undefined) say(posture);
  const unanswered = unansweredOf(report.facts);
  const asked = about.resolvers.length > 0 ? ` Asked: ${about.resolvers.join(', ')}.` : '';
  say(`${dateWords(about.at)}. ${effortWords(about.stats, unanswered.length)}.${asked}`);
  out.push('');
  for (const answer of report.answers) {
    out.push(answer.asks);
    say(`${SIGNS[answer.outcome]} ${answer.headline}`, 2, 4);
    if (answer.reason !== '') say(answer.reason, 4);
    for (const line of answer.lines) say(`${line.who}: ${line.what}`, 4, 6);
    out.push('');
  }
  const steps = nextSteps(report.findings);
  if (steps.length > 0) {
    out.push('Next steps', '----------', '');
    for (const [i, { finding, fix }] of steps.entries()) {
      say(`${i + 1}. ${finding.says}`, 0, 3);
      say(`${fix.text} ${effortOf(fix)}.`, 3);
      if (fix.file) out.push(...fileLines(fix.file, 3));
      for (const change of fix.changes ?? []) out.push(...changeLines(change, 3));
      out.push('');
    }
  }
  out.push('Everything that was checked', '---------------------------', '');
  for (const area of inAreas(report.findings)) {
    out.push(`${area.title} (${tallyWords(area.tally)})`);
    const { each, together } = gathered(area.findings);
    for (const { because, findings } of together)
      say(`${SIGNS.unknown} ${findings.length} requirements ${decapitalized(because)}`, 2, 4);
    for (const finding of each) {
      if (finding.outcome === 'not-applicable') continue;
      const severity = finding.severity === undefined ? '' : ` [${finding.severity}]`;
      const says =
        finding.outcome === 'unknown' ? `${finding.title}: ${decapitalized(finding.says)}` : finding.says;
      say(`${signOf(finding)} ${says}${severity}`, 2, 4);
      if (finding.outcome !== 'problem') continue;
      for (const { name, type, text } of finding.shows) say(`${type} ${name}: ${excerpt(text, 200)}`, 4, 6);
      say(finding.why, 4);
      if (finding.fix) say([`To do: ${finding.fix.text}`, whoseFix(finding)].filter(Boolean).join(' '), 4);
      if (finding.fix?.file && !steps.some((step) => step.finding === finding))
        out.push(...fileLines(finding.fix.file, 4));
      say(`Written in ${finding.cites.map((cite) => citation(cite).title).join('; ')}. ${finding.rule}`, 4);
    }
    out.push('');
  }
  if (unanswered.length > 0) {
    out.push('Went unanswered');
    for (const { question, result } of unanswered) {
      if (result.seen) continue;
      const remedy = remedyFor(result.because);
      say(
        `? ${askedWords(question)}: ${wordsFor(result.because)}.${remedy === undefined ? '' : ` ${remedy}`}`,
        2,
        4,
      );
    }
    out.push('');
  }
  return `${out.join('\n').trimEnd()}\n`;
}

/** What the domain is for, in a sentence, from the finding that says so. */
export function postureWords(findings: readonly Finding[]): string | undefined {
  const finding = findings.find(({ portrays }) => portrays);
  return finding?.outcome === 'pass' || finding?.outcome === 'problem' ? finding.says : undefined;
}

/** A file as lines to act on: where, and every line of it. */
export function fileLines({ address, text }: ServedFile, indent: number): string[] {
  const pad = ' '.repeat(indent);
  return [
    `${pad}Serve this text file at ${printable(address)}`,
    ...text
      .trimEnd()
      .split('\n')
      .map((line) => `${pad}  ${shown(line)}`),
  ];
}

/** A change as lines to act on: what, where, and the exact value. */
export function changeLines(change: Change, indent: number): string[] {
  const pad = ' '.repeat(indent);
  const lines = [`${pad}${VERBS[change.op]} the ${change.type} record at ${change.name}`];
  if (change.op !== 'add') lines.push(`${pad}  now    ${shown(change.was)}`);
  if (change.op !== 'delete') lines.push(`${pad}  value  ${shown(change.value)}`);
  return lines;
}

/** The mark in front of a finding; a remark asks for nothing, so it has no exclamation mark. */
export function signOf({ outcome, severity }: Pick<Finding, 'outcome' | 'severity'>): string {
  return severity === 'info' ? 'i' : SIGNS[outcome];
}

function decapitalized(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function wrapped(text: string, width: number, indent: number, hang: number): string[] {
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = ' '.repeat(hang);
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}

const SIGNS = { problem: '!', pass: '+', unknown: '?', 'not-applicable': '-' };
const VERBS = { add: 'Add', replace: 'Replace', delete: 'Delete' };
