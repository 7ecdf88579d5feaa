import { faults } from './axe.ts';
import { complete, expect, test } from './journey.ts';

for (const colorScheme of ['light', 'dark'] as const)
  for (const [name, viewport] of [
    ['phone', { width: 360, height: 740 }],
    ['desktop', { width: 1280, height: 900 }],
  ] as const)
    test.describe(`${colorScheme}, ${name}`, () => {
      test.use({ colorScheme, viewport, bypassCSP: true });

      test('everybody can use the start page and a report', async ({ page, site }) => {
        await page.goto(site.url);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        expect(await faults(page)).toEqual([]);
        await page.goto(`${site.url}?d=started.test`);
        await complete(page);
        await page.evaluate(() => {
          for (const details of document.querySelectorAll('details')) details.open = true;
        });
        await expect(page.getByRole('heading', { name: 'Why it matters' }).first()).toBeVisible();
        expect(await faults(page)).toEqual([]);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(wide, 'nothing sticks out of the screen').toBeLessThanOrEqual(0);
      });
    });
