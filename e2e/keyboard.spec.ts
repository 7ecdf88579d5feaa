import { complete, expect, field, test } from './journey.ts';

test('everything can be done without a mouse', async ({ page, site }) => {
  await page.goto(site.url);
  for (let i = 0; i < 6; i++) {
    if (await field(page).evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await expect(field(page)).toBeFocused();
  await page.keyboard.type('started.test');
  await page.keyboard.press('Enter');
  await complete(page);

  const first = page.locator('[data-rule][data-outcome="problem"]').first();
  const summary = first.locator('summary');
  for (let i = 0; i < 80; i++) {
    if (await summary.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
    const ring = await page.evaluate(() => {
      const focused = document.activeElement as HTMLElement | null;
      if (focused === null || focused === document.body) return true;
      const visible = (element: Element) => getComputedStyle(element).outlineStyle !== 'none';
      return visible(focused) || (focused.parentElement !== null && visible(focused.parentElement));
    });
    expect(ring, 'the focus is visible at every stop').toBe(true);
  }
  await expect(summary).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(first.getByRole('heading', { name: 'Why it matters' })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(first.getByRole('heading', { name: 'Why it matters' })).toBeHidden();
});

test('what is pressed keeps the focus, or hands it to what takes its place', async ({ page, site }) => {
  await page.goto(`${site.url}?d=hostile.test`);
  await complete(page);
  await page.locator('[data-picture="dmarc"] > summary').click();
  const record = page.locator('[data-view="dmarc"] pre code').first();
  await record.getByRole('button', { name: /more octets/ }).press('Enter');
  await expect(record).toBeFocused();
  await expect(record).toContainText('99@hostile.test');

  const row = page.locator('[data-rule][data-outcome="problem"]').first();
  await row.locator('summary').press('Enter');
  const once = row.getByRole('button', { name: 'Check this again' });
  await once.press('Enter');
  await expect(row.getByText(/^Asked again/)).toBeVisible();
  await expect(once).toBeFocused();

  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/dns-query*', async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Check again' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Stop' })).toBeFocused();
  release();
  await complete(page);
  await expect(page.getByRole('button', { name: 'Check again' })).toBeFocused();
});
