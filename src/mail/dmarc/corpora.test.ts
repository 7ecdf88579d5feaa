/*
 * Verdicts of other people's suites on DMARC records, and organizational domains by the Public Suffix List, from
 * the folder of corpora beside the project. A disagreement stands in a list below, by suite and index (among that
 * suite's DMARC rows, from 0), with the clause that settles it.
 */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseName } from '../../dns/name.ts';
import { toOctets } from '../../dns/text.ts';
import { isUsable } from './policy.ts';
import { isDmarcRecord, parseDmarcRecord } from './record.ts';
import { loadSuffixList } from './suffix-list.ts';

const VERDICTS = '../shared/corpora/record-verdicts/records.jsonl';
const SUFFIXES = '../shared/corpora/public-suffix/tests.json';
const here = existsSync(VERDICTS) && existsSync(SUFFIXES);
if (!here) {
  if (process.env.CORPORA === 'required') throw new Error('the corpora are required and not there');
  console.log('DMARC and public suffix corpora are not there: skipped');
}

/** The standard each suite was written for. */
const GENERATION = { mox: 'rfc7489', checkdmarc: 'rfc9989', opendmarc: 'rfc7489' } as const;

const ORDER = 'RFC 9989 §4.8 lets tags stand in any order; RFC 7489 §6.3 wants p second, receivers do not';
const DEFAULTED = 'RFC 9989 §4.8 (RFC 7489 §6.3): a bad value is discarded in favour of the default';
const FORMAT = 'RFC 7489 §6.3, rf: receivers should ignore a format they do not know, and RFC 9989 has no rf';

/** Why we differ. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'mox 8': ORDER,
  'mox 33': 'RFC 9989 §4.8: the size limit is obsolete and ignored, however large',
  'checkdmarc 0': 'RFC 9989 §4.10.1: with a valid rua a bad p counts as p=none',
  'checkdmarc 5': DEFAULTED,
  'checkdmarc 6': DEFAULTED,
  'checkdmarc 18': DEFAULTED,
  'checkdmarc 25': DEFAULTED,
  'opendmarc 4': 'RFC 7489 §6.4: policies are whole words, one letter is none',
  'opendmarc 9': DEFAULTED,
  'opendmarc 10': DEFAULTED,
  'opendmarc 11': FORMAT,
  'opendmarc 12': DEFAULTED,
  'opendmarc 13': DEFAULTED,
  'opendmarc 18': FORMAT,
};

interface Row {
  readonly type: string;
  readonly input: string;
  readonly verdict: string;
  readonly suite: keyof typeof GENERATION;
}

/** A receiver of that standard finds a policy in it, and the tag list is a sound one (RFC 6376 §3.2). */
function accepts({ input, suite }: Row): boolean {
  const text = toOctets(input);
  if (!isDmarcRecord(text)) return false;
  const record = parseDmarcRecord(text);
  return isUsable(record, GENERATION[suite]) && record.duplicates.length === 0;
}

describe.skipIf(!here)('corpora', () => {
  test('record verdicts', () => {
    const rows = readFileSync(VERDICTS, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row)
      .filter((row) => row.type === 'dmarc');
    const differing: string[] = [];
    for (const suite of Object.keys(GENERATION) as (keyof typeof GENERATION)[]) {
      const own = rows.filter((row) => row.suite === suite);
      const differ = own.flatMap((row, i) => {
        const verdict = row.verdict === 'accept' || row.verdict === 'DMARC_PARSE_OKAY';
        return accepts(row) === verdict ? [] : [`${suite} ${i}`];
      });
      console.log(`DMARC verdicts, ${suite}: ${own.length - differ.length} of ${own.length} agree`);
      for (const name of differ) console.log(`  ${name}: ${DIFFERENCES[name] ?? 'not explained'}`);
      differing.push(...differ);
    }
    expect(differing).toEqual(Object.keys(DIFFERENCES));
  });

  test('organizational domains', async () => {
    const list = await loadSuffixList();
    const pairs = JSON.parse(readFileSync(SUFFIXES, 'utf8')) as {
      input: string | null;
      expect: string | null;
    }[];
    const differing: number[] = [];
    for (const [i, { input, expect: wanted }] of pairs.entries()) {
      const name = input === null ? undefined : parseName(new URL(`http://${input}`).hostname);
      const got = name && list.organizationalDomain(name);
      const ascii = wanted === null ? undefined : parseName(new URL(`http://${wanted}`).hostname);
      if (got !== ascii) differing.push(i);
    }
    console.log(`public suffix pairs: ${pairs.length - differing.length} of ${pairs.length} agree`);
    expect(differing).toEqual([]);
  });
});
