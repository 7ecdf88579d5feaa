/*
 * DNS over HTTPS in front of a plain DNS server or of another resolver (RFC 8484), for the page that this
 * machine serves. Towards a DNS server: one UDP socket shared by all questions, a random id for each, TCP where
 * the answer was cut short (RFC 7766 §5). A server that does not answer is an HTTP error, never SERVFAIL: it is
 * our way that is broken, and nothing is known of the name.
 */

import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, isIP } from 'node:net';
import { lifetimeOf, MESSAGE_LIMIT, type Query, readQuery } from '../dns/wire.ts';
import { base64url, type Fetch } from '../observe/doh.ts';

/** Where questions are sent on to: a DNS server over UDP and TCP, or a DNS-over-HTTPS resolver. */
export type Upstream = { readonly host: string; readonly port: number } | { readonly url: string };

/** Answers `/dns-query` (RFC 8484). */
export interface DnsForwarder {
  /** For node:http; always ends the response, never rejects. Routing is the caller's. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Closes its sockets; questions in flight end with an HTTP error. */
  close(): void;
}

/** Times in milliseconds. */
export interface ForwarderOptions {
  /** Until a question is given up. */
  readonly timeout?: number;
  /** Until a datagram is sent a second time. */
  readonly resend?: number;
  /** For an upstream resolver. */
  readonly fetch?: Fetch;
}

/** Makes a forwarder. It opens no socket before the first question. */
export function createDnsForwarder(upstream: Upstream, options: ForwarderOptions = {}): DnsForwarder {
  const { timeout = 5000, resend = 1000, fetch = globalThis.fetch } = options;
  const exchange: Exchange =
    'url' in upstream ? overHttps(upstream.url, timeout, fetch) : overDns(upstream, timeout, resend);
  let busy = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (isForeign(request)) throw new Refusal(403, 'Only pages of this server may ask here.');
    const bytes = await queryOf(request);
    const query = readQuery(bytes);
    if (!query || (query.type >= FIRST_META_TYPE && query.type <= LAST_META_TYPE))
      throw new Refusal(400, 'This is no DNS query with one question.');
    if (busy >= AT_ONCE) throw new Refusal(503, 'Too many questions at once.');
    busy++;
    try {
      const reply = await exchange.ask(bytes, query);
      reply[0] = bytes[0] as number;
      reply[1] = bytes[1] as number;
      const lifetime = lifetimeOf(reply);
      response.writeHead(200, {
        'content-type': MESSAGE,
        'content-length': reply.length,
        'cache-control': lifetime > 0 ? `max-age=${lifetime}` : 'no-store',
      });
      response.end(reply);
    } finally {
      busy--;
    }
  };
  return {
    handle: async (request, response) => {
      try {
        await answer(request, response);
      } catch (error) {
        const { status, message } = error instanceof Refusal ? error : new Refusal(502, 'No DNS answer.');
        if (response.headersSent || response.destroyed) return;
        // What was not read of an oversize body must not be taken for the next request.
        if (!request.complete) response.setHeader('connection', 'close');
        if (status === 405) response.setHeader('allow', 'GET, POST');
        response.writeHead(status, {
          'content-type': 'text/plain; charset=utf-8',
          'cache-control': 'no-store',
        });
        response.end(`${message}\n`);
      }
    },
    close: () => exchange.close(),
  };
}

/** Somebody who answers DNS messages. Rejects with a Refusal. */
interface Exchange {
  ask(message: Uint8Array, query: Query): Promise<Uint8Array>;
  close(): void;
}

/** An HTTP error to answer with. */
class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Whether another site's page is asking: a forwarder for everybody is not meant (Fetch Metadata). */
function isForeign({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const { origin, host } = headers;
  if (origin === undefined) return false;
  try {
    return new URL(origin).host !== host;
  } catch {
    return true;
  }
}

async function queryOf(request: IncomingMessage): Promise<Uint8Array> {
  if (request.method === 'GET') {
    const text = new URL(request.url ?? '', 'http://here').searchParams.get('dns') ?? '';
    if (text.length > (QUERY_LIMIT * 4) / 3 + 4) throw new Refusal(414, 'This question is too long.');
    if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new Refusal(400, 'The parameter dns must be base64url.');
    return new Uint8Array(Buffer.from(text, 'base64url'));
  }
  if (request.method !== 'POST') throw new Refusal(405, 'Only GET and POST are answered here.');
  if (request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() !== MESSAGE)
    throw new Refusal(415, `Only ${MESSAGE} is read here.`);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size > QUERY_LIMIT) throw new Refusal(413, 'This question is too long.');
    parts.push(part as Buffer);
  }
  return new Uint8Array(Buffer.concat(parts));
}

