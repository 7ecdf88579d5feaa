import type { Locator, Page } from '@playwright/test';
import { complete, expect, nameAsked, rows, test, unfold } from './journey.ts';
import { startServer } from './lab/server.ts';

// Whole reports with their pictures; on a busy machine each takes its time.
test.describe.configure({ timeout: 90_000 });

/** A picture of the report, opened: spf, dmarc, dkim, mx or ports. */
async function view(page: Page, name: 'spf' | 'dmarc' | 'dkim' | 'mx' | 'ports'): Promise<Locator> {
  await page.locator(`[data-picture="${name === 'ports' ? 'submission' : name}"] > summary`).click();
  const found = page.locator(`[data-view="${name}"]`);
  await expect(found).toBeVisible();
  return found;
}

/** Names asked from now on, once each. */
function namesAsked(page: Page): Set<string> {
  const names = new Set<string>();
  page.on('request', (request) => {
    const name = request.url().includes('/dns-query') ? nameAsked(request.url()) : undefined;
    if (name !== undefined) names.add(name);
  });
  return names;
}

const term = (tree: Locator, text: string) => tree.locator(`tr[data-term="${text}"]`);

test('the SPF record is counted term by term, with the records inside it', async ({ page, site }) => {
  await page.goto(`${site.url}?d=tree.test`);
  await complete(page);
  const spf = await view(page, 'spf');
  await expect(spf.getByText('7 of 10 lookups')).toBeVisible();
  await expect(spf.getByText('2 of 2 empty answers')).toBeVisible();
  await expect(term(spf, 'include:_c.tree.test').first()).toContainText('1 address');
  await expect(term(spf, 'ip4:185.70.60.0/24').first()).toContainText('256 addresses');
  await expect(term(spf, 'ip6:2a00:1450:4010::/48')).toContainText('an IPv6 network, /48');
  await expect(term(spf, 'ip4:185.70.60.0/25')).toContainText('lies within ip4:185.70.60.0/24');
  await expect(term(spf, 'include:_a.tree.test').nth(1)).toContainText('listed already');
  await expect(term(spf, 'a:gone.tree.test')).toContainText('nothing there');
  // A nested record closes and opens in its place.
  const nested = spf.getByRole('button', { name: 'The record of _b.tree.test' });
  await nested.click();
  await expect(term(spf, 'ip4:185.70.60.0/25')).toBeHidden();
  await nested.press('Enter');
  await expect(term(spf, 'ip4:185.70.60.0/25')).toBeVisible();
});

test('whether an address would pass is told with the way through the record', async ({ page, site }) => {
  await page.goto(`${site.url}?d=tree.test`);
  await complete(page);
  const spf = await view(page, 'spf');
  await spf.getByText('Would this address pass?').click();
  const address = spf.getByLabel('Address of the sending server');
  await address.fill('not an address');
  await address.press('Enter');
  await expect(spf.getByText('Enter the IPv4 or IPv6 address')).toBeVisible();
  await address.fill('185.70.61.7');
  await address.press('Enter');
  await expect(spf.locator('[data-result]')).toHaveAttribute('data-result', 'pass');
  await expect(spf.getByRole('listitem')).toHaveCount(3);
  const lit = spf.locator('tr.lit');
  await expect(lit.first()).toContainText('include:_a.tree.test');
  await expect(lit.nth(1)).toContainText('include:_c.tree.test');
  await expect(lit.nth(2)).toContainText('ip4:185.70.61.7');
  await expect(lit, 'the way is marked where it goes, not where the same record stands again').toHaveCount(3);
  await address.fill('203.0.113.9');
  await address.press('Enter');
  await expect(spf.locator('[data-result]')).toHaveAttribute('data-result', 'softfail');
  await expect(lit).toHaveCount(1);
  await expect(lit).toContainText('~all');
  // Another sender has another record, which is asked for now.
  await spf.getByLabel('MAIL FROM').fill('someone@good.test');
  await address.fill('185.70.41.20');
  await address.press('Enter');
  await expect(spf.locator('[data-result]')).toHaveAttribute('data-result', 'pass');
  await expect(spf.getByText('The record of good.test')).toBeVisible();
});

