/*
 * The page in Chromium, as a visitor meets it: how long after Enter each answer stands and everything does, what
 * holds the main thread, what is loaded, and what two hundred reports leave in memory. Every DNS answer is delayed
 * by the same time, so what is measured is how often the page waits and what it does between.
 */

import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { chromiumArgs, chromiumPath } from '../e2e/lab/chromium.ts';
import type { PageFile } from '../src/cli/page-files.ts';
import { BareTab, pause } from './bare-tab.ts';
import { type DelayedServer, startDelayedServer } from './delayed-server.ts';
import { middle } from './middle.ts';
import type { World } from './world.ts';

/** One delay's visits; milliseconds after Enter, the middle of all visits. */
export interface Timing {
  readonly delay: number;
  /** What the rounds alone take. */
  readonly rounds: number;
  /** Rounds × delay and 2 ms a question. */
  readonly limit: number;
  readonly complete: number;
  readonly best: number;
  readonly worst: number;
  /** `complete` as a multiple of rounds × delay. */
  readonly times: number | undefined;
  /** When each answer first stood. */
  readonly answers: Readonly<Record<string, number>>;
  /** When the first answer was whole, where it was told before everything it rests on was read. */
  readonly whole: number;
  /** What these may take: the answer's own chain × delay and 100 ms. */
  readonly toldLimit: number;
  readonly wholeLimit: number;
  readonly questions: number;
  /** Questions asked more than once in a visit, at worst. */
  readonly twice: number;
  /** Tasks over 50 ms from Enter until the report is settled: how many in a visit, and the longest of all. */
  readonly longTasks: number;
  readonly longest: number;
}

/** Octets over the wire, brotli: before anything is typed, and in all once a report stands. */
export interface Weights {
  readonly first: number;
  readonly all: number;
  readonly files: Readonly<Record<string, number>>;
}

/** What many reports in one tab leave behind, after garbage is collected: megabytes, and elements of the document. */
export interface Memory {
  readonly reports: number;
  readonly first: number;
  readonly last: number;
  readonly elements: number;
}

/** Everything Chromium tells. */
export interface PageFigures {
  readonly browser: string;
  /** Milliseconds a question costs when nothing but `fetch` is done with it, a hundred at once. */
  readonly bareFetch: number;
  readonly worlds: readonly { readonly source: string; readonly timings: readonly Timing[] }[];
  readonly throttled: { readonly rate: number; readonly longest: number; readonly tasks: readonly number[] };
  readonly weights: Weights;
  readonly memory: Memory;
}

/** A world with what its reports need, counted by the engine. */
export interface Measured {
  readonly world: World;
  readonly rounds: number;
  /** Rounds of the impersonation answer alone, until it is told and until it is whole. */
  readonly chains: readonly [told: number, whole: number];
}

const DELAYS = [0, 40, 150];
const RUNS = 9;
const FETCHES = 100;
const RATE = 4;
const REPORTS = 200;

/** Measures the built page. */
export async function measurePage(
  page: ReadonlyMap<string, PageFile>,
  worlds: readonly [Measured, ...Measured[]],
  progress: (line: string) => void,
): Promise<PageFigures> {
  const { chromium } = await import('playwright-core');
  // Compressed before anybody waits for it.
  for (const file of page.values()) if (file.immutable) await file.body('br');
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [...chromiumArgs, '--ignore-certificate-errors'],
  });
  const [ordinary] = worlds;
  const quick = await startDelayedServer(page, ordinary.world.zone, 0);
  // The first visit of a browser finds nothing warm, the browser itself least of all.
  const { weights } = await visit(browser, quick, ordinary.world);
  progress('bare fetch');
  const bareFetch = await measureFetch(browser, quick);
  progress(`${REPORTS} reports in one tab`);
  const memory = await measureMemory(browser, quick, ordinary.world);
  quick.close();
  const measured = [];
  for (const one of worlds) {
    const timings = [];
    for (const delay of DELAYS) {
      progress(`${one.world.source}, ${delay} ms`);
      timings.push(await measureVisits(browser, page, one, delay));
    }
    measured.push({ source: one.world.source, timings });
  }
  progress(`${RATE} × CPU throttling`);
  const tasks = await measureThrottled(browser, page, ordinary.world);
  const version = browser.version();
  await browser.close();
  return {
    browser: version,
    bareFetch,
    worlds: measured,
    throttled: { rate: RATE, longest: Math.max(0, ...tasks), tasks },
    weights,
    memory,
  };
}

