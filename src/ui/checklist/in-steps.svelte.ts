/** Work that is done a step at a time, whenever there is nothing better to do. */
export interface Steps {
  /** Steps done, from 1. */
  readonly made: number;
  readonly left: number;
  /** Does the rest at once: on paper, or when somebody reaches for it. */
  finish(): void;
}

/** Counts the steps of a component's work up, beginning with the first. */
export function inSteps(all: () => number): Steps {
  let made = $state(1);
  $effect(() => {
    if (made >= all()) return;
    const next = () => {
      made += 1;
    };
    // Where nobody says when the machine is idle, and in hidden tabs, a timer is as good.
    if (!('requestIdleCallback' in window) || document.hidden) {
      const timer = setTimeout(next);
      return () => clearTimeout(timer);
    }
    const idle = requestIdleCallback(next, { timeout: 100 });
    return () => cancelIdleCallback(idle);
  });
  return {
    get made() {
      return made;
    },
    get left() {
      return Math.max(0, all() - made);
    },
    finish() {
      made = all();
    },
  };
}
