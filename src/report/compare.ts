/*
 * Two reports on one domain, and what is different in words: first the answers, then what got worse, what got
 * better, what could no longer or can again be checked, and which records changed. Both are judged by the same
 * rules, so every difference is one of the domain or of what was seen of it.
 */

import { presentation } from '../dns/presentation.ts';
import type { DnsAnswer } from '../dns/record.ts';
import { shown } from '../dns/text.ts';
import { SEVERITIES, type Severity } from '../engine/rule.ts';
import type { Answered, Finding, Report } from '../engine/verdict.ts';
import type { Observation } from '../facts/observation.ts';
import { keyOf } from '../facts/question.ts';
import { dateWords } from './about.ts';
import { askedWords } from './evidence.ts';
import { byUrgency } from './order.ts';
import { mayStillBe } from './since.ts';

/** One side of a comparison. */
export interface Side {
  readonly domain: string;
  readonly at: number;
  readonly report: Report;
}

/** A finding that is not what it was. */
export interface ChangedFinding {
  readonly rule: string;
  readonly before: Finding;
  readonly after: Finding;
  /** `changed`: another problem, neither graver nor lighter; `hidden`, `shown`: it became unknown, or ceased to be. */
  readonly way: 'worse' | 'better' | 'changed' | 'hidden' | 'shown';
}

/** A headline answer that is not what it was. */
export interface ChangedAnswer {
  readonly before: Answered;
  readonly after: Answered;
}

/** A question that got another answer. */
export interface ChangedRecords {
  readonly asked: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** The change as a sentence: "DMARC went from `none` to `quarantine`." */
  readonly says: string;
}

/** All differences, each in reading order. */
export interface Comparison {
  readonly before: Pick<Side, 'domain' | 'at'>;
  readonly after: Pick<Side, 'domain' | 'at'>;
  readonly answers: readonly ChangedAnswer[];
  readonly findings: readonly ChangedFinding[];
  readonly records: readonly ChangedRecords[];
}

/** What is different between two reports. */
export function compareReports(before: Side, after: Side): Comparison {
  const [oldFindings, oldAnswers] = [
    new Map(before.report.findings.map((finding) => [finding.rule, finding])),
    new Map(before.report.answers.map((answer) => [answer.id, answer])),
  ];
  const findings = after.report.findings.flatMap((finding): ChangedFinding[] => {
    const old = oldFindings.get(finding.rule);
    const way = old && wayOf(old, finding);
    return old && way ? [{ rule: finding.rule, before: old, after: finding, way }] : [];
  });
  return {
    before: { domain: before.domain, at: before.at },
    after: { domain: after.domain, at: after.at },
    answers: after.report.answers.flatMap((answer) => {
      const old = oldAnswers.get(answer.id);
      const same = old?.headline === answer.headline || mayStillBe(old?.severity, answer);
      return old === undefined || same ? [] : [{ before: old, after: answer }];
    }),
    findings: findings.sort(
      (a, b) => WAYS.indexOf(a.way) - WAYS.indexOf(b.way) || byUrgency(a.after, b.after),
    ),
    records: changedRecords(before.report.facts, after.report.facts),
  };
}

/** Whether nothing is different. */
export function isSame({ answers, findings, records }: Comparison): boolean {
  return answers.length + findings.length + records.length === 0;
}

/** The comparison as text; backticks mark records and values. */
export function comparisonText(comparison: Comparison): string {
  const { before, after, answers, findings, records } = comparison;
  const whose = before.domain === after.domain ? after.domain : `${before.domain} and ${after.domain}`;
  const out = [`${whose}: ${dateWords(before.at)}, and ${dateWords(after.at)}`, ''];
  if (isSame(comparison)) out.push('Nothing is different.');
  for (const { before: old, after: now } of answers)
    out.push(now.asks, `  was: ${old.headline}`, `  is:  ${now.headline}`, '');
  for (const [way, title] of Object.entries(TITLES)) {
    const group = findings.filter((finding) => finding.way === way);
    if (group.length > 0) out.push(title, ...changesWords(group).map((line) => `  ${line}`), '');
  }
  if (records.length > 0) out.push('Records', ...records.map(({ says }) => `  ${says}`), '');
  return `${out.join('\n').trimEnd()}\n`;
}

/** Changed findings as lines; those that say the same stand in one, with their number. */
export function changesWords(findings: readonly ChangedFinding[]): string[] {
  const lines = new Map<string, number>();
  for (const words of findings.map(changeWords)) lines.set(words, (lines.get(words) ?? 0) + 1);
  return [...lines].map(([words, count]) => (count === 1 ? words : `${count} requirements: ${words}`));
}

/** One changed finding as a line: what it says now, and what it said. */
function changeWords({ before, after, way }: ChangedFinding): string {
  const severity = after.outcome === 'problem' ? ` (${after.severity})` : '';
  if (way === 'better' && after.outcome === 'not-applicable') return `No longer applies: ${before.says}`;
  return `${after.says}${severity} Before: ${before.says}`;
}

/** The titles of the groups of changed findings. */
export const TITLES: Readonly<Record<ChangedFinding['way'], string>> = {
  worse: 'Worse',
  better: 'Better',
  changed: 'Different',
  hidden: 'Could not be checked this time',
  shown: 'Could be checked this time',
};

const WAYS = Object.keys(TITLES) as ChangedFinding['way'][];

function wayOf(before: Finding, after: Finding): ChangedFinding['way'] | undefined {
  if (before.outcome === 'unknown' && after.outcome === 'unknown') return undefined;
  if (after.outcome === 'unknown') return 'hidden';
  const [was, is] = [weight(before), weight(after)];
  if (before.outcome === 'unknown') return 'shown';
  if (is !== was) return is < was ? 'worse' : 'better';
  if (after.outcome === 'problem' && (before.case !== after.case || before.says !== after.says))
    return 'changed';
  return undefined;
}

