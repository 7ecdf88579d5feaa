import type { Page } from '@playwright/test';
import { check, complete, expect, rememberBetter, test } from './journey.ts';

const before = (page: Page) => page.getByRole('region', { name: 'Checked here before' });

test('a domain checked before is at hand, and what has changed since is said', async ({ page, site }) => {
  await page.goto(site.url);
  await expect(before(page).getByRole('link')).toHaveCount(0);
  await check(page, 'started.test');
  await expect(page.getByText('You last looked')).toHaveCount(0);
  await page.getByRole('link', { name: 'Mailproof' }).click();
  await before(page).getByRole('link', { name: 'started.test' }).click();
  await complete(page);
  await expect(page.getByText('Nothing has changed since.')).toBeVisible();

  await rememberBetter(page, 0);
  await page.goto(`${site.url}?d=started.test`);
  await complete(page);
  await page.getByRole('button', { name: '2 things have changed since' }).click();
  await expect(page.getByText('Was: No. It was as it should be.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Appeared' })).toBeVisible();
});

test('what is remembered can be forgotten, and remembering be turned off', async ({ page, site }) => {
  await page.goto(site.url);
  await check(page, 'started.test');
  await page.goto(site.url);
  await check(page, 'good.test');
  await page.goto(site.url);
  await expect(before(page).getByRole('link')).toHaveText(['good.test', 'started.test']);
  await before(page).getByRole('button', { name: 'Forget good.test' }).click();
  await expect(before(page).getByRole('link')).toHaveText(['started.test']);
  await before(page).getByRole('checkbox').uncheck();
  await expect(before(page).getByText('Nothing is remembered.')).toBeVisible();
  expect(await page.evaluate(() => localStorage.getItem('mailproof.recent'))).toBeNull();
  await check(page, 'good.test');
  await page.goto(site.url);
  await expect(before(page).getByRole('checkbox')).not.toBeChecked();
  await expect(before(page).getByRole('link')).toHaveCount(0);
});

for (const [name, spoil] of [
  [
    'forbidden',
    "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })",
  ],
  ['full', "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"],
  ['full of nonsense', `localStorage.setItem('mailproof.recent', '[{"domain":"<b>","at":"x"},7,null]')`],
] as const)
  test(`storage that is ${name} keeps nobody from checking`, async ({ page, site }) => {
    await page.addInitScript(spoil);
    await page.goto(site.url);
    await check(page, 'started.test');
    await page.getByRole('link', { name: 'Mailproof' }).click();
    await expect(before(page).getByRole('link')).toHaveText(['started.test']);
  });
