import { expect, test } from 'vitest';
import { mustName } from '../dns/name.ts';
import { parseZone } from '../dns/zone.ts';
import { diagnose } from '../engine/diagnose.ts';
import { EXAMPLE_NOW } from '../engine/rule.ts';
import { scopeOf } from '../engine/scope.ts';
import { zoneObserver } from '../observe/zone.ts';
import { headlines } from '../questions/index.ts';
import { rules } from '../rules/index.ts';
import { areaOf } from './order.ts';
import { readRecall, recallOf } from './recall.ts';
import { countOf, sinceThen } from './since.ts';

const reportOn = (zone: string) =>
  diagnose({
    scope: scopeOf(mustName('example.com'), EXAMPLE_NOW),
    rules,
    headlines,
    observer: zoneObserver(parseZone(zone), EXAMPLE_NOW),
  });
const areaOfFinding = ({ rule }: { rule: string }) => areaOf(rule);
const BEFORE = `example.com MX 10 mx.example.com
mx.example.com A 192.0.2.1
example.com TXT "v=spf1 +all"
_dmarc.example.com TXT "v=DMARC1; p=none; rua=mailto:d@example.com"`;
const AFTER = BEFORE.replace('+all', 'mx -all');

test('what was mended is news, and so is the answer that changed', async () => {
  const then = readRecall(JSON.parse(JSON.stringify(recallOf(await reportOn(BEFORE)))));
  expect(then).toBeDefined();
  if (!then) return;
  expect(countOf(sinceThen(then, await reportOn(BEFORE)))).toBe(0);
  const since = sinceThen(then, await reportOn(AFTER));
  expect(since.mended.map(areaOfFinding)).toContain('spf');
  expect(since.answers.map(({ after }) => after.id)).toContain('impersonation');
});

test('what could not be checked is said to be hidden, never to be mended or to have appeared', async () => {
  const blind = `${AFTER.replace(/.*spf1.*/, 'example.com TXT !timeout')}`;
  const since = sinceThen(recallOf(await reportOn(BEFORE)), await reportOn(blind));
  expect(since.hidden.map(areaOfFinding)).toContain('spf');
  expect(since.mended.map(areaOfFinding)).not.toContain('spf');
  expect(countOf(since), 'not to be seen is no change').toBe(0);
  // Without the SPF record it is certain that forged mail is delivered, and no more.
  expect((await reportOn(blind)).answers[0]?.case).toBe('delivered-at-least');
  // That a policy is gone is news all the same.
  const guarded = recallOf(await reportOn(blind.replace('p=none', 'p=reject')));
  expect(sinceThen(guarded, await reportOn(blind)).answers.map(({ after }) => after.id)).toEqual([
    'impersonation',
  ]);
  const back = sinceThen(recallOf(await reportOn(blind)), await reportOn(BEFORE));
  expect(back.appeared.map(areaOfFinding)).not.toContain('spf');
});

test.each([undefined, null, 1, 'x', [], {}, { answers: { a: 1 }, problems: {}, unknown: [] }])(
  'what is no memory is none: %j',
  (value) => {
    expect(readRecall(value)).toBeUndefined();
  },
);