interface Pending {
  readonly message: Uint8Array;
  readonly end: number;
  readonly resolve: (reply: Uint8Array) => void;
  readonly reject: (refusal: Refusal) => void;
  readonly timers: NodeJS.Timeout[];
}

function overDns({ host, port }: { host: string; port: number }, timeout: number, resend: number): Exchange {
  const pending = new Map<number, Pending>();
  let opening: Promise<{ socket: Socket; address: string }> | undefined;
  let idle: NodeJS.Timeout | undefined;
  let closed = false;

  const take = (id: number): Pending | undefined => {
    const waiting = pending.get(id);
    if (!waiting) return undefined;
    pending.delete(id);
    for (const timer of waiting.timers) clearTimeout(timer);
    if (pending.size === 0) {
      clearTimeout(idle);
      idle = setTimeout(hangUp, IDLE).unref();
    }
    return waiting;
  };
  const failAll = (refusal: Refusal) => {
    for (const id of [...pending.keys()]) take(id)?.reject(refusal);
  };
  // A socket that has rested is closed: the next one has another port, which a forger must guess again.
  const hangUp = () => {
    if (pending.size > 0) return;
    const old = opening;
    opening = undefined;
    old?.then(({ socket }) => socket.close()).catch(() => {});
  };

  const open = async () => {
    const family = isIP(host);
    const at = family === 0 ? await lookup(host) : { address: host, family };
    const socket = createSocket({ type: at.family === 6 ? 'udp6' : 'udp4', recvBufferSize: 1 << 20 });
    socket.on('message', (reply, from) => {
      if (from.port !== port || reply.length < 12) return;
      const id = reply.readUInt16BE(0);
      const waiting = pending.get(id);
      // Whoever does not repeat the question has not been asked it.
      if (waiting && echoes(reply, waiting)) take(id)?.resolve(new Uint8Array(reply));
    });
    socket.on('error', () => failAll(new Refusal(502, 'The DNS server cannot be reached.')));
    // Connected, the kernel drops what others send, and says when nobody listens.
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(port, at.address, resolve);
    });
    return { socket, address: at.address };
  };

  const overUdp = async (
    message: Uint8Array,
    end: number,
  ): Promise<{ reply: Uint8Array; address: string }> => {
    if (closed) throw new Refusal(503, 'This server is closing.');
    opening ??= open();
    const { socket, address } = await opening.catch(() => {
      opening = undefined;
      throw new Refusal(502, 'The DNS server cannot be reached.');
    });
    clearTimeout(idle);
    let id = randomInt(65536);
    while (pending.has(id)) id = randomInt(65536);
    const datagram = message.slice();
    datagram[0] = id >> 8;
    datagram[1] = id & 0xff;
    const reply = await new Promise<Uint8Array>((resolve, reject) => {
      const send = () =>
        socket.send(datagram, (error) => {
          if (error) take(id)?.reject(new Refusal(502, 'The DNS server cannot be reached.'));
        });
      const timers = [
        setTimeout(send, resend),
        setTimeout(
          () => take(id)?.reject(new Refusal(504, 'The DNS server did not answer in time.')),
          timeout,
        ),
      ];
      pending.set(id, { message: datagram, end, resolve, reject, timers });
      send();
    });
    return { reply, address };
  };

  return {
    ask: async (message, { end }) => {
      const { reply, address } = await overUdp(message, end);
      if (((reply[2] as number) & 0x02) === 0) return reply;
      return overTcp(address, port, message, end, timeout);
    },
    close: () => {
      closed = true;
      clearTimeout(idle);
      failAll(new Refusal(503, 'This server is closing.'));
      hangUp();
    },
  };
}

