import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { faults } from './axe.ts';
import { complete, expect, test } from './journey.ts';

const PAGES = ['guide/', 'guide/dmarc/', 'guide/starttls/', 'rules/', 'rules/spf/lookup-limit/'];

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('a newcomer reads from the start page to a rule, and asks about a domain', async ({ page, site }) => {
    await page.goto(site.url);
    await page.getByRole('link', { name: 'the guide' }).click();
    await page.getByRole('link', { name: 'SPF: which servers may send for you' }).click();
    await expect(page.getByRole('heading', { name: 'Ten lookups, not eleven' })).toBeVisible();
    await page.getByRole('link', { name: 'SPF', exact: true }).click();
    await page.getByRole('link', { name: 'The SPF record needs at most ten lookups' }).click();
    await expect(page.getByRole('heading', { name: 'Examples' })).toBeVisible();
    await expect(page.getByText('v=spf1').first()).toBeVisible();
    await page.getByLabel('Check it for your domain').fill('firm.example');
    await page.getByRole('button', { name: 'Check' }).click();
    await expect(page).toHaveURL(`${site.url}?d=firm.example`);
  });
});

test('every chapter ends in a check, and leads on to the next', async ({ page, site }) => {
  test.slow();
  await page.goto(`${site.url}guide/`);
  await page.locator('.contents a').first().click();
  const seen: (string | null)[] = [];
  for (;;) {
    seen.push(await page.getByRole('heading', { level: 1 }).textContent());
    await expect(page.getByLabel('Check it for your domain')).toBeVisible();
    await expect(page.locator('meta[name=description]')).toHaveAttribute('content', /\w{3}/);
    expect(await page.locator('link[rel=canonical]').evaluate((link: HTMLLinkElement) => link.href)).toBe(
      page.url(),
    );
    const next = page.locator('a[rel=next]');
    if ((await next.count()) === 0) break;
    await next.click();
  }
  expect(new Set(seen).size).toBe(12);
  await page.getByLabel('Check it for your domain').fill('parked.example');
  await page.getByLabel('Check it for your domain').press('Enter');
  await complete(page);
});

test('an example is changed, and the rule judges it anew', async ({ page, site }) => {
  await page.goto(`${site.url}rules/spf/lookup-limit/`);
  const over = page.locator('[data-example]', { hasText: 'Problem, high:' }).first();
  const place = await over.getAttribute('data-example');
  await over.getByRole('button', { name: 'Change these records and see' }).click();
  const example = page.locator(`[data-example="${place}"]`);
  const records = example.getByRole('textbox');
  await expect(records).toBeFocused();
  await expect(example.getByText('Problem, high:')).toBeVisible();
  await records.fill('example.com TXT "v=spf1 ip4:192.0.2.1 -all"\nnonsense');
  await expect(example.getByText('Met:')).toBeVisible();
  await expect(example.getByText('Line 2 is left out')).toBeVisible();
  await example.getByRole('button', { name: 'Back to the example as it was' }).click();
  await expect(example.getByText('Problem, high:')).toBeVisible();
});

test('a finding leads to its rule', async ({ page, site }) => {
  await page.goto(`${site.url}?d=firm.example`);
  await complete(page);
  const row = page.locator('[data-rule][data-outcome="problem"]').first();
  const rule = await row.getAttribute('data-rule');
  await row.locator('summary').click();
  await row.getByRole('link', { name: 'This rule and its examples' }).click();
  await expect(page).toHaveURL(`${site.url}rules/${rule}/`);
  await expect(page.locator('dl[data-judged]').first()).toHaveAttribute('data-judged', rule ?? '');
});

test('search engines find every page at a whole address', async ({ request, site }) => {
  const robots = await (await request.get(`${site.url}robots.txt`)).text();
  expect(robots).toContain(`Sitemap: ${site.url}sitemap.xml`);
  const list = await (await request.get(`${site.url}sitemap.xml`)).text();
  const places = [...list.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, place]) => place ?? '');
  const files = readdirSync(join(import.meta.dirname, '..', 'dist', 'page'), { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('index.html'))
    .map((file) => site.url + file.replace(/index\.html$/, ''));
  expect(places.toSorted()).toEqual(files.toSorted());
  expect(places.length).toBeGreaterThan(200);
});

test('lost addresses lead back, below a path too', async ({ page, site, alarms }) => {
  const below = '/tools/mail';
  const outer = createServer(async (request, response) => {
    const path = request.url ?? '/';
    if (!path.startsWith(`${below}/`)) return response.writeHead(404).end();
    const inner = await fetch(new URL(path.slice(below.length), site.url));
    response.writeHead(inner.status, { 'content-type': inner.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await inner.arrayBuffer()));
  });
  await new Promise<void>((resolve) => outer.listen(0, '127.0.0.1', resolve));
  const sub = `http://127.0.0.1:${(outer.address() as AddressInfo).port}${below}/`;
  for (const root of [site.url, sub])
    for (const lost of ['nothing', 'rules/spf/gone/', 'a/b']) {
      await page.goto(root + lost);
      await expect(page.getByRole('heading', { name: 'Nothing is at this address' })).toBeVisible();
      await expect(page.getByRole('link', { name: 'All rules' }).last()).toHaveJSProperty(
        'href',
        `${root}rules/`,
      );
      await page.getByRole('link', { name: 'a domain can be checked' }).click();
      await expect(page).toHaveURL(root);
    }
  outer.close();
  outer.closeAllConnections();
  // The browser says that the address is lost, and that of the four places for files some are empty.
  expect(alarms.splice(0).filter((alarm) => !/404|MIME type/.test(alarm))).toEqual([]);
});

for (const colorScheme of ['light', 'dark'] as const)
  test.describe(colorScheme, () => {
    test.use({ colorScheme, bypassCSP: true, viewport: { width: 320, height: 640 } });

    test('everybody can read the guide and the rules', async ({ page, site }) => {
      for (const path of PAGES) {
        await page.goto(site.url + path);
        expect(await faults(page), path).toEqual([]);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(wide, `${path}: nothing sticks out of the screen`).toBeLessThanOrEqual(0);
      }
    });
  });
