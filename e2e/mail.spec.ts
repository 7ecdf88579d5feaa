/*
 * What a relay sees, on real mail servers: Postfix, Exim and openssl on loopback addresses with the ports they have
 * everywhere, their records in BIND, their policies over HTTPS.
 */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { visit } from '../src/relay/dialogue.ts';
import { nodeHost } from '../src/relay/hosts/node.ts';
import { CAPS } from '../src/relay/wire.ts';
import { answer, check, complete, expect, type Row, rows, unfold } from './journey.ts';
import { answered, can, startFaultyRelay } from './lab/faulty-relay.ts';
import { canMail, LAB_CAPS } from './lab/mail.ts';
import { type Server, startServer } from './lab/server.ts';
import { comparable, startWorkerd } from './lab/workerd.ts';
import { type Domain, test } from './mail-journey.ts';

// One worker after the other: the servers are started once.
test.describe.configure({ mode: 'default', timeout: 120_000 });
test.skip(!canMail(), 'needs root, Postfix and Exim');

/** Areas that say nothing without a relay. */
const SEEN_BY_RELAY = /^(smtp|submission|tls|certificate)\//;
/** Of these, what DNS alone may settle: no SRV record leads to such a host. */
const SETTLED_BY_DNS = /^submission\/(announced-host|tlsa)$/;

/** How each set-up is judged, in the areas a relay has to do with: every problem, and some that must be passed. */
const JUDGED: Readonly<
  Record<
    Domain,
    {
      interception?: string;
      submission?: string;
      problems: Record<string, string>;
      others?: Record<string, string>;
    }
  >
> = {
  'sound.test': {
    interception: 'protected',
    submission: 'right',
    problems: {},
    others: {
      'dane/match': 'matches',
      'dane/rollover': 'prepared',
      'mta-sts/mx-tls': 'kept',
      'certificate/trust': 'trusted',
      'certificate/names': 'named',
      'tls/version': 'current',
      'submission/ports': 'both',
      'submission/certificate': 'valid',
      'submission/login': 'offered',
    },
  },
  'cleartext.test': {
    interception: 'broken',
    problems: { 'smtp/starttls': 'none', 'mta-sts/mx-tls': 'none' },
  },
  'early.test': {
    submission: 'wrong',
    problems: { 'mta-sts/record': 'absent', 'submission/auth-in-clear': 'readable' },
  },
  'plain.test': {
    submission: 'wrong',
    problems: { 'mta-sts/record': 'absent', 'submission/implicit-tls': 'plain' },
  },
  'ran-out.test': {
    interception: 'broken',
    submission: 'wrong',
    problems: {
      'mta-sts/mx-tls': 'none',
      'certificate/dates': 'binding',
      'submission/certificate': 'dates',
    },
  },
  'other-name.test': {
    interception: 'broken',
    submission: 'wrong',
    problems: {
      'mta-sts/mx-tls': 'none',
      'certificate/names': 'binding',
      'submission/certificate': 'name',
    },
  },
  'self-signed.test': {
    submission: 'wrong',
    problems: { 'mta-sts/record': 'absent', 'submission/certificate': 'untrusted' },
    others: { 'certificate/trust': 'free', 'tls/handshake': 'works' },
  },
  'incomplete.test': {
    interception: 'testing',
    submission: 'wrong',
    problems: {
      'mta-sts/mode': 'testing',
      'mta-sts/mx-tls': 'testing',
      'certificate/chain': 'testing',
      'submission/certificate': 'chain',
    },
  },
  'foreign-key.test': { interception: 'broken', problems: { 'dane/match': 'differs' } },
  'bound.test': {
    interception: 'protected',
    problems: {},
    others: { 'dane/match': 'matches', 'certificate/names': 'ignored', 'certificate/trust': 'ignored' },
  },
  'bound-clear.test': {
    interception: 'broken',
    problems: { 'dane/starttls': 'missing', 'smtp/starttls': 'none' },
  },
  'only-13.test': {
    problems: { 'mta-sts/record': 'absent', 'tls/version': 'only-13' },
    others: { 'certificate/names': 'named' },
  },
  'ancient.test': {
    problems: {
      'mta-sts/record': 'absent',
      'smtp/size': 'small',
      'tls/version': 'outdated',
      'tls/cipher': 'dated',
      'tls/old-versions': 'taken',
    },
  },
  'weak.test': {
    problems: { 'mta-sts/record': 'absent', 'smtp/size': 'small', 'tls/cipher': 'static' },
    others: { 'tls/version': 'only-12' },
  },
  'second.test': {
    interception: 'protected',
    submission: 'wrong',
    problems: { 'tls/old-versions': 'binding', 'submission/tls-versions': 'old' },
    others: { 'dane/match': 'matches', 'smtp/greeting': 'software', 'submission/ports': 'both' },
  },
  'moved.test': { problems: { 'mta-sts/policy-served': 'redirect' } },
  'stale.test': { problems: { 'mta-sts/policy-served': 'certificate' } },
  'unlisted.test': { problems: { 'mta-sts/mx-coverage': 'primary' } },
  'closed.test': { problems: { 'mta-sts/record': 'absent', 'smtp/connection': 'none' } },
  'silent.test': { problems: { 'mta-sts/record': 'absent' } },
  'turned-away.test': { problems: { 'mta-sts/record': 'absent' } },
};

