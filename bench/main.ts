/*
 * `npm run bench`: how long a visitor waits, how often the page asks, how much it weighs. Measured in Chromium on
 * one ordinary company, with every DNS answer delayed by the same time; written to bench/results.json as well.
 */

import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Page } from 'playwright-core';
import { chromiumArgs, chromiumPath } from '../e2e/lab/chromium.ts';
import { builtPage } from '../src/cli/serve.ts';
import { rules } from '../src/rules/index.ts';
import { type DelayedServer, startDelayedServer } from './delayed-server.ts';
import { measureEngine } from './engine.ts';
import { linkLines, measureLinks } from './links.ts';
import { ordinaryWorld } from './world.ts';

const DELAYS = [0, 40, 150];
const RUNS = 9;

const ordinary = ordinaryWorld();
const { domain, zone, source } = ordinary;
const engine = await measureEngine(ordinary);
const rounds = engine.roundSizes.length;
if (process.argv[2] === 'engine') {
  process.stdout.write(`${engineLines().join('\n')}\n`);
  process.exit();
}

const { all: links, ...lengths } = await measureLinks(ordinary);
if (process.argv[2] === 'links') {
  process.stdout.write(`${linkLines({ ...lengths, all: links }).join('\n')}\n`);
  process.exit();
}

const { chromium } = await import('playwright-core');
const page = builtPage({ resolvers: [] });
// Compressed before anybody waits for it.
for (const file of page.values()) if (file.immutable) await file.body('br');
const browser = await chromium.launch({
  executablePath: chromiumPath,
  args: [...chromiumArgs, '--ignore-certificate-errors'],
});
const timings: Timing[] = [];
let weights: Weights | undefined;
for (const delay of DELAYS) {
  const server = await startDelayedServer(page, zone, delay);
  const runs = [];
  for (let i = 0; i < RUNS; i++) runs.push(await visit(server));
  server.close();
  weights ??= runs[0]?.weights;
  const sorted = runs.map(({ complete }) => complete).sort((a, b) => a - b);
  timings.push({
    delay,
    limit: rounds * delay,
    complete: sorted[Math.floor(RUNS / 2)] ?? 0,
    best: sorted[0] ?? 0,
    worst: sorted.at(-1) ?? 0,
    answers: middle(runs.map(({ answers }) => answers)),
    questions: runs[0]?.questions ?? 0,
    twice: Math.max(...runs.map(({ twice }) => twice)),
  });
}
await browser.close();

const results = {
  measured: new Date().toISOString(),
  on: `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}; Node ${process.versions.node}`,
  source,
  rules: Object.keys(rules).length,
  rounds,
  engine,
  timings,
  weights,
  links: lengths,
};
writeFileSync('bench/results.json', `${JSON.stringify(results, null, 2)}\n`);
print();

/** One delay's visits; all times in milliseconds after Enter, the middle one of all visits. */
interface Timing {
  readonly delay: number;
  /** What the rounds alone take. */
  readonly limit: number;
  readonly complete: number;
  readonly best: number;
  readonly worst: number;
  readonly answers: Readonly<Record<string, number>>;
  readonly questions: number;
  /** Questions asked more than once in a visit, at worst. */
  readonly twice: number;
}

interface Visit {
  readonly complete: number;
  readonly answers: Readonly<Record<string, number>>;
  readonly questions: number;
  readonly twice: number;
  readonly weights: Weights;
}

/** Octets over the wire, brotli: before anything is typed, and in all once a report stands. */
interface Weights {
  readonly first: number;
  readonly all: number;
  readonly files: Readonly<Record<string, number>>;
}

