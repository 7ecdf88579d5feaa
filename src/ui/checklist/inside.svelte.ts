/*
 * What stands inside a row, and the pictures below an area's rows: loaded when somebody opens one, or begins to look
 * around in a finished report, so that all is there for paper too.
 */

class Inside {
  component = $state.raw<typeof import('./Finding.svelte').default | undefined>();
  view = $state.raw<typeof import('../views/AreaView.svelte').default | undefined>();
  #loading: Promise<void> | undefined;

  /** Loads it once; tries again where that failed. */
  load(): Promise<void> {
    this.#loading ??= Promise.all([import('./Finding.svelte'), import('../views/AreaView.svelte')]).then(
      ([finding, view]) => {
        this.component = finding.default;
        this.view = view.default;
      },
      () => {
        this.#loading = undefined;
      },
    );
    return this.#loading;
  }
}

export const inside = new Inside();
