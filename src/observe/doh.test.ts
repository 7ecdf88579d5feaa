import { describe, expect, test, vi } from 'vitest';
import { mustName } from '../dns/name.ts';
import { dns } from '../dns/record.ts';
import { encodeQuestion, readQuery } from '../dns/wire.ts';
import { parseZone } from '../dns/zone.ts';
import { askDoh, base64url, dohUrl, type Fetch } from './doh.ts';
import { RESOLVERS, type Resolver, resolverNamed, resolversFrom } from './resolvers.ts';
import { respond } from './zone-server.ts';

const zone = parseZone('example.com TXT "v=spf1 -all"');
const question = dns(mustName('example.com'), 'TXT');
const resolver = RESOLVERS[0] as Resolver;
const good = respond(zone, encodeQuestion(question)) as Uint8Array<ArrayBuffer>;
const message = { 'content-type': 'application/dns-message' };

const ask = (fetch: Fetch, signal = new AbortController().signal) =>
  askDoh(resolver, question, fetch, signal);
const reply = (body: BodyInit | null, init: ResponseInit) => ask(async () => new Response(body, init));

test('asks by GET with nothing that names the visitor', async () => {
  let asked: { url: string; init: RequestInit } | undefined;
  const read = await ask(async (url, init) => {
    asked = { url, init };
    return new Response(good, { headers: message });
  });
  expect(read).toMatchObject({ answer: { records: [{ data: ['v=spf1 -all'] }] } });
  expect(asked?.url).toMatch(/^https:\/\/cloudflare-dns\.com\/dns-query\?dns=[A-Za-z0-9_-]+$/);
  expect(asked?.init).toMatchObject({
    headers: { accept: 'application/dns-message' },
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    redirect: 'manual',
  });
  expect(asked?.init.method).toBeUndefined();
  expect(Object.keys(asked?.init.headers ?? {})).toEqual(['accept']);
});

test('what reads the details of a message is missing', async () => {
  vi.resetModules();
  vi.doMock('../dns/details.ts', () => {
    throw new Error('offline');
  });
  const octets = Uint8Array.from(good);
  octets[3] = 0x84;
  const fresh = await import('./doh.ts');
  const get: Fetch = async () => new Response(octets, { headers: message });
  const { signal } = new AbortController();
  expect(await fresh.askDoh(resolver, question, get, signal)).toEqual({ failed: { reason: 'not-loaded' } });
  vi.doUnmock('../dns/details.ts');
  vi.resetModules();
  expect(await ask(get)).toEqual({ failed: { reason: 'rcode', detail: 'NOTIMP' } });
});

test('the address', () => {
  const octets = Uint8Array.from(
    Buffer.from(dohUrl('https://a.example/q?x=1', question).split('&dns=')[1] ?? '', 'base64url'),
  );
  expect(readQuery(octets)).toMatchObject({ name: 'example.com', type: 16 });
  for (let length = 0; length < 40; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 73 + 250) & 255);
    expect(base64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
  }
});

