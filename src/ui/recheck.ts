/*
 * "Check this again": the questions one finding was judged from are asked anew, and the report is made again from
 * their answers and from everything else as it was recorded. Only what a changed answer leads on to is asked
 * beside them.
 */

import type { Finding, Report } from '../engine/verdict.ts';
import { Log } from '../facts/log.ts';
import type { Observation, Observer } from '../facts/observation.ts';
import { keyOf } from '../facts/question.ts';
import type { Check } from './check.svelte.ts';
import { diagnose, headlines, rules } from './engine.ts';

/** Asks again what a finding was judged from; `heard` is told how many answers are in. Never rejects. */
export async function checkAgain(
  check: Check,
  finding: Finding,
  signal: AbortSignal,
  heard: (answered: number) => void,
): Promise<Report> {
  const known = Log.of(check.facts.values());
  const live = check.source.begin(signal);
  let answered = 0;
  const fresh = new Map<string, Promise<Observation>>();
  for (const key of finding.asked) {
    const old = known.findByKey(key);
    if (!old) continue;
    fresh.set(
      key,
      live.observe(old.question, 'main').then((observation) => {
        answered += 1;
        heard(answered);
        return observation;
      }),
    );
  }
  const observer: Observer = {
    observe: async (question, lane) =>
      fresh.get(keyOf(question)) ?? known.find(question) ?? live.observe(question, lane),
    confirm: async (question) => (fresh.has(keyOf(question)) ? live.confirm?.(question) : undefined),
  };
  return diagnose({ scope: check.source.scope, rules, headlines, observer });
}