/** One question over a connection of its own: only answers too long for a datagram come here. */
function overTcp(
  address: string,
  port: number,
  message: Uint8Array,
  end: number,
  timeout: number,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const framed = Buffer.alloc(message.length + 2);
    framed.writeUInt16BE(message.length, 0);
    framed.set(message, 2);
    framed.writeUInt16BE(randomInt(65536), 2);
    const parts: Buffer[] = [];
    let size = 0;
    const socket = connect({ host: address, port, noDelay: true });
    const finish = (outcome: Uint8Array | Refusal) => {
      clearTimeout(timer);
      socket.destroy();
      if (outcome instanceof Refusal) reject(outcome);
      else resolve(outcome);
    };
    const timer = setTimeout(
      () => finish(new Refusal(504, 'The DNS server did not answer in time.')),
      timeout,
    );
    socket.on('connect', () => socket.write(framed));
    socket.on('error', () => finish(new Refusal(502, 'The DNS server cannot be reached over TCP.')));
    socket.on('close', () => finish(new Refusal(502, 'The DNS server hung up.')));
    socket.on('data', (part) => {
      parts.push(part);
      size += part.length;
      if (size < 2) return;
      const all = parts.length === 1 ? part : Buffer.concat(parts);
      const length = all.readUInt16BE(0);
      if (size < length + 2) return;
      const reply = all.subarray(2, length + 2);
      const sent = { message: new Uint8Array(framed.subarray(2)), end };
      if (length >= 12 && reply.readUInt16BE(0) === framed.readUInt16BE(2) && echoes(reply, sent))
        finish(new Uint8Array(reply));
      else finish(new Refusal(502, 'The DNS server answered another question.'));
    });
  });
}

/** Whether a response repeats the question it is for; errors may leave the question out. */
function echoes(reply: Buffer, { message, end }: { message: Uint8Array; end: number }): boolean {
  if (((reply[2] as number) & 0x80) === 0) return false;
  const count = reply.readUInt16BE(4);
  if (count === 0) return ((reply[3] as number) & 0x0f) !== 0;
  if (count !== 1 || reply.length < end) return false;
  for (let i = 12; i < end; i++)
    if (lowered(reply[i] as number) !== lowered(message[i] as number)) return false;
  return true;
}

function lowered(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet + 32 : octet;
}

function overHttps(url: string, timeout: number, fetch: Fetch): Exchange {
  const ending = new AbortController();
  return {
    ask: async (message) => {
      const query = message.slice();
      query[0] = 0;
      query[1] = 0;
      const limit = AbortSignal.timeout(timeout);
      try {
        const response = await fetch(`${url}${url.includes('?') ? '&' : '?'}dns=${base64url(query)}`, {
          headers: { accept: MESSAGE },
          redirect: 'error',
          signal: AbortSignal.any([limit, ending.signal]),
        });
        const kind = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
        if (response.status === 429) throw new Refusal(429, 'The resolver asked us to slow down.');
        if (!response.ok || kind !== MESSAGE)
          throw new Refusal(502, `The resolver answered HTTP ${response.status} without a DNS message.`);
        const reply = new Uint8Array(await response.arrayBuffer());
        if (reply.length < 12 || reply.length > MESSAGE_LIMIT)
          throw new Refusal(502, 'The resolver answered no DNS message.');
        return reply;
      } catch (error) {
        if (error instanceof Refusal) throw error;
        if (limit.aborted) throw new Refusal(504, 'The resolver did not answer in time.');
        throw new Refusal(502, 'The resolver cannot be reached.');
      }
    },
    close: () => ending.abort(),
  };
}

const MESSAGE = 'application/dns-message';
/** Octets of a query: a name, OPT and generous options. */
const QUERY_LIMIT = 1024;
const AT_ONCE = 1000;
const IDLE = 5000;
/** IXFR, AXFR, MAILB, MAILA: what a page has no business asking (RFC 5395 §3.1). */
const FIRST_META_TYPE = 251;
const LAST_META_TYPE = 254;
