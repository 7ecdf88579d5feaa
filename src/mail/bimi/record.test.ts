import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isBimiRecord, parseBimiRecord, resemblesBimi } from './record.ts';

const kinds = (text: string) => parseBimiRecord(text).faults.map((fault) => fault.kind);

describe('record', () => {
  test('logo and certificate', () => {
    expect(
      parseBimiRecord('v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/vmc.pem;'),
    ).toMatchObject({
      location: 'https://example.com/logo.svg',
      evidence: 'https://example.com/vmc.pem',
      declines: false,
      wellFormed: true,
      faults: [],
    });
  });
  test('declination', () => {
    expect(parseBimiRecord('v=BIMI1; l=; a=;')).toMatchObject({ declines: true, faults: [] });
  });
  test.each([
    ['v=BIMI1;', 'no-location'],
    ['v=BIMI1; l=; a=https://example.com/vmc.pem', 'empty-location'],
    ['v=BIMI1; l=http://example.com/logo.svg', 'bad-location'],
    ['v=BIMI1; l=https://example.com/logo.png', 'not-svg'],
    ['v=BIMI1; l=https://example.com/l.svg; a=http://x.example/', 'bad-evidence'],
    ['v=BIMI1; l=https://example.com/l.svg; avp=other', 'bad-avatar-preference'],
    ['v=BIMI1; l=https://a.example/l.svg; l=https://b.example/l.svg', 'repeated'],
    ['v=BIMI1; l=https://a.example/l.svg;;', 'empty-tag'],
    ['v=BIMI1; word', 'no-equals'],
    ['v=bimi1; l=https://a.example/l.svg', 'not-bimi'],
  ])('%j: %s', (text, kind) => {
    expect(kinds(text)).toContain(kind);
  });
  test('the version', () => {
    expect(isBimiRecord('v = BIMI1 ; l=')).toBe(true);
    expect(isBimiRecord('v=BIMI10;')).toBe(false);
    expect(resemblesBimi('v=bimi1; l=')).toBe(true);
    expect(resemblesBimi('v=DMARC1; p=none')).toBe(false);
  });
});

test('never throws, points inside the text, stays bounded', () => {
  const piece = fc.constantFrom(
    'v=BIMI1',
    ';',
    'l=',
    'a=',
    'avp=',
    'https://',
    'x.example',
    ' ',
    '=',
    '\xff',
    '\n',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const text = pieces.join('');
      const { faults, tags } = parseBimiRecord(text);
      expect(faults.length).toBeLessThanOrEqual(32);
      for (const { from, to } of [...faults, ...tags]) {
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeGreaterThanOrEqual(from);
        expect(to).toBeLessThanOrEqual(text.length);
      }
    }),
    { seed: 14, numRuns: 500 },
  );
  const began = performance.now();
  for (const text of [';', ' ', 'a=b;', '=', '.png']) parseBimiRecord(text.repeat(65000 / text.length));
  expect(performance.now() - began).toBeLessThan(20_000);
});
