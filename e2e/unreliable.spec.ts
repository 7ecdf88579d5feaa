import { check, complete, expect, rows, test } from './journey.ts';
import { startFlaky } from './lab/flaky.ts';
import { startServer } from './lab/server.ts';

const SEEDS = [1, 20261123, 77];

for (const domain of ['good.test', 'started.test', 'parked.test'])
  test(`${domain}: a resolver that fails half its answers turns nothing red`, async ({
    page,
    site,
    alarms,
  }) => {
    test.setTimeout(120_000);
    await page.goto(site.url);
    await check(page, domain);
    const clean = new Map((await rows(page)).map((row) => [row.rule, row]));
    for (const seed of SEEDS) {
      const flaky = await startFlaky(site.url, seed);
      await page.goto(`${flaky.url}?d=${domain}`);
      await complete(page);
      const shown = await rows(page);
      console.log(
        `${domain}, seed ${seed}: ${flaky.failed()} answers spoilt, ${shown.filter(({ outcome }) => outcome === 'unknown').length} findings unknown`,
      );
      expect(flaky.failed()).toBeGreaterThan(2);
      expect(shown.map(({ rule }) => rule).sort()).toEqual([...clean.keys()].sort());
      for (const row of shown)
        if (row.outcome !== 'unknown')
          expect(row, 'what is known is what it was with every answer').toEqual(clean.get(row.rule));
      await flaky.stop();
    }
    // Failed answers are errors to the browser's console too; nothing else may be there.
    const others = alarms.filter((alarm) => !/^console: Failed to load resource.*dns-query/.test(alarm));
    alarms.splice(0, alarms.length, ...others);
  });

test('no resolver at all leaves everything unknown and says so', async ({ page, alarms }) => {
  const server = await startServer(['--dns', '127.0.0.1:1']);
  await page.goto(`${server.url}?d=good.test`);
  await complete(page);
  const shown = await rows(page);
  expect(shown.filter(({ outcome }) => outcome === 'problem')).toEqual([]);
  await expect(page.getByText(/went unanswered/).first()).toBeVisible();
  await server.stop();
  const others = alarms.filter((alarm) => !/^console: Failed to load resource.*dns-query/.test(alarm));
  alarms.splice(0, alarms.length, ...others);
});
