import { readFileSync } from 'node:fs';
import type { Frame, Page } from '@playwright/test';
import { complete, expect, rows, test, unfold } from './journey.ts';

/** Everything open, so that every record stands in the document; then what is in it that no record may put there. */
async function expectInert(page: Page | Frame): Promise<void> {
  await unfold(page);
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
  const foreign = await page.evaluate(() => ({
    elements: document.querySelectorAll('#app script, #app img, #app iframe, #app object, #app embed').length,
    handlers: [...document.querySelectorAll('#app *')].filter((element) =>
      element.getAttributeNames().some((name) => name.startsWith('on')),
    ).length,
    links: [...document.querySelectorAll('#app a')].filter(
      (link) => !/^(https?:|\.|\/|#|\?)/.test(link.getAttribute('href') ?? ''),
    ).length,
    unseen:
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u2028-\u202e\u2066-\u2069\u200b-\u200f\ufeff\ud800-\udbff](?![\udc00-\udfff])/.exec(
        document.querySelector('#app')?.textContent ?? '',
      )?.index ?? -1,
  }));
  expect(foreign).toEqual({ elements: 0, handlers: 0, links: 0, unseen: -1 });
}

/** Text that a terminal, an editor or a page may show as it is: no control but the end of a line, nothing unseen. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

for (const domain of ['hostile.test', 'huge.test', 'loop.huge.test'])
  test(`${domain}: records are shown as text and bounded`, async ({ page, site }) => {
    await page.goto(`${site.url}?d=${domain}`);
    await complete(page);
    expect((await rows(page)).length).toBeGreaterThan(10);
    await expectInert(page);
    await expect(page.locator('[data-view="dmarc"]')).toBeVisible();
    expect(await page.locator('tr[data-tag]').count()).toBeLessThanOrEqual(60);
  });

test('a frozen report of hostile records is as inert as a live one', async ({ page, site, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`${site.url}?d=hostile.test`);
  await complete(page);
  const before = await rows(page);
  await page.getByText('Share', { exact: true }).click();
  await page.getByRole('button', { name: /Copy link to this report/ }).click();
  await expect(page.getByText(/the whole report in them/)).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.goto('about:blank');
  await page.goto(link);
  await expect(page.getByText(/Recorded by whoever made this link/)).toBeVisible();
  expect(await rows(page)).toEqual(before);
  await expectInert(page);
});

test('a widget shows hostile records inertly, too', async ({ page, site }) => {
  await page.goto(`${site.url}?embed=hostile.test&auto=1`);
  await expect(page.getByText(/problems? in what is checked here|No problem was seen/)).toBeVisible({
    timeout: 20_000,
  });
  await expectInert(page);
});

test('files made of hostile records hold no control and no live markup', async ({ page, site }) => {
  await page.goto(`${site.url}?d=hostile.test`);
  await complete(page);
  await page.getByText('Export', { exact: true }).click();
  const buttons = page.locator('details[open] .sheet button').filter({ hasNotText: 'Print' });
  for (const button of await buttons.all()) {
    const name = (await button.textContent()) ?? '';
    const coming = page.waitForEvent('download');
    await button.click();
    const file = await coming;
    // Sheets take a file without a byte order mark for one of another encoding.
    const text = readFileSync(await file.path(), 'utf8').replace(/^\ufeff/, '');
    expect(text.length, name).toBeGreaterThan(500);
    const bad = text.split('\n').find((line) => UNSEEN.test(line.replace(/[\r\t]/g, '')));
    expect(bad, `${name}, ${file.suggestedFilename()}`).toBeUndefined();
    if (/\.(?:svg|html)$/.test(file.suggestedFilename()))
      expect(text, name).not.toMatch(/<(?:script|img|iframe)|\son\w+=/i);
    if (/\.csv$/.test(file.suggestedFilename())) expect(text, 'no formulas').not.toMatch(/(?:^|,)"?[=+@]/m);
    if (!(await button.isVisible())) await page.getByText('Export', { exact: true }).click();
  }
});

test('a link is as hostile as a record, and as inert', async ({ page, site }) => {
  for (const text of ['<img src=x onerror=alert(1)>', 'javascript:alert(1)', '"><script>alert(1)</script>']) {
    await page.goto(`${site.url}?d=${encodeURIComponent(text)}`);
    await expect(page.getByRole('alert')).toHaveText(/enter/i);
  }
});