async function measureVisits(
  browser: Browser,
  page: ReadonlyMap<string, PageFile>,
  { world, rounds, chains: [told, whole] }: Measured,
  delay: number,
): Promise<Timing> {
  const server = await startDelayedServer(page, world.zone, delay);
  const visits: Visit[] = [];
  for (let i = 0; i < RUNS; i++) visits.push(await visit(browser, server, world));
  server.close();
  const completes = visits.map(({ complete }) => complete);
  const questions = visits[0]?.questions ?? 0;
  const complete = middle(completes);
  return {
    delay,
    rounds: rounds * delay,
    limit: rounds * delay + 2 * questions,
    complete,
    best: Math.min(...completes),
    worst: Math.max(...completes),
    times: delay === 0 ? undefined : complete / (rounds * delay),
    answers: Object.fromEntries(
      Object.keys(visits[0]?.answers ?? {}).map((id) => [
        id,
        middle(visits.map(({ answers }) => answers[id] ?? Number.NaN)),
      ]),
    ),
    whole: middle(visits.map(({ whole }) => whole)),
    toldLimit: told * delay + 100,
    wholeLimit: whole * delay + 100,
    questions,
    twice: Math.max(...visits.map(({ twice }) => twice)),
    longTasks: middle(visits.map(({ longTasks }) => longTasks.length)),
    longest: Math.max(0, ...visits.flatMap(({ longTasks }) => longTasks)),
  };
}

interface Visit {
  readonly complete: number;
  readonly answers: Readonly<Record<string, number>>;
  readonly whole: number;
  readonly questions: number;
  readonly twice: number;
  readonly longTasks: readonly number[];
  readonly weights: Weights;
}

/** One visitor with an empty cache: opens the page, types the domain, presses Enter, waits. */
async function visit(browser: Browser, server: DelayedServer, { domain }: World, rate = 1): Promise<Visit> {
  server.clear();
  const tab = await BareTab.open(browser, watch);
  await openedIn(tab, server);
  const first = sum(server.served.files);
  if (rate > 1) await tab.send('Emulation.setCPUThrottlingRate', { rate });
  await tab.run(() => document.querySelector('input')?.focus());
  await tab.type(domain);
  // Asked before, because what a driver puts into a page to wait for something takes the page's own time.
  const complete = tab.run(untilComplete);
  await tab.enter();
  await complete;
  await tab.until(
    () =>
      document.querySelector('[aria-busy="true"]') === null &&
      [...document.querySelectorAll('button')].some(({ textContent }) => textContent.includes('Check again')),
  );
  const marks = await tab.run(marksIn);
  const asked = server.served.questions;
  const all = sum(server.served.files);
  const files = Object.fromEntries(server.served.files);
  await tab.close();
  return {
    ...marks,
    questions: asked.length,
    twice: asked.length - new Set(asked).size,
    weights: { first, all, files },
  };
}

/** A visitor with an empty cache, and all the patience that a busy machine needs. */
async function visitor(browser: Browser): Promise<{ context: BrowserContext; tab: Page }> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, serviceWorkers: 'block' });
  context.setDefaultTimeout(300_000);
  return { context, tab: await context.newPage() };
}

/** Opens the page, and waits until everything that it loads by itself is there. */
async function openedIn(tab: BareTab, { url, served }: DelayedServer): Promise<void> {
  await tab.goto(url);
  for (let files = -1; files !== served.files.size; ) {
    files = served.files.size;
    await pause(500);
  }
}

/** Notes Enter and long tasks; a service worker would load everything once more. Runs in the page. */
function watch(): void {
  if (navigator.serviceWorker) navigator.serviceWorker.register = () => new Promise(() => {});
  addEventListener(
    'keydown',
    (event) => {
      if (event.key === 'Enter') performance.mark('bench:enter', { startTime: event.timeStamp });
    },
    true,
  );
  const tasks: [start: number, duration: number][] = [];
  Object.assign(globalThis, { benchTasks: tasks });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) tasks.push([startTime, duration]);
  }).observe({ type: 'longtask', buffered: true });
}

