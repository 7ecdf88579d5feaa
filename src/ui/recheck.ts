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

/**
 * Asks again what a finding was judged from; `heard` is told how many answers are in. False when that was stopped, or
 * the page has gone on to something else.
 */
export async function askAgain(
  finding: Finding,
  signal: AbortSignal,
  heard: (answered: number) => void,
): Promise<boolean> {
  const { check } = session;
  if (!check) return false;
  const report = await checkAgain(check, finding, signal, heard);
  if (session.check !== check || signal.aborted) return false;
  renew(check, report);
  session.made = { scope: check.source.scope, report };
  return true;
}

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