function weight({ outcome, severity }: Finding): number {
  return outcome === 'problem' ? SEVERITIES.indexOf(severity as Severity) : FINE;
}

/** Beyond the lightest severity. */
const FINE = SEVERITIES.length;

function changedRecords(before: readonly Observation[], after: readonly Observation[]): ChangedRecords[] {
  const old = new Map(before.map((observation) => [keyOf(observation.question), observation]));
  return after.flatMap((observation): ChangedRecords[] => {
    const { question } = observation;
    const earlier = old.get(keyOf(question));
    // Only what the domain publishes; hosts' replies and signatures differ from one look to the next.
    if (earlier === undefined || question.kind === 'smtp') return [];
    if (question.kind === 'dns' && (question.dnssec || question.cd)) return [];
    const [was, is] = [linesOf(earlier), linesOf(observation)];
    if (was === undefined || is === undefined) return [];
    if (was.length === is.length && was.every((line, i) => line === is[i])) return [];
    const asked = askedWords(question);
    return [{ asked, before: was, after: is, says: recordWords(asked, was, is) }];
  });
}

/** Records as sorted text; undefined when there was no answer. */
function linesOf({ question, result }: Observation): readonly string[] | undefined {
  if (!result.seen) return undefined;
  if (question.kind === 'policy') {
    const { status, body } = result.answer as { status: number; body: string };
    return status === 200
      ? body
          .split(/\r?\n/)
          .filter((line) => line !== '')
          .map(shown)
      : [];
  }
  if (question.kind !== 'dns') return undefined;
  const { records, chain } = result.answer as DnsAnswer;
  const texts = records.map(({ data }) =>
    question.type === 'TXT' || question.type === 'SPF'
      ? shown((data as readonly string[]).join(''))
      : shown(presentation({ type: question.type, data })),
  );
  return [...chain.map((name) => `alias of ${name}`), ...texts].sort();
}

function recordWords(asked: string, before: readonly string[], after: readonly string[]): string {
  const lost = before.filter((line) => !after.includes(line));
  const gained = after.filter((line) => !before.includes(line));
  const [old] = lost;
  const [now] = gained;
  const kind = kindOf(old ?? now ?? '');
  if (
    lost.length === 1 &&
    gained.length === 1 &&
    old !== undefined &&
    now !== undefined &&
    kind === kindOf(now)
  ) {
    if (kind === 'SPF') return `SPF at ${placeOf(asked)} ${listWords(...termsOf(old, now))}.`;
    if (kind !== undefined) return tagWords(kind, asked, tagsOf(old), tagsOf(now));
  }
  return `${kind === undefined ? asked : `${kind} at ${placeOf(asked)}`} ${listWords(lost, gained)}.`;
}

/** "DMARC went from `none` to `quarantine`, and `rua` …". */
function tagWords(
  kind: string,
  asked: string,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string {
  const parts: string[] = [];
  for (const tag of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(tag), after.get(tag)];
    if (old === now) continue;
    const what = kind === 'DMARC' && tag === 'p' ? '' : `\`${tag}\` `;
    if (old === undefined) parts.push(`gained \`${tag}=${now}\``);
    else if (now === undefined) parts.push(`lost \`${tag}=${old}\``);
    else if (/^p$/.test(tag) && kind === 'DKIM') parts.push('has another key');
    else parts.push(`${what}went from \`${old}\` to \`${now}\``);
  }
  const words = parts.length === 0 ? 'is written differently' : parts.join(', ');
  const subject =
    kind === 'DMARC' && asked.startsWith('TXT at _dmarc.') ? kind : `${kind} at ${placeOf(asked)}`;
  return `${subject}${/^`/.test(words) ? ': ' : ' '}${words}.`;
}

function listWords(lost: readonly string[], gained: readonly string[]): string {
  const quoted = (lines: readonly string[]) => lines.map((line) => `\`${line}\``).join(', ');
  return [
    gained.length > 0 ? `gained ${quoted(gained)}` : '',
    lost.length > 0 ? `lost ${quoted(lost)}` : '',
    gained.length + lost.length === 0 ? 'has the same records in another number' : '',
  ]
    .filter((part) => part !== '')
    .join('; ');
}

function termsOf(before: string, after: string): [lost: string[], gained: string[]] {
  const [old, now] = [before.split(/\s+/), after.split(/\s+/)];
  return [old.filter((term) => !now.includes(term)), now.filter((term) => !old.includes(term))];
}

function tagsOf(record: string): Map<string, string> {
  return new Map(
    record.split(';').flatMap((part) => {
      const at = part.indexOf('=');
      return at < 0 ? [] : [[part.slice(0, at).trim(), part.slice(at + 1).trim()] as const];
    }),
  );
}

function kindOf(record: string): string | undefined {
  return KINDS.find(([begins]) => begins.test(record))?.[1];
}

function placeOf(asked: string): string {
  return asked.replace(/^\S+ at /, '');
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^v=spf1(?:\s|$)/i, 'SPF'],
  [/^v\s*=\s*DMARC1\s*(?:;|$)/, 'DMARC'],
  [/^v\s*=\s*DKIM1\s*(?:;|$)/, 'DKIM'],
  [/^v\s*=\s*STSv1\s*(?:;|$)/, 'MTA-STS'],
  [/^v\s*=\s*TLSRPTv1\s*(?:;|$)/, 'TLS-RPT'],
  [/^v\s*=\s*BIMI1\s*(?:;|$)/, 'BIMI'],
];
