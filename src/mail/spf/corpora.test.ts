/*
 * Verdicts of other people's suites on SPF records, from the folder of corpora beside the project. A disagreement
 * stands in the list below, by suite and index (among that suite's SPF rows, from 0), with the clause that
 * settles it.
 */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { toOctets } from '../../dns/text.ts';
import { parseSpf } from './record.ts';

const VERDICTS = '../shared/corpora/record-verdicts/records.jsonl';
const here = existsSync(VERDICTS);
if (!here) {
  if (process.env.CORPORA === 'required') throw new Error('the corpora are required and not there');
  console.log('SPF verdicts are not there: skipped');
}

/** Why we differ. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'checkdmarc 4': 'RFC 7208 §4.6.4: lookups are counted over the DNS, the text alone is sound',
  'checkdmarc 5': 'RFC 7208 §4.6.4: void lookups are counted over the DNS, the text alone is sound',
  'checkdmarc 14': 'RFC 7208 §4.6.4: a loop shows in the DNS, the text alone is sound',
  'checkdmarc 44': 'RFC 7208 §4.6.4: a loop shows in the DNS, the text alone is sound',
};

interface Row {
  readonly type: string;
  readonly input: string;
  readonly verdict: string;
  readonly suite: string;
}

/** The record follows the grammar. Some rows quote the strings of a record as a zone file does. */
function accepts({ input }: Row): boolean {
  const strings = input.startsWith('"')
    ? [...input.matchAll(/"([^"]*)"/g)].map((match) => match[1])
    : [input];
  return parseSpf(toOctets(strings.join(''))).error === undefined;
}

describe.skipIf(!here)('corpora', () => {
  test('record verdicts', () => {
    const rows = readFileSync(VERDICTS, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row)
      .filter((row) => row.type === 'spf');
    const differing: string[] = [];
    for (const suite of new Set(rows.map((row) => row.suite))) {
      const own = rows.filter((row) => row.suite === suite);
      const differ = own.flatMap((row, i) =>
        accepts(row) === (row.verdict === 'accept') ? [] : [`${suite} ${i}`],
      );
      console.log(`SPF verdicts, ${suite}: ${own.length - differ.length} of ${own.length} agree`);
      for (const name of differ) console.log(`  ${name}: ${DIFFERENCES[name] ?? 'not explained'}`);
      differing.push(...differ);
    }
    expect(differing.sort()).toEqual(Object.keys(DIFFERENCES).sort());
  });
});
