import { answer, check, complete, expect, field, problems, rows, test } from './journey.ts';

test('a domain with everything right has no grave finding', async ({ page, site }) => {
  await page.goto(site.url);
  await check(page, 'good.test');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('good.test');
  await expect(answer(page, 'impersonation')).toHaveAttribute('data-outcome', 'pass');
  expect(await problems(page, ['critical', 'high', 'medium'])).toEqual([]);
  await expect(page.getByText('nothing went unanswered')).toBeVisible();
});

test('a domain that says nothing about its senders can be forged', async ({ page, site }) => {
  await page.goto(site.url);
  await check(page, 'forged.test');
  await expect(answer(page, 'impersonation')).toHaveAttribute('data-outcome', 'problem');
  expect(await problems(page)).toEqual(expect.arrayContaining(['dmarc/presence', 'spf/record']));
  await expect(page.getByRole('heading', { name: 'Next steps' })).toBeVisible();
});

test('a domain half way is told its next steps with records to paste', async ({ page, site }) => {
  await page.goto(site.url);
  await check(page, 'started.test');
  await expect(answer(page, 'impersonation')).toHaveAttribute('data-outcome', 'problem');
  await expect(page.getByRole('button', { name: /copy/i }).first()).toBeVisible();
});

test('a parked domain is at peace', async ({ page, site }) => {
  await page.goto(site.url);
  await check(page, 'parked.test');
  await expect(answer(page, 'impersonation')).toHaveAttribute('data-outcome', 'pass');
  expect(await problems(page)).toEqual([]);
});

test('signatures that ran out are proved, not taken for silence', async ({ page, site }) => {
  await page.goto(site.url);
  await check(page, 'expired.test');
  const shown = await rows(page);
  const broken = shown.filter(({ rule, outcome }) => rule.startsWith('dnssec/') && outcome === 'problem');
  expect(broken.length).toBeGreaterThan(0);
  expect(shown.filter(({ rule, outcome }) => rule.startsWith('spf/') && outcome === 'problem')).toEqual([]);
});

test('one record that was tampered with is not taken for a missing one', async ({ page, site }) => {
  await page.goto(site.url);
  await check(page, 'tampered.test');
  const shown = await rows(page);
  expect(shown.filter(({ rule, outcome }) => rule.startsWith('spf/') && outcome === 'problem')).toEqual([]);
  await expect(page.getByText('1 went unanswered')).toBeVisible();
});

test('a domain that does not exist is said not to exist', async ({ page, site }) => {
  await page.goto(site.url);
  await check(page, 'nowhere.test');
  await expect(page.getByText(/does not exist|no such domain|not registered/i).first()).toBeVisible();
});

test('a link with a domain runs the check, and back and forth lead to reports that begin at their top', async ({
  page,
  site,
}) => {
  await page.goto(`${site.url}?d=good.test`);
  await complete(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('good.test');
  await check(page, 'parked.test');
  await expect(page).toHaveURL(/\?d=parked\.test$/);
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await page.goBack();
  await complete(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('good.test');
  await expect(field(page)).toHaveValue('good.test');
  await page.goForward();
  await complete(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('parked.test');
  expect(await page.evaluate(() => scrollY), 'not where it was left').toBe(0);
});

test('checking again asks again', async ({ page, site }) => {
  await page.goto(`${site.url}?d=forged.test`);
  await complete(page);
  const asked = page.waitForRequest(/dns-query/);
  await page.getByRole('button', { name: 'Check again' }).first().click();
  await asked;
  await complete(page);
});
