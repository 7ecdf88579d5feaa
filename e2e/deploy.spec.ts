import { answer, check, expect, test } from './journey.ts';
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
