/*
 * A proxy before the server whose DNS answers fail half the time, in every way a resolver on the way can fail:
 * an HTTP error, a web page, a broken message, a closed connection, SERVFAIL, a plea to slow down. Which question
 * fails how follows from a seed and the order of arrival.
 */

import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Server } from './server.ts';

/** A flaky way to a server. `failed` counts the answers spoilt so far. */
export interface Flaky extends Server {
  readonly failed: () => number;
}

/** Starts the proxy before `origin`. */
export async function startFlaky(origin: string, seed: number): Promise<Flaky> {
  let state = seed;
  let failed = 0;
  const random = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const server = createServer((incoming, outgoing) => {
    const spoil = FAILURES[Math.floor(random() * FAILURES.length * 2)];
    if (spoil !== undefined && incoming.url?.startsWith('/dns-query')) {
      failed++;
      spoil(incoming, outgoing);
    } else pass(origin, incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    failed: () => failed,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function pass(origin: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { host: _, origin: __, ...headers } = incoming.headers;
  const onward = request(
    new URL(incoming.url ?? '/', origin),
    { method: incoming.method, headers },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    },
  );
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}

/** SERVFAIL to the question asked: the query with the response bit and the code set. */
function servfail(incoming: IncomingMessage): Buffer {
  const text = new URL(incoming.url ?? '', 'http://here').searchParams.get('dns') ?? '';
  const message = Buffer.from(text, 'base64url');
  message[2] = 0x81;
  message[3] = 0x82;
  return message;
}

const DNS = { 'content-type': 'application/dns-message' };

const FAILURES: readonly ((incoming: IncomingMessage, outgoing: ServerResponse) => void)[] = [
  (_, outgoing) => outgoing.writeHead(503).end(),
  (_, outgoing) => outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Please log in</h1>'),
  (_, outgoing) => outgoing.writeHead(200, DNS).end('no message'),
  (_, outgoing) => outgoing.destroy(),
  (incoming, outgoing) => outgoing.writeHead(200, DNS).end(servfail(incoming)),
  (_, outgoing) => outgoing.writeHead(429, { 'retry-after': '1' }).end(),
];
