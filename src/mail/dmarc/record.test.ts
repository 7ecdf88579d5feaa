import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toOctets } from '../../dns/text.ts';
import { edited, mended, versionFault } from './mending.ts';
import { isDmarcRecord, isValidAddress, parseDmarcRecord } from './record.ts';

const SEED = 20261123;

describe('what counts as a record', () => {
  test.each([
    'v=DMARC1',
    'v=DMARC1;',
    'v=DMARC1; p=none',
    'v = DMARC1 ;p=none',
    'V=DMARC1; p=none',
    'v=DMARC1 ',
  ])('%j does', (text) => {
    expect(isDmarcRecord(text)).toBe(true);
    expect(versionFault(text)).toBeUndefined();
  });

  test.each([
    ['v=dmarc1; p=none', 'case', 'dmarc1'],
    ['v=Dmarc1;p=none', 'case', 'Dmarc1'],
    ['v=DMARC1 p=none', 'separator', ' '],
    ['v=DMARC1, p=none', 'separator', ', '],
    ['v=DMARC1: p=none', 'separator', ': '],
    [toOctets('v=DMARC1； p=none'), 'separator', toOctets('； ')],
    ['v=DMARC1\\; p=none\\;', 'escaped', '\\;'],
    [' v=DMARC1; p=none', 'leading', ' '],
    ['"v=DMARC1; p=none"', 'leading', '"'],
    [toOctets('“v=DMARC1; p=none”'), 'leading', toOctets('“')],
    ['v=DMARC2; p=none', 'spelling', 'DMARC2'],
    ['v=DMARC; p=none', 'spelling', 'DMARC'],
    ['v=DMRAC1; p=none', 'spelling', 'DMRAC1'],
    ['v=DMARC12', 'spelling', 'DMARC12'],
    ['v=DKIM1; p=reject; rua=mailto:a@example.com', 'spelling', 'DKIM1'],
    ['p=none; v=DMARC1', 'not-first', 'v=DMARC1'],
    ['DMARC1; p=none', 'missing', 'DMARC1'],
    ['p=reject; rua=mailto:a@example.com', 'missing', 'p'],
  ])('%j does not', (text, kind, marked) => {
    expect(isDmarcRecord(text)).toBe(false);
    const fault = versionFault(text);
    expect(fault?.kind).toBe(kind);
    expect(text.slice(fault?.from, fault?.to)).toBe(marked);
    const fixed = mended(text);
    expect(isDmarcRecord(fixed)).toBe(true);
    expect(parseDmarcRecord(fixed).p).toBe(text.includes('reject') ? 'reject' : 'none');
  });

  test.each([
    '',
    'v=spf1 -all',
    'v=DKIM1; k=rsa; p=MIGf',
    'hello',
    'v=BIMI1; l=',
    'google-site-verification=x',
  ])('%j was never meant as one', (text) => expect(versionFault(text)).toBeUndefined());
});

