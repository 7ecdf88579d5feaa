import { check, complete, expect, field, rows, test } from './journey.ts';
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

for (const domain of ['started.test', 'tree.test', 'tampered.test'])
  test(`${domain}: files of the page that do not come turn nothing red, and it is said`, async ({
    page,
    site,
    alarms,
  }) => {
    test.setTimeout(90_000);
    await page.goto(site.url);
    await check(page, domain);
    const whole = new Map((await rows(page)).map((row) => [row.rule, row]));
    await page.goto(site.url);
    // What is loaded while somebody types is there; all else does not come.
    await field(page).fill(domain);
    await page.waitForLoadState('networkidle');
    await page.route('**/assets/**', (route) => route.abort());
    await field(page).press('Enter');
    await complete(page);
    const shown = await rows(page);
    expect(shown.map(({ rule }) => rule).sort()).toEqual([...whole.keys()].sort());
    for (const row of shown) if (row.outcome !== 'unknown') expect(row).toEqual(whole.get(row.rule));
    // Rules go by their ids where what they require is not there.
    const fold = page.locator('details.fold').first();
    await fold.locator('> summary').click();
    await expect(fold.locator('[data-rule] > summary').first()).toContainText(/: [a-z0-9-]+\/[a-z0-9-]+/);
    await page.getByText('Export', { exact: true }).click();
    await expect(page.locator('details.menu[open]')).toContainText(
      'This part of the page could not be loaded.',
    );
    const others = alarms.filter((alarm) => !/^console: Failed to load resource.*\/assets\//.test(alarm));
    alarms.splice(0, alarms.length, ...others);
  });