test('a changed SPF record is counted and judged while it is typed', async ({ page, site }) => {
  await page.goto(`${site.url}?d=tree.test`);
  await complete(page);
  const spf = await view(page, 'spf');
  await spf.getByText('Try another record').click();
  const record = spf.getByLabel('The record', { exact: true });
  await expect(record).toHaveValue(/^v=spf1 mx include:_a/);
  const draft = spf.locator('[data-tool="draft"]');
  await expect(draft.getByText('7 of 10 lookups')).toBeVisible();
  const asked = namesAsked(page);
  await record.fill('v=spf1 mx include:_a.tree.test ~all');
  await expect(draft.getByText('3 of 10 lookups')).toBeVisible();
  await record.fill('v=spf1 mx include:_a.tree.test +all');
  await expect(draft.getByText(/every server in the world/).first()).toBeVisible();
  expect([...asked], 'records that were seen are reused').toEqual([]);
  await record.fill('v=spf1 mx include:_d.tree.test -all');
  await expect(term(draft, 'ip4:185.70.62.0/23')).toContainText('512 addresses');
  expect([...asked]).toContain('_d.tree.test');
  await record.fill('v=spf1 mx inclde:_a.tree.test -all');
  await expect(draft.getByRole('listitem').first()).toContainText('inclde');
  await record.fill('v=spf1 mx -all');
  await expect(spf.getByText('New value')).toBeVisible();
  await expect(spf.locator('.change')).toContainText('v=spf1 mx -all');
  await expect(spf.getByRole('button', { name: 'Copy value' })).toBeVisible();
});

test('DMARC is told tag by tag, for receivers of both standards, with every question of the walk', async ({
  page,
  site,
}) => {
  await page.goto(`${site.url}?d=news.tree.test`);
  await complete(page);
  const dmarc = await view(page, 'dmarc');
  const tag = (name: string) => dmarc.locator(`tr[data-tag="${name}"]`);
  await expect(tag('p')).toContainText('declared');
  await expect(tag('sp')).toContainText('deliver as usual');
  await expect(tag('np')).toContainText('inherited from sp in RFC 9989');
  await expect(tag('np')).toContainText('ignored in RFC 7489');
  await expect(tag('pct')).toContainText('ignored in RFC 9989');
  await expect(tag('pct')).toContainText('declared in RFC 7489');
  await expect(tag('adkim')).toContainText('bad value, default taken');
  await expect(tag('aspf')).toContainText('default');
  await expect(tag('colour')).toContainText('ignored');
  await expect(dmarc.locator('tr[data-forged="exact"]')).toContainText('delivered');
  await dmarc.getByText('The walk from the name to the top').click();
  const walk = dmarc.locator('[data-walk]');
  await expect(walk).toHaveCount(3);
  await expect(walk.nth(0)).toContainText('nothing');
  await expect(walk.nth(1)).toContainText('governs');
  await expect(walk.nth(2)).toContainText('dig +short TXT _dmarc.test');
  await dmarc.getByText('What each generation of receivers makes of it').click();
  await expect(dmarc.getByRole('region', { name: 'Policies by standard' })).toContainText('sp=none');
});

test('a pasted message tells the selector, which joins the check', async ({ page, site }) => {
  await page.goto(`${site.url}?d=tree.test`);
  await complete(page);
  const dkim = await view(page, 'dkim');
  await expect(dkim.locator('[data-selector]')).toHaveCount(0);
  await dkim.getByText('Paste a message you sent').click();
  const asked = namesAsked(page);
  await dkim
    .getByLabel('The source of a message')
    .fill(
      [
        'Received: by mail.tree.test; Mon, 23 Nov 2026 12:00:00 +0000',
        'From: Ann <ann@tree.test>',
        'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=tree.test; s=acme202606;',
        ' h=from:to:subject; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=YWJj',
        'DKIM-Signature: v=1; a=rsa-sha1; d=elsewhere.example; s=x; h=to; bh=YWJj; b=YWJj',
        '',
        'Hello',
      ].join('\n'),
    );
  await expect(dkim.locator('[data-signature="acme202606"]')).toContainText('not among those tried');
  await expect(dkim.locator('[data-signature="x"]')).toContainText('not by your domain');
  await expect(dkim.locator('[data-signature="x"]')).toContainText('sha1');
  expect([...asked], 'what is pasted is read in the page').toEqual([]);
  await dkim.getByRole('button', { name: 'Check again with the selector acme202606' }).click();
  await expect(page).toHaveURL(/selector=acme202606/);
  await complete(page);
  const key = (await view(page, 'dkim')).locator('[data-selector="acme202606"]');
  await expect(key).toContainText('RSA, 2048 bits');
  await expect(key).toContainText('you named its selector');
  await expect(key).toContainText(/month/);
});

