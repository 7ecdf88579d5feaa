import { answer, complete, expect, field, test } from './journey.ts';

const UNDERSTOOD: readonly (readonly [typed: string, domain: string])[] = [
  ['Good.TEST.', 'good.test'],
  ['  good.test  ', 'good.test'],
  ['someone@good.test', 'good.test'],
  ['https://good.test/some/page?x=1', 'good.test'],
];

for (const [typed, domain] of UNDERSTOOD)
  test(`understands ${JSON.stringify(typed)}`, async ({ page, site }) => {
    await page.goto(site.url);
    await field(page).fill(typed);
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await complete(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(domain);
  });

const REFUSED: readonly (readonly [typed: string, says: RegExp])[] = [
  ['', /enter/i],
  ['192.0.2.1', /address.*enter/i],
  ['2001:db8::1', /address.*enter/i],
  ['com', /whole name|ending/i],
  ['_dmarc.good.test', /enter.*good\.test/i],
  ['two words.test', /spaces/i],
  [`${'a'.repeat(64)}.test`, /63/],
  [`${'abcdefghi.'.repeat(30)}test`, /253/],
  ['<script>alert(1)</script>', /enter/i],
];

for (const [typed, says] of REFUSED)
  test(`says what to enter instead of ${JSON.stringify(typed.slice(0, 30))}`, async ({ page, site }) => {
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('dns-query')) asked.push(request.url());
    });
    await page.goto(site.url);
    await field(page).fill(typed);
    await field(page).press('Enter');
    await expect(page.getByRole('alert')).toHaveText(says);
    await expect(field(page)).toHaveAttribute('aria-invalid', 'true');
    await expect(field(page)).toHaveValue(typed.trim());
    expect(asked).toEqual([]);
  });

test('an international name is shown in both forms', async ({ page, site }) => {
  await page.goto(site.url);
  await field(page).fill('bücher.test');
  await field(page).press('Enter');
  await complete(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('bücher.test');
  await expect(page.getByText('xn--bcher-kva.test').first()).toBeVisible();
});

test('the owner can say what the domain is for, and take it back', async ({ page, site }) => {
  await page.goto(`${site.url}?d=parked.test`);
  await complete(page);
  await page.getByRole('button', { name: 'Check it as a domain that sends mail' }).click();
  await expect(page).toHaveURL(/intent=mail/);
  await complete(page);
  await expect(answer(page, 'acceptance')).not.toHaveAttribute('data-case', 'no-mail');
  await page.getByRole('button', { name: 'Go by its records' }).click();
  await expect(page).not.toHaveURL(/intent/);
  await complete(page);
  await expect(answer(page, 'acceptance')).toHaveAttribute('data-case', 'no-mail');
});

test('the focus stays where a button was that goes', async ({ page, site }) => {
  await page.goto(`${site.url}?d=started.test`);
  await complete(page);
  const summary = page.locator('[data-rule][data-outcome="problem"] > summary').first();
  await summary.press('Enter');
  const row = page.locator('[data-rule][open]').first();
  await row.getByRole('button', { name: /^All \d+ questions$/ }).press('Enter');
  await expect(row.getByRole('heading', { name: 'See for yourself' })).toBeFocused();
  await page.locator('[data-answer] .more button').first().press('Enter');
  await page.getByRole('button', { name: 'Show all' }).press('Enter');
  await expect(page.getByRole('heading', { name: 'Everything that was checked' })).toBeFocused();
});
