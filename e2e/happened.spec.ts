import { check, complete, expect, test } from './journey.ts';

test('a report says whom it asked what, and leaves nobody out', async ({ page, site }) => {
  let sent = 0;
  page.on('requestfinished', (request) => {
    if (new URL(request.url()).pathname === '/dns-query') sent += 1;
  });
  await page.goto(`${site.url}?d=started.test`);
  await complete(page);
  const happened = page.locator('[data-later="happened"]');
  await happened.locator('summary').click();
  await expect(happened.getByText(`${new URL(site.url).host} (this server), a resolver`)).toBeVisible();
  const requests = await happened.getByText('a resolver').textContent();
  expect(Number(/(\d+)\s+requests/.exec(requests ?? '')?.[1])).toBe(sent);
  await expect(happened.getByText('_dmarc.started.test')).not.toHaveCount(0);
  await expect(happened.locator('tbody tr').filter({ hasText: 'TXT at _dmarc.started.test' })).toContainText(
    'p=none',
  );
});

test('what tools of the page ask, and what is asked once more, is told too', async ({ page, site }) => {
  let sent = 0;
  page.on('requestfinished', (request) => {
    if (new URL(request.url()).pathname === '/dns-query') sent += 1;
  });
  await page.goto(`${site.url}?d=tree.test`);
  await complete(page);
  await page.locator('[data-picture="spf"] > summary').click();
  await page.getByText('Would this address pass?').click();
  const tool = page.locator('[data-tool="pass"]');
  await tool.getByLabel('Address of the sending server').fill('185.70.62.1');
  await tool.getByLabel('MAIL FROM').fill('somebody@_d.tree.test');
  await tool.getByRole('button', { name: 'Try it' }).click();
  await expect(page.locator('[data-result="pass"]')).toBeVisible();
  await page.locator('[data-step]').first().getByRole('button', { name: 'Check this again' }).click();
  await expect(page.getByText(/^Asked again/).first()).toBeAttached();
  const happened = page.locator('[data-later="happened"]');
  await happened.locator('summary').click();
  const requests = await happened.getByText('a resolver').textContent();
  expect(Number(/(\d+)\s+requests/.exec(requests ?? '')?.[1])).toBe(sent);
  await expect(happened.locator('tbody tr').filter({ hasText: 'TXT at _d.tree.test' })).toContainText(
    'asked by a tool',
  );
});

test('a sample contacts nobody', async ({ page, site }) => {
  await page.goto(`${site.url}?d=firm.example`);
  await complete(page);
  await page.locator('[data-later="happened"] summary').click();
  await expect(page.getByText('None: the records of this sample come with the page.')).toBeVisible();
});

test('the start page promises what is asked: as many questions as a check asks that gets no answer', async ({
  page,
  site,
  alarms,
}) => {
  await page.route('**/dns-query*', (route) => route.abort());
  await page.goto(site.url);
  const promise = await page.getByText(/questions about the domain/).textContent();
  const questions = Number(/(\d+)\s+questions about the domain/.exec(promise ?? '')?.[1]);
  await check(page, 'example.test');
  await expect(page.getByText(`${questions} questions,`)).toBeVisible();
  // The browser says itself that each of them failed.
  expect(alarms.splice(0).filter((alarm) => !/ERR_FAILED/.test(alarm))).toEqual([]);
});
