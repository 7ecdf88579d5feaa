/* What is handed out: JSON holds to its published schema, CSV and badges let nobody's records become more than text. */

import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { mustName } from '../dns/name.ts';
import { parseZone } from '../dns/zone.ts';
import { diagnose } from '../engine/diagnose.ts';
import { EXAMPLE_NOW } from '../engine/rule.ts';
import { scopeOf } from '../engine/scope.ts';
import { zoneObserver } from '../observe/zone.ts';
import { headlines } from '../questions/index.ts';
import { rules } from '../rules/index.ts';
import { badgeCode, badgeSvg } from './badge.ts';
import { cell, csvReport } from './csv.ts';
import { jsonReport } from './json.ts';

const folder = new URL('../fixtures/worlds/', import.meta.url);
const names = readdirSync(folder).filter((file) => file.endsWith('.zone'));
const schema = JSON.parse(
  readFileSync(new URL('../../public/schema/report-1.json', import.meta.url), 'utf8'),
);
const validate = new Ajv2020({ allErrors: true, formats: { 'date-time': true, uri: true } }).compile(schema);

describe.each(names)('%s', async (file) => {
  const domain = `${file.slice(0, -'.zone'.length)}.example`;
  const scope = scopeOf(mustName(domain), EXAMPLE_NOW);
  const zone = parseZone(readFileSync(new URL(file, folder), 'utf8'));
  const report = await diagnose({ scope, rules, headlines, observer: zoneObserver(zone, EXAMPLE_NOW) });
  const about = { domain, at: scope.now, resolvers: [], stats: { questions: 1, rounds: 1, ms: 1 } };

  test('JSON holds to its schema', () => {
    const data = JSON.parse(JSON.stringify(jsonReport(report, about)));
    expect(validate(data) ? [] : validate.errors).toEqual([]);
    expect(Object.keys(data).filter((key) => !(key in schema.properties))).toEqual([]);
  });

  test('CSV has a line a finding, every line as wide, and no formula', () => {
    const rows = parseCsv(csvReport(report, about).slice(1));
    expect(rows.length).toBe(report.findings.length + 1);
    for (const row of rows) {
      expect(row.length).toBe(11);
      for (const text of row) expect(text).not.toMatch(/^\s*[=+\-@]/);
    }
  });

  test('the badge is an image of text', () => {
    const svg = badgeSvg({
      domain,
      at: scope.now,
      answers: report.answers,
      href: `https://m.example/?d=${domain}`,
    });
    expect(svg).toMatch(/^<svg [^>]*><title>[^<]*23 Nov 2026<\/title>/);
    expect(svg).toContain(`href="https://m.example/?d=${domain}"`);
  });
});

test('the schema refuses what is no report', () => {
  for (const data of [
    {},
    [],
    { version: 2 },
    { version: 1, domain: 'a', at: '', questions: [], findings: [{}], unanswered: [], stats: {} },
  ])
    expect(validate(data)).toBe(false);
});

test.each([
  ['=HYPERLINK("http://evil")', `"'=HYPERLINK(""http://evil"")"`],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  [' =1', "' =1"],
  ['\t=1', `"'\t=1"`],
  ['\u200b=1', "'\u200b=1"],
  ['＝1', "'＝1"],
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['a"b', '"a""b"'],
  ['a\r\nb', '"a\r\nb"'],
])('cell %j', (text, written) => {
  expect(cell(text)).toBe(written);
});

test('a badge cannot be made to hold markup or script', () => {
  const domain = `"><script>alert(1)</script>&amp;\u0000\u202e${'x'.repeat(300)}`;
  const svg = badgeSvg({ domain, at: 0, answers: [], href: `javascript:alert("1")'><x` });
  expect(svg).not.toMatch(/<script|<x|"">|\u0000|\u202e|javascript/);
  expect(svg.match(/<[a-z]+/g)).toEqual(['<svg', '<title', '<a', '<rect', '<path', '<g', '<text', '<text']);
  const { html, markdown } = badgeCode('badge.svg', { domain: 'a]b[c', href: 'https://m.example/?d=a)b' });
  expect(html).toBe(
    '<a href="https://m.example/?d=a)b"><img src="badge.svg" alt="Mailproof: a]b[c" height="22"></a>',
  );
  expect(markdown).toBe('[![Mailproof: a\\]b\\[c](badge.svg)](https://m.example/?d=a%29b)');
});

function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [whole, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (whole === '') break;
    row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
