/*
 * What the sender of a link saw, in four characters a problem: enough to tell where today's rules see something
 * else in the same facts, too little to be believed in place of them. Each entry is a hash of rule and case (or of
 * question and case); the first stands for the whole report, every outcome included.
 */

import type { AnyRule } from '../engine/rule.ts';
import type { Scope } from '../engine/scope.ts';
import type { Answered, Finding, Report } from '../engine/verdict.ts';
import { encodeLink } from './link.ts';
import { reduced } from './reduce.ts';

/** A problem the sender's rules saw and today's do not. */
export interface Gone {
  /** What today's rules find in its place. */
  readonly finding: Finding;
  /** The case the sender was shown. */
  readonly case: string;
}

/** Where the sender saw something else in the same facts. */
export interface Seen {
  /** Everything was the same, down to what did not apply. */
  readonly same: boolean;
  /** Problems shown today that the sender was not shown. */
  readonly appeared: readonly Finding[];
  readonly gone: readonly Gone[];
  /** How many problems the sender was shown that today's rules no longer know. */
  readonly forgotten: number;
  /** Headline answers that read differently. */
  readonly answers: readonly Answered[];
}

/** The digest of a report as it is shown. */
export function digestOf({ findings, answers }: Pick<Report, 'findings' | 'answers'>): string {
  return [
    hash(wholeOf({ findings, answers })),
    ...answers.map(({ id, case: is }) => hash(`? ${id} ${is}`)),
    ...problemsOf(findings).map(({ rule, case: is }) => hash(`${rule} ${is}`)),
  ].join('');
}

/** A report as the fragment of a link; undefined when it is too large for one. */
export async function linkOf(
  { domain, now, intent, selectors, submission }: Scope,
  report: Report,
): Promise<string | undefined> {
  const facts = await reduced(report.facts);
  const digest = digestOf(report);
  return encodeLink({
    domain,
    now,
    ...(intent ? { intent } : {}),
    selectors,
    ...(submission ? { submission } : {}),
    facts,
    digest,
  });
}

/** Compares a report with the digest in its link; undefined when the digest says nothing that can be read. */
export function seenOtherwise(
  digest: string,
  report: Pick<Report, 'findings' | 'answers'>,
  rules: Readonly<Record<string, Pick<AnyRule, 'cases'>>>,
): Seen | undefined {
  if (!/^(?:[A-Za-z0-9_-]{4})+$/.test(digest)) return undefined;
  const [whole, ...entries] = digest.match(/.{4}/g) as [string, ...string[]];
  const shown = new Set(entries);
  const take = (entry: string) => shown.delete(entry);
  const answers = report.answers.filter(({ id, case: is }) => !take(hash(`? ${id} ${is}`)));
  const appeared = problemsOf(report.findings).filter(({ rule, case: is }) => !take(hash(`${rule} ${is}`)));
  const gone: Gone[] = [];
  for (const finding of report.findings)
    for (const is of Object.keys(rules[finding.rule]?.cases ?? {}))
      if (take(hash(`${finding.rule} ${is}`))) gone.push({ finding, case: is });
  return {
    same: whole === hash(wholeOf(report)),
    appeared,
    gone,
    // The other cases of the answers that changed are among what is left.
    forgotten: Math.max(0, shown.size - answers.length),
    answers,
  };
}

/** What today's rules see otherwise, a sentence each; empty when there is nothing to tell. */
export function seenWords(seen: Seen): string[] {
  const changed = new Set(seen.appeared.map(({ rule }) => rule));
  return [
    ...seen.answers.map(({ asks, headline }) => `${asks} Today's answer to the same facts: ${headline}`),
    ...seen.appeared.map(({ says }) => `Seen today and not by the sender: ${says}`),
    ...seen.gone
      .filter(({ finding }) => !changed.has(finding.rule))
      .map(({ finding }) => `The sender was shown a problem here; today: ${finding.says}`),
    ...(seen.forgotten === 0
      ? []
      : [
          seen.forgotten === 1
            ? 'One problem the sender was shown is no longer among today’s checks.'
            : `${seen.forgotten} problems the sender was shown are no longer among today’s checks.`,
        ]),
  ];
}

function problemsOf(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ outcome }) => outcome === 'problem').sort((a, b) => (a.rule < b.rule ? -1 : 1));
}

function wholeOf({ findings, answers }: Pick<Report, 'findings' | 'answers'>): string {
  return [
    ...findings.map(({ rule, outcome, case: is, severity }) => `${rule} ${is ?? outcome} ${severity ?? ''}`),
    ...answers.map(({ id, case: is }) => `? ${id} ${is}`),
  ]
    .sort()
    .join('\n');
}

/** 24 bits of FNV-1a as four characters of base64url. */
function hash(text: string): string {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  // The last step mixes the low bits, which are the poorest of FNV, into those that are kept.
  sum = Math.imul(sum ^ (sum >>> 15), 0x85ebca6b);
  return [26, 20, 14, 8].map((shift) => SIGNS[(sum >>> shift) & 63]).join('');
}

const SIGNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
