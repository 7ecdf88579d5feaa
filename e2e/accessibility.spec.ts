import { faults } from './axe.ts';
import { complete, expect, test, unfold } from './journey.ts';

for (const colorScheme of ['light', 'dark'] as const)
  for (const [name, viewport] of [
    ['phone', { width: 360, height: 740 }],
    ['desktop', { width: 1280, height: 900 }],
  ] as const)
    test.describe(`${colorScheme}, ${name}`, () => {
      test.use({ colorScheme, viewport, bypassCSP: true });

      test('everybody can use the start page, a report and its tools', async ({ page, site }) => {
        test.setTimeout(180_000);
        await page.goto(site.url);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        expect(await faults(page)).toEqual([]);
        await page.goto(`${site.url}?d=started.test`);
        await complete(page);
        await unfold(page);
        await page.evaluate(() => {
          for (const details of document.querySelectorAll('details')) {
            // Of many rows alike, two of each list stand for all.
            const alike = [...(details.parentElement?.querySelectorAll(':scope > [data-rule]') ?? [])];
            if (alike.indexOf(details) < 2) details.open = true;
          }
        });
        const patient = { timeout: 60_000 };
        await expect(page.getByRole('heading', { name: 'Why it matters' }).first()).toBeVisible(patient);
        await expect(page.locator('[data-view="ports"]')).toBeVisible(patient);
        await page.evaluate(() => {
          for (const details of document.querySelectorAll('details.tool')) details.setAttribute('open', '');
        });
        await expect(page.getByLabel('Address of the sending server')).toBeVisible(patient);
        await page.getByLabel('Address of the sending server').fill('185.70.41.41');
        await page.getByRole('button', { name: 'Try it' }).click();
        await expect(page.locator('[data-result]')).toBeVisible();
        await page
          .getByLabel('The record', { exact: true })
          .fill('v=spf1 ip4:185.70.41.41 ip4:185.70.41.41 +all');
        await page
          .getByLabel('The source of a message')
          .fill('DKIM-Signature: v=1; d=started.test; s=other; l=1');
        await expect(page.locator('[data-signature]')).toBeVisible();
        expect(await faults(page)).toEqual([]);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(wide, 'nothing sticks out of the screen').toBeLessThanOrEqual(0);
      });
    });
