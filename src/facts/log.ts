/*
 * The log: one observation per question, in the order they came. A report is a function of (log, rules, time);
 * keep the log and the report can be made again, anywhere, without asking anybody.
 */

import type { Observation } from './observation.ts';
import { keyOf, type Question } from './question.ts';

/** Observations by question. */
export class Log {
  readonly #entries = new Map<string, Observation>();

  /** Builds a log from observations; a later one for the same question replaces an earlier one. */
  static of(observations: Iterable<Observation>): Log {
    const log = new Log();
    for (const observation of observations) log.add(observation);
    return log;
  }

  /** `key` is that of its question, where it is at hand. */
  add(observation: Observation, key = keyOf(observation.question)): void {
    this.#entries.set(key, observation);
  }

  find(question: Question): Observation | undefined {
    return this.#entries.get(keyOf(question));
  }

  findByKey(key: string): Observation | undefined {
    return this.#entries.get(key);
  }

  /** All of them, in an order that does not depend on who answered first. */
  sorted(): Observation[] {
    return [...this.#entries.keys()].sort().map((key) => this.#entries.get(key) as Observation);
  }

  get size(): number {
    return this.#entries.size;
  }

  [Symbol.iterator](): Iterator<Observation> {
    return this.#entries.values();
  }
}
