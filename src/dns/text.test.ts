import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { excerpt, fromOctets, printable, shown, toOctets } from './text.ts';

const SEED = 20261123;
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => String.fromCharCode(...array));
const encoder = new TextEncoder();

describe('octets', () => {
  test(`encodes as UTF-8 does, seed ${SEED}`, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(toOctets(text)).toBe(String.fromCharCode(...encoder.encode(text)));
        expect(fromOctets(toOctets(text))).toBe(text);
      }),
      { seed: SEED },
    );
  });

  test('lone surrogates become the replacement character', () => {
    expect(toOctets('a\ud800b')).toBe('a\xef\xbf\xbdb');
    expect(toOctets('\udc00')).toBe('\xef\xbf\xbd');
  });

  test(`decodes any octets, the valid ones as UTF-8, seed ${SEED}`, () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    fc.assert(
      fc.property(bytes, (octets) => {
        const array = Uint8Array.from(octets, (char) => char.charCodeAt(0));
        const text = fromOctets(octets);
        let valid: string | undefined;
        try {
          valid = decoder.decode(array);
        } catch {
          expect(text).toMatch(/\\[0-9]{3}/);
        }
        if (valid !== undefined) expect(text).toBe(valid);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test.each([
    ['\xff', '\\255'],
    ['\xc0\xaf', '\\192\\175'],
    ['\xed\xa0\x80', '\\237\\160\\128'],
    ['\xe2\x80', '\\226\\128'],
    ['\xf4\x90\x80\x80', '\\244\\144\\128\\128'],
    ['v=spf1 \xe2\x80\x93all', 'v=spf1 \u2013all'],
  ])('%j reads as %j', (octets, text) => {
    expect(fromOctets(octets)).toBe(text);
  });
});

describe('what people see', () => {
  test.each([
    ['\x1b[31mred', '\\x1b[31mred'],
    ['a\nb\tc\r', 'a\\x0ab\\x09c\\x0d'],
    ['\u202emoc.elpmaxe', '\\u{202e}moc.elpmaxe'],
    ['a\u200bb', 'a\\u{200b}b'],
    ['\ufeffv=spf1', '\\u{feff}v=spf1'],
    ['soft\u00adhyphen', 'soft\\xadhyphen'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\ud800', '\\u{d800}'],
    ['<b>&amp;', '<b>&amp;'],
    ['Zoë 寿司 🍣', 'Zoë 寿司 🍣'],
  ])('%j is shown as %s', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  test(`nothing shown can disturb a line, seed ${SEED}`, () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 90 }), (octets, limit) => {
        expect(shown(octets)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect([...excerpt(octets, limit)].length).toBeLessThanOrEqual(limit);
      }),
      { seed: SEED },
    );
  });

  test('an excerpt is cut with an ellipsis, short text is not', () => {
    expect(excerpt('abcdef', 4)).toBe('abc…');
    expect(excerpt('abcd', 4)).toBe('abcd');
    expect(excerpt(toOctets('🍣'.repeat(90)), 80)).toBe(`${'🍣'.repeat(79)}…`);
    expect(excerpt('a'.repeat(65_536), 80)).toBe(`${'a'.repeat(79)}…`);
  });
});