const CLI = join(import.meta.dirname, '..', 'dist', 'cli', 'mailproof.mjs');
const AREAS = /^(smtp|submission|tls|certificate|mta-sts|dane)\//;

for (const [domain, { interception, submission, problems, others = {} }] of Object.entries(JUDGED))
  test(`${domain} is judged right`, async ({ page, site }) => {
    await page.goto(site.url);
    await check(page, domain);
    const shown = (await rows(page)).filter(({ rule }) => AREAS.test(rule));
    const found = shown.filter(({ outcome }) => outcome === 'problem');
    expect(casesOf(found)).toEqual(problems);
    expect(casesOf(shown)).toMatchObject(others);
    if (interception) await expect(answer(page, 'interception')).toHaveAttribute('data-case', interception);
    if (submission) await expect(answer(page, 'submission')).toHaveAttribute('data-case', submission);
  });

test('what a silent server and one that turns the relay away keep to themselves is grey', async ({
  page,
  site,
}) => {
  for (const [domain, words] of [
    ['silent.test', 'no answer came in time'],
    ['turned-away.test', 'the mail server turned the relay away'],
  ] as const) {
    await page.goto(`${site.url}?d=${domain}`);
    await complete(page);
    const hidden = (await rows(page)).filter(
      ({ rule }) => rule === 'smtp/starttls' || rule === 'tls/handshake',
    );
    expect(hidden.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown']);
    await says(page, 'smtp/starttls', words);
  }
});

/** Opens a row and waits for words in it. */
async function says(page: Page, rule: string, words: string): Promise<void> {
  const row = page.locator(`[data-rule="${rule}"]`);
  await unfold(page);
  // Rows of an area may be folded away, and open none the less.
  await row.evaluate((element) => {
    for (let each = element.closest('details'); each; each = each.parentElement?.closest('details') ?? null)
      each.open = true;
  });
  await expect(row).toContainText(words);
}

/** What the report says with no relay: the rows that every fault of a relay must leave as they are. */
async function without(page: Page, site: Server): Promise<ReadonlyMap<string, Row>> {
  if (withoutRelay.size > 0) return withoutRelay;
  await page.goto(`${site.url}?d=sound.test&relay=off`);
  await complete(page);
  for (const row of await rows(page)) withoutRelay.set(row.rule, row);
  return withoutRelay;
}

const withoutRelay = new Map<string, Row>();

/** Nothing is a problem that is none without a relay, and what a relay sees is unknown. */
async function grey(page: Page, before: ReadonlyMap<string, Row>): Promise<void> {
  const shown = await rows(page);
  for (const row of shown) if (row.outcome === 'problem') expect(row).toEqual(before.get(row.rule));
  const seen = shown.filter(({ rule }) => SEEN_BY_RELAY.test(rule) && !SETTLED_BY_DNS.test(rule));
  expect(seen.length).toBeGreaterThan(30);
  expect(seen.filter(({ outcome }) => outcome !== 'unknown')).toEqual([]);
}

test('with no relay everything else works, and what is missing is said', async ({ page, site }) => {
  withoutRelay.clear();
  const shown = await without(page, site);
  await grey(page, shown);
  expect(shown.get('dane/coverage')).toMatchObject({ outcome: 'pass' });
  expect(shown.get('mta-sts/record')).toMatchObject({ outcome: 'pass' });
  await expect(answer(page, 'submission')).toContainText('relay');
});

/** A relay that is none: what it replies with, and what of that the page must make. */
const FAULTY: Readonly<Record<string, (url: string) => string | undefined>> = {
  'a relay of another version': () => '{"relay": 2}',
  'a relay that sends a web page': () => '<h1>Welcome</h1>',
  'a relay that cannot open any port': (url) => (url === '/' ? can({ ports: [], policy: false }) : '{}'),
  'a relay that does not reach its control': (url) =>
    url === '/'
      ? can(
          {},
          [25, 465, 587, 2525].map((port) => ({ port, host: 'mx.elsewhere.test', connect: 'timeout' })),
        )
      : '{}',
  'a relay that lies in the shape of its answers': (url) =>
    url === '/'
      ? can({})
      : '{"relay": 1, "answer": {"addresses": [{"address": "127.0.0.1", "connect": "shut"}]}}',
  'a relay that breaks off': () => undefined,
  'a relay whose own network is shut': (url) =>
    url.startsWith('/smtp')
      ? answered([{ address: '127.0.0.1', connect: 'blocked-here', connectMs: 1, handshakes: [] }])
      : url === '/'
        ? can({ policy: false })
        : '{}',
  'a relay behind something that takes STARTTLS out': (url) =>
    url.startsWith('/smtp')
      ? answered([{ address: '127.0.0.1', connect: 'open', connectMs: 1, handshakes: [], ...STRIPPED }], {
          host: 'mx.elsewhere.test',
          connect: 'open',
          lines: ['220 ****', '250 XXXXXXXA'],
        })
      : url === '/'
        ? can({ policy: false })
        : '{}',
};

for (const [name, replies] of Object.entries(FAULTY))
  test(`${name}: grey, not red`, async ({ page, mail, site, alarms }) => {
    const relay = await startFaultyRelay(replies);
    const own = await startServer(['--dns', mail.dns.dns, '--relay', relay.url]);
    try {
      const before = await without(page, site);
      await page.goto(`${own.url}?d=sound.test`);
      await complete(page);
      await grey(page, before);
      expect(relay.asked()).toBeGreaterThan(0);
    } finally {
      await own.stop();
      await relay.stop();
      // A request that failed is an error on the browser's console, and nothing else may be there.
      alarms.splice(0, alarms.length, ...alarms.filter((alarm) => !alarm.includes(new URL(relay.url).host)));
    }
  });

test('a relay that never answers holds nothing up, and what it owes is unknown once nobody waits', async ({
  page,
  mail,
  site,
}) => {
  const relay = await startFaultyRelay((url) => (url === '/' ? can({}) : new Promise(() => {})));
  const own = await startServer(['--dns', mail.dns.dns, '--relay', relay.url]);
  const before = await without(page, site);
  await page.goto(`${own.url}?d=sound.test`);
  // All that DNS says is there, for whoever comes near.
  for (const [area, rule] of [
    ['SPF', 'spf/record'],
    ['DANE', 'dane/coverage'],
  ] as const) {
    await page.getByRole('heading', { level: 3, name: new RegExp(`^${area}`) }).scrollIntoViewIfNeeded();
    await expect(page.locator(`[data-rule="${rule}"]`)).toHaveAttribute('data-outcome', 'pass');
  }
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('button', { name: 'Check again' })).toBeVisible();
  // Who has scrolled keeps the place until asked for more.
  await page.getByRole('button', { name: 'Show problems and next steps first' }).click();
  await grey(page, before);
  await own.stop();
  await relay.stop();
});

