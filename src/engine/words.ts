/*
 * Putting words to what was found. A report is judged without them; where the page keeps the words of rules apart
 * they are fetched when a finding is to be read, which for most of the requirements that are met is never.
 */

import { printable } from '../dns/text.ts';
import type { AnyRule, RuleWords } from './rule.ts';
import type { Finding } from './verdict.ts';

/** Something that is still being made. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Puts the words of a finding in, `data` being what its case was given. Throws what the words throw. */
export function putWords(finding: Writable<Finding>, words: RuleWords, data: unknown): void {
  finding.why = words.why;
  finding.cites = words.cites;
  const worded = finding.case === undefined ? undefined : words.cases[finding.case];
  if (worded === undefined) return;
  finding.says = printable(typeof worded.says === 'function' ? worded.says(data) : worded.says);
  if ('passes' in worded || !('fix' in worded)) return;
  const fix = typeof worded.fix === 'function' ? worded.fix(data) : worded.fix;
  finding.fix = { ...fix, text: printable(fix.text) };
}

/** The finding with its words. Throws what the words throw. */
export function wordFinding(finding: Finding, words: RuleWords): Finding {
  const { pending, ...read } = finding;
  if (pending === undefined) return finding;
  putWords(read, words, pending.data);
  return read;
}

/** The same, fetching the words first. Where they cannot be had the finding says so and may be tried again. */
export async function fetchWords(finding: Finding, rule: AnyRule): Promise<Finding> {
  if (finding.pending === undefined) return finding;
  if (rule.words === undefined) return wordFinding(finding, rule);
  try {
    return wordFinding(finding, await rule.words());
  } catch {
    return { ...finding, says: `Not met: ${finding.title}. The explanation could not be loaded.` };
  }
}
