import { answer, check, complete, expect, field, nameAsked, problems, rows, test } from './journey.ts';

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

test('a link shows where it led before the engine is there, in the place the report will have', async ({
  page,
  site,
}) => {
  for (const size of [
    { width: 1280, height: 800 },
    { width: 390, height: 844 },
  ]) {
    await page.setViewportSize(size);
    let go = () => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const engine = /\/assets\/report-[^/]*\.js$/;
    await page.route(engine, async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${site.url}?d=good.test`);
    const heading = page.getByRole('heading', { level: 1, name: 'good.test' });
    const place = async () => {
      const box = await heading.boundingBox();
      return box && [box.x, box.y];
    };
    await expect(heading).toBeVisible();
    await expect(page.getByRole('button', { name: 'Stop' })).toBeHidden();
    const before = await place();
    go();
    await complete(page);
    expect(await place()).toEqual(before);
    await page.unroute(engine);
  }
  // What nobody has read yet is not shown, unless it looks like a name.
  await page.route(/\/assets\/report-[^/]*\.js$/, () => {});
  await page.goto(`${site.url}?d=${encodeURIComponent('<b>\u202egood.test')}`);
  await expect(page.getByText('Each answer appears here')).toBeVisible();
  await expect(page.getByRole('heading')).toHaveCount(0);
});

test('that forged mail is delivered is told before keys have been looked for, and stays where they are not seen', async ({
  page,
  site,
  alarms,
}) => {
  let fail = () => {};
  const held = new Promise<void>((resolve) => {
    fail = resolve;
  });
  await page.route('**/dns-query*', async (route) => {
    if (!nameAsked(route.request().url())?.endsWith('._domainkey.forged.test')) return route.continue();
    await held;
    await route.abort();
  });
  await page.goto(site.url);
  await field(page).fill('forged.test');
  await field(page).press('Enter');
  const card = answer(page, 'impersonation');
  await expect(card).toHaveAttribute('data-case', 'delivered');
  await expect(card).toContainText('Yes. Mail forged in your name would be delivered.');
  await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
  fail();
  await complete(page);
  await expect(card).toHaveAttribute('data-case', 'delivered-at-least');
  await expect(card).toContainText('Yes. Mail forged in your name would be delivered.');
  await expect(card).toContainText('what is missing could only make it worse');
  const others = alarms.filter((alarm) => !/^console: Failed to load resource/.test(alarm));
  alarms.splice(0, alarms.length, ...others);
});

test('checking again asks again', async ({ page, site }) => {
  await page.goto(`${site.url}?d=forged.test`);
  await complete(page);
  const asked = page.waitForRequest(/dns-query/);
  await page.getByRole('button', { name: 'Check again' }).first().click();
  await asked;
  await complete(page);
});
