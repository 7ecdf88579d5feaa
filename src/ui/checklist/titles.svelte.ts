/* What rules require, a line each: loaded when somebody comes to a list of what is met, does not apply or is awaited. */

class Titles {
  #all = $state.raw<Readonly<Record<string, string>> | undefined>();
  #loading: Promise<void> | undefined;

  /** Loads them once. Where that fails, rules go by their ids. */
  load(): Promise<void> {
    this.#loading ??= import('./titles.ts').then(
      ({ titles }) => {
        this.#all = titles;
      },
      () => {
        this.#all = {};
        this.#loading = undefined;
      },
    );
    return this.#loading;
  }

  /** What a rule requires, or nothing until they are loaded. */
  of(rule: string): string {
    if (this.#all === undefined) void this.load();
    return this.#all === undefined ? '' : (this.#all[rule] ?? rule);
  }
}

export const titles = new Titles();
