import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mustName } from './name.ts';
import { presentation } from './presentation.ts';
import { dns, type RecordType } from './record.ts';
import { answerFrom, applyChange, parseZone, type Zone, zoneLine } from './zone.ts';

const SEED = 20261123;

function ask(zone: Zone | string, name: string, type: RecordType, flags: { cd?: true } = {}) {
  const parsed = typeof zone === 'string' ? parseZone(zone) : zone;
  expect(parsed.faults).toEqual([]);
  const reply = answerFrom(parsed, dns(mustName(name), type, flags));
  if ('failure' in reply) return `!${reply.failure}`;
  const { rcode, chain, records } = reply.answer;
  const data = records.map((record) => presentation({ type, data: record.data }));
  return [rcode, ...chain.map((hop) => `→${hop}`), ...data].join(' | ');
}

describe('reading', () => {
  test('both forms of a line, comments, origin, owners without case', () => {
    const zone = parseZone(`
      ; a comment
      Example.com. 300 IN MX 10 mail.example.com. ; first
      $ORIGIN example.com
      @ TXT "v=spf1 ; -all" "b"
      mail A 192.0.2.1
      mail AAAA 2001:DB8:0::1
      other.example. A 192.0.2.2`);
    expect(zone.faults).toEqual([]);
    expect(zone.records.map(zoneLine)).toEqual([
      'example.com MX 10 mail.example.com',
      'example.com TXT "v=spf1 ; -all" "b"',
      'mail.example.com A 192.0.2.1',
      'mail.example.com AAAA 2001:db8::1',
      'other.example A 192.0.2.2',
    ]);
    expect(zone.records[0]?.ttl).toBe(300);
    expect(zone.records[1]?.ttl).toBe(3600);
  });

  test('text: escapes, UTF-8, words without quotes', () => {
    const zone = parseZone('a TXT "\\"q\\" \\\\ \\255\\;" plain\\;word\nb TXT "–"\nc TXT ""\nd TXT "\\🍣"');
    expect(zone.records.map((record) => record.data)).toEqual([
      ['"q" \\ \xff;', 'plain;word'],
      ['\xe2\x80\x93'],
      [''],
      ['\xf0\x9f\x8d\xa3'],
    ]);
  });

  test.each([
    ['example.com TXT "open', 'a quote is not closed'],
    ['example.com MX mail.example.com', 'not the data of a MX record'],
    ['example.com MX 65536 mail.example.com', 'not the data of a MX record'],
    ['example.com A 192.0.2.256', 'not the data of a A record'],
    ['example.com AAAA fe80::1%eth0', 'not the data of a AAAA record'],
    ['example.com WKS 1', 'type WKS is not known here'],
    ['example.com', 'type missing is not known here'],
    ['a..b A 192.0.2.1', 'not a name'],
    ['@ A 192.0.2.1', 'not a name'],
    ['$ORIGIN', 'needs a name'],
    ['$INCLUDE x', 'unknown directive'],
  ])('%s: %s', (line, because) => {
    const zone = parseZone(line);
    expect(zone.records).toEqual([]);
    expect(zone.faults.map((fault) => fault.because)).toEqual([because]);
  });

  test(`any text is read without a throw, seed ${SEED}`, () => {
    const word = fc.constantFrom(
      'a',
      '.',
      '\\',
      '"',
      ';',
      ' ',
      '\n',
      '@',
      '$ORIGIN',
      'TXT',
      'MX',
      'IN',
      '!',
      '1',
      'é',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(word).map((words) => words.join('')),
        ),
        (text) => {
          const zone = parseZone(text);
          for (const fault of zone.faults) expect(fault.line).toBeLessThanOrEqual(text.split('\n').length);
        },
      ),
      { seed: SEED, numRuns: 500 },
    );
  });

  test(`a record's line reads back as the record, seed ${SEED}`, () => {
    const octets = fc.uint8Array({ maxLength: 255 }).map((array) => String.fromCharCode(...array));
    const number = fc.integer({ min: 0, max: 65535 });
    const name = fc
      .constantFrom('example.com', 'a\\.b.example', '*.example.com', '_x.example', '.')
      .map(mustName);
    const record = fc.oneof(
      fc.record({ type: fc.constant('TXT'), data: fc.array(octets, { minLength: 1, maxLength: 3 }) }),
      fc.record({ type: fc.constant('MX'), data: fc.record({ preference: number, exchange: name }) }),
      fc.record({ type: fc.constant('CNAME'), data: name }),
      fc.record({
        type: fc.constant('CAA'),
        data: fc.record({
          flags: fc.integer({ min: 0, max: 255 }),
          tag: fc.constant('issue'),
          value: octets,
        }),
      }),
      fc.record({
        type: fc.constant('SRV'),
        data: fc.record({ priority: number, weight: number, port: number, target: name }),
      }),
    );
    fc.assert(
      fc.property(name, record, (owner, { type, data }) => {
        const given = { name: owner, type, ttl: 3600, data } as never;
        const zone = parseZone(zoneLine(given));
        expect(zone.faults).toEqual([]);
        expect(zone.records).toEqual([given]);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});

describe('answering', () => {
  const zone = `
    example.com MX 10 mail.example.com
    mail.example.com A 192.0.2.1
    www.example.com CNAME web.example.net
    web.example.net A 192.0.2.2
    gone.example.com CNAME nowhere.example.net
    loop.example.com CNAME loop.example.com
    _dmarc.deep.example.com TXT "v=DMARC1; p=none"
    *.wild.example.com TXT "any"
    here.wild.example.com A 192.0.2.3
    slow.example.com A !timeout
    dark.example.com * !servfail
    forged.example.com TXT !bogus
    forged.example.com TXT "shown unchecked"
    *.bad.example.com TXT !bogus`;

  test.each([
    ['example.com', 'MX', 'NOERROR | 10 mail.example.com'],
    ['example.com', 'TXT', 'NOERROR'],
    ['none.example.com', 'A', 'NXDOMAIN'],
    ['deep.example.com', 'TXT', 'NOERROR'],
    ['www.example.com', 'A', 'NOERROR | →web.example.net | 192.0.2.2'],
    ['www.example.com', 'CNAME', 'NOERROR | web.example.net'],
    ['gone.example.com', 'A', 'NXDOMAIN | →nowhere.example.net'],
    ['loop.example.com', 'A', '!servfail'],
    ['x.wild.example.com', 'TXT', 'NOERROR | any'],
    ['x.y.wild.example.com', 'TXT', 'NOERROR | any'],
    ['x.wild.example.com', 'A', 'NOERROR'],
    ['here.wild.example.com', 'TXT', 'NOERROR'],
    ['x.here.wild.example.com', 'TXT', 'NXDOMAIN'],
    ['slow.example.com', 'A', '!timeout'],
    ['slow.example.com', 'TXT', 'NOERROR'],
    ['dark.example.com', 'MX', '!servfail'],
    ['forged.example.com', 'TXT', '!servfail'],
    ['x.bad.example.com', 'TXT', '!servfail'],
  ] as const)('%s %s: %s', (name, type, expected) => {
    expect(ask(zone, name, type)).toBe(expected);
  });

  test('with checking disabled a bogus answer is shown', () => {
    expect(ask(zone, 'forged.example.com', 'TXT', { cd: true })).toBe('NOERROR | shown unchecked');
    expect(ask(zone, 'x.bad.example.com', 'TXT', { cd: true })).toBe('NOERROR');
  });

  test('compact denial, validated answers, the zone that denied', () => {
    const parsed = parseZone(`$SIGNED example.com
      $COMPACT example.com
      example.com SOA ns.example.com host.example.com 1 2 3 4 300
      www.example.com CNAME web.example.net
      web.example.net A 192.0.2.2`);
    expect(ask(parsed, 'nothing.example.com', 'A')).toBe('NOERROR');
    const denied = answerFrom(parsed, dns(mustName('nothing.example.com'), 'A'));
    expect(denied).toMatchObject({
      answer: { authentic: true, zone: { name: 'example.com', minimum: 300 } },
    });
    // The alias leads out of the signed zone.
    expect(answerFrom(parsed, dns(mustName('www.example.com'), 'A'))).toMatchObject({
      answer: { authentic: false },
    });
  });
});

describe('changes', () => {
  const zone = parseZone('example.com TXT "v=spf1 ~all"\nexample.com TXT "other"');

  test('add, replace, delete', () => {
    const name = mustName('example.com');
    const added = applyChange(zone, { op: 'add', name, type: 'MX', value: '0 .' });
    expect(ask(added, 'example.com', 'MX')).toBe('NOERROR | 0 .');
    const replaced = applyChange(zone, {
      op: 'replace',
      name,
      type: 'TXT',
      was: 'v=spf1 ~all',
      value: 'v=spf1 -all',
    });
    expect(ask(replaced, 'example.com', 'TXT')).toBe('NOERROR | other | v=spf1 -all');
    const deleted = applyChange(zone, { op: 'delete', name, type: 'TXT', was: 'other' });
    expect(ask(deleted, 'example.com', 'TXT')).toBe('NOERROR | v=spf1 ~all');
  });

  test('what is not there is neither replaced nor deleted', () => {
    const name = mustName('example.com');
    expect(applyChange(zone, { op: 'replace', name, type: 'TXT', was: 'v=spf1', value: 'x' })).toBe(zone);
    expect(applyChange(zone, { op: 'delete', name, type: 'MX', was: 'other' })).toBe(zone);
  });

  test('long text is split into character-strings', () => {
    const long = applyChange(zone, {
      op: 'add',
      name: mustName('l.example'),
      type: 'TXT',
      value: 'a'.repeat(600),
    });
    expect(long.records.at(-1)?.data).toEqual(['a'.repeat(255), 'a'.repeat(255), 'a'.repeat(90)]);
  });

  test('data that cannot be a record is refused', () => {
    expect(() =>
      applyChange(zone, { op: 'add', name: mustName('a.example'), type: 'MX', value: 'x' }),
    ).toThrow(RangeError);
  });
});
