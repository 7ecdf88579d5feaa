import { searchFor } from '../address.ts';
import { session } from '../session.svelte.ts';

/** The address of the live check of what stands on the page. */
export function liveAddress(): string {
  return new URL(session.ask ? searchFor(session.ask) : './', location.origin + location.pathname).href;
}
