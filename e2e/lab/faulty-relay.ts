/*
 * A relay that replies with whatever it is told to, for all that can be wrong with one. Start:
 * `await startFaultyRelay(replies)`, stop: `stop()`.
 */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Can } from '../../src/relay/contract.ts';
import { EVERY_ABILITY } from '../../src/relay/example-abilities.ts';
import type { Server } from './server.ts';

/** The body of a reply; undefined breaks the connection off. */
type Reply = string | undefined | Promise<string | undefined>;

/** A relay that is running, and how often it was asked. */
export interface FaultyRelay extends Server {
  readonly asked: () => number;
}

export async function startFaultyRelay(replies: (url: string) => Reply): Promise<FaultyRelay> {
  let asked = 0;
  const server = createServer(async (request, response) => {
    asked++;
    const body = await replies(request.url ?? '/');
    if (body === undefined) response.destroy();
    else response.writeHead(200, { 'access-control-allow-origin': '*' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked: () => asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What a relay says of itself that can do everything but what is said. */
export function can(less: Partial<Can>, control: readonly object[] = []): string {
  return JSON.stringify({ relay: 1, helo: HELO, can: { ...EVERY_ABILITY, ...less }, control });
}

/** What it says of a mail port. */
export function answered(addresses: readonly object[], control?: object): string {
  return JSON.stringify({ relay: 1, answer: { addresses, helo: HELO, ms: 1, control } });
}

const HELO = 'relay.lab.test';
