import { expect, test } from 'vitest';
import { mustName } from '../dns/name.ts';
import { parseZone } from '../dns/zone.ts';
import { diagnose } from '../engine/diagnose.ts';
import { type AnyRule, EXAMPLE_NOW } from '../engine/rule.ts';
import { scopeOf } from '../engine/scope.ts';
import { sampleZones } from '../fixtures/sample-zones.ts';
import { zoneObserver } from '../observe/zone.ts';
import { headlines } from '../questions/index.ts';
import { rules } from '../rules/index.ts';
import { digestOf, seenOtherwise, seenWords } from './digest.ts';

const zone = parseZone(sampleZones['firm.example'] ?? '');
const scope = scopeOf(mustName('firm.example'), EXAMPLE_NOW);
const judge = (which: Readonly<Record<string, AnyRule>>) =>
  diagnose({ scope, rules: which, headlines, observer: zoneObserver(zone, EXAMPLE_NOW) });
const report = await judge(rules);
const problem = report.findings.find(({ outcome }) => outcome === 'problem')?.rule ?? '';
const met = report.findings.find(({ outcome }) => outcome === 'pass')?.rule ?? '';

test('the same rules see the same', () => {
  const seen = seenOtherwise(digestOf(report), report, rules);
  expect(seen).toEqual({ same: true, appeared: [], gone: [], forgotten: 0, answers: [] });
});

test('a problem that only today’s rules know', async () => {
  const { [problem]: _, ...fewer } = rules;
  const seen = seenOtherwise(digestOf(await judge(fewer)), report, rules);
  expect(seen).toMatchObject({ same: false, gone: [], forgotten: 0 });
  expect(seen?.appeared.map(({ rule }) => rule)).toEqual([problem]);
  expect(seen && seenWords(seen)).toEqual([expect.stringMatching(/^Seen today and not by the sender: /)]);
});

test('a problem that today’s rules no longer know, or no longer see', async () => {
  const { [problem]: _, ...fewer } = rules;
  const seen = seenOtherwise(digestOf(report), await judge(fewer), fewer);
  expect(seen).toMatchObject({ same: false, appeared: [], gone: [], forgotten: 1 });
  const worse = report.findings.map((finding) =>
    finding.rule === met ? { ...finding, outcome: 'problem' as const, severity: 'low' as const } : finding,
  );
  const gone = seenOtherwise(digestOf({ ...report, findings: worse }), report, rules);
  expect(gone?.gone.map(({ finding }) => finding.rule)).toEqual([met]);
});

test('a rule that merely no longer applies is no news, and an answer that changed is', () => {
  const other = report.answers.map((answer) => ({ ...answer, case: 'another' }));
  const seen = seenOtherwise(digestOf({ ...report, answers: other }), report, rules);
  expect(seen).toMatchObject({ appeared: [], gone: [], forgotten: 0 });
  expect(seen?.answers.length).toBe(report.answers.length);
});

test('what is no digest says nothing', () => {
  for (const text of ['', 'abc', 'abcde', '<b>x', 'ab=='])
    expect(seenOtherwise(text, report, rules)).toBeUndefined();
});