describe('what can go wrong', () => {
  test.each([
    ['HTTP 500', null, { status: 500, headers: message }, { reason: 'http-status', detail: 'HTTP 500' }],
    ['HTTP 400', 'no', { status: 400 }, { reason: 'http-status', detail: 'HTTP 400' }],
    [
      'a redirect',
      null,
      { status: 302, headers: { location: 'https://login.example/' } },
      { reason: 'http-status' },
    ],
    [
      'a login page',
      '<!doctype html>',
      { headers: { 'content-type': 'text/html; charset=utf-8' } },
      { reason: 'captive-portal' },
    ],
    ['a login wanted', '', { status: 511 }, { reason: 'captive-portal' }],
    [
      'JSON',
      '{}',
      { headers: { 'content-type': 'application/dns-json' } },
      { reason: 'content-type', detail: 'application/dns-json' },
    ],
    ['no type', new Uint8Array(3), {}, { reason: 'content-type', detail: 'none named' }],
    ['a forwarder without its server', null, { status: 504 }, { reason: 'timeout' }],
    ['no body', null, { headers: message }, { reason: 'malformed' }],
    ['noise', new Uint8Array(40).fill(255), { headers: message }, { reason: 'malformed' }],
    ['too much', new Uint8Array(70_000), { headers: message }, { reason: 'malformed', detail: 'over 64 kB' }],
    [
      'too much, announced',
      new Uint8Array(70_000),
      { headers: { ...message, 'content-length': '70000' } },
      { reason: 'malformed', detail: 'over 64 kB' },
    ],
    [
      'more than announced',
      new Uint8Array(70_000),
      { headers: { ...message, 'content-length': '50' } },
      { reason: 'malformed', detail: 'over 64 kB' },
    ],
  ] as [string, BodyInit | null, ResponseInit, object][])('%s', async (_, body, init, failed) => {
    expect(await reply(body, init)).toMatchObject({ failed });
  });

  test('asked to slow down', async () => {
    expect(await reply(null, { status: 429, headers: { 'retry-after': '7' } })).toMatchObject({
      failed: { reason: 'rate-limited' },
      restFor: 7000,
    });
    for (const header of ['Wed, 21 Oct 2026 07:28:00 GMT', '-1', ''])
      expect(await reply(null, { status: 429, headers: { 'retry-after': header } })).not.toHaveProperty(
        'restFor',
      );
  });

  test('a body in pieces is one message', async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let i = 0; i < good.length; i += 7) controller.enqueue(good.slice(i, i + 7));
        controller.close();
      },
    });
    expect(await reply(body, { headers: message })).toHaveProperty('answer');
  });

  test('a body that never ends is left', async () => {
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(5000)),
      cancel: () => {
        cancelled = true;
      },
    });
    expect(await reply(body, { headers: message })).toMatchObject({ failed: { reason: 'malformed' } });
    expect(cancelled).toBe(true);
  });

  test.each([
    ['Chromium', new TypeError('Failed to fetch')],
    ['Firefox', new TypeError('NetworkError when attempting to fetch resource.')],
    ['Safari', new TypeError('Load failed')],
    ['older Safari', new TypeError('The Internet connection appears to be offline.')],
    ['Node', new TypeError('fetch failed')],
    ['nothing at all', undefined],
  ])('no network, as %s words it', async (_, error) => {
    expect(await ask(() => Promise.reject(error))).toEqual({ failed: { reason: 'network' } });
  });

  test('no network, with a reason', async () => {
    const error = new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } });
    expect(await ask(() => Promise.reject(error))).toEqual({
      failed: { reason: 'network', detail: 'ECONNREFUSED' },
    });
    expect(await ask(() => Promise.reject(new Error('blocked by client')))).toEqual({
      failed: { reason: 'network', detail: 'blocked by client' },
    });
  });

  test('a fetch that throws at once, and one that was stopped', async () => {
    expect(
      await ask(() => {
        throw new TypeError('Failed to fetch');
      }),
    ).toEqual({ failed: { reason: 'network' } });
    const stop = new AbortController();
    stop.abort();
    expect(await ask(() => Promise.reject(stop.signal.reason), stop.signal)).toEqual({
      failed: { reason: 'aborted' },
    });
  });
});

describe('resolvers', () => {
  test('the known ones, in order', () => {
    expect(RESOLVERS.map(({ id }) => id)).toEqual(['cloudflare', 'google', 'dns-sb', 'cz-nic']);
    expect(new Set(RESOLVERS.map(({ name }) => name)).size).toBe(4);
    expect(RESOLVERS.every(({ url, privacy }) => /^https:/.test(url) && /^https:/.test(privacy ?? ''))).toBe(
      true,
    );
  });

  test.each([
    ['google', 'https://dns.google/dns-query'],
    ['https://dns.google/dns-query', 'https://dns.google/dns-query'],
    ['https://doh.example/q{?dns}', 'https://doh.example/q'],
    ['http://127.0.0.1:8053/dns-query', 'http://127.0.0.1:8053/dns-query'],
    ['http://localhost/dns-query', 'http://localhost/dns-query'],
    ['http://doh.example/', undefined],
    ['https://user:secret@doh.example/', undefined],
    ['javascript:alert(1)', undefined],
    ['nobody', undefined],
    ['', undefined],
  ])('%s', (text, url) => {
    expect(resolverNamed(text)?.url).toBe(url);
  });

  test('the page’s own server', () => {
    expect(resolverNamed('/dns-query', 'http://192.0.2.1:8080')?.url).toBe('http://192.0.2.1:8080/dns-query');
    expect(resolverNamed('http://192.0.2.2/dns-query', 'http://192.0.2.1:8080')).toBeUndefined();
  });

  test('the chosen one first, the others behind it', () => {
    const chosen = resolverNamed('cz-nic') as Resolver;
    expect(resolversFrom(chosen).map(({ id }) => id)).toEqual(['cz-nic', 'cloudflare', 'google', 'dns-sb']);
  });
});
