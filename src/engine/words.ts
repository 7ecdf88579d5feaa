/*
 * Putting words to what was found. A report is judged without them; where the page keeps the words of rules apart
 * they are fetched when a finding is to be read, which for most of the requirements that are met is never. With them
 * comes the judging whole: what the page judges by says which case holds, and no more.
 */

import { printable } from '../dns/text.ts';
import type { Blind } from '../facts/observation.ts';
import type { Question } from '../facts/question.ts';
import type { AnswerLine, AnyRule, Excerpt, RuleWords } from './rule.ts';
import { late, Seldom, seldom } from './topic.ts';
import type { Finding } from './verdict.ts';

/** A verdict as it comes from a rule or a headline question of any type. */
export interface Given {
  readonly is: string;
  readonly data?: unknown;
  readonly because?: Blind | string;
  readonly shows?: readonly Excerpt[];
  readonly rests?: readonly Question[];
  readonly lines?: readonly AnswerLine[];
}

/** Something that is still being made. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Puts in what is read of a finding. Throws what the words throw. */
export function putWords(finding: Writable<Finding>, words: RuleWords, verdict: Given | undefined): void {
  finding.title = words.title;
  finding.why = words.why;
  finding.cites = words.cites;
  if (finding.outcome === 'not-applicable') finding.says = printable(String(verdict?.because));
  if (verdict?.shows) finding.shows = verdict.shows;
  const worded = finding.case === undefined ? undefined : words.cases[finding.case];
  if (worded === undefined) {
    if (finding.case === undefined) return;
    seldom();
  }
  const data = verdict?.data;
  finding.says = printable(typeof worded.says === 'function' ? worded.says(data) : worded.says);
  if ('passes' in worded || !('fix' in worded)) return;
  const fix = typeof worded.fix === 'function' ? worded.fix(data) : worded.fix;
  finding.fix = { ...fix, text: printable(fix.text) };
}

/** A finding that can be read, and what its verdict rests on. */
export interface Read {
  readonly finding: Finding;
  readonly rests: readonly Question[];
}

/** The finding with its words, fetched where they are kept apart. Where they cannot be had it says so. */
export async function fetchWords(finding: Finding, rule: AnyRule): Promise<Read> {
  const { pending, ...read } = finding;
  if (pending === undefined || rule.words === undefined) return { finding, rests: [] };
  try {
    return await usingWords(rule.words, async (words) => {
      const judged =
        finding.outcome === 'unknown'
          ? undefined
          : ((await words.judge?.(pending.facts)) as Given | undefined);
      putWords(read, words, judged);
      return { finding: read, rests: judged?.rests ?? [] };
    });
  } catch {
    const says =
      finding.outcome === 'problem'
        ? `Not met: ${finding.title || finding.rule}. The explanation could not be loaded.`
        : 'The explanation could not be loaded.';
    return { finding: { ...finding, says }, rests: [] };
  }
}

/** Uses the words of a rule, fetched; where they come upon a path that is left out, uses them whole. */
export async function usingWords<T>(
  fetch: () => Promise<RuleWords>,
  use: (words: RuleWords) => T | Promise<T>,
): Promise<T> {
  const words = await late(fetch);
  try {
    return await use(words);
  } catch (error) {
    if (!(error instanceof Seldom) || !words.whole) throw error;
    return use(await late(words.whole));
  }
}