/** One visitor with an empty cache: opens the page, types the domain, presses Enter, waits. */
async function visit(server: DelayedServer): Promise<Visit> {
  server.clear();
  const context = await browser.newContext({ ignoreHTTPSErrors: true, serviceWorkers: 'block' });
  const tab = await context.newPage();
  await tab.addInitScript(() => {
    addEventListener(
      'keydown',
      (event) => {
        if (event.key === 'Enter') performance.mark('bench:enter', { startTime: event.timeStamp });
      },
      true,
    );
  });
  await tab.goto(server.url, { waitUntil: 'networkidle' });
  const first = sum(server.served.files);
  await tab
    .getByRole('textbox', { name: 'Domain or e-mail address' })
    .pressSequentially(domain, { delay: 60 });
  await tab.keyboard.press('Enter');
  await tab.waitForFunction(() => performance.getEntriesByName('mailproof:complete').length > 0);
  const marks = await marksOf(tab);
  await context.close();
  const asked = server.served.questions;
  return {
    complete: marks.complete,
    answers: marks.answers,
    questions: asked.length,
    twice: asked.length - new Set(asked).size,
    weights: { first, all: sum(server.served.files), files: Object.fromEntries(server.served.files) },
  };
}

/** Milliseconds after Enter. */
function marksOf(tab: Page): Promise<{ complete: number; answers: Record<string, number> }> {
  return tab.evaluate(() => {
    const enter = performance.getEntriesByName('bench:enter')[0]?.startTime ?? Number.NaN;
    const answers: Record<string, number> = {};
    for (const mark of performance.getEntriesByName('mailproof:answer') as PerformanceMark[])
      answers[(mark.detail as { id: string }).id] ??= mark.startTime - enter;
    const complete = performance.getEntriesByName('mailproof:complete')[0]?.startTime ?? Number.NaN;
    return { complete: complete - enter, answers };
  });
}

function middle(runs: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const ids = Object.keys(runs[0] ?? {});
  return Object.fromEntries(
    ids.map((id) => {
      const values = runs.map((run) => run[id] ?? Number.NaN).sort((a, b) => a - b);
      return [id, Math.round(values[Math.floor(values.length / 2)] ?? Number.NaN)];
    }),
  );
}

function sum(files: ReadonlyMap<string, number>): number {
  return sumOf([...files.values()]);
}

function sumOf(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all + size, 0);
}

function print(): void {
  const out = [
    '',
    `${source}, ${Object.keys(rules).length} rules, ${sumOf(engine.roundSizes)} questions in ${rounds} rounds (${engine.roundSizes.join(' + ')}).`,
    `From Enter to the last finding, Chromium, HTTP/2, middle of ${RUNS} visits with an empty cache:`,
    '',
    'delay    rounds × delay   complete   best–worst      impersonation  interception  submission  acceptance  asked  twice',
  ];
  for (const { delay, limit, complete, best, worst, answers, questions, twice } of timings) {
    const cell = (value: number | undefined, width: number) => `${Math.round(value ?? 0)} ms`.padStart(width);
    out.push(
      `${cell(delay, 6)}${cell(limit, 17)}${cell(complete, 11)}${`${Math.round(best)}–${Math.round(worst)} ms`.padStart(13)}` +
        `${cell(answers.impersonation, 19)}${cell(answers.interception, 14)}${cell(answers.submission, 12)}${cell(answers.acceptance, 12)}` +
        `${String(questions).padStart(7)}${String(twice).padStart(7)}`,
    );
  }
  out.push(
    '',
    `Weight (brotli): ${kilobytes(weights?.first)} before typing, ${kilobytes(weights?.all)} in all for a report.`,
    ...engineLines(),
    '',
    ...linkLines({ ...lengths, all: links }),
  );
  process.stdout.write(`${out.join('\n')}\n`);
}

function engineLines(): string[] {
  const width = Math.max(...engine.areas.map(({ area }) => area.length));
  return [
    `Engine: ${engine.reportsPerSecond} whole reports a second of one core from recorded facts (${engine.byTheClock} by the clock).`,
    'Questions per area, and those that no other area needs:',
    ...engine.areas.map(
      ({ area, questions, own }) =>
        `  ${area.padEnd(width)}${String(questions).padStart(5)}${String(own).padStart(5)}`,
    ),
  ];
}

function kilobytes(octets = 0): string {
  return `${(octets / 1000).toFixed(1)} kB`;
}
