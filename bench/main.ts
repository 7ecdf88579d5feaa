/*
 * `npm run bench`: how long a visitor waits, how often the page asks, how much it weighs, what it holds up. One run
 * prints every figure and writes them to bench/results.json. Times are those of this machine at this moment: the
 * first line says how busy it was with other work.
 */

import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { holdProbes } from '../e2e/lab/tarpits.ts';
import { builtPage } from '../src/cli/serve.ts';
import { rules } from '../src/rules/index.ts';
import { measurePage, type Timing } from './chromium.ts';
import { type EngineFigures, measureEngine } from './engine.ts';
import { linkLines, measureLinks } from './links.ts';
import { heavyWorld, ordinaryWorld } from './world.ts';

const PROBES = 500;

const [ordinary, heavy] = [ordinaryWorld(), heavyWorld()];
const only = process.argv[2];
if (only === 'engine') {
  const engine = await measureEngine(ordinary);
  print([...engineLines(engine), '', ...areaLines(engine, await measureEngine(heavy))]);
} else if (only === 'links') {
  print(linkLines(await measureLinks(ordinary)));
} else {
  const machine = {
    measured: new Date().toISOString(),
    cores: cpus().length,
    processor: cpus()[0]?.model ?? 'unknown',
    node: process.versions.node,
    /** Programs that wanted a core, on average over the minute before. */
    load: loadavg()[0] ?? 0,
  };
  progress('engine');
  const engine = await measureEngine(ordinary);
  const large = await measureEngine(heavy);
  progress('links');
  const { all, ...links } = await measureLinks(ordinary);
  progress('relay');
  const { ends: _, statuses: __, ...relay } = await holdProbes(PROBES, 6000);
  const page = await measurePage(
    builtPage({ resolvers: [{ id: 'bench', name: 'the bench', url: 'dns-query' }] }),
    [
      { world: ordinary, rounds: engine.roundSizes.length, chains: engine.chains },
      { world: heavy, rounds: large.roundSizes.length, chains: large.chains },
    ],
    progress,
  );
  const results = {
    machine,
    rules: Object.keys(rules).length,
    engine,
    heavy: large,
    page,
    links,
    relay,
  };
  writeFileSync('bench/results.json', `${JSON.stringify(results, null, 2)}\n`);
  const { worlds, weights, memory, throttled } = page;
  print([
    '',
    `${machine.cores} cores (${machine.processor}), load ${machine.load.toFixed(1)} before the start${machine.load > 0.5 * machine.cores ? ': BUSY, the times below are too long' : ''}; Node ${machine.node}, Chromium ${page.browser}.`,
    `${results.rules} rules. A bare fetch costs Chromium ${page.bareFetch.toFixed(2)} ms here.`,
    '',
    'From Enter to the last finding, Chromium, HTTP/2, empty cache, middle of the visits:',
    ...worlds.flatMap(({ source, timings }, i) => [
      '',
      ...timingLines(source, i === 0 ? engine : large, timings),
      limitsHere(timings, page.bareFetch),
    ]),
    '',
    `Slowed down ${throttled.rate} times: ${throttled.tasks.length} tasks over 50 ms in three visits, the longest ${ms(throttled.longest)}.`,
    `Weight (brotli): ${kilobytes(weights.first)} before typing, ${kilobytes(weights.all)} in all for a report.`,
    `Memory: ${memory.first.toFixed(1)} MB after one report, ${memory.last.toFixed(1)} MB after ${memory.reports} in the same tab, ${memory.elements} elements.`,
    ...engineLines(engine),
    `Relay: ${relay.open} of ${relay.probes} probes held open at once, ${(relay.held / 1e6).toFixed(0)} MB for both ends; another visitor was served in ${ms(relay.served)} meanwhile.`,
    '',
    ...linkLines({ ...links, all }),
    '',
    ...areaLines(engine, large),
  ]);
}

// Clocks of visits that have ended would keep it for a minute.
process.exit();

function timingLines(
  source: string,
  { roundSizes, chains: [told, whole] }: EngineFigures,
  timings: readonly Timing[],
): string[] {
  const within = (value: number, limit: number) =>
    `${ms(value)} / ${ms(limit)}${value <= limit ? '' : ' OVER'}`;
  return [
    `${source}: ${roundSizes.length} rounds; the first answer is told after ${told} and whole after ${whole}.`,
    row(
      'delay',
      'complete / limit',
      'best–worst',
      '× rounds',
      'impersonation / limit',
      'whole / limit',
      'interception',
      'submission',
      'acceptance',
      'asked',
      'twice',
      'tasks > 50 ms',
    ),
    ...timings.map((timing) =>
      row(
        ms(timing.delay),
        within(timing.complete, timing.limit),
        `${Math.round(timing.best)}–${ms(timing.worst)}`,
        timing.times === undefined ? '' : timing.times.toFixed(2),
        within(timing.answers.impersonation ?? Number.NaN, timing.toldLimit),
        within(timing.whole, timing.wholeLimit),
        ms(timing.answers.interception),
        ms(timing.answers.submission),
        ms(timing.answers.acceptance),
        `${timing.questions}`,
        `${timing.twice}`,
        timing.longTasks === 0 ? '0' : `${timing.longTasks}, ${ms(timing.longest)}`,
      ),
    ),
  ];
}

/** The limits allow 2 ms a question where a bare fetch costs 1.3 ms: what they would be at this machine's speed now. */
function limitsHere(timings: readonly Timing[], bareFetch: number): string {
  const limits = timings.map(({ rounds, questions }) => ms(rounds + (2 / 1.3) * bareFetch * questions));
  return `At ${bareFetch.toFixed(2)} ms a fetch, and not 1.3, as much is ${limits.join(', ')}.`;
}

function row(...cells: readonly string[]): string {
  const widths = [7, 22, 15, 10, 24, 24, 14, 12, 12, 7, 7, 15];
  return cells.map((cell, i) => cell.padStart(widths[i] ?? 0)).join('');
}

function engineLines({ reportsPerSecond, byTheClock }: EngineFigures): string[] {
  return [
    `Engine: ${reportsPerSecond} whole reports a second of one core from recorded facts (${byTheClock} by the clock).`,
  ];
}

function areaLines(typical: EngineFigures, large: EngineFigures): string[] {
  const width = Math.max(...typical.areas.map(({ area }) => area.length));
  const cells = (figures: EngineFigures, name: string) => {
    const cost = figures.areas.find(({ area }) => area === name);
    return `${`${cost?.questions ?? 0}`.padStart(9)}${`${cost?.own ?? 0}`.padStart(5)}`;
  };
  return [
    'Questions per area, and those that no other area needs (ordinary, heavy):',
    ...typical.areas.map(({ area }) => `  ${area.padEnd(width)}${cells(typical, area)}${cells(large, area)}`),
  ];
}

function ms(value = Number.NaN): string {
  return `${Math.round(value)} ms`;
}

function kilobytes(octets: number): string {
  return `${(octets / 1000).toFixed(1)} kB`;
}

function progress(line: string): void {
  process.stderr.write(`measuring: ${line}\n`);
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