describe('values', () => {
  test('defaults of absent tags', () => {
    const record = parseDmarcRecord('v=DMARC1; p=reject');
    expect(record).toMatchObject({
      p: 'reject',
      adkim: 'r',
      aspf: 'r',
      psd: 'u',
      test: false,
      pct: 100,
      rua: [],
    });
    expect(record.faults).toEqual([]);
    expect(record.settings.find((setting) => setting.name === 'np')).toMatchObject({
      value: 'reject',
      rfc9989: 'default',
      rfc7489: 'ignored',
    });
  });

  test('the two standards take tags differently', () => {
    const { settings } = parseDmarcRecord('v=DMARC1; p=reject; np=reject; pct=20; t=y; psd=n; x=1');
    const standing = Object.fromEntries(settings.map((s) => [s.name, [s.rfc9989, s.rfc7489]]));
    expect(standing).toMatchObject({
      p: ['declared', 'declared'],
      np: ['declared', 'ignored'],
      pct: ['ignored', 'declared'],
      t: ['declared', 'ignored'],
      x: ['ignored', 'ignored'],
    });
  });

  test.each([
    ['v=DMARC1; rua=mailto:a@example.com', 'policy-missing', undefined],
    ['v=DMARC1; p=rejct', 'policy-value', 'reject'],
    ['v=DMARC1; p=quarentine', 'policy-value', 'quarantine'],
    ['v=DMARC1; p=block', 'policy-value', undefined],
    ['v=DMARC1; p=', 'policy-empty', undefined],
    ['v=DMARC1; p=reject, rua=mailto:a@example.com', 'separator', 'reject'],
    ['v=DMARC1; p=reject rua=mailto:a@example.com', 'separator', 'reject'],
    ['v=DMARC1; p=none; sp=non', 'policy-value', 'none'],
    ['v=DMARC1;; p=none', 'empty-segment', undefined],
    ['v=DMARC1; p=none; rau=mailto:a@example.com', 'tag-unknown', 'rua'],
    ['v=DMARC1; P=none', 'tag-case', 'p'],
    ['V=DMARC1; p=none', 'version-upper-case', 'v'],
    ['v=DMARC1; p=none; p=none', 'duplicate', undefined],
    ['v=DMARC1; p=none; adkim=x', 'value', undefined],
    ['v=DMARC1; p=none; fo=0:1', 'value', undefined],
    ['v=DMARC1; p=none; fo=d:d', 'value', undefined],
    ['v=DMARC1; p=none; pct=101', 'value', undefined],
    ['v=DMARC1; p=none; rua=', 'empty-value', undefined],
    ['v=DMARC1; rua=mailto:a@example.com; p=none', 'policy-not-second', undefined],
    ['v=DMARC1; p=none; rua=mailto:a@example.com; mailto:b@example.com', 'lost-address', undefined],
    ['v=DMARC1; p=none; ri=86400', 'tag-removed', undefined],
    ['v=DMARC1; p=none; rua=a@example.com', 'address', 'no-scheme'],
  ])('%j has the fault %s', (text, kind, meant) => {
    const fault = parseDmarcRecord(text).faults.find((candidate) => candidate.kind === kind);
    expect(fault).toBeDefined();
    expect(fault?.meant).toBe(meant);
  });

  test('keywords in any case are legal', () => {
    expect(parseDmarcRecord('v=DMARC1; p=Reject; aspf=S').faults).toEqual([]);
  });

  test.each([
    ['mailto:a@example.com', undefined],
    ['mailto:a@example.com!10m', undefined],
    ['MAILTO:a@example.com', undefined],
    ['https://example.com/report', undefined],
    ['mailto:a%2cb@example.com', undefined],
    ['a@example.com', 'no-scheme'],
    ['mailto://a@example.com', 'slashes'],
    ['mailto:a@example.com mailto:b@example.com', 'blank'],
    ['mailto:example.com', 'address'],
    ['mailto:a@', 'address'],
    ['mailto:a@example.com!', 'size'],
    ['mailto:a@example.com!10p', 'size'],
    [toOctets('mailto:ä@example.com'), 'octet'],
  ])('the address %j: %s', (text, broken) => {
    const [address] = parseDmarcRecord(`v=DMARC1; p=none; rua=${text}`).rua;
    expect(address?.broken).toBe(broken);
  });

  test('addresses are split at commas, with blanks around', () => {
    const text = 'v=DMARC1; p=none; rua=mailto:a@example.com , mailto:b@example.net';
    expect(parseDmarcRecord(text).rua.map(({ host, from, to }) => [host, text.slice(from, to)])).toEqual([
      ['example.com', 'mailto:a@example.com'],
      ['example.net', 'mailto:b@example.net'],
    ]);
  });
});

