import { answer, arranged, check, complete, expect, field, problems, rows, test } from './journey.ts';

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

/** Copies the link that holds the report on screen. */
async function frozenLink(page: import('@playwright/test').Page): Promise<string> {
  await page.getByText('Share', { exact: true }).click();
  await page.getByRole('button', { name: /Copy link to this report/ }).click();
  await expect(page.getByText(/the whole report in them/)).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.keyboard.press('Escape');
  return link;
}

test('a report in a link opens elsewhere, asks nobody, and shows the same', async ({
  page,
  site,
  browser,
  alarms,
}) => {
  await page.goto(`${site.url}?d=started.test`);
  await complete(page);
  const before = await rows(page);
  const link = await frozenLink(page);
  expect(link).toMatch(/#1\.d\.[A-Za-z0-9_-]+$/);
  expect(link.startsWith(site.url)).toBe(true);

  const other = await browser.newContext();
  const tab = await other.newPage();
  const requests: string[] = [];
  tab.on('request', (request) => requests.push(request.url()));
  tab.on('pageerror', (error) => alarms.push(error.message));
  await tab.goto(link);
  await expect(tab.getByText(/Recorded by whoever made this link on .*, not verified\./)).toBeVisible();
  await arranged(tab);
  await expect(tab.getByText('Today’s rules see')).toHaveCount(0);
  await expect(tab.getByRole('heading', { name: 'Next steps' })).toBeVisible();
  expect(await rows(tab)).toEqual(before);
  expect(requests.filter((url) => url.includes('dns-query'))).toEqual([]);
  expect(
    requests.filter((url) => url.includes('1.d.')),
    'no server sees the fragment',
  ).toEqual([]);

  // With the network off, another link opens in the same tab.
  await other.setOffline(true);
  await tab.evaluate(() => location.assign('#'));
  await tab.evaluate((hash) => location.assign(hash), link.slice(link.indexOf('#')));
  await expect(tab.getByText(/Recorded by whoever made this link/)).toBeVisible();
  expect(await rows(tab)).toEqual(before);
  await other.close();
});

test('checked now, a frozen report says what changed since', async ({ page, site }) => {
  await page.goto(`${site.url}?d=parked.test`);
  await complete(page);
  const link = await frozenLink(page);
  await page.goto(link.replace(site.url, site.url));
  await expect(page.getByText(/Recorded by whoever made this link/)).toBeVisible();
  await page.getByRole('button', { name: 'Check now and compare' }).click();
  await expect(page.getByRole('heading', { name: /^Since / })).toBeVisible();
  await expect(page.getByText('Nothing is different.')).toBeVisible();
  await expect(page).toHaveURL(/\?d=parked\.test$/);
  await page.goBack();
  await expect(page.getByText(/Recorded by whoever made this link/)).toBeVisible();
  await expect(answer(page, 'impersonation')).toHaveAttribute('data-outcome', 'pass');
});

test('two links are compared, whichever is opened first', async ({ page, site }) => {
  const links: string[] = [];
  for (const domain of ['parked.test', 'good.test']) {
    await page.goto(`${site.url}?d=${domain}`);
    await complete(page);
    links.push(await frozenLink(page));
  }
  const [parked = '', good = ''] = links;
  await page.goto(`${site.url}#`);
  await page.goto(good);
  await expect(page.getByText(/Recorded by whoever made this link/)).toBeVisible();
  await page.getByText('Share', { exact: true }).click();
  await page.getByText('Compare with another link').click();
  const other = page.getByRole('textbox', { name: 'Link to another report' });
  await other.fill(`${parked.slice(0, -60)}`);
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'cut short on its way' })).toBeVisible();
  await other.fill(parked);
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'parked.test and good.test' })).toBeVisible();
  await expect(page.locator('.differences')).toContainText('Was:');
});

test('the badge is shown as it will look, dated, and leads to a live check', async ({ page, site }) => {
  await page.goto(`${site.url}?d=parked.test`);
  await complete(page);
  await page.getByText('Share', { exact: true }).click();
  await page.getByText('Badge', { exact: true }).first().click();
  const badge = page.locator('[data-badge]');
  const year = `${new Date().getUTCFullYear()}`;
  await expect(badge.locator('svg text')).toHaveText([
    'Mailproof · parked.test',
    new RegExp(`^cannot be forged · \\d+ [A-Z][a-z]+ ${year}$`),
  ]);
  await expect(badge.getByRole('link')).toHaveAttribute('href', `${site.url}?d=parked.test`);
  await badge.getByRole('button', { name: 'Copy the HTML' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    `<a href="${site.url}?d=parked.test"><img src="mailproof-parked.test.svg" alt="Mailproof: parked.test" height="22"></a>`,
  );
});

for (const [name, hash, says] of [
  ['cut short', (link: string) => link.slice(0, -40), /cut short on its way/],
  ['damaged', (link: string) => `${link.slice(0, -30)}AAAA${link.slice(-26)}`, /changed on its way/],
  ['of a later version', (link: string) => link.replace('1.d.', '2.d.'), /newer Mailproof/],
  ['hostile', () => '1.d.<img src=x onerror=alert(1)>', /cut short|changed on its way/],
] as const)
  test(`a link that is ${name} is refused in words`, async ({ page, site }) => {
    await page.goto(`${site.url}?d=parked.test`);
    await complete(page);
    const link = await frozenLink(page);
    await page.goto(`${site.url}#${hash(link.slice(link.indexOf('#') + 1))}`);
    await expect(page.getByRole('alert')).toContainText(says);
    await expect(field(page)).toBeVisible();
  });

test('a live link has one spelling and keeps its options', async ({ page, site }) => {
  await page.goto(`${site.url}?selector=s9&d=HTTPS://Good.TEST/path&intent=mail&utm=x`);
  await complete(page);
  await expect(page).toHaveURL(/\?d=good\.test&selector=s9&intent=mail$/);
  await page.getByText('Share', { exact: true }).click();
  await page.getByRole('button', { name: /Copy link to a live check/ }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    `${site.url}?d=good.test&selector=s9&intent=mail`,
  );
});

test('files can be taken away', async ({ page, site }) => {
  await page.goto(site.url);
  await check(page, 'started.test');
  const shown = await problems(page);
  for (const [name, pattern] of [
    [/^JSON/, /"version": 1,/],
    [/^CSV/, /^\ufeffDomain,Checked at,/],
    [/^Markdown/, /^# started\.test/],
    [/^Badge/, /^<svg /],
  ] as const) {
    await page.getByText('Export', { exact: true }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^mailproof-started\.test-\d{4}-\d\d-\d\d\.(json|csv|md|svg)$/);
    const chunks: Buffer[] = [];
    for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    expect(text).toMatch(pattern);
    if (text.startsWith('{')) {
      const report = JSON.parse(text) as {
        findings: { rule: string; outcome: string; says: string; why: string }[];
        link: string;
      };
      expect(
        report.findings
          .filter(({ outcome }) => outcome === 'problem')
          .map(({ rule }) => rule)
          .sort(),
      ).toEqual(shown);
      expect(report.findings.filter(({ says, why }) => says === '' || why === '')).toEqual([]);
      expect(report.link).toMatch(/^#1\.d\./);
    }
  }
});
