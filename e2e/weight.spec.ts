import { complete, expect, field, test } from './journey.ts';

const FIRST_LIMIT = 50_000;
const ALL_LIMIT = 110_000;

/** What the page may weigh, brotli over the wire: before anything is typed, and in all for a DNS report. */
test('the page is light', async ({ page, site }) => {
  const loaded = new Map<string, number>();
  page.on('requestfinished', async (request) => {
    const { pathname } = new URL(request.url());
    if (pathname === '/dns-query') return;
    const { responseBodySize } = await request.sizes();
    loaded.set(pathname, responseBodySize);
  });
  const weight = () => [...loaded.values()].reduce((sum, size) => sum + size, 0);
  await page.goto(site.url, { waitUntil: 'networkidle' });
  const first = weight();
  await field(page).fill('started.test');
  await field(page).press('Enter');
  await complete(page);
  await page.waitForLoadState('networkidle');
  const all = weight();
  console.log(
    `weight: ${(first / 1000).toFixed(1)} kB before typing, ${(all / 1000).toFixed(1)} kB for a report`,
  );
  for (const [path, size] of loaded) console.log(`  ${String(size).padStart(7)} ${path}`);
  expect(first).toBeLessThanOrEqual(FIRST_LIMIT);
  expect(all).toBeLessThanOrEqual(ALL_LIMIT);
});
