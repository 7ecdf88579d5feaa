/*
 * What a visitor may have the same domain checked again with: fetched with the parts of the page that offer it. The
 * address says so.
 */

import { session } from './session.svelte.ts';

/** Looks at these selectors too. */
export function withSelectors(selectors: readonly string[]): void {
  const { ask } = session;
  if (!ask) return;
  const all = new Set([...ask.selectors, ...selectors]);
  session.anew({ ...ask, selectors: [...all].slice(0, 20) }, 'push');
}

/** As a domain with mail or without, or as its records say. */
export function withIntent(intent?: 'mail' | 'no-mail'): void {
  if (!session.ask) return;
  const { intent: _, ...ask } = session.ask;
  session.anew(intent === undefined ? ask : { ...ask, intent }, 'push');
}

/** Looks at this host's sending ports too. */
export function withSubmission(submission: string): void {
  if (session.ask) session.anew({ ...session.ask, submission }, 'push');
}
