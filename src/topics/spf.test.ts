import { describe, expect, test } from 'vitest';
import { mustName } from '../dns/name.ts';
import { parseZone } from '../dns/zone.ts';
import { diagnose } from '../engine/diagnose.ts';
import { type AnyRule, rule } from '../engine/rule.ts';
import { scopeOf } from '../engine/scope.ts';
import { inWaves } from '../observe/waves.ts';
import { zoneObserver } from '../observe/zone.ts';
import { type SpfReading, spf } from './spf.ts';

/** What the topic reads, and the questions of each round. */
async function read(zone: string): Promise<{ reading: unknown; waves: string[][] }> {
  let reading: unknown;
  const probe = rule({
    title: 'Probe',
    why: 'Shows what the topic reads.',
    bears: [],
    cites: [],
    reads: { spf },
    partial: ['spf'],
    cases: { seen: { passes: true, says: 'Seen.' } },
    judge({ spf }) {
      reading = spf;
      return { is: 'seen' };
    },
  });
  const parsed = parseZone(zone);
  expect(parsed.faults).toEqual([]);
  const observer = inWaves(zoneObserver(parsed, 0));
  await diagnose({
    scope: scopeOf(mustName('example.com'), 0),
    rules: { probe: probe as AnyRule },
    headlines: {},
    observer,
  });
  const waves = observer.waves.map((wave) =>
    wave.map((question) => (question.kind === 'dns' ? `${question.name} ${question.type}` : '')).sort(),
  );
  return { reading, waves };
}

describe('the plan', () => {
  test('everything a record names leaves together', async () => {
    const { waves } = await read(`
      example.com TXT "v=spf1 mx a:web.example.com include:a.example.net include:b.example.net -all"
      example.com MX 10 mail.example.com
      mail.example.com A 192.0.2.1
      web.example.com A 192.0.2.2
      a.example.net TXT "v=spf1 include:c.example.net -all"
      b.example.net TXT "v=spf1 ip4:192.0.2.3 -all"
      c.example.net TXT "v=spf1 ip4:192.0.2.4 -all"`);
    expect(waves).toEqual([
      ['example.com TXT'],
      [
        'a.example.net TXT',
        'b.example.net TXT',
        'example.com MX',
        'web.example.com A',
        'web.example.com AAAA',
      ],
      ['c.example.net TXT', 'mail.example.com A', 'mail.example.com AAAA'],
    ]);
  });

  test('a record that does not parse leads nowhere', async () => {
    const { waves } = await read('example.com TXT "v=spf1 include:a.example.net ipv4:192.0.2.1 -all"');
    expect(waves).toEqual([['example.com TXT']]);
  });
});

describe('the reading', () => {
  test('is partial where a record of the tree gave no answer', async () => {
    const { reading } = await read(`
      example.com TXT "v=spf1 ip4:192.0.2.1 include:a.example.net include:b.example.net -all"
      a.example.net TXT "v=spf1 include:c.example.net -all"
      b.example.net TXT !servfail
      c.example.net TXT "v=spf1 -all"`);
    expect(reading).toMatchObject({
      got: 'part',
      because: { reason: 'servfail' },
      value: { worst: { v4: { lookups: 3 } }, stranger: { v4: 'unknown' }, sends: true },
    });
  });

  test('of nothing, of two, of a redirect that sends nothing', async () => {
    const value = async (zone: string) => ((await read(zone)).reading as { value: SpfReading }).value;
    expect(await value('example.com A 192.0.2.1')).toMatchObject({
      candidates: [],
      stranger: { v4: 'none' },
    });
    expect(await value('example.com TXT "v=spf1 a"\nexample.com TXT "v=spf1 mx"')).toMatchObject({
      stranger: { v4: 'permerror' },
      sends: false,
    });
    expect(
      await value('example.com TXT "v=spf1 redirect=a.example.net"\na.example.net TXT "v=spf1 -all"'),
    ).toMatchObject({ sends: false, stranger: { v4: 'fail', v6: 'fail' } });
  });
});
