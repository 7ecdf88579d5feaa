/*
 * A fetch for questions to resolvers that keeps one HTTP/2 connection to each, as browsers do. Node's own opens
 * a connection, and makes a TLS handshake, for every question in flight: slow for us and unkind to them. What
 * does not speak HTTP/2, and plain http on this machine, is left to Node's own.
 */

import { type ClientHttp2Session, connect, constants, type SecureClientSessionOptions } from 'node:http2';
import type { Fetch } from '../observe/doh.ts';

/** A fetch with connections to close. */
export interface Http2Fetch {
  /** GET only; `headers` must be a plain object. Redirects are returned, not followed. */
  readonly fetch: Fetch;
  close(): void;
}

/** Makes one. Connections do not keep the process alive. */
export function createHttp2Fetch(options: SecureClientSessionOptions = {}): Http2Fetch {
  const lines = new Map<string, Promise<Line | 'not spoken'>>();

  const lineTo = (origin: string) => {
    const held = lines.get(origin);
    if (held) return held;
    const opening = open(origin, options, () => lines.delete(origin));
    lines.set(origin, opening);
    // A failed attempt is forgotten, so that the next question tries again.
    opening.catch(() => lines.delete(origin));
    return opening;
  };

  return {
    fetch: async (url, init) => {
      const { protocol, origin, pathname, search } = new URL(url);
      const line = protocol === 'https:' ? await lineTo(origin) : 'not spoken';
      return line === 'not spoken' ? globalThis.fetch(url, init) : exchange(line, pathname + search, init);
    },
    close: () => {
      for (const opening of lines.values())
        opening.then((line) => line !== 'not spoken' && line.session.close()).catch(() => {});
      lines.clear();
    },
  };
}

/** A connection and how many requests are on it; only while there are some it keeps the process alive. */
interface Line {
  readonly session: ClientHttp2Session;
  busy: number;
}

function open(
  origin: string,
  options: SecureClientSessionOptions,
  ended: () => void,
): Promise<Line | 'not spoken'> {
  return new Promise((resolve, reject) => {
    const session = connect(origin, options);
    session.once('connect', () => {
      session.unref();
      resolve({ session, busy: 0 });
    });
    session.on('error', (error: NodeJS.ErrnoException) => {
      if (NOT_SPOKEN.test(error.code ?? '')) resolve('not spoken');
      else {
        ended();
        reject(failed(error));
      }
    });
    session.on('goaway', ended);
    session.on('close', () => {
      ended();
      reject(failed({ code: 'ECONNRESET' }));
    });
  });
}

function exchange(line: Line, path: string, init: RequestInit): Promise<Response> {
  return new Promise((resolve, reject) => {
    const { signal } = init;
    if (signal?.aborted) return reject(signal.reason);
    const stream = line.session.request({ ':path': path, ...(init.headers as Record<string, string>) });
    if (line.busy++ === 0) line.session.ref();
    const parts: Buffer[] = [];
    let size = 0;
    let status = 0;
    const headers = new Headers();
    const stop = () => {
      stream.close(constants.NGHTTP2_CANCEL);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', stop, { once: true });
    stream.on('response', (received) => {
      status = received[':status'] ?? 0;
      for (const [name, value] of Object.entries(received))
        if (!name.startsWith(':') && value !== undefined) headers.set(name, String(value));
    });
    stream.on('data', (part: Buffer) => {
      size += part.length;
      parts.push(part);
      // One octet more than any DNS message may have is enough to refuse it.
      if (size > BODY_LIMIT) stream.close(constants.NGHTTP2_CANCEL);
    });
    stream.on('error', (error: NodeJS.ErrnoException) => reject(failed(error)));
    stream.on('close', () => {
      signal?.removeEventListener('abort', stop);
      if (--line.busy === 0 && !line.session.destroyed) line.session.unref();
      if (status === 0) return reject(failed({ code: 'ECONNRESET' }));
      const bodiless = status === 204 || status === 205 || status === 304;
      resolve(new Response(bodiless ? null : Buffer.concat(parts), { status, headers }));
    });
  });
}

/** As Node's fetch words it: a TypeError with what happened in `cause`. */
function failed(cause: { readonly code?: string | undefined }): TypeError {
  return new TypeError('fetch failed', { cause });
}

const BODY_LIMIT = 65_536;
/** How TLS and Node say that the other side wants HTTP/1.1. */
const NOT_SPOKEN = /NO_APPLICATION_PROTOCOL|^ERR_HTTP2_ERROR$/;