test('one finding is asked again by itself and changes where it stands', async ({ page, site, alarms }) => {
  await page.route('**/dns-query*', (route) =>
    nameAsked(route.request().url()) === '_dmarc.good.test'
      ? route.fulfill({ status: 503 })
      : route.continue(),
  );
  await page.goto(`${site.url}?d=good.test`);
  await complete(page);
  const row = page.locator('[data-rule="dmarc/presence"]');
  const before = await rows(page);
  await expect(row).toHaveAttribute('data-outcome', 'unknown');
  await page.unroute('**/dns-query*');
  // What is unknown for one reason is folded into one line.
  await page.locator('details', { has: row }).last().locator('> summary').click();
  await row.locator('summary').click();
  await row.getByRole('button', { name: 'Check this again' }).click();
  await expect(row).toHaveAttribute('data-outcome', 'pass');
  await expect(row.getByText(/Asked again at .*: now met/)).toBeVisible();
  await expect(row.getByRole('heading', { name: 'Why it matters' })).toBeVisible();
  const after = await rows(page);
  expect(after.map(({ rule }) => rule)).toEqual(before.map(({ rule }) => rule));
  await expect(page.locator('[data-answer="impersonation"]')).toHaveAttribute('data-outcome', 'pass');
  const others = alarms.filter((alarm) => !/^console: Failed to load resource.*dns-query/.test(alarm));
  alarms.splice(0, alarms.length, ...others);
});

test('asking again asks only what the finding was judged from', async ({ page, site }) => {
  await page.goto(`${site.url}?d=started.test`);
  await complete(page);
  const row = page.locator('[data-rule="spf/record"]');
  await unfold(page);
  await row.evaluate((element) => {
    for (let up: Element | null = element; up; up = up.parentElement)
      if (up instanceof HTMLDetailsElement) up.open = true;
  });
  const again = row.getByRole('button', { name: 'Check this again' });
  await expect(again).toBeVisible();
  const repeated = await row.locator('.repeat code').allTextContents();
  const asked = namesAsked(page);
  await again.click();
  await expect(row.getByText(/Asked again at .*: unchanged/)).toBeVisible();
  expect([...asked].sort()).toEqual(
    [...new Set(repeated.map((line) => line.split(' ').at(-1) ?? ''))].sort(),
  );
});

test('without a relay the tables of mail servers and ports say what is unknown, and why', async ({
  page,
  site,
}) => {
  await page.goto(`${site.url}?d=good.test`);
  await complete(page);
  const mx = await view(page, 'mx');
  await expect(mx.locator('tr[data-address]')).toHaveCount(4);
  const first = mx.locator('tr[data-address="185.70.41.11"]');
  await expect(first.locator('[data-column="starttls"]')).toHaveText('not seen: no relay');
  await expect(first.locator('[data-column="dnssec"]')).toHaveText('signed');
  await expect(first.locator('[data-column="dane"]')).toHaveText('no record');
  await expect(mx.getByText('a browser cannot open mail ports itself')).toBeVisible();
  const ports = await view(page, 'ports');
  for (const port of [25, 465, 587, 2525])
    await expect(ports.locator(`tr[data-port="${port}"]`)).toContainText('not seen: no relay');
});

test('where nothing came, pictures say that it is unknown and nothing about the domain', async ({
  page,
  site,
  alarms,
}) => {
  await page.route('**/dns-query*', (route) => route.abort());
  await page.goto(`${site.url}?d=started.test`);
  await complete(page);
  for (const area of ['spf', 'dmarc', 'dkim', 'mx']) {
    const picture = page.locator(`[data-picture="${area}"]`);
    await picture.locator('> summary').click();
    await expect(
      picture.getByText('This could not be checked: the resolver could not be reached.'),
    ).toBeVisible();
    await expect(picture.getByText(/The domain|The zone|no SPF|None was found/)).toHaveCount(0);
  }
  // The browser says itself that each question failed.
  expect(alarms.splice(0).filter((alarm) => !/ERR_FAILED/.test(alarm))).toEqual([]);
});

test('what part of a record costs at least is said where the rest is unknown', async ({
  page,
  site,
  alarms,
}) => {
  await page.route('**/dns-query*', (route) =>
    nameAsked(route.request().url()) === '_c.tree.test' ? route.abort() : route.continue(),
  );
  await page.goto(`${site.url}?d=tree.test`);
  await complete(page);
  const spf = await view(page, 'spf');
  await expect(spf.getByText('at least 7 of 10 lookups')).toBeVisible();
  await expect(term(spf, 'include:_c.tree.test').first()).toContainText('not seen: the resolver');
  await spf.getByText('Try another record').click();
  const draft = spf.locator('[data-tool="draft"]');
  await expect(
    draft.getByText('Some of it could not be checked: the resolver could not be reached.'),
  ).toBeVisible();
  await expect(draft.getByText('No problem in this record')).toHaveCount(0);
  expect(alarms.splice(0).filter((alarm) => !/ERR_FAILED/.test(alarm))).toEqual([]);
});

