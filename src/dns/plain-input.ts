/*
 * What most people type: a domain, or an e-mail address, of which there is nothing to say that needs
 * `dns/input.ts`. That reads the same the same way, and all else.
 */

import type { Input } from './input.ts';
import { parseName } from './name.ts';

/** Reads a plain domain or e-mail address; undefined for whatever must be looked at more closely. */
export function plainInput(text: string): Input | undefined {
  const [, mailbox, typed = ''] = PLAIN.exec(text.trim()) ?? [];
  const domain = parseName(typed);
  if (domain === undefined) return undefined;
  const read = { ok: true as const, domain, display: domain };
  return mailbox === undefined
    ? { ...read, notes: [] }
    : { ...read, mailbox, notes: [`${DOMAIN_TAKEN} ${MAILBOX_HASHED}`] };
}

/** Two labels and more, no web site's name (`www.`) and no A-label in it. */
const PLAIN =
  /^(?:([a-z0-9.+_-]{1,64})@)?((?!www\.)(?:(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!xn--)[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)$/i;

export const DOMAIN_TAKEN = 'The part after the @ was taken: mail is set up for a whole domain.';
export const MAILBOX_HASHED =
  'Of the part before it only a hash is asked for, to find keys published for that address.';
