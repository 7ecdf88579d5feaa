/*
 * Long work in short tasks. A phone takes several times as long for the same report, and must be able to paint, to
 * scroll and to take answers in meanwhile.
 */

/**
 * Milliseconds of work after which others have their turn. In a page that has just been opened, where nothing is
 * compiled yet and pieces of work take longer than they are given, less.
 */
const SLICE = 12;
const FIRST_SLICE = 6;

/** Work that makes pauses. */
export class Breath {
  readonly #turn: () => Promise<void>;
  readonly #slice: number;
  #since = performance.now();
  #waiting: Promise<void> | undefined;

  /** `turn` settles when the work may go on; `first`: the page has just been opened. */
  constructor(turn: () => Promise<void>, first: boolean) {
    this.#turn = turn;
    this.#slice = first ? FIRST_SLICE : SLICE;
  }

  /** A task has begun of which nothing is used up yet. */
  fresh(): void {
    this.#since = performance.now();
  }

  /** What to wait for before going on; undefined while there is time left. */
  readonly pause = (): Promise<void> | undefined => {
    if (this.#waiting || performance.now() - this.#since < this.#slice) return this.#waiting;
    this.#waiting = this.#turn().then(() => {
      this.#waiting = undefined;
      this.fresh();
    });
    return this.#waiting;
  };
}

interface Scheduling {
  readonly scheduler?: {
    yield?(): Promise<void>;
    postTask?(task: () => void, options: { readonly priority: 'background' }): Promise<void>;
  };
}

/** Settles in a task of its own, as soon as may be. */
export function soon(): Promise<void> {
  const { scheduler } = globalThis as Scheduling;
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

/** Milliseconds after which work in the background goes on although others are never done. */
const PATIENCE = 100;

/** Settles once nothing that has arrived is waiting to be read, as a rule. */
export function afterwards(): Promise<void> {
  const { scheduler } = globalThis as Scheduling;
  if (!scheduler?.postTask) return soon();
  const idle = scheduler.postTask(() => {}, { priority: 'background' });
  return Promise.race([idle, new Promise<void>((resolve) => setTimeout(resolve, PATIENCE))]);
}
