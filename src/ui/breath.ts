/*
 * Long work in short tasks. A phone takes several times as long for the same report, and must be able to paint, to
 * scroll and to take answers in meanwhile.
 */

/** Milliseconds of work after which others have their turn. */
const SLICE = 12;

/** One piece of work that makes pauses. */
export class Breath {
  #since = performance.now();
  #waiting: Promise<void> | undefined;

  /** A task has begun of which nothing is used up yet. */
  fresh(): void {
    this.#since = performance.now();
  }

  /** What to wait for before going on; undefined while there is time left. */
  readonly pause = (): Promise<void> | undefined => {
    if (this.#waiting || performance.now() - this.#since < SLICE) return this.#waiting;
    this.#waiting = turn().then(() => {
      this.#waiting = undefined;
      this.fresh();
    });
    return this.#waiting;
  };
}

/** Settles in a task of its own, as soon as may be. */
function turn(): Promise<void> {
  const { scheduler } = globalThis as { scheduler?: { yield?(): Promise<void> } };
  if (scheduler?.yield) return scheduler.yield();
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
