import { mutated, randomFrom } from './mutate.ts';
import { LIMIT, type Target } from './targets.ts';

/** An input that a reader did wrong by. */
export interface Failure {
  readonly target: string;
  readonly seed: number;
  /** Which input of the seed. */
  readonly at: number;
  readonly input: string;
  readonly what: string;
}

/** Gives a target this many inputs; the first that it does wrong by, if any. */
export async function fuzz(target: Target, seed: number, count: number): Promise<Failure | undefined> {
  for (let at = 0; at < count; at++) {
    const input = inputOf(target, seed, at);
    const what = await wrongWith(target, input);
    if (what !== undefined) return { target: target.name, seed, at, input, what };
  }
  return undefined;
}

/** One input of a target; the seeds themselves come first. */
export function inputOf({ seeds, words }: Target, seed: number, at: number): string {
  return seeds[at] ?? mutated(seeds, words, randomFrom(Math.imul(seed, 0x9e3779b1) + at));
}

async function wrongWith(target: Target, input: string): Promise<string | undefined> {
  try {
    if ((await costOf(target, input)) < LIMIT) return undefined;
    // Once more, lest something else on this machine was slow.
    const again = await costOf(target, input);
    return again < LIMIT ? undefined : `${Math.round(again)} ms`;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

/** Milliseconds of processor time. */
async function costOf({ check }: Target, input: string): Promise<number> {
  const start = performance.now();
  const cpu = process.cpuUsage();
  await check(input);
  if (performance.now() - start < LIMIT) return 0;
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / 1000;
}
