import { complete, expect, rows, test } from './journey.ts';

for (const domain of ['hostile.test', 'huge.test', 'loop.huge.test'])
  test(`${domain}: records are shown as text and bounded`, async ({ page, site }) => {
    await page.goto(`${site.url}?d=${domain}`);
    await complete(page);
    expect((await rows(page)).length).toBeGreaterThan(10);
    // Everything open, so that every record stands in the document.
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    const foreign = await page.evaluate(() => ({
      elements: document.querySelectorAll('#app script, #app img, #app iframe, #app object, #app embed')
        .length,
      handlers: [...document.querySelectorAll('#app *')].filter((element) =>
        element.getAttributeNames().some((name) => name.startsWith('on')),
      ).length,
      links: [...document.querySelectorAll('#app a')].filter(
        (link) => !/^(https?:|\.|\/|#|\?)/.test(link.getAttribute('href') ?? ''),
      ).length,
      unseen: /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b]/.test(
        document.querySelector('#app')?.textContent ?? '',
      ),
    }));
    expect(foreign).toEqual({ elements: 0, handlers: 0, links: 0, unseen: false });
  });

test('a link is as hostile as a record, and as inert', async ({ page, site }) => {
  for (const text of ['<img src=x onerror=alert(1)>', 'javascript:alert(1)', '"><script>alert(1)</script>']) {
    await page.goto(`${site.url}?d=${encodeURIComponent(text)}`);
    await expect(page.getByRole('alert')).toHaveText(/enter/i);
  }
});
