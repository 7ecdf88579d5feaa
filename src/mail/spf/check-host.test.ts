/*
 * check_host against the community's RFC 7208 suite and two hand-made additions. The suites stand beside the
 * project and are read from there.
 */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { labelsOf, type Name, nameOf } from '../../dns/name.ts';
import type { DnsAnswer, DnsQuestion, RecordType } from '../../dns/record.ts';
import { toOctets } from '../../dns/text.ts';
import { type Check, checkHost } from './check-host.ts';
import type { Lookup } from './lookup.ts';
import { parseSpf } from './record.ts';

const CORPORA = new URL('../../../../shared/corpora/', import.meta.url);
const present = existsSync(CORPORA);
if (!present && process.env.CORPORA !== 'required')
  console.log('SPF suites left out: ../shared/corpora is absent');

type Entry = 'TIMEOUT' | Record<string, unknown>;
interface Scenario {
  description: string;
  tests: Record<
    string,
    {
      helo?: string;
      host: string;
      mailfrom: string;
      result: string | string[];
      explanation?: string;
    }
  >;
  zonedata: Record<string, Entry[]>;
}

function scenarios(path: string): Scenario[] {
  const text = readFileSync(new URL(path, CORPORA), 'latin1');
  return parseAllDocuments(text, { uniqueKeys: false }).map((document) => document.toJS() as Scenario);
}

/** A lookup over a scenario's data, with the schema's peculiarities. */
function lookupOver(zonedata: Scenario['zonedata']): Lookup {
  const zone = new Map<string, Entry[]>();
  for (const [name, entries] of Object.entries(zonedata ?? {}))
    zone.set(name.toLowerCase().replace(/\.$/, ''), Array.isArray(entries) ? entries : [entries]);
  const nameFrom = (text: string): Name => nameOf(text.replace(/\.$/, '').split('.').filter(Boolean)) as Name;
  const find = (name: Name, type: RecordType, hops: number): unknown[] | 'fail' | 'missing' => {
    const entries = zone.get(labelsOf(name).join('.'));
    if (!entries) return 'missing';
    const rows: unknown[] = [];
    let silent = false;
    const hasTxt = entries.some((entry) => typeof entry === 'object' && 'TXT' in entry);
    for (const entry of entries) {
      if (entry === 'TIMEOUT') {
        silent = true;
        continue;
      }
      for (const [key, value] of Object.entries(entry)) {
        if (key === 'TIMEOUT' || key === 'SERVFAIL') silent = true;
        else if (key === 'CNAMELOOP') return 'fail';
        else if (key === 'CNAME' && type !== 'CNAME')
          return hops > 8 ? 'fail' : find(nameFrom(String(value)), type, hops + 1);
        else if (value === 'TIMEOUT' && (key === type || (key === 'SPF' && type === 'TXT' && !hasTxt)))
          return 'fail';
        else if (key === type && value !== 'NONE') rows.push(value);
        else if (key === 'SPF' && type === 'TXT' && !hasTxt) rows.push(value);
      }
    }
    return rows.length === 0 && silent ? 'fail' : rows;
  };
  return (async (question: DnsQuestion) => {
    const rows = find(question.name, question.type, 0);
    if (rows === 'fail') return { seen: false, because: 'fail' };
    const records = (rows === 'missing' ? [] : rows).map((value) => ({
      ttl: 60,
      data:
        question.type === 'TXT'
          ? (Array.isArray(value) ? value : [value]).map(String)
          : question.type === 'MX'
            ? {
                preference: Number((value as unknown[])[0]),
                exchange: nameFrom(String((value as unknown[])[1])),
              }
            : question.type === 'PTR'
              ? nameFrom(String(value))
              : String(value),
    }));
    const answer = {
      rcode: rows === 'missing' ? 'NXDOMAIN' : 'NOERROR',
      chain: [],
      records,
      authentic: false,
      errors: [],
    };
    return { seen: true, answer: answer as unknown as DnsAnswer };
  }) as Lookup;
}

