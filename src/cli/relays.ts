/*
 * Relays as the command line names them: by address, or this machine itself.
 */

import type { Observer } from '../facts/observation.ts';
import type { SmtpPort } from '../facts/smtp.ts';
import { type RelayPlace, relayObserver } from '../observe/relay.ts';
import { createRelay, type RelayOptions } from '../relay/handler.ts';
import { nodeHost } from '../relay/hosts/node.ts';
import { UsageError } from './usage.ts';

/** A host known to answer on port 25: where it cannot be reached, nobody else is blamed for not answering there. */
export const CONTROLS: Readonly<Partial<Record<SmtpPort, string>>> = { 25: 'gmail-smtp-in.l.google.com' };

/**
 * Who is asked about mail ports and policies: relays by their addresses, or "on" for this machine itself, or
 * nobody ("off", and unless said).
 */
export function relayFor(given: readonly string[] = []): Observer | undefined {
  const words = new Set(given);
  if (words.size === 0 || (words.size === 1 && words.has('off'))) return undefined;
  if (words.has('on') || words.has('off')) {
    if (words.size > 1) throw new UsageError('--relay: "on" and "off" stand alone.');
    return relayObserver({ relays: [{ name: 'this machine', url: HERE }], fetch: ownRelay() });
  }
  return relayObserver({ relays: [...words].map(relayAt) });
}

/** A relay at an address. */
export function relayAt(text: string): RelayPlace {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new UsageError(`--relay takes "on", "off" or the address of a relay, not "${text}".`);
  return { name: url.host, url: url.href };
}

/** A relay inside this process. */
function ownRelay(): (url: string, init: RequestInit) => Promise<Response> {
  const options: RelayOptions = { host: nodeHost(), controls: CONTROLS };
  const relay = createRelay(options);
  return (url) => relay(new Request(url), '');
}

/** The address of the relay inside; nobody connects to it. */
const HERE = 'http://relay.invalid/';
