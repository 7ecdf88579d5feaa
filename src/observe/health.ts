/*
 * Which resolvers are worth asking. Three failures in a row and a resolver rests for half a minute; then one
 * question tries it, and only an answer makes it well again. A question that waits in vain speaks against a
 * resolver only when nothing else came from it meanwhile: name servers of the domain may be slow, too.
 */

import type { Resolver } from './resolvers.ts';

/** How a resolver has been doing. */
export interface Health {
  readonly resolver: Resolver;
  /** Questions are going elsewhere for now. */
  readonly resting: boolean;
  /** Failures since its last answer. */
  readonly failures: number;
}

/** Failures in a row after which a resolver rests. */
export const PATIENCE_IN_FAILURES = 3;
/** How long a resolver rests, in milliseconds; an explicit wish (Retry-After) is kept within a minute. */
export const REST = 30_000;
const LONGEST_REST = 60_000;

/** What is known of each resolver, by its place in the list. */
export class Ward {
  readonly #resolvers: readonly Resolver[];
  readonly #states: { failures: number; restUntil: number; onTrial: boolean; lastAnswer: number }[];

  constructor(resolvers: readonly Resolver[]) {
    this.#resolvers = resolvers;
    this.#states = resolvers.map(() => ({ failures: 0, restUntil: 0, onTrial: false, lastAnswer: 0 }));
  }

  /**
   * The first resolver that is well (or due for a trial) and not among `asked`. When all the others rest, the
   * one that has rested longest if `atAnyRate`, else undefined.
   */
  choose(asked: readonly number[], now: number, atAnyRate: boolean): number | undefined {
    let longest: number | undefined;
    for (const [i, state] of this.#states.entries()) {
      if (asked.includes(i)) continue;
      if (state.restUntil === 0) return i;
      if (state.restUntil <= now && !state.onTrial) {
        state.onTrial = true;
        return i;
      }
      if (longest === undefined || state.restUntil < (this.#states[longest]?.restUntil ?? 0)) longest = i;
    }
    return atAnyRate ? longest : undefined;
  }

  /** It answered. */
  answered(i: number, now: number): void {
    const state = this.#states[i];
    if (!state) return;
    state.failures = 0;
    state.restUntil = 0;
    state.onTrial = false;
    state.lastAnswer = now;
  }

  /** It failed; `restFor` in milliseconds when it asked to be left alone. */
  failed(i: number, now: number, restFor?: number): void {
    const state = this.#states[i];
    if (!state) return;
    state.failures++;
    if (restFor !== undefined || state.onTrial || state.failures >= PATIENCE_IN_FAILURES)
      state.restUntil = Math.max(state.restUntil, now + Math.min(restFor ?? REST, LONGEST_REST));
    state.onTrial = false;
  }

  /** It let a question wait that was sent at `since`. */
  kept(i: number, since: number, now: number): void {
    if ((this.#states[i]?.lastAnswer ?? 0) < since) this.failed(i, now);
    else this.released(i);
  }

  /** A question to it ended without saying anything about it. */
  released(i: number): void {
    const state = this.#states[i];
    if (state) state.onTrial = false;
  }

  rests(i: number, now: number): boolean {
    return (this.#states[i]?.restUntil ?? 0) > now;
  }

  list(now: number): readonly Health[] {
    return this.#resolvers.map((resolver, i) => ({
      resolver,
      resting: this.rests(i, now),
      failures: this.#states[i]?.failures ?? 0,
    }));
  }
}
