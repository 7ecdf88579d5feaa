/* What the page ships of each rule judges as the whole rule does, and its words, once fetched, are the same. */

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mustName } from '../dns/name.ts';
import { parseZone } from '../dns/zone.ts';
import { diagnose } from '../engine/diagnose.ts';
import { type AnyRule, EXAMPLE_NOW } from '../engine/rule.ts';
import { scopeOf } from '../engine/scope.ts';
import { fetchWords } from '../engine/words.ts';
import { sampleZones } from '../fixtures/sample-zones.ts';
import { zoneObserver } from '../observe/zone.ts';
import { rules } from './index.ts';

const files = import.meta.glob<AnyRule>(['./*/*.ts', '!./**/*.test.ts'], {
  eager: true,
  import: 'default',
  query: '?part',
});
const parts = Object.fromEntries(Object.keys(rules).map((id) => [id, files[`./${id}.ts`] as AnyRule]));

const folder = new URL('../fixtures/worlds/', import.meta.url);
const worlds = [
  ...readdirSync(folder)
    .filter((file) => file.endsWith('.zone'))
    .map((file) => [
      `${file.slice(0, -'.zone'.length)}.example`,
      readFileSync(new URL(file, folder), 'utf8'),
    ]),
  ...Object.entries(sampleZones),
].map(([domain = '', zone = '']) => ({ domain, zone }));

test('they are parts', () => {
  const apart = Object.values(parts).filter(({ why, words }) => why === '' && words);
  expect(apart.length).toBe(Object.keys(rules).length);
  const late = Object.values(parts).filter(({ judge }) => judge.toString().includes('?judge'));
  expect(late.length).toBe(Object.values(rules).filter(({ seldom }) => seldom).length);
});

test.each(worlds)('$domain', async ({ domain, zone }) => {
  const scope = scopeOf(mustName(domain), EXAMPLE_NOW);
  const observer = zoneObserver(parseZone(zone), EXAMPLE_NOW);
  const whole = await diagnose({ scope, rules, headlines: {}, observer });
  const apart = await diagnose({ scope, rules: parts, headlines: {}, observer });
  for (const [i, finding] of apart.findings.entries())
    expect(await fetchWords(finding, parts[finding.rule] as AnyRule)).toEqual(whole.findings[i]);
});
