import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Relay } from '../handler.ts';

/** Answers one HTTP request with a relay. `proxied`: whether the visitor's address stands in X-Forwarded-For. */
export async function answerWith(
  relay: Relay,
  request: IncomingMessage,
  response: ServerResponse,
  proxied = false,
): Promise<void> {
  // A question is all in its address; what else is sent is not read.
  request.resume();
  const url = `http://relay${request.url ?? '/'}`;
  const forwarded = proxied ? `${request.headers['x-forwarded-for'] ?? ''}`.split(',').at(-1)?.trim() : '';
  const client = forwarded || request.socket.remoteAddress || '';
  const headers = new Headers();
  for (const name of ['origin', 'sec-fetch-site']) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  const asked = request.method === 'GET' && URL.canParse(url);
  const reply = asked ? await relay(new Request(url, { headers }), client) : undefined;
  response.writeHead(reply?.status ?? 405, reply ? Object.fromEntries(reply.headers) : { allow: 'GET' });
  response.end(reply === undefined ? undefined : await reply.text());
}

/** A server that is a relay and nothing else; not listening yet. */
export function createRelayServer(relay: Relay, proxied = false): Server {
  const server = createServer({ maxHeaderSize: 8192, requestTimeout: 10_000, headersTimeout: 10_000 });
  server.on('request', (request, response) => {
    answerWith(relay, request, response, proxied).catch(() => response.destroy());
  });
  server.maxConnections = 2000;
  return server;
}
