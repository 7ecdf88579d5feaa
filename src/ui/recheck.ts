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
import { session } from './session.svelte.ts';
import { timeOfDay } from './text/when.ts';

/**
 * Asks again what a finding was judged from, and changes it where it stands; `heard` is told how many answers are in.
 * What came of it, as a sentence.
 */
export async function askAgain(
  check: Check,
  finding: Finding,
  signal: AbortSignal,
  heard: (answered: number) => void,
): Promise<string> {
  const report = await checkAgain(check, finding, signal, heard);
  // The page may have gone on to something else.
  if (session.check !== check || signal.aborted) return 'Stopped. Nothing was changed.';
  renew(check, report);
  session.made = { scope: check.source.scope, report };
  const now = check.finding(finding.rule) ?? finding;
  const news = standing(now) === standing(finding) ? 'unchanged' : OUTCOMES[now.outcome];
  return `Asked again at ${timeOfDay(Date.now())}: ${news}.`;
}

function standing({ outcome, case: is, because }: Finding): string {
  return JSON.stringify([outcome, is, because]);
}

const OUTCOMES = {
  pass: 'now met',
  problem: 'changed, and still a problem',
  unknown: 'it could not be checked this time',
  'not-applicable': 'does not apply any more',
};

/** Takes a report made again from the facts and a few new ones: each row and answer changes where it stands. */
function renew(check: Check, { findings, answers, facts }: Report): void {
  const found = new Map(findings.map((finding) => [finding.rule, finding] as const));
  for (const { rows } of check.areas) for (const row of rows) row.finding = found.get(row.id) ?? row.finding;
  for (const slot of check.slots) slot.answer = answers.find(({ id }) => id === slot.id) ?? slot.answer;
  for (const fact of facts) {
    const key = keyOf(fact.question);
    const old = check.facts.get(key);
    if (old && old.at !== fact.at) check.past.push(old);
    check.facts.set(key, fact);
  }
  check.revision += 1;
}

async function checkAgain(
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
