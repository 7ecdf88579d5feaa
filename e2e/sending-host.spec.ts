/*
 * A sending host that somebody names, in the form below the ports or in a link: what is visited then, and what
 * becomes of hosts of other domains, and of text that is no name.
 */

import type { Locator, Page } from '@playwright/test';
import { complete, expect, rows } from './journey.ts';
import { canMail } from './lab/mail.ts';
import { test } from './mail-journey.ts';

test.describe.configure({ mode: 'default', timeout: 120_000 });
test.skip(!canMail(), 'needs root, Postfix and Exim');

const HOSTILE = [
  '"><img src=x onerror=alert(1)>',
  'javascript:alert(1)',
  'mail.early.test\r\nRCPT TO:x',
  '127.0.0.1',
  '[::1]',
  'smtp',
  `${'a'.repeat(64)}.early.test`,
  'x'.repeat(5000),
];

/** The table of ports, opened. */
async function ports(page: Page): Promise<Locator> {
  await page.locator('[data-picture="submission"] > summary').click();
  const view = page.locator('[data-view="ports"]');
  await expect(view.locator('tr[data-port="2525"]').first()).toBeVisible();
  return view;
}

/** The form below the ports, opened. */
async function form(page: Page): Promise<Locator> {
  const view = await ports(page);
  await view.getByText('Do your people send through another host?').click();
  return view.locator('[data-tool="sending-host"]');
}

/** The hosts whose sending ports the table shows. */
function hosts(view: Locator): Promise<(string | undefined)[]> {
  return view
    .locator('tr[data-port]:not([data-port="25"])')
    .evaluateAll((found) => [...new Set(found.map((row) => (row as HTMLElement).dataset.host))]);
}

const named = (page: Page) => new URL(page.url()).searchParams.get('submission');

test('a host named in the form is visited instead of others, and the address says so', async ({
  page,
  site,
}) => {
  await page.goto(`${site.url}?d=early.test`);
  await complete(page);
  const tool = await form(page);
  // As a mail program shows it, with a port and in capitals.
  await tool.getByRole('textbox', { name: 'Outgoing server' }).fill(' MX.Early.test:587 ');
  await tool.getByRole('button', { name: 'Check it' }).click();
  await expect(page).toHaveURL(/submission=mx\.early\.test$/);
  await complete(page);
  const view = await ports(page);
  await expect(view).toContainText('The host is the one you named.');
  expect(await hosts(view)).toEqual(['mx.early.test']);
  // Another host of the same address: nobody has told it apart, so 587 has the same fault there.
  await expect(
    view.locator('[data-host="mx.early.test"][data-port="587"] [data-column="passwords"]'),
  ).toContainText('yes: PLAIN, LOGIN');
  await page.goBack();
  await complete(page);
  expect(await hosts(await ports(page))).toEqual(['mail.early.test']);
});

test('a host of another domain is not visited, and that is the relay’s own rule', async ({
  page,
  site,
  alarms,
}) => {
  await page.goto(`${site.url}?d=early.test&submission=mail.sound.test`);
  await complete(page);
  const view = await ports(page);
  for (const port of [465, 587, 2525])
    await expect(view.locator(`tr[data-port="${port}"]`)).toContainText('not seen: relay declined');
  await expect(view).toContainText('it visits hosts of the domain and of well-known services only');
  const shown = (await rows(page)).filter(({ rule }) => rule.startsWith('submission/'));
  expect(shown.filter(({ outcome }) => outcome === 'problem')).toEqual([]);
  expect(shown.find(({ rule }) => rule === 'submission/ports')).toMatchObject({ outcome: 'unknown' });
  // The refusals, which the browser reports.
  const others = alarms.splice(0).filter((alarm) => !/status of 403/.test(alarm));
  expect(others).toEqual([]);
});

test('a link may name the host as people write it', async ({ page, site }) => {
  await page.goto(
    `${site.url}?d=sound.test&submission=${encodeURIComponent('smtps://MAIL.Sound.test.:465/')}`,
  );
  await complete(page);
  expect(named(page)).toBe('mail.sound.test');
  const view = await ports(page);
  expect(await hosts(view)).toEqual(['mail.sound.test']);
  await expect(view.locator('[data-port="465"] [data-column="tls"]')).toHaveText('at once, TLS 1.3');
});

test('text that is no name is refused by the form, and nothing is asked', async ({ page, site }) => {
  await page.goto(`${site.url}?d=early.test`);
  await complete(page);
  const tool = await form(page);
  const asked: string[] = [];
  page.on('request', (request) => {
    // What reads an odd name is a file of the page.
    if (!new URL(request.url()).pathname.startsWith('/assets/')) asked.push(request.url());
  });
  for (const text of ['', ...HOSTILE]) {
    await tool.getByRole('textbox', { name: 'Outgoing server' }).fill(text);
    await tool.getByRole('textbox', { name: 'Outgoing server' }).press('Enter');
    await expect(page.getByText('That is not the name of a server.')).toBeVisible();
  }
  expect(named(page)).toBeNull();
  expect(asked).toEqual([]);
});

test('text that is no name is left out of a link, and the report says so', async ({ page, site }) => {
  for (const text of HOSTILE) {
    await page.goto(`${site.url}?d=plain.test&submission=${encodeURIComponent(text)}`);
    await expect(page.getByText('is not a name, so it was left out')).toBeVisible();
    expect(named(page)).toBeNull();
  }
  await complete(page);
  expect(await hosts(await ports(page))).toEqual(['mail.plain.test']);
});
