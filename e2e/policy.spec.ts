import { check, complete, expect, test } from './journey.ts';
import { startServer } from './lab/server.ts';

test('every page carries a policy without exceptions, as header and inside', async ({
  page,
  site,
  request,
}) => {
  for (const path of ['', '?d=firm.example', 'rules/', 'rules/spf/lookup-limit/', 'nothing-here']) {
    const header = (await request.get(site.url + path)).headers()['content-security-policy'] ?? '';
    expect(header, path).toContain("default-src 'none'");
    expect(header, path).toContain("require-trusted-types-for 'script'");
    expect(header, path).toContain("frame-ancestors 'none'");
    expect(header, path).not.toMatch(/unsafe|data:|blob:|\*/);
    if (path === 'nothing-here') continue;
    await page.goto(site.url + path);
    const inside = await page.evaluate(() => ({
      policy: document.querySelector<HTMLMetaElement>('meta[http-equiv="Content-Security-Policy"]')?.content,
      inline: document.querySelectorAll('script:not([src]), style, [style], [onclick], [onload], [onerror]')
        .length,
    }));
    expect(inside.policy, path).toMatch(/default-src 'none'/);
    expect(inside.policy, path).not.toMatch(/unsafe|data:|blob:|\*/);
    expect(inside.inline, path).toBe(0);
  }
});

test('a page asks nobody but those it names', async ({ page, site, alarms }) => {
  await page.goto(site.url);
  const reached = await page.evaluate(async () => {
    const reach = (url: string) =>
      fetch(url).then(
        () => 'reached',
        () => 'refused',
      );
    return [
      await reach('robots.txt'),
      await reach('https://stranger.example/'),
      await reach('http://127.0.0.1:1/'),
    ];
  });
  expect(reached).toEqual(['reached', 'refused', 'refused']);
  const refusals = alarms.splice(0).filter((alarm) => !/Content Security Policy/.test(alarm));
  expect(refusals.filter((alarm) => !/^request: https:\/\/stranger/.test(alarm))).toEqual([]);
});

test('scripts are trusted by name only', async ({ page, site, alarms }) => {
  await page.goto(site.url);
  await check(page, 'firm.example');
  const thrown = await page.evaluate(() => {
    try {
      document.body.innerHTML = '<img src=x onerror=alert(1)>';
      return false;
    } catch (error) {
      return error instanceof TypeError;
    }
  });
  expect(thrown).toBe(true);
  expect(alarms.splice(0).every((alarm) => /TrustedHTML/.test(alarm))).toBe(true);
});

test('a link cannot choose a stranger to answer', async ({ page, site }) => {
  const stranger = await startServer(['--dns', '127.0.0.1:1']);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).origin));
  await page.goto(`${site.url}?d=good.test&resolver=${encodeURIComponent(`${stranger.url}dns-query`)}`);
  await complete(page);
  expect([...new Set(asked)]).toEqual([new URL(site.url).origin]);
  await stranger.stop();
});

test('only the widget may be framed', async ({ request, site }) => {
  const frames = async (path: string) =>
    /frame-ancestors ([^;]+)/.exec(
      (await request.get(site.url + path)).headers()['content-security-policy'] ?? '',
    )?.[1];
  expect(await frames('')).toBe("'none'");
  expect(await frames('?d=firm.example')).toBe("'none'");
  expect(await frames('?embed=firm.example')).toBe('*');
});
