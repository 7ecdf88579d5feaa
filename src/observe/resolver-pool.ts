import { type Observer, unseen } from '../facts/observation.ts';
import type { Fetch } from './doh.ts';
import type { Resolver } from './resolvers.ts';

/** The clock and timers the pool runs on. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs something later; the function returned takes it back. */
  after(ms: number, run: () => void): () => void;
}

/** What a pool is made of. */
export interface PoolOptions {
  /** In order of preference; the first answers everything while it is well. */
  readonly resolvers: readonly Resolver[];
  readonly fetch?: Fetch;
  readonly clock?: Clock;
  /** Takes the questions that are not DNS; without it they are blind (`relay-absent`). */
  readonly relay?: Observer;
}

/** What one report may cost. */
export interface Limits {
  /** Questions in all, a lane. */
  readonly main: number;
  readonly guess: number;
  /** Second opinions in all. */
  readonly second: number;
}

/** What one report has cost so far. */
export interface Tally {
  readonly asked: number;
  readonly answered: number;
  readonly blind: number;
  /** Requests sent, retries included. */
  readonly sent: number;
}

/** The observer of one report: remembers its answers, keeps its budget, stops at its signal. */
export interface ReportObserver extends Observer {
  tally(): Tally;
}

/** How a resolver has been doing. */
export interface Health {
  readonly resolver: Resolver;
  /** Questions are going elsewhere for now. */
  readonly resting: boolean;
  readonly failures: number;
}

/** Resolvers and what is known about their health. Lives as long as the page or the process. */
export interface ResolverPool {
  readonly resolvers: readonly Resolver[];
  /** Begins a report. What it learns about resolvers stays; the answers do not. */
  begin(options?: {
    readonly signal?: AbortSignal | undefined;
    readonly limits?: Partial<Limits>;
  }): ReportObserver;
  health(): readonly Health[];
}

/** Makes a pool. */
export function createResolverPool(options: PoolOptions): ResolverPool {
  return {
    resolvers: options.resolvers,
    begin: () => ({
      observe: async (question) => ({ question, result: unseen('network'), at: 0, by: '', tries: [] }),
      tally: () => ({ asked: 0, answered: 0, blind: 0, sent: 0 }),
    }),
    health: () => [],
  };
}
