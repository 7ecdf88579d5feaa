import { expect, test } from 'vitest';
import { mustName } from '../dns/name.ts';
import { parseZone } from '../dns/zone.ts';
import { diagnose } from '../engine/diagnose.ts';
import { EXAMPLE_NOW } from '../engine/rule.ts';
import { scopeOf } from '../engine/scope.ts';
import { sampleZones } from '../fixtures/sample-zones.ts';
import { zoneObserver } from '../observe/zone.ts';
import { headlines } from '../questions/index.ts';
import { rules } from '../rules/index.ts';
import { compareReports, comparisonText, isSame, type Side } from './compare.ts';

const base = sampleZones['firm.example'] ?? '';

async function side(zone: string, days = 0): Promise<Side> {
  const at = EXAMPLE_NOW + days * 86_400_000;
  const scope = scopeOf(mustName('firm.example'), at);
  const observer = zoneObserver(parseZone(zone), at);
  return { domain: scope.domain, at, report: await diagnose({ scope, rules, headlines, observer }) };
}

const saying = async (zone: string) =>
  compareReports(await side(base), await side(zone, 1)).records.map(({ says }) => says);

test('a report and itself are the same', async () => {
  const same = compareReports(await side(base), await side(base));
  expect(isSame(same)).toBe(true);
  expect(comparisonText(same)).toContain('Nothing is different.');
});

test('says what changed in words', async () => {
  expect(await saying(base.replace('p=reject; sp=none', 'p=quarantine; np=reject'))).toEqual([
    'DMARC went from `reject` to `quarantine`, lost `sp=none`, gained `np=reject`.',
  ]);
  expect(await saying(base.replace('include:servers.mcsv.net ~all', '-all'))).toContain(
    'SPF at firm.example gained `-all`; lost `include:servers.mcsv.net`, `~all`.',
  );
  expect(await saying(base.replace('MX 1 aspmx', 'MX 3 aspmx'))).toContain(
    'MX at firm.example gained `3 aspmx.l.google.com`; lost `1 aspmx.l.google.com`.',
  );
  expect(await saying(base.replace('mrnAewdKhz', 'AAAAAAAAAA'))).toEqual([
    'DKIM at google._domainkey.firm.example has another key.',
  ]);
  expect(await saying(base.replace(/^_dmarc.*$/m, ''))).toEqual([
    expect.stringMatching(/^DMARC at _dmarc\.firm\.example lost `v=DMARC1; p=reject/),
  ]);
});

test('findings that came, went and changed are told apart', async () => {
  const weaker = base.replace('p=reject; sp=none', 'p=none');
  const worse = compareReports(await side(base), await side(weaker));
  expect(worse.findings.filter(({ way }) => way === 'worse').length).toBeGreaterThan(0);
  const better = compareReports(await side(weaker), await side(base));
  expect(better.findings.filter(({ way }) => way === 'worse').map(({ rule }) => rule)).toEqual(
    worse.findings.filter(({ way }) => way === 'better').map(({ rule }) => rule),
  );
  expect(worse.answers.map(({ after }) => after.id)).toContain('impersonation');
  const text = comparisonText(worse);
  expect(text).toMatch(/^firm\.example: 23 November 2026/);
  expect(text).toContain('Worse\n');
  expect(text).not.toMatch(/undefined|\[object/);
});

test('what was not seen is no change', async () => {
  const blind = `${base.replace(/^_dmarc.*$/m, '')}\n_dmarc.firm.example TXT !timeout`;
  const hidden = compareReports(await side(base), await side(blind));
  expect(hidden.records).toEqual([]);
  expect(hidden.findings.length).toBeGreaterThan(0);
  expect(hidden.findings.map(({ way }) => way)).toContain('hidden');
  expect(hidden.findings.map(({ way }) => way)).not.toContain('worse');
  const shown = compareReports(await side(blind), await side(base));
  expect(shown.findings.map(({ way }) => way)).toContain('shown');
  expect(shown.findings.map(({ way }) => way)).not.toContain('better');
});

test('an answer that is certain without what was not seen is no change', async () => {
  const open = base.replace('p=reject; sp=none', 'p=none').replace('~all', '+all');
  const blind = open.replace(/^.*v=spf1 include:_spf.*$/m, 'firm.example TXT !timeout');
  const [before, after] = [await side(open), await side(blind, 1)];
  const cases = [before, after].map(({ report }) => report.answers[0]?.case);
  expect(cases).toEqual(['authenticated', 'delivered-at-least']);
  const { answers } = compareReports(before, after);
  expect(answers.map(({ after: { id } }) => id)).not.toContain('impersonation');
  const guarded = compareReports(await side(base), after);
  expect(guarded.answers.map(({ after: { id } }) => id)).toContain('impersonation');
});
