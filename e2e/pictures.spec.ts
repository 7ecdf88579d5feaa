/*
 * Pictures of every view as people see it, compared with those in pictures/: light and dark, phone and desktop, on
 * paper; with nothing asked yet, while answers arrive, done, partly unknown, with no resolver, and with records
 * that strangers wrote to break things. What is read whole is kept on desktop and phone, light and dark, and on paper.
 * Of what opens inside a report, the picture of each area is kept so when done; in its other states, and everything
 * else that opens, on a light desktop and a dark phone, which show every colour and every width, and on paper where it
 * is laid out otherwise there. A state is kept of the areas that look different in it. They hold for one browser and one family of fonts (pictures/drawn-by.json);
 * `PICTURES=compare npm test e2e e2e/pictures.spec.ts` compares, and with `--update-snapshots` behind it takes over
 * a change that is meant: look at each picture that changed.
 */

import type { Locator, Page } from '@playwright/test';
import { complete, expect, rememberBetter, test } from './journey.ts';
import { startStatic } from './lab/static.ts';

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
    await withoutEnd(page);
    await page.goto(`${url}?d=started.test`);
    await expect(page.getByText(/^0 of [0-9]+ questions answered/)).toBeVisible();
  },
  async done({ page, url }) {
    await page.goto(`${url}?d=firm.example`);
    await complete(page);
  },
  async 'partly-unknown'({ page, url }) {
    await hide(page, /_dmarc/);
    await page.goto(`${url}?d=started.test`);
    await complete(page);
  },
  async 'resolver-down'({ page, url }) {
    await hide(page, /./);
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

/** No patience ends. */
async function withoutEnd(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const later = window.setTimeout.bind(window);
    Object.assign(window, {
      setTimeout: (run: () => void, ms = 0) => (ms < 1000 ? later(run, ms) : 0),
    });
  });
}

/** Asks for the pictures below an area's rows. */
async function openPictures(page: Page, areas: readonly Area[]): Promise<void> {
  for (const area of areas) await page.locator(`[data-picture="${area}"] > summary`).click();
}

/** Answers no question whose name has this in it. */
async function hide(page: Page, names: RegExp, how: 'aborted' | 'awaited' = 'aborted'): Promise<void> {
  await page.route('**/dns-query*', (route) => {
    const question = new URL(route.request().url()).searchParams.get('dns') ?? '';
    // Labels with the octets of their lengths between them.
    const name = Buffer.from(question, 'base64url')
      .toString('latin1')
      .replaceAll(/[^!-~]/g, '.');
    if (!names.test(name)) return route.continue();
    return how === 'aborted' ? route.abort() : undefined;
  });
}

type Area = 'dmarc' | 'spf' | 'dkim' | 'mx' | 'submission';

/** The states of the pictures of areas besides being done: the domain, what happens to it, what looks different. */
const PICTURES: Readonly<
  Record<string, { domain: string; hidden?: RegExp; awaited?: RegExp; areas: readonly Area[] }>
> = {
  empty: { domain: 'nothing-here.test', areas: ['dmarc', 'spf', 'dkim', 'mx', 'submission'] },
  filling: { domain: 'good.test', awaited: /_dmarc|_mta-sts|_tcp/, areas: ['dmarc', 'mx', 'submission'] },
  'partly-unknown': {
    domain: 'tree.test',
    hidden: /_c\.tree|_b\.tree|acme202606|s1\._domainkey|mail\.tree|_tcp/,
    areas: ['dmarc', 'spf', 'dkim', 'mx', 'submission'],
  },
  'resolver-down': { domain: 'started.test', hidden: /./, areas: ['dmarc', 'dkim', 'submission'] },
  hostile: { domain: 'hostile.test', areas: ['dmarc', 'spf', 'dkim', 'mx'] },
  // A name below another, with neither records of its own.
  inherited: { domain: 'news.tree.test', areas: ['dmarc', 'dkim', 'mx'] },
};

/** States that hold a sentence, or what another state shows on paper. */
const ALIKE_ON_PAPER: ReadonlySet<string> = new Set(['filling', 'resolver-down', 'inherited']);

/** What cannot be the same twice: how long it took. */
const unsteady = (page: Page): Locator[] => [page.locator('.lede .line')];

/** Takes the picture of a page, from its top. */
async function compare(page: Page, name: string, tallest = TALLEST): Promise<void> {
  const { width, height } = await page.evaluate(() => ({
    width: document.documentElement.clientWidth,
    height: document.documentElement.scrollHeight,
  }));
  await expect(page).toHaveScreenshot(`${name}.png`, {
    fullPage: true,
    clip: { x: 0, y: 0, width, height: Math.min(height, tallest) },
    mask: unsteady(page),
    maskColor: '#808080',
  });
}

/**
 * Takes the picture of a part of a page, moved to where whole pixels begin: else it would be a line higher or lower
 * by what stands above it, and that may still have come to rest since.
 */