test('a picture can be opened while answers are missing, and fills in', async ({ page, site }) => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/dns-query*', async (route) => {
    if (nameAsked(route.request().url()) === '_smtp._tls.good.test') await held;
    await route.continue();
  });
  await page.goto(`${site.url}?d=good.test`);
  await page.locator('[data-picture="mx"] > summary').click();
  const mx = page.locator('[data-view="mx"]');
  await expect(mx.locator('tr[data-address]')).toHaveCount(4);
  await expect(mx.locator('tr[data-address="185.70.41.11"] [data-column="dnssec"]')).toHaveText('signed');
  release();
  await expect(page.getByText('The report is complete.')).toBeAttached();
  // Cards keep the room they had; what leads on from them stays in sight.
  for (const link of await page.locator('[data-answer] .more').all()) {
    const [cut, card] = await link.evaluate((element) => [
      element.getBoundingClientRect().bottom,
      element.closest('article')?.getBoundingClientRect().bottom ?? 0,
    ]);
    expect(cut).toBeLessThanOrEqual(card);
  }
  await page.getByRole('button', { name: 'Show problems and next steps first' }).click();
  await expect(page.getByRole('heading', { name: 'Next steps' })).toBeFocused();
});

test('an answer names what decides it, and leads there', async ({ page, site }) => {
  await page.goto(`${site.url}?d=firm.example`);
  await complete(page);
  const card = page.locator('[data-answer="impersonation"]');
  await card.getByRole('button', { name: 'Subdomains are protected as well as the domain' }).click();
  const row = page.locator('[data-rule="dmarc/subdomain-policy"]');
  await expect(row).toHaveAttribute('open');
  await expect(row.locator('summary')).toBeFocused();
  await expect(row.getByRole('heading', { name: 'Why it matters' })).toBeVisible();
});

for (const viewport of [
  { width: 360, height: 740 },
  { width: 1280, height: 900 },
])
  test(`nothing moves while the report fills in, ${viewport.width} px`, async ({ page, site }) => {
    test.slow();
    await page.setViewportSize(viewport);
    await notingShifts(page);
    for (const domain of ['good.test', 'started.test', 'tree.test']) {
      await page.goto(`${site.url}?d=${domain}`);
      await complete(page);
      await page.waitForLoadState('networkidle');
      // What opens by itself on the way down would move what is read.
      for (let i = 0; i < 12; i++) await page.mouse.wheel(0, 600);
      await page.waitForLoadState('networkidle');
      expect(await shiftsOf(page), domain).toEqual([]);
    }
  });

for (const viewport of [
  { width: 360, height: 740 },
  { width: 412, height: 823 },
  { width: 1280, height: 900 },
])
  test(`nothing moves on the pages where somebody begins, ${viewport.width} px`, async ({ page, site }) => {
    await page.setViewportSize(viewport);
    await notingShifts(page);
    // The same page with all resolvers and a relay, as it is served to somebody who starts it.
    const full = await startServer([]);
    for (const url of [site.url, full.url, `${full.url}?widget`, `${full.url}?record`]) {
      await page.goto(url, { waitUntil: 'networkidle' });
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      expect(await shiftsOf(page), url).toEqual([]);
    }
    await full.stop();
  });

/** Has what moves in a page noted, from its first moment on. */
async function notingShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: string[] = [];
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value, sources } = entry as unknown as {
          value: number;
          sources: { node?: Node; previousRect: DOMRect; currentRect: DOMRect }[];
        };
        const moved = sources.map(({ node, previousRect: from, currentRect: to }) => {
          const what = node instanceof Element ? node.outerHTML : (node?.textContent ?? 'gone');
          return `${what.slice(0, 90)} from ${from.x},${from.y} ${from.width}x${from.height} to ${to.x},${to.y} ${to.width}x${to.height}`;
        });
        shifts.push(`${value.toFixed(4)} ${moved.join(' | ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** What has moved since the page was opened. */
async function shiftsOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => (globalThis as unknown as { shifts: string[] }).shifts);
}
