/*
 * No row of the rulebook is silently missing: each is carried by a rule that says so, or has its reason in
 * scripts/coverage.mjs, and docs/coverage.md says the same.
 */

import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('every row of the rulebook has its rule or its reason', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/coverage.mjs', '--check'], {
    encoding: 'utf8',
  });
  console.log(stdout.trim());
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