async function compareWith(part: Locator, name: string): Promise<void> {
  await expect(async () => {
    await part.evaluate((element: HTMLElement) => {
      element.style.top = '';
      const top = element.getBoundingClientRect().top + scrollY;
      if (getComputedStyle(element).position === 'static') element.style.position = 'relative';
      if (getComputedStyle(element).position === 'relative') element.style.top = `${Math.ceil(top) - top}px`;
    });
    await expect(part).toHaveScreenshot(`${name}.png`, {
      mask: [part.locator('p.line'), part.locator('.said')],
      maskColor: '#808080',
      timeout: 5_000,
    });
  }).toPass({ timeout: 25_000 });
}

/** Takes a picture on a desktop and on a phone, light and dark. */
async function inEveryWay(
  page: Page,
  take: (way: string) => Promise<void>,
  ways: readonly (typeof WAYS)[number][] = WAYS,
): Promise<void> {
  for (const { size, viewport, colorScheme } of ways) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, media: 'screen' });
    await page.mouse.move(0, 0);
    await take(`${size}-${colorScheme}`);
  }
}

/** The same on a light desktop and a dark phone. */
const inTwoWays = (page: Page, take: (way: string) => Promise<void>) =>
  inEveryWay(page, take, [WAYS[0], WAYS[3]]);

async function onPaper(page: Page): Promise<void> {
  await page.setViewportSize({ width: 680, height: 960 });
  await page.emulateMedia({ colorScheme: 'light', media: 'print' });
}

