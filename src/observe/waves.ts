/*
 * Answers in waves: everything asked before anybody got an answer is one wave, answered together; what that
 * leads to is the next. The number of waves is the number of round trips a report needs when every answer takes
 * equally long, whatever the machine.
 */

import type { Observation, Observer } from '../facts/observation.ts';
import type { Question } from '../facts/question.ts';

/** An observer that answers in waves, with the questions of each wave listed. */
export interface Waves extends Observer {
  readonly waves: readonly (readonly Question[])[];
}

/** Wraps an observer whose answers are at hand (a zone, a recording). */
export function inWaves(inner: Observer): Waves {
  const waves: Question[][] = [];
  let waiting: (() => void)[] = [];
  let open = false;
  return {
    waves,
    observe(question, lane): Promise<Observation> {
      if (!open) {
        open = true;
        waves.push([]);
        void settle().then(() => {
          open = false;
          const now = waiting;
          waiting = [];
          for (const answer of now) answer();
        });
      }
      waves.at(-1)?.push(question);
      return new Promise((resolve) => {
        waiting.push(() => resolve(inner.observe(question, lane)));
      });
    },
  };
}

/** Waits until every promise that can settle without a further answer has settled. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}
