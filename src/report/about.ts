import { wordsFor } from '../engine/blindness.ts';
import type { BlindReason, Millis, Observation } from '../facts/observation.ts';

/** What a written report says about itself: whose, when, and what it took. */
export interface About {
  /** The domain as the reader should see it. */
  readonly domain: string;
  /** When the report was made. */
  readonly at: Millis;
  /** Who was asked, by the names people know them by. */
  readonly resolvers: readonly string[];
  readonly stats: Stats;
}

/** What a report took. `rounds` is the longest chain of questions that waited for each other. */
export interface Stats {
  readonly questions: number;
  readonly rounds: number;
  /** Milliseconds from the first question to the last finding. */
  readonly ms: number;
}

/** An instant as people read it, in UTC: "23 November 2026, 14:02 UTC". */
export function dateWords(at: Millis): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}, ${two(date.getUTCHours())}:${two(date.getUTCMinutes())} UTC`;
}

/** A duration: "412 ms", "1.4 s". */
export function durationWords(ms: number): string {
  return ms < 100 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** "84 questions, 0.4 s, nothing went unanswered", or how many did. */
export function effortWords(stats: Stats, unanswered: number): string {
  const asked = `${stats.questions} ${stats.questions === 1 ? 'question' : 'questions'}, ${durationWords(stats.ms)}`;
  return unanswered === 0 ? `${asked}, nothing went unanswered` : `${asked}, ${unanswered} went unanswered`;
}

/**
 * Observations that brought no answer. What only a relay could have asked was not asked at all where there is
 * none: the findings say so, and it is not counted here.
 */
export function unansweredOf(facts: readonly Observation[]): Observation[] {
  return facts.filter(({ result }) => !result.seen && !isUnasked(result.because.reason));
}

/** What kept most of these from being seen, to stand after "… went unanswered". Empty when there are none. */
export function reasonWords(unanswered: readonly Observation[]): string {
  const counts = new Map<string, number>();
  for (const { result } of unanswered)
    if (!result.seen) {
      const words = wordsFor({ reason: result.because.reason });
      counts.set(words, (counts.get(words) ?? 0) + 1);
    }
  const [most] = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return most === undefined ? '' : `${counts.size > 1 ? ', most because ' : ': '}${most[0]}`;
}

/** Whether the reason means that nobody was asked. */
export function isUnasked(reason: BlindReason): boolean {
  return reason === 'relay-absent';
}

/** The months in English. */
export const MONTHS: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