/** Opens a folded part below the report, once what is in it is there. */
async function opened(page: Page, name: 'profiles' | 'happened', words: RegExp): Promise<Locator> {
  const panel = page.locator(`[data-later="${name}"]`);
  await panel.locator('summary').first().click();
  await expect(panel.getByText(words).first()).toBeVisible();
  return panel;
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
        await onPaper(page);
        await compare(page, `${state}-print`);
      });

    test('the account of what happened', async ({ page, site }) => {
      await page.setViewportSize(DESKTOP);
      await page.goto(`${site.url}?d=parked.example`);
      await complete(page);
      const panel = await opened(page, 'happened', /questions and their answers/);
      await inEveryWay(page, (way) => compareWith(panel, `happened-${way}`));
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
        await inEveryWay(page, (way) => compareWith(view, `view-${area}-${way}`));
        await onPaper(page);
        await compareWith(view, `view-${area}-print`);
      });

    for (const [state, { domain, hidden, awaited, areas }] of Object.entries(PICTURES))
      test(`the views, ${state}`, async ({ page, site }) => {
        await page.setViewportSize(DESKTOP);
        if (hidden) await hide(page, hidden);
        if (awaited) {
          await hide(page, awaited, 'awaited');
          await withoutEnd(page);
        }
        await page.goto(`${site.url}?d=${domain}`);
        if (!awaited) await complete(page);
        await openPictures(page, areas);
        if (awaited) await expect(page.getByText('waiting').first()).toBeVisible();
        else await page.waitForLoadState('networkidle');
        const take = async (way: string) => {
          for (const area of areas)
            await compareWith(page.locator(`[data-picture="${area}"]`), `view-${area}-${state}-${way}`);
        };
        await inTwoWays(page, take);
        if (!ALIKE_ON_PAPER.has(state)) {
          await onPaper(page);
          await take('print');
        }
      });

    test('the tools below the views', async ({ page, site }) => {
      await page.setViewportSize(DESKTOP);
      await page.goto(`${site.url}?d=tree.test`);
      await complete(page);
      await openPictures(page, ['spf', 'dkim']);
      const tool = (words: string) => page.locator('.tool').filter({ hasText: words });
      const [pass, draft, paste] = [
        tool('Would this address pass?'),
        tool('Try another record'),
        tool('Paste a message you sent'),
      ];
      for (const each of [pass, draft, paste]) await each.locator('> summary').click();
      await pass.getByLabel('Address of the sending server').fill('185.70.61.7');
      await pass.getByRole('button', { name: 'Try it' }).click();
      await expect(pass.locator('[data-result]')).toBeVisible();
      await draft.getByLabel('The record', { exact: true }).fill('v=spf1 mx include:_a.tree.test +all');
      await expect(draft.getByText(/every server in the world/).first()).toBeVisible();
      await paste
        .getByLabel('The source of a message')
        .fill('From: Ann <ann@tree.test>\nDKIM-Signature: v=1; a=rsa-sha1; d=tree.test; s=acme202606; h=to');
      await expect(paste.locator('[data-signature]')).toBeVisible();
      await inTwoWays(page, async (way) => {
        for (const [name, each] of Object.entries({ pass, draft, paste }))
          await compareWith(each, `tool-${name}-${way}`);
      });
    });

    test('the profiles of authorities', async ({ page, site }) => {
      await page.setViewportSize(DESKTOP);
      await page.goto(`${site.url}?d=firm.example`);
      await complete(page);
      const panel = await opened(page, 'profiles', /NIST/);
      await panel.locator('[data-profile="bsi"] > summary').click();
      await inTwoWays(page, (way) => compareWith(panel, `profiles-${way}`));
      await onPaper(page);
      await compareWith(panel, 'profiles-print');
    });

    test('what went unanswered, and a finding that is unknown', async ({ page, site }) => {
      await page.setViewportSize(DESKTOP);
      await hide(page, /_dmarc|_mta-sts/);
      await page.goto(`${site.url}?d=started.test`);
      await complete(page);
      await page.getByText('What went unanswered').click();
      await expect(page.getByText(/^The resolver could not be reached/)).toBeVisible();
      const area = page.locator('section.area').filter({ has: page.locator('#area-dmarc') });
      await area.locator('summary').first().click();
      const row = area.locator('[data-rule="dmarc/presence"]');
      await row.locator('summary').click();
      await expect(row.getByRole('heading', { name: 'Why it is unknown' })).toBeVisible();
      await inTwoWays(page, async (way) => {
        await compareWith(page.locator('.lede'), `unanswered-${way}`);
        await compareWith(row, `unknown-row-${way}`);
      });
    });

    test('what is shared', async ({ page, site, context }) => {
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.setViewportSize(DESKTOP);
      await page.goto(`${site.url}?d=parked.test`);
      await complete(page);
      const menu = page.locator('.menu[open] > .sheet');
      await page.getByText('Export', { exact: true }).click();
      await inTwoWays(page, (way) => compareWith(menu, `export-${way}`));
      await page.keyboard.press('Escape');
      await page.getByText('Share', { exact: true }).click();
      await page.getByRole('button', { name: /Copy link to this report/ }).click();
      await expect(page.getByText(/the whole report in them/)).toBeVisible();
      const link = await page.evaluate(() => navigator.clipboard.readText());
      await page.getByText('Badge', { exact: true }).first().click();
      await page.getByText('Compare with another link').click();
      await expect(page.locator('[data-badge] svg')).toBeVisible();
      await inTwoWays(page, (way) => compareWith(menu, `share-${way}`));
      await page.goto('about:blank');
      await page.goto(link);
      const opened = page.locator('[data-frozen]');
      await expect(opened.getByRole('button', { name: 'Check now and compare' })).toBeEnabled();
      await inTwoWays(page, (way) => compareWith(opened, `frozen-${way}`));
      await page.goto(`${site.url}?d=started.test`);
      await complete(page);
      await page.getByText('Share', { exact: true }).click();
      await page.getByText('Compare with another link').click();
      await page.getByRole('textbox', { name: 'Link to another report' }).fill(link);
      await page.getByRole('button', { name: 'Compare', exact: true }).click();
      const differences = page.locator('.differences');
      await inTwoWays(page, (way) => compareWith(differences, `differences-${way}`));
      await onPaper(page);
      await compareWith(differences, 'differences-print');
    });

    test('what this browser remembers', async ({ page, site }) => {
      await page.setViewportSize(DESKTOP);
      for (const domain of ['started.test', 'parked.test']) {
        await page.goto(`${site.url}?d=${domain}`);
        await complete(page);
      }
      await page.goto(site.url);
      const before = page.getByRole('region', { name: 'Checked here before' });
      await expect(before.getByRole('link')).toHaveCount(2);
      await inTwoWays(page, (way) => compareWith(before, `recent-${way}`));
      await rememberBetter(page, 1);
      await hide(page, /_mta-sts/);
      await page.goto(`${site.url}?d=started.test`);
      await complete(page);
      await page.getByRole('button', { name: /changed since/ }).click();
      const since = page.locator('.since');
      await inTwoWays(page, (way) => compareWith(since, `since-${way}`));
    });

    test('a name that is none, and the choice of resolvers', async ({ page }) => {
      const host = await startStatic('/', { headers: true });
      await page.setViewportSize(DESKTOP);
      await page.goto(host.url);
      await page.getByRole('textbox').fill('not a domain');
      await page.getByRole('button', { name: 'Check', exact: true }).click();
      await expect(page.getByRole('alert')).toContainText('no spaces');
      const main = page.locator('.ask');
      await main.locator('details').evaluateAll((all) => {
        for (const each of all) (each as HTMLDetailsElement).open = true;
      });
      await inTwoWays(page, (way) => compareWith(main, `ask-${way}`));
      await host.stop();
    });

    for (const [name, address, words] of [
      ['widget-idle', '?embed=started.test', 'Check started.test'],
      ['widget-none', '?embed=not%20a%20domain&auto=1', 'no spaces'],
      ['widget-full', '?embed=firm.example&auto=1&size=full', 'Next steps'],
      ['builder', '?widget', 'Content-Security-Policy'],
      ['rules', 'rules/', 'What is checked'],
      ['guides', 'guide/', 'The safe order'],
      ['nothing', 'nothing/', 'Nothing is at this address'],
    ] as const)
      test(name, async ({ page, site, alarms }) => {
        await page.setViewportSize(DESKTOP);
        await page.goto(`${site.url}${address}`);
        await expect(page.getByText(words).first()).toBeVisible();
        await page.waitForLoadState('networkidle');
        if (name === 'nothing') alarms.splice(0);
        await inTwoWays(page, (way) => compare(page, `${name}-${way}`, name === 'rules' ? 500 : TALLEST));
      });
  });
