import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isHostName,
  isWithin,
  labelCount,
  labelsOf,
  mustName,
  type Name,
  nameOf,
  parentOf,
  parentsOf,
  parseName,
  prefixed,
  ROOT,
  wireLength,
} from './name.ts';

const SEED = 20261123;
const octet = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const label = fc.string({ unit: octet, minLength: 1, maxLength: 63 });
const labels = fc.array(label, { maxLength: 3 });

describe('reading a name', () => {
  test.each([
    ['Example.COM', 'example.com'],
    ['example.com.', 'example.com'],
    ['.', '.'],
    ['_dmarc.example.com', '_dmarc.example.com'],
    ['*.example.com', '*.example.com'],
    ['a\\.b.example', 'a\\.b.example'],
    ['\\065.example', 'a.example'],
    ['a b.example', 'a\\032b.example'],
    ['a\\;b.example', 'a\\;b.example'],
    ['\xc0.example', '\\192.example'],
  ])('%s is %s', (text, name) => {
    expect(parseName(text)).toBe(name);
  });

  test.each([
    '',
    '..',
    '.com',
    'a..b',
    'a..',
    'a\\',
    'a\\2',
    'a\\256',
    `${'a'.repeat(64)}.com`,
    'ünïcödé.\u{1f4a9}',
    Array(128).fill('a').join('.'),
    `${'a'.repeat(63)}.`.repeat(4),
  ])('%j is no name', (text) => {
    expect(parseName(text)).toBeUndefined();
    expect(() => mustName(text)).toThrow(RangeError);
  });

  test('255 octets fit, 256 do not', () => {
    const three = `${'a'.repeat(63)}.`.repeat(3);
    expect(wireLength(mustName(three + 'b'.repeat(61)))).toBe(255);
    expect(parseName(three + 'b'.repeat(62))).toBeUndefined();
  });

  test('letters beyond ASCII have no case', () => {
    expect(nameOf(['\xc0'])).not.toBe(nameOf(['\xe0']));
  });

  test(`any labels come back, seed ${SEED}`, () => {
    fc.assert(
      fc.property(labels, (given) => {
        const name = nameOf(given);
        if (name === undefined) {
          expect(given.reduce((sum, part) => sum + part.length + 1, 1)).toBeGreaterThan(255);
          return;
        }
        const lower = given.map((part) => part.replace(/[A-Z]/g, (char) => char.toLowerCase()));
        expect(labelsOf(name)).toEqual(lower);
        expect(parseName(name)).toBe(name);
        expect(name === ROOT || parseName(`${name}.`) === name).toBe(true);
        expect(nameOf(labelsOf(name))).toBe(name);
        expect(labelCount(name)).toBe(given.length);
        expect(wireLength(name)).toBeLessThanOrEqual(255);
        expect(name).toMatch(/^[!-~]+$/);
      }),
      { seed: SEED },
    );
  });

  test(`any text is a name in canonical form or none, seed ${SEED}`, () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string({ unit: fc.constantFrom('a', '.', '\\', '1', 'Z') }),
        ),
        (text) => {
          const name = parseName(text);
          if (name !== undefined) expect(parseName(name)).toBe(name);
        },
      ),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('a long text is refused quickly', () => {
    for (const text of ['a'.repeat(1e6), 'a.'.repeat(5e5), '\\'.repeat(1e6), '-'.repeat(1e6)]) {
      const start = performance.now();
      expect(parseName(text)).toBeUndefined();
      expect(performance.now() - start).toBeLessThan(20_000);
    }
  });
});

describe('relations', () => {
  const name = (text: string): Name => mustName(text);

  test('parents', () => {
    expect(parentOf(name('a.example.com'))).toBe('example.com');
    expect(parentOf(name('com'))).toBe(ROOT);
    expect(parentOf(ROOT)).toBeUndefined();
    expect(parentsOf(name('a.example.com'))).toEqual(['example.com', 'com']);
    expect(parentOf(name('a\\.b.example'))).toBe('example');
  });

  test('within', () => {
    expect(isWithin(name('a.example.com'), name('example.com'))).toBe(true);
    expect(isWithin(name('example.com'), name('example.com'))).toBe(true);
    expect(isWithin(name('badexample.com'), name('example.com'))).toBe(false);
    expect(isWithin(name('a\\.example.com'), name('example.com'))).toBe(false);
    expect(isWithin(name('a\\\\.example.com'), name('example.com'))).toBe(true);
    expect(isWithin(name('com'), name('example.com'))).toBe(false);
    expect(isWithin(name('com'), ROOT)).toBe(true);
  });

  test(`a name lies within each of its parents, seed ${SEED}`, () => {
    fc.assert(
      fc.property(labels, (given) => {
        const child = nameOf(given);
        if (child === undefined) return;
        for (const up of parentsOf(child)) {
          expect(isWithin(child, up)).toBe(true);
          expect(isWithin(up, child)).toBe(false);
        }
      }),
      { seed: SEED },
    );
  });

  test('in front of a name', () => {
    expect(prefixed('_dmarc', name('example.com'))).toBe('_dmarc.example.com');
    expect(prefixed('s1._domainkey', name('example.com'))).toBe('s1._domainkey.example.com');
    expect(prefixed('_dmarc', ROOT)).toBe('_dmarc');
    expect(prefixed('', name('example.com'))).toBeUndefined();
    expect(prefixed('a'.repeat(64), name('example.com'))).toBeUndefined();
  });

  test.each([
    ['mail.example.com', true],
    ['3com.com', true],
    ['xn--bcher-kva.example', true],
    ['mail_1.example.com', false],
    ['-mail.example.com', false],
    ['mail-.example.com', false],
    ['192.0.2.1', false],
    ['.', false],
    ['a\\.b.example', false],
  ])('%s is a host name: %s', (text, is) => {
    expect(isHostName(name(text))).toBe(is);
  });
});
