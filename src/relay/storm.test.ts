import { expect, test } from 'vitest';
import { holdProbes } from '../../e2e/lab/tarpits.ts';

const PROBES = 500;
/** Milliseconds until a tarpit is given up. */
const PATIENCE = 2000;

test(`${PROBES} probes at once against tarpits hold nobody up and take no memory to speak of`, async () => {
  const { open, held, served, statuses, took, ends } = await holdProbes(PROBES, PATIENCE);
  console.log(
    `${PROBES} tarpits: ${(held / 1e6).toFixed(0)} MB more (both ends), another served in ${served.toFixed(0)} ms, all ended after ${took.toFixed(0)} ms`,
  );
  expect(open).toBe(PROBES);
  expect(statuses).toEqual([200, 200]);
  expect(ends).toEqual(new Set(['timeout']));
  expect(served).toBeLessThan(PATIENCE);
  expect(held).toBeLessThan(100e6);
});
