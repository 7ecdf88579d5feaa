/*
 * One question to one resolver over HTTPS (RFC 8484): GET, the message in `?dns=`, `accept` the only header, so
 * that a browser sends it without a preflight and without anything that names the visitor. Whatever goes wrong
 * on the way is a named reason not to know; nothing is thrown.
 */

import type { DnsAnswer, DnsQuestion } from '../dns/record.ts';
import { decodeAnswer, encodeQuestion, MESSAGE_LIMIT } from '../dns/wire.ts';
import type { Blind } from '../facts/observation.ts';
import type { Resolver } from './resolvers.ts';

/** The part of `fetch` used here. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** An answer, or the reason there is none. `restFor`: milliseconds the resolver asked to be left alone. */
export type DohReply = { readonly answer: DnsAnswer } | { readonly failed: Blind; readonly restFor?: number };

/** Asks. Never rejects; after `signal` fires the reply is `aborted`. Timeouts are the caller's. */
export async function askDoh(
  resolver: Resolver,
  question: DnsQuestion,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<DohReply> {
  try {
    const response = await fetch(dohUrl(resolver.url, question), {
      headers: ACCEPT,
      signal,
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      // "Check again" asks the resolver, not this browser's memory, and no trace of it is left on disk.
      cache: 'no-store',
      // A redirect would put the question to somebody whom nobody chose.
      redirect: 'manual',
    });
    const refusal = refusalOf(response);
    if (refusal) {
      void response.body?.cancel().catch(() => {});
      return refusal;
    }
    const bytes = await bodyOf(response);
    if (bytes === undefined) return { failed: { reason: 'malformed', detail: 'over 64 kB' } };
    return decodeAnswer(question, bytes) ?? (await decodeDetailed(question, bytes));
  } catch (error) {
    if (signal.aborted) return { failed: { reason: 'aborted' } };
    return { failed: networkFailure(error) };
  }
}

/** Reads a message with what few of them hold: proofs, and errors that are told in words. */
async function decodeDetailed(question: DnsQuestion, bytes: Uint8Array): Promise<DohReply> {
  const details = await import('../dns/details.ts').catch(() => undefined);
  return details ? decodeAnswer(question, bytes, details) : { failed: { reason: 'not-loaded' } };
}

/** The address a question is asked at; a template's other parameters are kept. */
export function dohUrl(base: string, question: DnsQuestion): string {
  return `${base}${base.includes('?') ? '&' : '?'}dns=${base64url(encodeQuestion(question))}`;
}

/** RFC 4648 §5 without padding. */
export function base64url(bytes: Uint8Array): string {
  let text = '';
  let i = 0;
  for (; i + 2 < bytes.length; i += 3) {
    const bits = ((bytes[i] as number) << 16) | ((bytes[i + 1] as number) << 8) | (bytes[i + 2] as number);
    text += DIGITS.charAt(bits >> 18);
    text += DIGITS.charAt((bits >> 12) & 63);
    text += DIGITS.charAt((bits >> 6) & 63);
    text += DIGITS.charAt(bits & 63);
  }
  const left = bytes.length - i;
  if (left > 0) {
    const bits = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8);
    text += DIGITS.charAt(bits >> 18);
    text += DIGITS.charAt((bits >> 12) & 63);
    if (left === 2) text += DIGITS.charAt((bits >> 6) & 63);
  }
  return text;
}

/** What status line and headers already rule out. */
function refusalOf(response: Response): DohReply | undefined {
  const { status, type } = response;
  if (type === 'opaqueredirect' || (status >= 300 && status < 400))
    return { failed: { reason: 'http-status', detail: 'it sends us elsewhere' } };
  if (status === 429) {
    const restFor = retryAfter(response.headers.get('retry-after'));
    return {
      failed: { reason: 'rate-limited', detail: 'HTTP 429' },
      ...(restFor === undefined ? {} : { restFor }),
    };
  }
  // RFC 6585 §6: a network that wants a login first.
  if (status === 511) return { failed: { reason: 'captive-portal', detail: 'HTTP 511' } };
  // RFC 9110 §15.6.5: a forwarder whose server kept silent.
  if (status === 504) return { failed: { reason: 'timeout', detail: 'HTTP 504' } };
  if (status < 200 || status > 299) return { failed: { reason: 'http-status', detail: `HTTP ${status}` } };
  const kind = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (kind === MESSAGE) return undefined;
  if (kind === 'text/html' || kind === 'application/xhtml+xml')
    return { failed: { reason: 'captive-portal' } };
  return { failed: { reason: 'content-type', detail: kind === '' ? 'none named' : kind.slice(0, 80) } };
}

/** RFC 9110 §10.2.3: seconds, or a date, which is not worth a clock here. */
function retryAfter(header: string | null): number | undefined {
  const seconds = /^[0-9]{1,6}$/.exec(header?.trim() ?? '')?.[0];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** The body, undefined when it is larger than any DNS message. */
async function bodyOf(response: Response): Promise<Uint8Array | undefined> {
  const length = response.headers.get('content-length');
  if (length !== null && Number(length) <= MESSAGE_LIMIT) {
    const bytes = new Uint8Array(await response.arrayBuffer());
    return bytes.length <= MESSAGE_LIMIT ? bytes : undefined;
  }
  if (!response.body) return new Uint8Array(0);
  const reader = response.body.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MESSAGE_LIMIT) {
      void reader.cancel().catch(() => {});
      return undefined;
    }
    parts.push(value);
  }
  if (parts.length === 1) return parts[0];
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * A failed fetch is a TypeError whose message is each engine's own and says nothing more than "it failed"; what
 * Node hides in `cause` (ECONNREFUSED, CERT_HAS_EXPIRED) does say more and is kept.
 */
function networkFailure(error: unknown): Blind {
  const { message, cause } = (error ?? {}) as { message?: unknown; cause?: unknown };
  const code = (cause as { code?: unknown } | null | undefined)?.code;
  if (typeof code === 'string') return { reason: 'network', detail: code };
  if (typeof message !== 'string' || message === '' || PLAIN_FAILURES.test(message))
    return { reason: 'network' };
  return { reason: 'network', detail: message.slice(0, 120) };
}

const MESSAGE = 'application/dns-message';
const ACCEPT = { accept: MESSAGE };
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Chromium, Firefox, Safari (twice), Node, and a body that broke off in Chromium and Node. */
const PLAIN_FAILURES =
  /^(Failed to fetch.*|NetworkError when attempting to fetch resource\.?|Load failed.*|The Internet connection appears to be offline\.?|fetch failed|network error|terminated)$/i;
