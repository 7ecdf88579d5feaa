import { answer, complete, expect, rows, test } from './journey.ts';

test.use({ serviceWorkers: 'allow' });

const SAMPLES = ['parked.example', 'firm.example', 'open.example'];

test('after one visit the start page and the samples work without a network', async ({
  page,
  site,
  context,
  alarms,
}) => {
  await page.goto(site.url);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await context.setOffline(true);
  await page.goto(site.url);
  await expect(page.getByRole('textbox', { name: 'Domain or e-mail address' })).toBeVisible();
  for (const domain of SAMPLES) {
    await page.goto(`${site.url}?d=${domain}`);
    await complete(page);
    await expect(answer(page, 'impersonation')).toHaveAttribute('data-outcome', /pass|problem/);
    expect((await rows(page)).length).toBeGreaterThan(50);
    await expect(page.getByText('could not be loaded')).toHaveCount(0);
  }
  // A server's settings are asked for anew each time.
  const others = alarms.filter((alarm) => !/ERR_INTERNET_DISCONNECTED .*config\.json/.test(alarm));
  alarms.splice(0, alarms.length, ...others);
});

test('a page that the network has is never taken from the copy', async ({ page, site, context }) => {
  await page.goto(site.url);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await context.route(site.url, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>A newer page</title>' }),
  );
  await page.goto(site.url);
  await expect(page).toHaveTitle('A newer page');
});

test('nothing is kept by a widget', async ({ page, site }) => {
  await page.goto(`${site.url}?embed=firm.example`);
  await expect(page.getByRole('button', { name: 'Check firm.example' })).toBeVisible();
  expect(
    await page.evaluate(() => navigator.serviceWorker.getRegistrations().then((all) => all.length)),
  ).toBe(0);
});
