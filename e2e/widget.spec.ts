import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FrameLocator, Page } from '@playwright/test';
import { expect, test } from './journey.ts';

/** A page of somebody else's, on an origin of its own, with a policy of its own. */
async function foreign(html: string, policy?: string): Promise<{ url: string; close(): void }> {
  const server = createServer((_, response) => {
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      ...(policy === undefined ? {} : { 'content-security-policy': policy }),
    });
    response.end(
      `<!doctype html><html lang="en"><title>Somebody else</title><link rel="icon" href="data:,"><body>${html}`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => void server.close(),
  };
}

/** Keeps every message a page gets, from before its own scripts. */
async function overhear(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const heard: unknown[] = [];
    Object.assign(globalThis, { heard });
    addEventListener('message', ({ data, origin }) => heard.push({ ...data, from: origin }));
  });
}

interface Heard {
  readonly id: string;
  readonly type: string;
  readonly from: string;
  readonly height?: number;
  readonly domain?: string;
  readonly findings?: readonly { id: string; outcome: string }[];
}

const heardBy = (page: Page): Promise<Heard[]> =>
  page.evaluate(() => (globalThis as unknown as { heard: Heard[] }).heard);

/** Whether a question over HTTPS is for CAA records: the name's end, type 257, class IN. */
function asksCaa(url: string): boolean {
  const message = Buffer.from(new URL(url).searchParams.get('dns') ?? '', 'base64url');
  return message.includes(Buffer.from([0, 1, 1, 0, 1]));
}

const SANDBOX = 'allow-scripts allow-popups allow-popups-to-escape-sandbox';

async function finished(frame: FrameLocator): Promise<void> {
  await expect(frame.getByText(/problems? in what is checked here|No problem was seen/)).toBeVisible({
    timeout: 20_000,
  });
}

test('a frame asks nothing before it is told to, then says what it found', async ({ page, site }) => {
  await overhear(page);
  const host = await foreign(
    `<iframe src="${site.url}?embed=started.test&id=one" title="Check" width="400" height="300"></iframe>`,
  );
  const asked: string[] = [];
  page.on('request', (request) => request.url().includes('dns-query') && asked.push(request.url()));
  await page.goto(host.url);
  const frame = page.frameLocator('iframe');
  await expect(frame.getByRole('button', { name: 'Check started.test' })).toBeVisible();
  await expect(frame.locator('html')).toHaveAttribute('lang', 'en');
  expect(asked).toEqual([]);
  await frame.getByRole('button', { name: 'Check started.test' }).click();
  await finished(frame);
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter(asksCaa), 'areas that no answer is about are not asked for').toEqual([]);
  const heard = await heardBy(page);
  expect(heard[0]).toMatchObject({ mailproof: 1, id: 'one', type: 'ready', from: new URL(site.url).origin });
  const result = heard.filter(({ type }) => type === 'result');
  expect(result.length).toBe(1);
  expect(result[0]?.domain).toBe('started.test');
  expect(result[0]?.findings?.filter(({ outcome }) => outcome === 'problem').length).toBeGreaterThan(0);
  host.close();
});

test('sandboxed without an origin and under a strict policy, it works all the same', async ({
  page,
  site,
}) => {
  await overhear(page);
  const host = await foreign(
    `<iframe src="${site.url}?embed=firm.example&auto=1&id=box" sandbox="${SANDBOX}" title="Check" width="400" height="300"></iframe>`,
    `default-src 'none'; frame-src ${new URL(site.url).origin}; img-src data:`,
  );
  await page.goto(host.url);
  await finished(page.frameLocator('iframe'));
  const heard = await heardBy(page);
  expect(new Set(heard.map(({ from, id }) => `${from} ${id}`))).toEqual(new Set(['null box']));
  expect(heard.map(({ type }) => type)).toEqual(expect.arrayContaining(['ready', 'height', 'result']));
  host.close();
});

test('messages go to the origin named and are taken from nobody else', async ({ page, site, alarms }) => {
  await overhear(page);
  const frameTo = (origin: string) =>
    `${site.url}?embed=parked.example&id=x&origin=${encodeURIComponent(origin)}`;
  const host = await foreign('<p>Nothing yet.</p>');
  await page.goto(host.url);
  const put = async (src: string) => {
    await page.evaluate((address) => {
      document.body.innerHTML = '<iframe title="Check" width="400" height="300"></iframe>';
      (document.querySelector('iframe') as HTMLIFrameElement).src = address;
    }, src);
    await expect(page.frameLocator('iframe').getByRole('button', { name: /^Check / })).toBeVisible();
  };
  const command = (message: object) =>
    page.evaluate((data) => document.querySelector('iframe')?.contentWindow?.postMessage(data, '*'), message);

  await put(frameTo(new URL(host.url).origin));
  expect((await heardBy(page)).length).toBeGreaterThan(0);
  for (const wrong of [
    { mailproof: 1, id: 'y', type: 'check' },
    { mailproof: 2, id: 'x', type: 'check' },
    { type: 'check' },
  ])
    await command(wrong);
  // A window that is not the parent: a frame beside it.
  await page.evaluate(() => {
    const beside = document.createElement('iframe');
    beside.srcdoc =
      "<script>parent.frames[0].postMessage({ mailproof: 1, id: 'x', type: 'check' }, '*')</script>";
    document.body.append(beside);
  });
  await page.waitForTimeout(300);
  await expect(
    page.frameLocator('iframe[title=Check]').getByRole('button', { name: /^Check / }),
  ).toBeVisible();
  await command({ mailproof: 1, id: 'x', type: 'check' });
  await finished(page.frameLocator('iframe[title=Check]'));

  // Another origin named: this page hears nothing and is not obeyed.
  await page.evaluate(() => ((globalThis as unknown as { heard: unknown[] }).heard.length = 0));
  await put(frameTo('https://other.example')).catch(() => undefined);
  await command({ mailproof: 1, id: 'x', type: 'check' });
  await page.waitForTimeout(300);
  expect(await heardBy(page)).toEqual([]);
  await expect(
    page.frameLocator('iframe[title=Check]').getByRole('button', { name: /^Check / }),
  ).toBeVisible();
  // The browser itself says that it kept the messages back.
  expect(alarms.filter((alarm) => !alarm.includes("does not match the recipient window's origin"))).toEqual(
    [],
  );
  alarms.length = 0;
  host.close();
});

