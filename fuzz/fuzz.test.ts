import { describe, expect, test } from 'vitest';
import { fuzz, inputOf } from './run.ts';
import { targets } from './targets.ts';

const FIXED = 20261123;
const INPUTS = 8_000;

const all = await targets();
const shares = all.reduce((sum, { share }) => sum + share, 0);

describe('a slice of npm run fuzz', () => {
  test.each(all.map((target) => [target.name, target] as const))(
    '%s',
    { timeout: 60_000 },
    async (_, target) => {
      const count = Math.ceil((INPUTS * target.share) / shares);
      expect(await fuzz(target, FIXED, count)).toBeUndefined();
    },
  );
});

test('a target that does wrong is found, and its input can be made again', async () => {
  const target = {
    name: 'frail',
    seeds: ['abc'],
    words: ['x'],
    share: 1,
    check: (input: string) => {
      if (input.includes('x')) throw new Error('an x');
    },
  };
  const failure = await fuzz(target, 7, 1000);
  expect(failure?.what).toContain('an x');
  expect(inputOf(target, 7, failure?.at ?? 0)).toBe(failure?.input);
});
