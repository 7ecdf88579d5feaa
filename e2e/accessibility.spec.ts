import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { complete, expect, test } from './journey.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe finds wrong with the page by WCAG 2.2 AA, as "rule: element". */
async function faults(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: AXE });
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(options: object): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }>;
      };
    };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await axe.run({ runOnly: { type: 'tag', values: tags } });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
  });
}

for (const colorScheme of ['light', 'dark'] as const)
  for (const [name, viewport] of [
    ['phone', { width: 360, height: 740 }],
    ['desktop', { width: 1280, height: 900 }],
  ] as const)
    test.describe(`${colorScheme}, ${name}`, () => {
      // The page's own policy lets no script in from outside, which is what axe is.
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
