/*
 * What stands inside a row, and the pictures below an area's rows: loaded when somebody opens a row, comes near a
 * picture, or begins to look around in a finished report, so that all is there for paper too.
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

/** Loads it when the element comes near the window. */
export function whenNear(element: Element): { destroy(): void } {
  const watch = new IntersectionObserver(
    (seen) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      watch.disconnect();
      void inside.load();
    },
    { rootMargin: '400px' },
  );
  watch.observe(element);
  return { destroy: () => watch.disconnect() };
}
