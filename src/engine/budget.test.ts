/*
 * What a report may cost. The limits are exact: a rule that asks one question more, or waits once more, shows
 * here, and either the rule or the number has to give.
 */

import { expect, test } from 'vitest';
import { companyWorld, heavyWorld, ordinaryWorld, type World } from '../../bench/world.ts';
import { keyOf } from '../facts/question.ts';
import { inWaves } from '../observe/waves.ts';
import { zoneObserver } from '../observe/zone.ts';
import { headlines } from '../questions/index.ts';
import { rules } from '../rules/index.ts';
import { diagnose } from './diagnose.ts';
import { EXAMPLE_NOW } from './rule.ts';
import { scopeOf } from './scope.ts';

/** Rounds of a report and of its first answer alone; questions to DNS; what only a relay can answer. */
const BUDGETS: readonly {
  what: string;
  world: World;
  rounds: number;
  impersonation: number;
  names: number;
  relay: number;
}[] = [
  {
    what: 'an ordinary company',
    world: companyWorld(),
    rounds: 3,
    impersonation: 3,
    names: 44,
    relay: 6,
  },
  ...(ordinaryWorld().domain === companyWorld().domain
    ? []
    : [
        {
          what: 'the company that other tools were measured on',
          world: ordinaryWorld(),
          rounds: 3,
          impersonation: 3,
          names: 89,
          relay: 9,
        },
      ]),
  {
    what: 'ten includes deep with ten mail hosts',
    world: heavyWorld(),
    // The chain of its own SPF: the record and the ten below it, each after the other.
    rounds: 11,
    impersonation: 11,
    names: 125,
    relay: 13,
  },
];

for (const { what, world, rounds, impersonation, names, relay } of BUDGETS)
  test(`a report on ${what} takes ${rounds} rounds of questions`, async () => {
    const { domain, zone } = world;
    const scope = scopeOf(domain, EXAMPLE_NOW);
    const zoned = zoneObserver(zone, EXAMPLE_NOW);
    // What is loaded lazily is loaded first: loading is no round of questions.
    await diagnose({ scope, rules, headlines, observer: zoned });
    const observer = inWaves(zoned);
    await diagnose({ scope, rules, headlines, observer });
    const asked = observer.waves.flat().map(keyOf);
    console.log(
      `${domain}: ${asked.length} questions, ${observer.waves.map((wave) => wave.length).join(' + ')}`,
    );
    expect(observer.waves.length).toBe(rounds);
    expect(asked.length - new Set(asked).size, 'questions asked twice').toBe(0);
    // What only a relay can answer costs a report without one nothing; with one it is three ports a sending host.
    const ofNames = asked.filter((key) => key.startsWith('dns '));
    expect(ofNames.length, 'questions to DNS').toBe(names);
    expect(asked.length - ofNames.length, 'questions to a relay').toBe(relay);

    const alone = inWaves(zoned);
    const only = { impersonation: headlines.impersonation };
    await diagnose({ scope, rules: {}, headlines: only, observer: alone });
    expect(alone.waves.length, 'rounds of the first answer').toBe(impersonation);
  });