/** Tests of the additional suite that lean on one-label names, with the clause of RFC 7208 that decides. */
const CONTESTED: Readonly<Record<string, string>> = {
  'Resolution limits: resolution-with-10-lookups':
    'includes name one label only, which §7.1 does not allow: permerror',
  'MX resolution limits: mx-resolution-10-terms': 'the sender has a one-label domain, `none` by §4.3',
  'MX resolution limits: mx-resolution-11-terms': 'the sender has a one-label domain, `none` by §4.3',
  'NXDOMAIN tests: one-mx-not-found': 'the sender has a one-label domain, `none` by §4.3',
  'NXDOMAIN tests: all-mx-not-found': 'the sender has a one-label domain, `none` by §4.3',
  'NXDOMAIN tests: include-not-found': 'the sender has a one-label domain, `none` by §4.3',
  'NXDOMAIN tests: redirect-not-found': 'the sender has a one-label domain, `none` by §4.3',
};

/** Leans on a one-label name too, and comes out as the suite wants for another reason (a syntax error). */
const AGREES_ANYWAY = 'Resolution limits: resolution-with-11-lookups';

async function run(path: string) {
  const outcomes: { id: string; got: string; want: string[]; ok: boolean }[] = [];
  for (const scenario of scenarios(path)) {
    const lookup = lookupOver(scenario.zonedata);
    for (const [name, item] of Object.entries(scenario.tests)) {
      const { result, explanation } = await checkHost(
        { ip: item.host, sender: toOctets(item.mailfrom), helo: item.helo ?? '' },
        lookup,
        { receiver: 'receiver.example', now: 1_000_000_000 },
      );
      const want = [item.result].flat();
      const said =
        item.explanation === undefined || item.explanation === (explanation ?? 'DEFAULT')
          ? ''
          : ` explained "${explanation}" instead of "${item.explanation}"`;
      outcomes.push({
        id: `${scenario.description}: ${name}`,
        got: result + said,
        want,
        ok: want.includes(result) && said === '',
      });
    }
  }
  return outcomes;
}

