import { faults } from './axe.ts';
import { check, complete, expect, test } from './journey.ts';

// What opens only when it is asked for is for everybody, too.
for (const colorScheme of ['light', 'dark'] as const)
  test.describe(colorScheme, () => {
    test.use({ colorScheme, bypassCSP: true, viewport: { width: 360, height: 740 } });

    test('the list of what has changed since', async ({ page, site }) => {
      await page.goto(site.url);
      await check(page, 'parked.test');
      await page.evaluate(() => {
        const looks = JSON.parse(localStorage.getItem('mailproof.recent') ?? '');
        looks[0].recall.answers.impersonation = 'Yes. It was another time.';
        localStorage.setItem('mailproof.recent', JSON.stringify(looks));
      });
      await page.goto(`${site.url}?d=parked.test`);
      await complete(page);
      await page.getByRole('button', { name: /changed since/ }).click();
      await expect(page.getByText('Was: Yes. It was another time.')).toBeVisible();
      expect(await faults(page)).toEqual([]);
    });

    test('an example that is being changed', async ({ page, site }) => {
      await page.goto(`${site.url}rules/dmarc/percentage/`);
      await page.getByRole('button', { name: 'Change these records and see' }).first().click();
      await expect(page.getByRole('textbox').first()).toBeVisible();
      expect(await faults(page)).toEqual([]);
    });

    test('a widget with its report', async ({ page, site }) => {
      await page.goto(`${site.url}?embed=firm.example&auto=1`);
      await expect(page.getByText(/problems? in what is checked here/)).toBeVisible();
      expect(await faults(page)).toEqual([]);
    });
  });
