/*
 * What the page ships of rules, questions and topics judges as they do whole, where paths are left out, too; and the
 * words of rules, once fetched, are the same.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mustName } from '../dns/name.ts';
import { parseZone } from '../dns/zone.ts';
import { diagnose } from '../engine/diagnose.ts';
import { type AnyHeadline, type AnyRule, EXAMPLE_NOW, type Example } from '../engine/rule.ts';
import { type Scope, scopeOf } from '../engine/scope.ts';
import { scopeOfExample } from '../engine/trial.ts';
import { fetchWords } from '../engine/words.ts';
import { keyOf, type Question } from '../facts/question.ts';
import { sampleZones } from '../fixtures/sample-zones.ts';
import { zoneObserver } from '../observe/zone.ts';
import { headlines } from '../questions/index.ts';
import { rules } from './index.ts';

const files = import.meta.glob<AnyRule>(['./*/*.ts', '!./**/*.test.ts'], {
  eager: true,
  import: 'default',
  query: '?part',
});
const parts = Object.fromEntries(Object.keys(rules).map((id) => [id, files[`./${id}.ts`] as AnyRule]));
const questions = import.meta.glob<AnyHeadline>(['../questions/*.ts', '!../questions/index.ts'], {
  eager: true,
  import: 'default',
  query: '?part',
});
const headlineParts = Object.fromEntries(
  Object.keys(headlines).map((id) => [id, questions[`../questions/${id}.ts`] as AnyHeadline]),
);

const modules = import.meta.glob<{ examples?: readonly Example[] }>(['./*/*.ts', '!./**/*.test.ts'], {
  eager: true,
});

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
  const topics = new Set(Object.values(parts).flatMap(({ reads }) => Object.values(reads)));
  expect([...topics].filter((topic) => topic.whole).length).toBeGreaterThan(topics.size / 3);
  expect(Object.values(headlineParts).some((question) => question.whole)).toBe(true);
});

test.each(worlds)('$domain', ({ domain, zone }) =>
  expectAlike(Object.keys(rules), zone, scopeOf(mustName(domain), EXAMPLE_NOW)),
);

test.each(Object.keys(rules))('%s', async (id) => {
  for (const example of modules[`./${id}.ts`]?.examples ?? [])
    await expectAlike([id], example.zone, scopeOfExample(example));
});

/** Parts find of a zone what the whole rules find; what is absent and rested on is the same, too. */
async function expectAlike(ids: readonly string[], zone: string, scope: Scope): Promise<void> {
  const [whole, apart] = await Promise.all(
    [
      { all: rules, answers: headlines },
      { all: parts, answers: headlineParts },
    ].map(async ({ all, answers: asked }) => {
      const confirmed: string[] = [];
      const inner = zoneObserver(parseZone(zone), scope.now);
      const confirm = async (question: Question) => {
        confirmed.push(keyOf(question));
        return inner.observe(question, 'main');
      };
      const { findings, answers } = await diagnose({
        scope,
        rules: Object.fromEntries(ids.map((id) => [id, all[id] as AnyRule])),
        headlines: asked,
        observer: { observe: inner.observe, confirm },
      });
      const read = findings.map(
        async (finding) => (await fetchWords(finding, all[finding.rule] as AnyRule)).finding,
      );
      return { findings: await Promise.all(read), answers, confirmed: confirmed.sort() };
    }),
  );
  expect(apart).toEqual(whole);
}