describe.runIf(present || process.env.CORPORA === 'required')('suites of other people', () => {
  test('RFC 7208 suite: all of it', async () => {
    const outcomes = await run('spf-rfc7208/rfc7208-tests.yml');
    const wrong = outcomes.filter((outcome) => !outcome.ok);
    console.log(`RFC 7208 suite: ${outcomes.length - wrong.length} of ${outcomes.length}`);
    expect(wrong).toEqual([]);
    expect(outcomes).toHaveLength(203);
  });

  test('additional suite: all but the contested', async () => {
    const outcomes = await run('spf-blitiri/blitirispf-tests.yml');
    const wrong = outcomes.filter((outcome) => !outcome.ok);
    const contested = new Set([...Object.keys(CONTESTED), AGREES_ANYWAY]);
    const kept = outcomes.filter((outcome) => !contested.has(outcome.id));
    console.log(
      `additional suite: ${kept.filter((outcome) => outcome.ok).length} of ${kept.length}, ${contested.size} contested left apart`,
    );
    expect(kept).toHaveLength(13);
    expect(wrong.map((outcome) => outcome.id).sort()).toEqual(Object.keys(CONTESTED).sort());
  });

  test('fuzz seeds neither throw nor hang', async () => {
    const lines = readFileSync(new URL('spf-blitiri/fuzz.jsonl', CORPORA), 'utf8').trim().split('\n');
    for (const line of lines) {
      const { go_corpus } = JSON.parse(line) as { go_corpus: string };
      const literal = /string\((".*")\)/s.exec(go_corpus)?.[1] ?? '""';
      const text = literal
        .slice(1, -1)
        .replace(/\\x([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
        .replace(/\\n/g, '\n')
        .replace(/\\t/g, '\t')
        .replace(/\\(["\\])/g, '$1');
      for (const record of text.split('\n')) {
        parseSpf(record);
        const lookup = lookupOver({ 'example.com': [{ TXT: record }] });
        await checkHost({ ip: '192.0.2.1', sender: 'a@example.com', helo: 'h.example' }, lookup);
      }
    }
    expect(lines.length).toBe(240);
  });
});

describe('checkHost', () => {
  const check = (over: Partial<Check>, zonedata: Scenario['zonedata']) =>
    checkHost(
      { ip: '192.0.2.1', sender: 'anna@example.com', helo: 'mail.example.net', ...over },
      lookupOver(zonedata),
    );

  test('shows the way to the result', async () => {
    const { result, path, lookups } = await check(
      {},
      {
        'example.com': [{ TXT: 'v=spf1 include:a.example include:b.example -all' }],
        'a.example': [{ TXT: 'v=spf1 ip4:198.51.100.1 -all' }],
        'b.example': [{ TXT: 'v=spf1 redirect=c.example' }],
        'c.example': [{ TXT: 'v=spf1 ip4:192.0.2.0/24 -all' }],
      },
    );
    expect(result).toBe('pass');
    expect(lookups).toBe(3);
    expect(path.map((step) => [step.domain, step.how, step.term?.text, step.result])).toEqual([
      ['example.com', 'start', 'include:b.example', 'pass'],
      ['b.example', 'include', 'redirect=c.example', 'pass'],
      ['c.example', 'redirect', 'ip4:192.0.2.0/24', 'pass'],
    ]);
  });

  test('a mapped address counts as IPv4', async () => {
    const zone = { 'example.com': [{ TXT: 'v=spf1 ip4:192.0.2.1 -all' }] };
    expect((await check({ ip: '::ffff:192.0.2.1' }, zone)).result).toBe('pass');
  });

  test('international senders: domains by their A-label, a local part in macros matches nothing', async () => {
    const zone = {
      'xn--bcher-kva.example': [{ TXT: 'v=spf1 exists:%{l}.x.example ip4:192.0.2.1 -all' }],
      'anna.x.example': [{ A: '127.0.0.2' }],
    };
    const of = async (sender: string, ip = '198.51.100.1') => (await check({ sender, ip }, zone)).result;
    expect(await of('anna@b\u00fccher.example')).toBe('pass');
    expect(await of('j\u00f6rg@b\u00fccher.example')).toBe('fail');
    expect(await of('j\u00f6rg@b\u00fccher.example', '192.0.2.1')).toBe('pass');
  });

  test('a bounce is checked for the HELO name', async () => {
    const zone = { 'mail.example.net': [{ TXT: 'v=spf1 ip4:192.0.2.1 -all' }] };
    expect((await check({ sender: '' }, zone)).result).toBe('pass');
  });

  test('counts what it asks, and says why it stopped', async () => {
    const eleven = { 'example.com': [{ TXT: `v=spf1 ${'exists:x.example '.repeat(11)}-all` }] };
    const limit = await checkHost(
      { ip: '192.0.2.1', sender: 'a@example.com', helo: 'h.example' },
      lookupOver(eleven),
      { voidLimit: 99 },
    );
    expect(limit).toMatchObject({ result: 'permerror', lookups: 11, voids: 10, reason: 'lookup-limit' });
    expect(await check({}, eleven)).toMatchObject({ result: 'permerror', voids: 3, reason: 'void-limit' });
    expect(await check({}, { 'example.com': ['TIMEOUT'] })).toMatchObject({
      result: 'temperror',
      reason: 'no-answer',
    });
    expect(await check({ sender: 'a@localhost' }, {})).toMatchObject({ result: 'none', lookups: 0 });
  });

  test('is asked about addresses only', async () => {
    await expect(check({ ip: 'mail.example.com' }, {})).rejects.toThrow(RangeError);
  });
});
