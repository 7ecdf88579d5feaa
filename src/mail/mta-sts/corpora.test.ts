/*
 * Verdicts of other people's suites on MTA-STS, TLS-RPT and BIMI texts, from the folder of corpora beside the
 * project. A disagreement stands in the list below, by suite and line, with the clause that settles it.
 */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { toOctets } from '../../dns/text.ts';
import { parseBimiRecord } from '../bimi/record.ts';
import { parseTlsRptRecord } from '../tls-rpt/record.ts';
import { parseStsPolicy } from './policy.ts';
import { parseStsRecord } from './record.ts';

const VERDICTS = '../shared/corpora/record-verdicts/records.jsonl';
const CASES = '../shared/corpora/mta-sts-snawoot/cases.json';
const here = existsSync(VERDICTS) && existsSync(CASES);
if (!here) {
  if (process.env.CORPORA === 'required') throw new Error('the corpora are required and not there');
  console.log('MTA-STS, TLS-RPT and BIMI corpora are not there: skipped');
}

/** Why we differ, by line of the verdicts file. */
const DIFFERENCES: Readonly<Record<number, string>> = {
  45: 'RFC 8460 §3: texts that do not begin with the octets "v=TLSRPTv1;" are discarded before they are parsed',
  244: 'draft-brand-indicators-10 §4.3: unknown tags are ignored',
  254: 'RFC 8461 §3.2, end: the second of a repeated field is ignored',
  262: 'RFC 8461 §3.2, end: the second of a repeated field is ignored',
  267: 'RFC 8461 §3.2, end: unknown fields are ignored',
  271: 'RFC 8460 §3: the grammar allows several rua fields',
};

interface Row {
  readonly line: number;
  readonly type: string;
  readonly input: string;
  readonly verdict: 'accept' | 'reject';
  readonly suite: string;
}

function accepts({ type, input }: Row): boolean | undefined {
  const text = toOctets(input);
  switch (type) {
    case 'mtasts-record':
      return parseStsRecord(text).valid;
    case 'mtasts-policy':
      return parseStsPolicy(text).valid;
    case 'mtasts':
      return text.startsWith('version') ? parseStsPolicy(text).valid : parseStsRecord(text).valid;
    case 'tlsrpt':
      return parseTlsRptRecord(text).valid;
    case 'bimi': {
      // The suite judges the tag list and the avatar preference, and asks for no location.
      const { wellFormed, faults } = parseBimiRecord(text);
      return wellFormed && !faults.some((fault) => fault.kind === 'bad-avatar-preference');
    }
  }
  return undefined;
}

describe.skipIf(!here)('corpora', () => {
  test('verdicts on records', () => {
    const rows = readFileSync(VERDICTS, 'utf8')
      .trim()
      .split('\n')
      .map((line, i): Row => ({ ...JSON.parse(line), line: i + 1 }))
      .filter((row) => accepts(row) !== undefined);
    const tally = new Map<string, { agree: number; of: number }>();
    const differing: number[] = [];
    for (const row of rows) {
      const count = tally.get(`${row.suite} ${row.type}`) ?? { agree: 0, of: 0 };
      const agree = accepts(row) === (row.verdict === 'accept');
      if (!agree) differing.push(row.line);
      tally.set(`${row.suite} ${row.type}`, { agree: count.agree + (agree ? 1 : 0), of: count.of + 1 });
    }
    for (const [suite, { agree, of }] of tally) console.log(`${suite}: ${agree} of ${of} agree`);
    for (const line of differing) console.log(`  line ${line}: ${DIFFERENCES[line] ?? 'UNEXPLAINED'}`);
    expect(differing).toEqual(Object.keys(DIFFERENCES).map(Number));
  });

  test('postfix-mta-sts-resolver', () => {
    const cases: {
      txt: Record<string, string[]>;
      policies: Record<
        string,
        { status: number | null; body: string | null; content_type: string; bad_cert: boolean }
      >;
      lookups: { query: string; result: string }[];
    } = JSON.parse(readFileSync(CASES, 'utf8'));
    let asked = 0;
    for (const { query, result } of cases.lookups) {
      const domain = /^\S+ \[?([^\]:]+?)\]?(:[0-9]+)?\.?$/.exec(query)?.[1] ?? '';
      const named = cases.txt[`_mta-sts.${domain}`] ?? [];
      const [text] = named;
      const record = text === undefined ? undefined : parseStsRecord(text);
      const served = cases.policies[domain];
      const policy =
        record?.valid && served && served.status === 200 && !served.bad_cert && served.body !== null
          ? parseStsPolicy(served.body)
          : undefined;
      // That resolver also refuses other media types, which RFC 8461 §3.2 advises.
      const plain = served?.content_type === 'text/plain';
      const secure = policy?.valid === true && plain && policy.mode === 'enforce';
      const patterns = policy?.mx.map((line) => line.pattern).join(',');
      expect(secure ? `OK secure match=${patterns} servername=hostname` : 'NOTFOUND ', query).toBe(result);
      asked++;
    }
    const faults = Object.values(cases.policies).map(({ body }) =>
      body === null
        ? 'not served'
        : parseStsPolicy(body)
            .faults.map((fault) => fault.kind)
            .join(' '),
    );
    expect(faults).toEqual([
      '',
      'not-a-pair no-version no-mode no-max-age no-mx',
      'no-mx',
      '',
      '',
      'bad-max-age',
      'bad-max-age',
      'no-mode',
      'bad-mode',
      ...['', '', '', '', ''],
      ...['not served', 'not served'],
    ]);
    console.log(`postfix-mta-sts-resolver: ${asked} of ${cases.lookups.length} lookups agree`);
  });
});
