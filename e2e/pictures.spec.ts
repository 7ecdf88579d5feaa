/*
 * Pictures of every view as people see it, compared with those in pictures/: light and dark, phone and desktop, on
 * paper; with nothing asked yet, while answers arrive, done, partly unknown, with no resolver, and with records
 * that strangers wrote to break things. They hold for one browser and one family of fonts (pictures/drawn-by.json);
 * `PICTURES=compare npm test e2e e2e/pictures.spec.ts` compares, and with `--update-snapshots` behind it takes over
 * a change that is meant: look at each picture that changed.
 */

import type { Locator, Page } from '@playwright/test';
import { complete, expect, test } from './journey.ts';

const NOW = new Date('2026-11-25T12:00:00Z');
const DESKTOP = { width: 1100, height: 900 };
const PHONE = { width: 360, height: 740 };
/** How much of a page is kept: what is seen without and with some scrolling. */
const TALLEST = 1250;
/** How everything is seen. */
const WAYS = [
  { size: 'desktop', viewport: DESKTOP, colorScheme: 'light' },
  { size: 'desktop', viewport: DESKTOP, colorScheme: 'dark' },
  { size: 'phone', viewport: PHONE, colorScheme: 'light' },
  { size: 'phone', viewport: PHONE, colorScheme: 'dark' },
] as const;

interface Place {
  readonly page: Page;
  readonly url: string;
}

/** Leads the page to where its picture is taken. */
const STATES: Readonly<Record<string, (place: Place) => Promise<void>>> = {
  async empty({ page, url }) {
    await page.goto(url);
    await expect(page.getByText('questions about the domain')).toBeVisible();
  },
  async filling({ page, url }) {
    await page.route('**/dns-query*', () => {});
    // No answer comes, and no patience ends.
    await page.addInitScript(() => {
      const later = window.setTimeout.bind(window);
      Object.assign(window, {
        setTimeout: (run: () => void, ms = 0) => (ms < 100 ? later(run, ms) : 0),
      });
    });
    await page.goto(`${url}?d=started.test`);
    await expect(page.getByText(/^0 of [0-9]+ questions answered/)).toBeVisible();
  },
  async done({ page, url }) {
    await page.goto(`${url}?d=firm.example`);
    await complete(page);
  },
  async 'partly-unknown'({ page, url }) {
    await page.route('**/dns-query*', (route) => {
      const question = new URL(route.request().url()).searchParams.get('dns') ?? '';
      const hidden = Buffer.from(question, 'base64url').includes('_dmarc');
      return hidden ? route.abort() : route.continue();
    });
    await page.goto(`${url}?d=started.test`);
    await complete(page);
  },
  async 'resolver-down'({ page, url }) {
    await page.route('**/dns-query*', (route) => route.abort());
    await page.goto(`${url}?d=started.test`);
    await complete(page);
  },
  async hostile({ page, url }) {
    await page.goto(`${url}?d=hostile.test`);
    await complete(page);
  },
  async record({ page, url }) {
    await page.goto(`${url}?record`);
    await page.getByRole('textbox', { name: 'Record' }).fill('v=spf1 ipv4:45.0.0.7 -all');
    await page.getByRole('button', { name: 'Explain' }).click();
    await expect(page.getByRole('heading', { name: 'Mended', exact: true })).toBeVisible();
  },
  async widget({ page, url }) {
    await page.goto(`${url}?embed=firm.example&auto=1`);
    await expect(page.getByText(/problems? in what is checked here/)).toBeVisible();
  },
  async guide({ page, url }) {
    await page.goto(`${url}guide/ports/`);
  },
  async rule({ page, url }) {
    await page.goto(`${url}rules/dmarc/percentage/`);
    await expect(page.getByRole('button', { name: 'Change these records and see' }).first()).toBeVisible();
  },
};

/** What cannot be the same twice: how long it took. */
const unsteady = (page: Page): Locator[] => [page.locator('.lede .line')];

/** Takes the picture of a page, from its top. */
async function compare(page: Page, name: string): Promise<void> {
  const { width, height } = await page.evaluate(() => ({
    width: document.documentElement.clientWidth,
    height: document.documentElement.scrollHeight,
  }));
  await expect(page).toHaveScreenshot(`${name}.png`, {
    fullPage: true,
    clip: { x: 0, y: 0, width, height: Math.min(height, TALLEST) },
    mask: unsteady(page),
    maskColor: '#808080',
  });
}

/** Takes a picture on a desktop and on a phone, light and dark. */
async function inEveryWay(page: Page, take: (way: string) => Promise<void>): Promise<void> {
  for (const { size, viewport, colorScheme } of WAYS) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await page.mouse.move(0, 0);
    await take(`${size}-${colorScheme}`);
  }
}

if (process.env.PICTURES !== 'left-out')
  test.describe('as people see it', () => {
    test.beforeEach(async ({ page }) => {
      test.setTimeout(150_000);
      await page.clock.setFixedTime(NOW);
    });

    test.afterEach(({ alarms }) => {
      // A resolver that does not answer is reported by the browser itself.
      expect(alarms.splice(0).filter((alarm) => !/ERR_FAILED/.test(alarm))).toEqual([]);
    });

    for (const [state, lead] of Object.entries(STATES))
      test(state, async ({ page, site }) => {
        await page.setViewportSize(DESKTOP);
        await lead({ page, url: site.url });
        await inEveryWay(page, (way) => compare(page, `${state}-${way}`));
        await page.setViewportSize({ width: 680, height: 960 });
        await page.emulateMedia({ colorScheme: 'light', media: 'print' });
        await compare(page, `${state}-print`);
      });

    test('the account of what happened', async ({ page, site }) => {
      await page.setViewportSize(DESKTOP);
      await page.goto(`${site.url}?d=parked.example`);
      await complete(page);
      const panel = page.locator('[data-later="happened"]');
      await panel.locator('summary').first().click();
      await expect(panel.getByText(/questions and their answers/)).toBeVisible();
      await inEveryWay(page, (way) => expect(panel).toHaveScreenshot(`happened-${way}.png`));
    });

    for (const [area, title] of [
      ['dmarc', 'DMARC'],
      ['spf', 'SPF'],
      ['dkim', 'DKIM'],
      ['mx', 'Mail servers'],
      ['submission', 'Sending ports'],
    ] as const)
      test(`the view of ${title}`, async ({ page, site }) => {
        await page.setViewportSize(DESKTOP);
        await page.goto(`${site.url}?d=firm.example`);
        await complete(page);
        const view = page.locator('section.area').filter({ has: page.locator(`#area-${area}`) });
        await view.scrollIntoViewIfNeeded();
        const row = view.locator('[data-outcome="problem"]').first();
        if (area === 'dmarc') {
          await row.locator('summary').click();
          await expect(row.getByRole('heading', { name: 'Why it matters' })).toBeVisible();
        }
        await view.locator(`[data-picture="${area}"] > summary`).click();
        await expect(view.locator('[data-view]')).toBeVisible();
        await page.waitForLoadState('networkidle');
        await inEveryWay(page, (way) => expect(view).toHaveScreenshot(`view-${area}-${way}.png`));
        await page.setViewportSize({ width: 680, height: 960 });
        await page.emulateMedia({ colorScheme: 'light', media: 'print' });
        await expect(view).toHaveScreenshot(`view-${area}-print.png`);
      });
  });
