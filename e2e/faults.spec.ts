import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { parseZone } from '../src/dns/zone.ts';
import { RESOLVERS } from '../src/observe/resolvers.ts';
import { test as base, check, complete, expect, problems, type Row, rows } from './journey.ts';
import { FAULTS, type Fault, fakeResolvers, type Resolvers } from './lab/resolvers.ts';
import { type Server, startServer } from './lab/server.ts';

const DOMAIN = 'company.example';
const zone = parseZone(readFileSync(`${import.meta.dirname}/../src/fixtures/worlds/company.zone`, 'utf8'));

const test = base.extend<{ resolvers: Resolvers }, { publicly: Server }>({
  // The page that asks the public resolvers and has no other.
  publicly: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
    async ({}, use) => {
      const site = await startServer([
        ...RESOLVERS.flatMap(({ id }) => ['--resolver', id]),
        '--relay',
        'off',
      ]);
      await use(site);
      await site.stop();
    },
    { scope: 'worker' },
  ],
  resolvers: async ({ page, alarms }, use) => {
    await use(await fakeResolvers(page, zone));
    // The resolvers are asked, and what fails is an error on the browser's console; nothing else may be there.
    const hosts = RESOLVERS.map(({ url }) => new URL(url).host).join('|');
    const expected = new RegExp(`^(?:request: https://(?:${hosts})/|console: .*https://(?:${hosts})/)`);
    alarms.splice(0, alarms.length, ...alarms.filter((alarm) => !expected.test(alarm)));
  },
});

/** What is said where no resolver gives an answer. */
const REASONS = {
  dead: 'the resolver could not be reached',
  'showing a web page': 'a web page came back instead of a DNS answer',
  'asking for patience': 'the resolver asked us to slow down',
  'cutting answers': 'the answer could not be read',
} as const satisfies Partial<Record<keyof typeof FAULTS, string>>;

const keysOf = <T extends object>(object: T) => Object.keys(object) as (keyof T)[];

/** What a report says when everything is well. */
async function clean(page: Page, site: Server): Promise<ReadonlyMap<string, Row>> {
  await page.goto(site.url);
  await check(page, DOMAIN);
  const shown = await rows(page);
  expect(shown.filter(({ outcome }) => outcome === 'problem').length).toBeGreaterThan(0);
  return new Map(shown.map((row) => [row.rule, row]));
}

/** Every row is what it was, or unknown. How many are unknown that were not. */
async function unknownOnly(page: Page, before: ReadonlyMap<string, Row>): Promise<number> {
  const shown = await rows(page);
  expect(shown.map(({ rule }) => rule).sort()).toEqual([...before.keys()].sort());
  const changed = shown.filter((row) => row.outcome !== 'unknown');
  expect(changed).toEqual(changed.map(({ rule }) => before.get(rule)));
  return shown.filter(({ rule, outcome }) => outcome === 'unknown' && before.get(rule)?.outcome !== 'unknown')
    .length;
}

async function again(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Check again' }).click();
  await expect(page.getByText('The report is complete.')).toHaveCount(0);
  await complete(page);
}

for (const [name, fault] of Object.entries(FAULTS) as [string, Fault][])
  test(`the first resolver ${name}: others answer, and nothing turns red`, async ({
    page,
    publicly,
    resolvers,
  }) => {
    test.setTimeout(60_000);
    const before = await clean(page, publicly);
    resolvers.set('cloudflare', fault);
    await page.goto(`${publicly.url}?d=${DOMAIN}`);
    await complete(page);
    expect(resolvers.asked.get('google') ?? 0).toBeGreaterThan(0);
    if (name === 'knowing no name') {
      // A lie that fits together is told from the truth where something red rests on it.
      const red = [...before.values()].filter(({ outcome }) => outcome === 'problem').map(({ rule }) => rule);
      expect((await problems(page)).filter((rule) => !red.includes(rule))).toEqual([]);
      await expect(page.getByText(/two resolvers gave different answers/).first()).toBeAttached();
    } else expect(await unknownOnly(page, before), 'others answer all that it does not').toBe(0);
    resolvers.set('cloudflare', undefined);
    await again(page);
    expect(await unknownOnly(page, before)).toBe(0);
  });

