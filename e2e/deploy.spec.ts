import { answer, check, complete, expect, test } from './journey.ts';
import { hasNginx, startNginx, startProxy } from './lab/nginx.ts';
import { startRelay } from './lab/server.ts';
import { startStatic } from './lab/static.ts';

for (const [name, base, headers] of [
  ['a host that reads _headers', '/', true],
  ['a host without headers, below a path', '/tools/mailproof/', false],
] as const)
  test(`${name}: start, sample, rules, and the copy for times without a network`, async ({
    browser,
    alarms,
  }) => {
    const host = await startStatic(base, { headers });
    const context = await browser.newContext({ serviceWorkers: 'allow' });
    const page = await context.newPage();
    const asked: string[] = [];
    page.on('console', (message) => message.type() === 'error' && alarms.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => alarms.push(error.message));
    page.on('request', (request) => asked.push(new URL(request.url()).origin));

    const response = await page.goto(host.url);
    const policy = response?.headers()['content-security-policy'];
    if (headers)
      expect(policy).toMatch(/default-src 'none'.*require-trusted-types-for 'script'.*frame-ancestors/);
    else expect(policy).toBeUndefined();
    await check(page, 'firm.example');
    await expect(answer(page, 'impersonation')).toHaveAttribute('data-outcome', 'problem');
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await context.setOffline(true);
    await page.goto(`${host.url}?d=open.example`);
    await expect(answer(page, 'impersonation')).toHaveAttribute('data-outcome', 'problem');
    await context.setOffline(false);
    await page.goto(`${host.url}rules/spf/lookup-limit/`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect([...new Set(asked)], 'nobody else is asked for anything').toEqual([new URL(host.url).origin]);
    await context.close();
    await host.stop();
  });

test('files with a hash in their name are kept for ever, and may be read by sandboxed frames', async ({
  request,
}) => {
  const host = await startStatic('/', { headers: true });
  const html = await (await request.get(host.url)).text();
  const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(html)?.[1] ?? '';
  const got = (await request.get(host.url + script)).headers();
  expect(got['cache-control']).toContain('immutable');
  expect(got['access-control-allow-origin']).toBe('*');
  expect(html).toMatch(/<script[^>]* integrity="sha384-[A-Za-z0-9+/]{64}"/);
  expect(html).toMatch(/<link rel="stylesheet"[^>]* integrity="sha384-/);
  await host.stop();
});

if (hasNginx) {
  test('nginx as the docs have it: the page under its headers, and the relay behind it', async ({
    browser,
    alarms,
  }) => {
    test.setTimeout(120_000);
    const relay = await startRelay(['--proxied', '--control', 'off', '--helo', 'relay.test']);
    const host = await startNginx(Number(new URL(relay.url).port));
    const context = await browser.newContext({ ignoreHTTPSErrors: true, serviceWorkers: 'block' });
    const page = await context.newPage();
    // A lost address does not know how deep it stands, so its page tries several depths for its files.
    const missing = `${host.url}nothing-here/`;
    page.on('console', (message) => {
      const { url } = message.location();
      if (message.type() === 'error' && !url.startsWith(missing))
        alarms.push(`console: ${message.text()} (${url})`);
    });
    page.on('pageerror', (error) => alarms.push(error.message));
    const headers = (await page.goto(host.url))?.headers() ?? {};
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'.*frame-ancestors/);
    expect(headers).toMatchObject({
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    await check(page, 'firm.example');
    await expect(answer(page, 'impersonation')).toHaveAttribute('data-outcome', 'problem');
    await page.goto(`${host.url}rules/spf/lookup-limit/`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    const script = await page.locator('script[src]').first().getAttribute('src');
    const { request } = context;
    const asset = await request.get(new URL(script ?? '', page.url()).href);
    expect(asset.headers()).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'access-control-allow-origin': '*',
      'content-encoding': 'gzip',
    });
    expect(asset.headers()['content-security-policy']).toContain("default-src 'none'");
    const lost = await page.goto(missing);
    expect(lost?.status()).toBe(404);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect((await request.get(`${host.url}_headers`)).status()).toBe(404);
    expect(await (await request.get(`${host.url}relay/`)).json()).toMatchObject({
      relay: 1,
      helo: 'relay.test',
    });
    await context.close();
    await host.stop();
    await relay.stop();
  });

  test('serve behind nginx as the docs have it: a whole report over HTTP/2', async ({
    browser,
    site,
    alarms,
  }) => {
    test.setTimeout(120_000);
    const host = await startProxy(Number(new URL(site.url).port));
    const context = await browser.newContext({ ignoreHTTPSErrors: true, serviceWorkers: 'block' });
    const page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && alarms.push(`console: ${message.text()}`));
    await page.goto(host.url);
    await check(page, 'good.test');
    // On a busy machine an answer may come too late; checking again gets it.
    await expect(async () => {
      if ((await answer(page, 'impersonation').getAttribute('data-outcome')) === 'unknown') {
        await page.getByRole('button', { name: 'Check again' }).click();
        await complete(page);
      }
      await expect(answer(page, 'impersonation')).toHaveAttribute('data-outcome', 'pass', { timeout: 2000 });
    }).toPass({ timeout: 90_000 });
    const protocols = await page.evaluate(() => [
      ...new Set(
        (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).map(
          (each) => each.nextHopProtocol,
        ),
      ),
    ]);
    expect(protocols).toEqual(['h2']);
    await context.close();
    await host.stop();
  });
}