test('the server’s own relay visits no private address, and says that it was the relay that declined', async ({
  page,
  mail,
  site,
  alarms,
}) => {
  const own = await startServer(['--dns', mail.dns.dns, '--relay', 'on']);
  const before = await without(page, site);
  await page.goto(`${own.url}?d=sound.test`);
  await complete(page);
  await grey(page, before);
  await says(page, 'submission/login', 'the relay declined to look');
  await own.stop();
  alarms.splice(
    0,
    alarms.length,
    ...alarms.filter((alarm) => !/console: .*\(http[^)]*\/relay\//.test(alarm)),
  );
});

test('of several relays each question goes to the first that can', async ({ page, mail }) => {
  const asked: string[] = [];
  const small = await startFaultyRelay((url) => {
    asked.push(url);
    return url === '/' ? can({ ports: [465, 587, 2525], policy: false }) : pass(mail.relay, url);
  });
  const own = await startServer(['--dns', mail.dns.dns, '--relay', small.url, '--relay', mail.relay]);
  await page.goto(`${own.url}?d=sound.test`);
  await complete(page);
  const shown = new Map((await rows(page)).map((row) => [row.rule, row]));
  for (const rule of ['smtp/starttls', 'submission/ports', 'mta-sts/policy-served'])
    expect(shown.get(rule)).toMatchObject({ outcome: 'pass' });
  expect(asked.filter((url) => url === '/')).toHaveLength(1);
  expect(asked.filter((url) => /port=(465|587|2525)/.test(url))).toHaveLength(3);
  expect(asked.filter((url) => /port=25(&|$)|policy/.test(url))).toEqual([]);
  await own.stop();
  await small.stop();
});

test('Workers see of real servers what Node sees, the certificates included', async ({ mail }) => {
  const workerd = await startWorkerd({
    addressOf: (name) => mail.places.find(({ host }) => host === name)?.address,
    caps: LAB_CAPS,
    shift: 0,
  });
  try {
    // Without keys, as there.
    const { upgrade: _, ...node } = nodeHost({ helo: 'relay.lab.test' });
    let certificates = 0;
    for (const place of mail.places) {
      const here = await visit(node, place, { ...CAPS, ...LAB_CAPS });
      expect(comparable(await workerd.seen(place.host, place.port)), place.host).toEqual(comparable(here));
      certificates += here.handshakes.filter(({ chain }) => chain !== undefined).length;
    }
    expect(certificates).toBeGreaterThan(20);
  } finally {
    workerd.stop();
  }
});

test('the command line asks a relay, and finds what the page finds', async ({ mail, site, page }) => {
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [
    ...[CLI, 'check', 'second.test', '--format', 'json', '--fail-on', 'critical'],
    ...['--resolver', `${site.url}dns-query`, '--relay', mail.relay],
  ]).catch((error: { stdout: string }) => error);
  const { findings } = JSON.parse(stdout) as { findings: (Row & { rule: string })[] };
  await page.goto(`${site.url}?d=second.test`);
  await complete(page);
  const shown = casesOf((await rows(page)).filter(({ rule }) => AREAS.test(rule)));
  expect(casesOf(findings.filter(({ rule }) => AREAS.test(rule)))).toEqual(shown);
});

function casesOf(some: readonly Row[]): Record<string, string | undefined> {
  return Object.fromEntries(some.map(({ rule, case: is }) => [rule, is]));
}

const STRIPPED = {
  greeting: { lines: ['220 ****************'], end: 'complete', ms: 1 },
  ehlo: { lines: ['250-mx.sound.test', '250 XXXXXXXA'], end: 'complete', ms: 1 },
};

async function pass(relay: string, url: string): Promise<string> {
  return (await fetch(new URL(url, relay))).text();
}
