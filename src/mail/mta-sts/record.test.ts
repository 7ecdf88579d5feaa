import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isStsRecord, parseStsRecord, resemblesSts } from './record.ts';

const kinds = (text: string) => parseStsRecord(text).faults.map((fault) => fault.kind);
const cut = (text: string) => parseStsRecord(text).faults.map(({ from, to }) => text.slice(from, to));

describe('selection', () => {
  test.each(['v=STSv1;', 'v=STSv1;id=1', 'v=STSv1; id=1'])('%j is kept', (text) => {
    expect(isStsRecord(text)).toBe(true);
  });
  test.each([
    'v=stsv1; id=1',
    ' v=STSv1; id=1',
    '"v=STSv1; id=1;"',
    'v=STSv1 ; id=1',
    'V=STSv1; id=1',
    'v=STSv1',
  ])('%j is dropped, and was meant', (text) => {
    expect(isStsRecord(text)).toBe(false);
    expect(resemblesSts(text)).toBe(true);
    expect(parseStsRecord(text).valid).toBe(false);
  });
  test.each(['', 'v=spf1 -all', 'google-site-verification=x', 'STS'])('%j was not meant', (text) => {
    expect(resemblesSts(text)).toBe(false);
  });
});

describe('fields', () => {
  test('the usual record', () => {
    expect(parseStsRecord('v=STSv1; id=20261123T101500;')).toMatchObject({
      id: '20261123T101500',
      valid: true,
    });
  });
  test.each(['v=STSv1;id=a', 'v=STSv1; more=1; id=a', 'v=STSv1; id=a\t ; ', 'v=STSv1; id=a; id=b'])(
    '%j is valid',
    (text) => {
      expect(parseStsRecord(text)).toMatchObject({ valid: true, id: 'a' });
    },
  );
  test('a second id is ignored', () => {
    expect(parseStsRecord('v=STSv1; id=a; id=b').repeated).toHaveLength(1);
  });
  test.each([
    ['v=STSv1;', 'no-id'],
    ['v=STSv1; id=2026-11-23', 'bad-id'],
    ['v=STSv1; id=012345678901234567890123456789012', 'bad-id'],
    ['v=STSv1; id=', 'empty-value'],
    ['v=STSv1; id =a', 'space-at-equals'],
    ['v=STSv1; id= a', 'space-at-equals'],
    ['v=STSv1; id=a;; x=1', 'empty-field'],
    ['v=STSv1; id=a; x=b=c', 'bad-value'],
    ['v=STSv1; id=a; x=b c', 'bad-value'],
    ['v=STSv1; id=a; x=\xe9', 'bad-value'],
    ['v=STSv1; id=a; word', 'no-equals'],
    ['v=STSv1; id=a; 1%=a', 'bad-name'],
  ])('%j: %s', (text, kind) => {
    expect(kinds(text)).toContain(kind);
  });
  test('faults point at what is wrong', () => {
    expect(cut('v=STSv1; id=2026-11-23;')).toEqual(['2026-11-23']);
    expect(cut('v=STSv1; id=a; x=b c')).toEqual(['b c']);
    expect(cut('v=STSv1; id=a;; x=1')).toEqual([';;']);
  });
});

test('never throws, points inside the text, stays bounded', () => {
  const piece = fc.constantFrom('v=STSv1;', 'id=', 'a', ';', ' ', '=', '\t', '\xff', '\0', 'x=1', ';;;;');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.boolean(), (pieces, selected) => {
      const text = (selected ? 'v=STSv1;' : '') + pieces.join('');
      const { faults, fields } = parseStsRecord(text);
      expect(faults.length).toBeLessThanOrEqual(34);
      for (const { from, to } of [...faults, ...fields]) {
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeGreaterThanOrEqual(from);
        expect(to).toBeLessThanOrEqual(text.length);
      }
    }),
    { seed: 8461, numRuns: 500 },
  );
  const began = performance.now();
  parseStsRecord(`v=STSv1;${';'.repeat(65000)}`);
  parseStsRecord(`v=STSv1;${' '.repeat(65000)}=`);
  parseStsRecord(`v=STSv1;${'a=b;'.repeat(16000)}`);
  expect(performance.now() - began).toBeLessThan(20_000);
});
