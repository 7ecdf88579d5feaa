/*
 * Who may leave when. Main questions have places of their own, guesses others and only while no main question
 * waits; together they stay below the hundred streams that HTTP/2 servers commonly grant, so that a guess never
 * stands before a main question in the browser's queue either. All guesses of a report find a place at once: those
 * that waited for answers to the first would take a round more. Each lane has a budget for the whole report.
 */

import type { Lane } from '../facts/observation.ts';

/** Questions of one report in flight at once, a lane. */
export const PLACES: Readonly<Record<Lane, number>> = { main: 50, guess: 48 };

/** The queue of one report. `start` is called when a place is free; every start must be followed by one `done`. */
export class Lanes {
  readonly #left: Record<Lane, number>;
  readonly #busy: Record<Lane, number> = { main: 0, guess: 0 };
  readonly #waiting: Record<Lane, (() => void)[]> = { main: [], guess: [] };

  constructor(budgets: Readonly<Record<Lane, number>>) {
    this.#left = { ...budgets };
  }

  /** Takes one question from the budget; false when nothing is left. */
  spend(lane: Lane): boolean {
    if (this.#left[lane] <= 0) return false;
    this.#left[lane]--;
    return true;
  }

  enter(lane: Lane, start: () => void): void {
    this.#waiting[lane].push(start);
    this.#admit();
  }

  done(lane: Lane): void {
    this.#busy[lane]--;
    this.#admit();
  }

  #admit(): void {
    for (const lane of ['main', 'guess'] as const) {
      const waiting = this.#waiting[lane];
      while (waiting.length > 0 && this.#busy[lane] < PLACES[lane]) {
        this.#busy[lane]++;
        waiting.shift()?.();
      }
      if (waiting.length > 0) return;
    }
  }
}
