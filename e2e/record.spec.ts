import { faults } from './axe.ts';
import { expect, test } from './journey.ts';

const RECORDS: readonly (readonly [text: string, heading: string, mended: string | undefined])[] = [
  [
    'v=DMARC1; p=reject, rua=mailto:a@example.com',
    'DMARC record',
    'v=DMARC1; p=reject; rua=mailto:a@example.com',
  ],
  ['v=spf1 ipv4:45.0.0.7 -all', 'SPF record', 'v=spf1 ip4:45.0.0.7 -all'],
  ['v=STSv1; id=2026-11-01', 'MTA-STS record', undefined],
  ['v=TLSRPTv1; rua=tls@example.com', 'TLS report record', 'v=TLSRPTv1; rua=mailto:tls@example.com'],
  ['v=BIMI1; l=http://example.com/logo.svg', 'BIMI record', 'v=BIMI1; l=https://example.com/logo.svg'],
];

for (const [text, heading, mended] of RECORDS)
  test(`${heading}: pasted, explained and mended`, async ({ page, site }) => {
    await page.goto(site.url);
    await page.getByRole('link', { name: 'paste a single record' }).click();
    await expect(page).toHaveURL(/\?record$/);
    await page.getByRole('textbox', { name: 'Record' }).fill(text);
    await page.getByRole('button', { name: 'Explain' }).click();
    await expect(page.getByRole('heading', { level: 2 })).toHaveText(new RegExp(`^${heading}: `), {
      timeout: 60_000,
    });
    await expect(page.locator('pre mark').first()).toBeVisible();
    if (mended === undefined) return;
    await expect(page.getByRole('heading', { name: 'Mended', exact: true })).toBeVisible();
    await expect(page.locator('pre [data-copied]').first()).toHaveText(mended);
    await expect(page.getByRole('button', { name: 'Copy the mended record' })).toBeVisible();
  });

test('a policy file and a key are told apart, and what is sound is said to be', async ({ page, site }) => {
  await page.goto(`${site.url}?record`);
  const box = page.getByRole('textbox', { name: 'Record' });
  await box.fill('version: STSv1\nmode: enforce\nmx: mail.example.com\nmax_age: 604800\n');
  await page.getByRole('button', { name: 'Explain' }).click();
  await expect(page.getByRole('heading', { level: 2 })).toHaveText('MTA-STS policy: nothing wrong with it', {
    timeout: 60_000,
  });
  await box.fill('v=DKIM1; k=rsa; p=not base64!');
  await page.getByRole('button', { name: 'Explain' }).click();
  await expect(page.getByRole('heading', { level: 2 })).toHaveText(/^DKIM key record: /, { timeout: 60_000 });
});

test('what is no record is asked about, and hostile text stays text', async ({ page, site }) => {
  await page.goto(`${site.url}?record`);
  await page.getByRole('button', { name: 'Explain' }).click();
  await expect(page.getByRole('alert')).toHaveText(/Paste the text of a record/);
  await page.getByRole('textbox', { name: 'Record' }).fill('<img src=x onerror=alert(1)>');
  await page.getByRole('button', { name: 'Explain' }).click();
  await expect(page.getByRole('alert')).toHaveText(/Choose its kind/);
  await page.getByRole('combobox', { name: 'Kind' }).selectOption('dmarc');
  await expect(page.getByRole('heading', { level: 2 })).toHaveText(/^DMARC record: /, { timeout: 60_000 });
});

test.describe('for everybody', () => {
  test.use({ bypassCSP: true });

  test('nothing is asked of anybody, and nobody is kept out', async ({ page, site }) => {
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('dns-query')) asked.push(request.url());
    });
    await page.goto(`${site.url}?record`);
    await page.getByRole('textbox', { name: 'Record' }).fill('v=DMARC1; p=quarantin; rua=a@example.com');
    await page.getByRole('button', { name: 'Explain' }).click();
    await expect(page.getByRole('heading', { level: 2 })).toBeVisible({ timeout: 60_000 });
    expect(await faults(page)).toEqual([]);
    expect(asked).toEqual([]);
  });
});