describe('writing records', () => {
  test.each([
    ['v=DMARC1; p=none; pct=50', { pct: null }, 'v=DMARC1; p=none'],
    ['v=DMARC1;p=none;', { p: 'reject' }, 'v=DMARC1; p=reject'],
    [
      'v=DMARC1; p=none; rua=mailto:a@example.com',
      { np: 'reject' },
      'v=DMARC1; p=none; np=reject; rua=mailto:a@example.com',
    ],
    ['v=DMARC1; rua=mailto:a@example.com', { p: 'none' }, 'v=DMARC1; p=none; rua=mailto:a@example.com'],
    ['v=DMARC1; p=none; p=reject', {}, 'v=DMARC1; p=none'],
  ])('%j with %j', (text, edits: Record<string, string | null>, expected) => {
    expect(edited(text, edits)).toBe(expected);
  });

  test.each([
    ['v=dmarc1, p=reject, rua=a@example.com', 'v=DMARC1; p=reject; rua=mailto:a@example.com'],
    ['v=DMARC1 p=rejct rua=mailto://a@example.com', 'v=DMARC1; p=reject; rua=mailto:a@example.com'],
    [
      'v=DMARC1; p=none; rua=mailto:a@example.com; mailto:b@example.com',
      'v=DMARC1; p=none; rua=mailto:a@example.com,mailto:b@example.com',
    ],
    ['rua=mailto:a@example.com; p=quarantine; v=DMARC1', 'v=DMARC1; p=quarantine; rua=mailto:a@example.com'],
    ['v=DMARC1\\; p=none\\; fo=1', 'v=DMARC1; p=none; fo=1'],
  ])('%j was meant as %j', (text, expected) => expect(mended(text)).toBe(expected));
});

test('any text is read without a throw, with offsets inside it, and mended into a record', () => {
  fc.assert(
    fc.property(words, (text) => {
      const record = parseDmarcRecord(text);
      for (const { from, to } of [...record.faults, ...record.rua, ...record.ruf])
        expect(0 <= from && from <= to && to <= text.length).toBe(true);
      const fault = versionFault(text);
      if (fault) expect(0 <= fault.from && fault.from <= fault.to && fault.to <= text.length).toBe(true);
      const fixed = parseDmarcRecord(mended(text));
      expect(isDmarcRecord(fixed.text)).toBe(true);
      expect(fixed.badPolicies).toEqual([]);
      expect(fixed.rua.every(isValidAddress)).toBe(true);
    }),
    { seed: SEED, numRuns: 1000 },
  );
});

test.each([
  [
    '500 addresses',
    `v=DMARC1; p=none; rua=${Array.from({ length: 500 }, (_, i) => `mailto:a${i}@example.com`)}`,
  ],
  ['64 kB of tags', 'rau=x;'.repeat(10_900)],
  ['64 kB of different tags', Array.from({ length: 9000 }, (_, i) => `a${i}=1`).join(';')],
  ['64 kB of blanks', `v=DMARC1${' '.repeat(65_000)}p`],
  ['64 kB of commas', `v=DMARC1; rua=${','.repeat(65_000)}`],
  ['64 kB of backslashes', `v=DMARC1${'\\'.repeat(65_000)}`],
  ['64 kB of one letter', 'v=D'.padEnd(65_000, 'M')],
  ['64 kB of options', `v=DMARC1; p=none; fo=${'0:'.repeat(32_000)}`],
])('%s are read in time', (_, text) => {
  const start = performance.now();
  parseDmarcRecord(text);
  versionFault(text);
  mended(text);
  edited(text, { p: 'none' });
  expect(performance.now() - start).toBeLessThan(20_000);
});

const words = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'v=DMARC1',
        'v=dmarc1',
        'p=',
        'reject',
        'none',
        ';',
        '; ',
        ',',
        ' ',
        'rua=',
        'mailto:',
        'a@example.com',
        '!',
        'sp=',
        'fo=',
        '"',
        '\\;',
        '\xe2\x80\x9c',
      ),
      fc.nat(255).map((n) => String.fromCharCode(n)),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));
