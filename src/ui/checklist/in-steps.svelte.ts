/*
 * Work on the page that is done a step at a time, whenever there is nothing better to do: what began first is finished
 * before the next has its turn, so that nothing grows above what is there already.
 */

import { flushSync } from 'svelte';

/** One piece of work. */
export interface Steps {
  /** How much of it is done. */
  readonly made: number;
  /** Does the rest at once. */
  finish(): void;
}

/** Counts a component's work up from nothing, by so much with `each` step. */
export function inSteps(all: () => number, each: number): Steps {
  let made = $state(0);
  const unfinished = $derived(made < all());
  const work = {
    get made() {
      return made;
    },
    step() {
      made += each;
    },
    finish() {
      made = Math.max(made, all());
    },
  };
  $effect(() => {
    if (!unfinished) return;
    begun.add(work);
    count = begun.size;
    wait();
    return () => {
      begun.delete(work);
      count = begun.size;
    };
  });
  return work;
}

/** Whether there is work that is not finished. */
export function isUnfinished(): boolean {
  return count > 0;
}

/** Does at once all that is left, as for paper. */
export function finishAll(): void {
  // What is finished may begin more.
  while (begun.size > 0)
    flushSync(() => {
      for (const work of begun) work.finish();
    });
}

/** In the order in which it began. */
const begun = new Set<{ step(): void; finish(): void }>();
let count = $state(0);
let waiting = false;

function wait(): void {
  if (waiting || begun.size === 0) return;
  waiting = true;
  // Where nobody says when the machine is idle, and in hidden tabs, a timer is as good.
  if ('requestIdleCallback' in window && !document.hidden) requestIdleCallback(next, { timeout: 100 });
  else setTimeout(next);
}

function next(): void {
  waiting = false;
  const [first] = begun;
  first?.step();
  wait();
}
