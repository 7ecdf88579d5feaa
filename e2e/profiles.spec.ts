import { complete, expect, test } from './journey.ts';

test('profiles of authorities open when asked for, colour nothing, and lead to the findings', async ({
  page,
  site,
}) => {
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
  await page.goto(`${site.url}?d=firm.example`);
  await complete(page);
  expect(fetched.filter((path) => /Profiles/.test(path))).toEqual([]);
  const panel = page.locator('[data-later="profiles"]');
  await panel.locator('summary').first().click();
  await expect(panel.locator('[data-profile]')).toHaveCount(7);
  const bsi = panel.locator('[data-profile="bsi"]');
  await expect(bsi.locator('summary')).toContainText('unknown');
  await bsi.locator('summary').click();
  await expect(bsi.getByRole('link', { name: /TR-03108/ })).toBeVisible();
  await expect(bsi.getByRole('row', { name: /Mail can be signed with DKIM/ })).toContainText('Met');
  await expect(bsi.getByRole('row', { name: /offers STARTTLS/ })).toContainText('No relay is connected');
  await expect(panel.locator('.bad, .warn, .good')).toHaveCount(0);
  await bsi.getByRole('button', { name: 'DKIM' }).click();
  await expect(page.locator('#area-dkim')).toBeInViewport();
});
