/*
 * The links of frozen reports stay short enough for mail, chat and tickets: with what a relay sees, of every real zone
 * beside the project and of an ordinary company.
 */

import { expect, test } from 'vitest';
import { LIMITS, measureLinks } from './links.ts';
import { ordinaryWorld } from './world.ts';

/** Of these the longest link has always been one; `npm run bench -- links` measures all. */
const MOST = 4;

test('links of frozen reports keep to their lengths', async () => {
  const measured = await measureLinks(ordinaryWorld(), MOST);
  for (const kind of ['parked', 'typical', 'heaviest'] as const) {
    const link = measured[kind];
    // Real zones stand beside the project, and may be absent.
    if (link === undefined) continue;
    expect(link.probed, `${kind}: ${link.domain}`).toBeLessThanOrEqual(LIMITS[kind]);
    expect(link.probed).toBeGreaterThan(100);
  }
  expect(measured.typical.dns).toBeLessThan(measured.typical.probed);
});