for (const name of keysOf(REASONS))
  test(`every resolver ${name}: nothing is red, the reason is said, and checking again works`, async ({
    page,
    publicly,
    resolvers,
  }) => {
    test.setTimeout(90_000);
    const before = await clean(page, publicly);
    resolvers.setAll(FAULTS[name]);
    await page.goto(`${publicly.url}?d=${DOMAIN}`);
    await complete(page);
    expect(await problems(page)).toEqual([]);
    await expect(page.getByText(/went unanswered/).first()).toContainText(REASONS[name]);
    await expect(page.getByText(REASONS[name]).first()).toBeVisible();
    resolvers.setAll(undefined);
    // What rests after a failure is asked again on request, or after its rest.
    await expect(async () => {
      await again(page);
      expect(await unknownOnly(page, before)).toBe(0);
    }).toPass({ timeout: 60_000, intervals: [1000, 5000, 10_000] });
  });

test('the network is lost in the middle of a report, and comes back', async ({
  page,
  publicly,
  resolvers,
}) => {
  test.setTimeout(60_000);
  const before = await clean(page, publicly);
  let left = 20;
  resolvers.setAll((route) => (left-- > 0 ? undefined : route.abort('internetdisconnected')));
  await page.goto(`${publicly.url}?d=${DOMAIN}`);
  await complete(page);
  expect(await unknownOnly(page, before)).toBeGreaterThan(0);
  resolvers.setAll(undefined);
  await expect(async () => {
    await again(page);
    expect(await unknownOnly(page, before)).toBe(0);
  }).toPass({ timeout: 40_000, intervals: [1000, 5000] });
});

test('a report is finished in a hidden tab', async ({ page, publicly, resolvers }) => {
  const before = await clean(page, publicly);
  await page.addInitScript(() => {
    // No frame is drawn there.
    window.requestAnimationFrame = () => 0;
    Object.defineProperty(document, 'hidden', { get: () => true });
    Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' });
  });
  await page.goto(`${publicly.url}?d=${DOMAIN}`);
  await complete(page);
  expect(await unknownOnly(page, before)).toBe(0);
  expect(resolvers.asked.get('cloudflare')).toBeGreaterThan(0);
});

for (const years of [-1, 1])
  test(`a clock that is ${years} year off blames nobody`, async ({ page, publicly, resolvers }) => {
    const before = await clean(page, publicly);
    await page.clock.setSystemTime(Date.now() + years * 365 * 86_400_000);
    await page.goto(`${publicly.url}?d=${DOMAIN}`);
    await complete(page);
    await unknownOnly(page, before);
    expect(resolvers.asked.get('cloudflare')).toBeGreaterThan(0);
  });

for (const [name, script] of [
  [
    'forbidden',
    () => {
      Object.defineProperty(window, 'localStorage', {
        get: () => {
          throw new DOMException('no', 'SecurityError');
        },
      });
    },
  ],
  [
    'full',
    () => {
      Storage.prototype.setItem = () => {
        throw new DOMException('no', 'QuotaExceededError');
      };
    },
  ],
] as const)
  test(`storage is ${name}: everything works and is forgotten`, async ({ page, publicly, resolvers }) => {
    const before = await clean(page, publicly);
    await page.addInitScript(script);
    await page.goto(publicly.url);
    await page.getByRole('combobox').first().selectOption('google');
    await page.getByText('Dark', { exact: true }).click();
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await check(page, DOMAIN);
    expect(await unknownOnly(page, before)).toBe(0);
    expect(resolvers.asked.get('google')).toBeGreaterThan(10);
  });
