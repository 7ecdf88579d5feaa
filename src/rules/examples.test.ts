/*
 * Every rule's examples, judged for real: the expected case; the same under every order of arrival; no fact
 * hidden ever turns a finding into anything but unknown; what is said blind holds whatever the fact had been;
 * every fix, applied to the failing example, makes the problem go and puts nothing graver in its place.
 */

import { describe, expect, test } from 'vitest';
import { applyChange, parseZone, type Zone } from '../dns/zone.ts';
import { type Standing, standing } from '../engine/diagnose.ts';
import { type AnyRule, type Example, SEVERITIES } from '../engine/rule.ts';
import { answeredEmpty, scopeOfExample, unanswered } from '../engine/trial.ts';
import type { Finding, Report } from '../engine/verdict.ts';
import type { Observation, Observer } from '../facts/observation.ts';
import { keyOf } from '../facts/question.ts';
import { zoneObserver } from '../observe/zone.ts';
import { rules } from './index.ts';

const modules = import.meta.glob<{ default: AnyRule; examples?: readonly Example[] }>(
  ['./*/*.ts', '!./**/*.test.ts'],
  { eager: true },
);

const only = process.env.RULE;

for (const [path, module] of Object.entries(modules)) {
  const id = path.slice(2, -3);
  if (only !== undefined && !id.startsWith(only)) continue;
  describe(id, () => {
    for (const example of module.examples ?? []) {
      test(example.name, async () => {
        const zone = parseZone(example.zone);
        expect(zone.faults, 'the zone is readable').toEqual([]);
        const { finding, facts, again } = await alone(id, module.default, example, observerOf(zone, example));
        expect(finding.case ?? finding.outcome, finding.says).toBe(example.expect);
        expect(finding.says).not.toMatch(/undefined|NaN|\[object/);
        await holdsInAnyOrder(id, module.default, example, zone, finding);
        await holdsBlind(finding, facts, again);
        if (finding.outcome === 'problem' && finding.fix?.changes) await fixHolds(id, example, zone, finding);
      });
    }
  });
}

function observerOf(zone: Zone, example: Example): Observer {
  return zoneObserver(zone, scopeOfExample(example).now);
}

/** The report of one rule on an example. */
async function alone(id: string, rule: AnyRule, example: Example, observer: Observer) {
  const { report, again } = await standing({
    scope: scopeOfExample(example),
    rules: { [id]: rule },
    headlines: {},
    observer,
  });
  return { finding: findingOf(report), facts: report.facts, again };
}

function findingOf({ findings: [finding] }: Report): Finding {
  if (!finding) throw new Error('a rule without a finding');
  if (finding.because?.reason === 'rule-broke') expect.fail(finding.says);
  return finding;
}

async function holdsInAnyOrder(id: string, rule: AnyRule, example: Example, zone: Zone, before: Finding) {
  const inner = observerOf(zone, example);
  let n = 7;
  const late: Observer = {
    async observe(question, lane) {
      n = (n * 16807) % 2147483647;
      for (let i = n % 13; i > 0; i--) await undefined;
      return inner.observe(question, lane);
    },
  };
  expect((await alone(id, rule, example, late)).finding).toEqual(before);
}

async function holdsBlind(before: Finding, facts: Report['facts'], again: Standing['again']) {
  const said = before.case ?? before.outcome;
  for (const { question } of facts) {
    const key = keyOf(question);
    const blind = findingOf(await again(new Map([[key, unanswered(question)]])));
    if (blind.outcome === 'unknown') continue;
    const held = blind.case ?? blind.outcome;
    if (held !== said) expect.fail(`was ${said} and is ${held} when ${key} is hidden`);
    if (question.kind !== 'dns') continue;
    // Decided without the fact: then it must not matter what the fact is.
    for (const rcode of ['NXDOMAIN', 'NOERROR'] as const) {
      const other = findingOf(await again(new Map([[key, answeredEmpty(question, rcode)]])));
      if (other.outcome === 'unknown') continue;
      const instead = other.case ?? other.outcome;
      if (instead !== held) expect.fail(`says ${held} without ${key}, but ${instead} when that is ${rcode}`);
    }
  }
}

async function fixHolds(id: string, example: Example, zone: Zone, before: Finding) {
  const mended = (before.fix?.changes ?? []).reduce(applyChange, zone);
  const scope = scopeOfExample(example);
  let world = observerOf(zone, example);
  const observer: Observer = { observe: (question, lane) => world.observe(question, lane) };
  const { report: was, again } = await standing({ scope, rules, headlines: {}, observer });
  world = observerOf(mended, example);
  const changed = new Map<string, Observation>();
  for (const { question, result } of was.facts) {
    const now = await world.observe(question, 'main');
    if (JSON.stringify(now.result) !== JSON.stringify(result)) changed.set(keyOf(question), now);
  }
  const is = await again(changed);
  const after = is.findings.find((finding) => finding.rule === id) as Finding;
  const weight = (finding: Finding) =>
    finding.outcome === 'problem' && finding.severity
      ? SEVERITIES.indexOf(finding.severity)
      : SEVERITIES.length;
  // A first safe step may leave another, lighter problem of the same rule (`+all` to `~all`, say).
  const lighter = after.case !== before.case && weight(after) > weight(before);
  if (!lighter)
    expect({ outcome: after.outcome, says: after.says }, 'the fix makes the problem go').not.toMatchObject({
      outcome: 'problem',
    });
  for (const finding of is.findings) {
    const old = was.findings.find((candidate) => candidate.rule === finding.rule) as Finding;
    if (weight(finding) < weight(before) && weight(finding) < weight(old))
      expect.fail(`the fix leads to ${finding.rule} ${finding.case} (${finding.severity}): ${finding.says}`);
  }
}
