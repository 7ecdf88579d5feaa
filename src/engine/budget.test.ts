/*
 * What a report may cost. The limits are exact: a rule that asks one question more, or waits once more, shows
 * here, and either the rule or the number has to give.
 */

import { expect, test } from 'vitest';
import { world } from '../../bench/world.ts';
import { keyOf } from '../facts/question.ts';
import { inWaves } from '../observe/waves.ts';
import { zoneObserver } from '../observe/zone.ts';
import { headlines } from '../questions/index.ts';
import { rules } from '../rules/index.ts';
import { diagnose } from './diagnose.ts';
import { EXAMPLE_NOW } from './rule.ts';
import { scopeOf } from './scope.ts';

const { domain, zone } = world();
const scope = scopeOf(domain, EXAMPLE_NOW);
const zoned = zoneObserver(zone, EXAMPLE_NOW);

test('a report on an ordinary company takes three rounds of questions', async () => {
  // What is loaded lazily is loaded first: loading is no round of questions.
  await diagnose({ scope, rules, headlines, observer: zoned });
  const observer = inWaves(zoned);
  await diagnose({ scope, rules, headlines, observer });
  const asked = observer.waves.flat().map(keyOf);
  console.log(
    `${domain}: ${asked.length} questions, ${observer.waves.map((wave) => wave.length).join(' + ')}`,
  );
  expect(observer.waves.length).toBe(3);
  expect(asked.length - new Set(asked).size, 'questions asked twice').toBe(0);
  // What only a relay can answer costs a report without one nothing; with one it is three ports a sending host.
  const names = asked.filter((key) => key.startsWith('dns '));
  expect(names.length).toBeLessThanOrEqual(100);
  expect(asked.length - names.length).toBeLessThanOrEqual(12);
});
