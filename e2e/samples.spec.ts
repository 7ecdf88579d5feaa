import { answer, complete, expect, test } from './journey.ts';

test('the samples run without any network', async ({ page, site }) => {
  const asked: string[] = [];
  await page.route('**/dns-query*', (route) => {
    asked.push(route.request().url());
    return route.abort();
  });
  await page.goto(site.url);
  const names = await page
    .getByRole('heading', { name: /sample/i })
    .locator('xpath=following-sibling::ul[1]')
    .getByRole('link')
    .allInnerTexts();
  expect(names.length).toBe(3);
  for (const name of names) {
    await page.goto(site.url);
    await page.getByRole('link', { name, exact: true }).click();
    await complete(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
    for (const id of ['impersonation', 'interception', 'submission', 'acceptance'])
      await expect(answer(page, id)).toHaveAttribute('data-outcome', /pass|problem|unknown/);
    await expect(page.getByText('nothing went unanswered')).toBeVisible();
  }
  expect(asked).toEqual([]);
});
