/* What is deflated here comes back whole from another's hands, and is shorter than what others make of it. */

import fc from 'fast-check';
import { deflateSync, inflateSync } from 'fflate';
import { expect, test } from 'vitest';
import { deflate } from './deflate.ts';
import { WORDS } from './dictionary.ts';

const text = new TextEncoder();

test.each([
  ['nothing', ''],
  ['one character', 'a'],
  ['one character many times', 'a'.repeat(700)],
  ['every octet', String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i)).repeat(3)],
  ['what the dictionary holds', 'v=spf1 include:_spf.google.com ~all'.repeat(40)],
])('%s comes back', (_, each) => {
  const data = text.encode(each);
  expect(inflateSync(deflate(data, WORDS), { dictionary: WORDS })).toEqual(data);
});

test('anything comes back, with any dictionary', () => {
  const octets = fc.uint8Array({ maxLength: 300 });
  // Few signs make many matches.
  const few = fc.array(fc.constantFrom(1, 2, 3), { maxLength: 300 }).map((all) => Uint8Array.from(all));
  const data = fc.oneof(octets, few);
  fc.assert(
    fc.property(data, data, (each, dictionary) => {
      expect(inflateSync(deflate(each, dictionary), { dictionary })).toEqual(each);
    }),
    { numRuns: 100 },
  );
});

test('codes stay within 15 bits, however rare a symbol is', () => {
  // Counts that grow like Fibonacci's numbers make the longest codes.
  let [a, b] = [1, 1];
  const all: number[] = [];
  for (let symbol = 0; symbol < 17; symbol++) {
    for (let i = 0; i < a; i++) all.push((symbol * 37 + i * i * 11) % 2 === 0 ? symbol : symbol + 100);
    [a, b] = [b, a + b];
  }
  const data = Uint8Array.from(all);
  const none = new Uint8Array(0);
  expect(inflateSync(deflate(data, none))).toEqual(data);
});

test('what cannot be made shorter is stored', () => {
  const noise = crypto.getRandomValues(new Uint8Array(3000));
  const none = new Uint8Array(0);
  expect(deflate(noise, none).length).toBeLessThanOrEqual(noise.length + 5);
  expect(inflateSync(deflate(noise, none))).toEqual(noise);
});

test('it is shorter than greedy matching', () => {
  const data = WORDS.slice(0, 5000);
  const none = new Uint8Array(0);
  expect(deflate(data, none).length).toBeLessThan(deflateSync(data, { level: 9 }).length);
});