test('the web component: ten on a page, each as high as what it shows, light and dark', async ({
  page,
  site,
}) => {
  const origin = new URL(site.url).origin;
  const ten = Array.from(
    { length: 10 },
    (_, i) =>
      `<mailproof-check domain="${['parked', 'firm', 'open'][i % 3]}.example" ${i % 2 ? 'theme="dark"' : 'theme="light"'} ${i < 4 ? 'auto' : ''} ${i === 3 ? 'accent="0a7f5a"' : ''}></mailproof-check>`,
  ).join('\n');
  const host = await foreign(
    `${ten}<script type="module" src="${site.url}mailproof-widget-1.js"></script>`,
    `default-src 'none'; script-src ${origin}; frame-src ${origin}; img-src data:`,
  );
  await page.goto(host.url);
  await expect(page.locator('mailproof-check iframe')).toHaveCount(10);
  for (const i of [0, 1, 2, 3]) {
    const frame = page.frameLocator('mailproof-check iframe').nth(i);
    await page.locator('mailproof-check').nth(i).scrollIntoViewIfNeeded();
    await finished(frame);
  }
  const heights = async () =>
    page
      .locator('mailproof-check iframe')
      .evaluateAll((frames) => frames.slice(0, 4).map((frame) => frame.clientHeight));
  const inside = (i: number) =>
    page
      .frameLocator('mailproof-check iframe')
      .nth(i)
      .locator('main')
      .evaluate((main) => Math.ceil(main.getBoundingClientRect().height));
  await expect
    .poll(async () =>
      Math.max(
        ...(await Promise.all(
          (await heights()).map(async (height, i) => Math.abs(height - (await inside(i)))),
        )),
      ),
    )
    .toBeLessThanOrEqual(2);
  const wide = await heights();
  // Narrower, they grow; and come to rest.
  await page.setViewportSize({ width: 340, height: 700 });
  // The browser lets frames rest that are out of sight.
  await page.locator('mailproof-check').nth(1).scrollIntoViewIfNeeded();
  await expect.poll(async () => ((await heights())[1] ?? 0) > (wide[1] ?? 0)).toBe(true);
  await page.waitForTimeout(300);
  const narrow = await heights();
  await page.waitForTimeout(500);
  expect(await heights()).toEqual(narrow);
  host.close();
});

test('without `embed`, the page shows nothing to press inside another page', async ({
  page,
  site,
  alarms,
}) => {
  const host = await foreign(`<iframe src="${site.url}?d=parked.example" title="Check"></iframe>`);
  await page.goto(host.url);
  await page.waitForTimeout(500);
  expect(page.frames()[1]?.url() ?? '').not.toContain('embed');
  await expect(page.frameLocator('iframe').getByRole('button')).toHaveCount(0);
  alarms.length = 0;
  host.close();
});

test('a frame that reaches no resolver says that nothing could be checked', async ({
  page,
  site,
  alarms,
}) => {
  await page.route('**/dns-query*', (route) => route.abort());
  await page.goto(`${site.url}?embed=started.test&auto=1`);
  await expect(page.getByText('None of it could be checked.')).toBeVisible();
  await expect(page.getByText('No problem was seen')).toHaveCount(0);
  expect(alarms.splice(0).filter((alarm) => !/ERR_FAILED/.test(alarm))).toEqual([]);
});

test('a frozen report is not shown in a frame', async ({ page, site }) => {
  const host = await foreign(
    `<iframe src="${site.url}?embed=parked.example#1.d.AAAA" title="Check" width="400" height="300"></iframe>`,
  );
  await page.goto(host.url);
  const frame = page.frameLocator('iframe');
  await expect(frame.getByRole('button', { name: 'Check parked.example' })).toBeVisible();
  await expect(frame.getByText(/Recorded by/)).toHaveCount(0);
  host.close();
});

test('the builder writes code that works where it is pasted', async ({ page, site }) => {
  await page.goto(`${site.url}?widget`);
  await page.getByRole('textbox', { name: 'Domain' }).fill('firm.example');
  await page.getByRole('combobox', { name: 'Theme' }).selectOption('dark');
  await page.getByRole('checkbox').check();
  // The preview follows what is chosen, and begins nothing by itself.
  const preview = page.frameLocator('iframe[title="Preview of the widget"]');
  await expect(preview.getByRole('button', { name: 'Check firm.example' })).toBeVisible();
  await expect(preview.locator('html')).toHaveAttribute('data-theme', 'dark');
  await preview.getByRole('button', { name: 'Check firm.example' }).click();
  await finished(preview);
  const [frame = '', component = ''] = await page.locator('pre').allTextContents();
  expect(frame).toContain('theme=dark');
  const origin = new URL(site.url).origin;
  const host = await foreign(
    `${frame}${component}`,
    `default-src 'none'; script-src ${origin}; frame-src ${origin}; img-src data:`,
  );
  await page.goto(host.url);
  await finished(page.frameLocator('iframe').first());
  await page.locator('mailproof-check').scrollIntoViewIfNeeded();
  await finished(page.frameLocator('mailproof-check iframe'));
  host.close();
});
