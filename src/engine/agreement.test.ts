import { expect, test } from 'vitest';
import { those } from './agreement.ts';

test('a verb agrees with the names before it', () => {
  expect(those(['a'], 'takes mail')).toBe('`a` takes mail');
  expect(those(['a', 'b'], 'takes mail')).toBe('`a` and `b` take mail');
  expect(those(['a', 'b'], 'does not list it')).toBe('`a` and `b` do not list it');
  expect(those(['a', 'b'], 'has none')).toBe('`a` and `b` have none');
  expect(those(['a', 'b'], 'chose badly')).toBe('`a` and `b` chose badly');
  expect(those(['a', 'b', 'c', 'd', 'e'], 'refuses')).toBe('`a`, `b`, `c` and 2 more refuse');
});