/** Settles when the last finding stands. Runs in the page. */
function untilComplete(): Promise<void> {
  return new Promise((resolve) => {
    new PerformanceObserver((list) => {
      if (list.getEntriesByName('mailproof:complete').length > 0) resolve();
    }).observe({ type: 'mark' });
  });
}

/** Waits until nothing will come any more and every row is made. */
async function settled(tab: Page): Promise<void> {
  await tab.getByRole('button', { name: 'Check again' }).waitFor();
  await tab.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
}

/** Milliseconds after Enter, and the lengths of the long tasks since. Runs in the page. */
function marksIn(): Pick<Visit, 'complete' | 'answers' | 'whole' | 'longTasks'> {
  const enter = performance.getEntriesByName('bench:enter')[0]?.startTime ?? Number.NaN;
  const answers: Record<string, number> = {};
  let whole = Number.NaN;
  for (const mark of performance.getEntriesByName('mailproof:answer') as PerformanceMark[]) {
    const { id } = mark.detail as { id: string };
    answers[id] ??= mark.startTime - enter;
    if (id === 'impersonation') whole = mark.startTime - enter;
  }
  const complete = performance.getEntriesByName('mailproof:complete')[0]?.startTime ?? Number.NaN;
  const { benchTasks } = globalThis as unknown as { benchTasks: [number, number][] };
  const longTasks = benchTasks.filter(([start]) => start >= enter).map(([, duration]) => duration);
  return { complete: complete - enter, answers, whole, longTasks };
}

/** What the browser alone costs: the same message asked a hundred times at once, with the page's own options. */
async function measureFetch(browser: Browser, server: DelayedServer): Promise<number> {
  const tab = await BareTab.open(browser, watch);
  await openedIn(tab, server);
  const times = [];
  for (let i = 0; i < RUNS; i++)
    times.push(
      await tab.run(async (count: number) => {
        const start = performance.now();
        const message = 'AAABIAABAAAAAAABBWJlbmNoBHRlc3QAABAAAQAAKQTQAAAAAAAA';
        await Promise.all(
          Array.from({ length: count }, async () => {
            const headers = { accept: 'application/dns-message' };
            const response = await fetch(`dns-query?dns=${message}`, { headers, cache: 'no-store' });
            await response.arrayBuffer();
          }),
        );
        return (performance.now() - start) / count;
      }, FETCHES),
    );
  await tab.close();
  return middle(times);
}

/** Long tasks of three visits on a machine that is slowed down, in milliseconds. */
async function measureThrottled(
  browser: Browser,
  page: ReadonlyMap<string, PageFile>,
  world: World,
): Promise<readonly number[]> {
  const server = await startDelayedServer(page, world.zone, 40);
  const tasks: number[] = [];
  for (let i = 0; i < 3; i++) tasks.push(...(await visit(browser, server, world, RATE)).longTasks);
  server.close();
  return tasks;
}

/** Checks again and again in one tab. */
async function measureMemory(browser: Browser, server: DelayedServer, { domain }: World): Promise<Memory> {
  const { context, tab } = await visitor(browser);
  const tools = await context.newCDPSession(tab);
  await tab.goto(server.url, { waitUntil: 'networkidle' });
  await tab.getByRole('textbox', { name: 'Domain or e-mail address' }).fill(domain);
  const once = async (start: () => Promise<void>) => {
    const complete = tab.evaluate(untilComplete);
    await start();
    await complete;
    await settled(tab);
  };
  await once(() => tab.keyboard.press('Enter'));
  const first = await heapOf(tools);
  for (let i = 1; i < REPORTS; i++)
    await once(() => tab.getByRole('button', { name: 'Check again' }).click());
  const last = await heapOf(tools);
  const elements = await tab.evaluate(() => document.getElementsByTagName('*').length);
  await context.close();
  return { reports: REPORTS, first, last, elements };
}

/** Megabytes in use once garbage is collected. */
async function heapOf(tools: CDPSession): Promise<number> {
  await tools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await tools.send('Runtime.getHeapUsage');
  return usedSize / 1e6;
}

function sum(files: ReadonlyMap<string, number>): number {
  return [...files.values()].reduce((all, size) => all + size, 0);
}
