/*
 * What stands inside a row: loaded when somebody opens one, or begins to look around in a finished report, so
 * that it is there for paper too.
 */

type Component = typeof import('./Finding.svelte').default;

class Inside {
  component = $state.raw<Component | undefined>();
  #loading: Promise<void> | undefined;

  /** Loads it once; tries again where that failed. */
  load(): Promise<void> {
    this.#loading ??= import('./Finding.svelte').then(
      ({ default: component }) => {
        this.component = component;
      },
      () => {
        this.#loading = undefined;
      },
    );
    return this.#loading;
  }
}

export const inside = new Inside();
