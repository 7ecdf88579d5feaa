import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import * as details from '../dns/details.ts';
import { mustName } from '../dns/name.ts';
import { type DnsQuestion, dns } from '../dns/record.ts';
import { decodeAnswer, encodeQuestion } from '../dns/wire.ts';
import { parseZone } from '../dns/zone.ts';
import { base64url } from '../observe/doh.ts';
import { createResolverPool } from '../observe/resolver-pool.ts';
import { respond } from '../observe/zone-server.ts';
import { createDnsForwarder, type ForwarderOptions, type Upstream } from './dns-forwarder.ts';

const zone = parseZone(`
example.com SOA ns.example.com h.example.com 1 2 3 4 120
example.com 600 IN TXT "v=spf1 -all"
long.example.com 600 IN TXT "${'x'.repeat(250)}"
broken.example.com TXT !servfail
silent.example.com TXT !timeout
`);
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const ask = (name: string) => dns(mustName(name), 'TXT');
const dnsParameter = (question: DnsQuestion) => `/dns-query?dns=${base64url(encodeQuestion(question))}`;

/** A name server on loopback. `udp` may answer as it likes; without it the zone answers. */
async function nameServer(udp?: (query: Buffer, from: RemoteInfo, socket: Socket) => void) {
  const seen: Buffer[] = [];
  const ports = new Set<number>();
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    seen.push(query);
    ports.add(from.port);
    if (udp) return udp(query, from, socket);
    const reply = respond(zone, new Uint8Array(query));
    if (reply instanceof Uint8Array) socket.send(reply, from.port, from.address);
  });
  const port = await new Promise<number>((resolve) =>
    socket.bind(0, '127.0.0.1', () => resolve(socket.address().port)),
  );
  open.push(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  return { host: '127.0.0.1', port, seen, ports };
}

async function forwarder(upstream: Upstream, options?: ForwarderOptions) {
  const forward = createDnsForwarder(upstream, options);
  const server = createServer((request, response) => void forward.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));
  open.push(() => forward.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function http(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: Uint8Array } = {},
) {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options;
    const sent = httpRequest(url, { method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('in front of a DNS server', () => {
  test('GET and POST', async () => {
    const { host, port, seen } = await nameServer();
    const at = await forwarder({ host, port });
    const question = ask('example.com');
    const got = await http(at + dnsParameter(question));
    expect(got.status).toBe(200);
    expect(got.headers).toMatchObject({
      'content-type': 'application/dns-message',
      'cache-control': 'max-age=600',
      'content-length': String(got.body.length),
    });
    expect(got.headers['access-control-allow-origin']).toBeUndefined();
    expect(decodeAnswer(question, new Uint8Array(got.body), details)).toMatchObject({
      answer: { records: [{ data: ['v=spf1 -all'] }] },
    });
    const query = encodeQuestion(question);
    query[0] = 0x12;
    query[1] = 0x34;
    const posted = await http(`${at}/dns-query`, {
      method: 'POST',
      headers: { 'content-type': 'application/dns-message' },
      body: query,
    });
    expect(posted.status).toBe(200);
    expect(posted.body.readUInt16BE(0)).toBe(0x1234);
    expect(got.body.readUInt16BE(0)).toBe(0);
    // Towards the server the id is another one each time; 0 or the asker's own would be luck.
    expect(new Set(seen.map((query) => query.readUInt16BE(0)))).not.toEqual(new Set([0, 0x1234]));
  });

  test('denials are kept as long as their SOA says, failures not at all', async () => {
    const at = await forwarder(await nameServer());
    const denied = await http(at + dnsParameter(ask('nothing.example.com')));
    expect(denied.headers['cache-control']).toBe('max-age=120');
    const failed = await http(at + dnsParameter(ask('broken.example.com')));
    expect([failed.status, failed.headers['cache-control']]).toEqual([200, 'no-store']);
    expect(decodeAnswer(ask('broken.example.com'), new Uint8Array(failed.body), details)).toEqual({
      failed: { reason: 'servfail' },
    });
  });

  test('what was cut short is asked again over TCP', async () => {
    const { host, port } = await nameServer((query, from, socket) => {
      const cut = Buffer.from(query);
      cut[2] = 0x83;
      socket.send(cut, from.port, from.address);
    });
    const tcp = createTcpServer((connection) => {
      let held = Buffer.alloc(0);
      connection.on('error', () => {});
      connection.on('data', (part) => {
        held = Buffer.concat([held, part]);
        if (held.length < 2 || held.length < held.readUInt16BE(0) + 2) return;
        const reply = Buffer.from(respond(zone, new Uint8Array(held.subarray(2))) as Uint8Array);
        const length = Buffer.alloc(2);
        length.writeUInt16BE(reply.length);
        // In pieces, as a network may deliver it.
        connection.write(length.subarray(0, 1));
        setTimeout(() => connection.write(Buffer.concat([length.subarray(1), reply.subarray(0, 20)])), 5);
        setTimeout(() => connection.end(reply.subarray(20)), 10);
      });
    });
    await new Promise<void>((resolve) => tcp.listen(port, host, resolve));
    open.push(() => new Promise((resolve) => tcp.close(resolve)));
    const at = await forwarder({ host, port });
    const got = await http(at + dnsParameter(ask('long.example.com')));
    expect(decodeAnswer(ask('long.example.com'), new Uint8Array(got.body), details)).toMatchObject({
      answer: { records: [{ data: ['x'.repeat(250)] }] },
    });
  });

  test('cut short and no TCP there', async () => {
    const upstream = await nameServer((query, from, socket) => {
      const cut = Buffer.from(query);
      cut[2] = 0x83;
      socket.send(cut, from.port, from.address);
    });
    const got = await http((await forwarder(upstream)) + dnsParameter(ask('example.com')));
    expect(got.status).toBe(502);
  });

  test('forged answers are not taken: other id, other question, other sender', async () => {
    const stranger = createSocket('udp4');
    await new Promise<void>((resolve) => stranger.bind(0, '127.0.0.1', resolve));
    open.push(() => new Promise<void>((resolve) => stranger.close(() => resolve())));
    const forged = parseZone('example.com TXT "forged"\nexample.org TXT "forged"');
    const upstream = await nameServer((query, from, socket) => {
      const reply = Buffer.from(respond(forged, new Uint8Array(query)) as Uint8Array);
      stranger.send(reply, from.port, from.address);
      const otherId = Buffer.from(reply);
      otherId.writeUInt16BE(reply.readUInt16BE(0) ^ 1, 0);
      socket.send(otherId, from.port, from.address);
      const other = Buffer.from(respond(forged, encodeQuestion(ask('example.org'))) as Uint8Array);
      reply.copy(other, 0, 0, 2);
      socket.send(other, from.port, from.address);
      socket.send(query, from.port, from.address);
      const right = Buffer.from(respond(zone, new Uint8Array(query)) as Uint8Array);
      setTimeout(() => socket.send(right, from.port, from.address), 40);
    });
    const got = await http((await forwarder(upstream)) + dnsParameter(ask('example.com')));
    expect(decodeAnswer(ask('example.com'), new Uint8Array(got.body), details)).toMatchObject({
      answer: { records: [{ data: ['v=spf1 -all'] }] },
    });
  });

  test('a datagram that is lost is sent again', async () => {
    let count = 0;
    const upstream = await nameServer((query, from, socket) => {
      if (++count > 1)
        socket.send(respond(zone, new Uint8Array(query)) as Uint8Array, from.port, from.address);
    });
    const at = await forwarder(upstream, { resend: 30 });
    expect((await http(at + dnsParameter(ask('example.com')))).status).toBe(200);
    expect(count).toBe(2);
  });

  test('silence is a gateway timeout, a closed port a bad gateway', async () => {
    const at = await forwarder(await nameServer(), { timeout: 60, resend: 20 });
    expect((await http(at + dnsParameter(ask('silent.example.com')))).status).toBe(504);
    const { host, port } = await nameServer();
    await open.pop()?.();
    const closed = await forwarder({ host, port }, { timeout: 300, resend: 20 });
    expect((await http(closed + dnsParameter(ask('example.com')))).status).toBe(502);
  });

  test('a hundred questions at once share one socket', async () => {
    const upstream = await nameServer();
    const at = await forwarder(upstream);
    const resolver = { id: 'here', name: 'here', url: `${at}/dns-query`, operator: '', country: '' };
    const report = createResolverPool({ resolvers: [resolver] }).begin();
    const all = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        report.observe(ask(i === 0 ? 'example.com' : `n${i}.example.com`), 'main'),
      ),
    );
    expect(all.every(({ result }) => result.seen)).toBe(true);
    expect(upstream.ports.size).toBe(1);
    expect(upstream.seen).toHaveLength(100);
  });

  test('closing ends what is open', async () => {
    const { host, port } = await nameServer();
    const forward = createDnsForwarder({ host, port });
    const server = createServer((request, response) => void forward.handle(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const waiting = http(at + dnsParameter(ask('silent.example.com')));
    setTimeout(() => forward.close(), 30);
    expect((await waiting).status).toBe(503);
    expect((await http(at + dnsParameter(ask('example.com')))).status).toBe(503);
  });
});

describe('what it refuses', () => {
  const text = (bytes: Uint8Array) => `/dns-query?dns=${base64url(bytes)}`;
  const query = encodeQuestion(ask('example.com'));
  const changed = (at: number, octet: number) => {
    const bytes = query.slice();
    bytes[at] = octet;
    return text(bytes);
  };
  test.each([
    ['no question', '/dns-query', {}, 400],
    ['no base64url', '/dns-query?dns=a%2Bb', {}, 400],
    ['noise', '/dns-query?dns=AAAA', {}, 400],
    ['a response', changed(2, 0x81), {}, 400],
    ['two questions', changed(5, 2), {}, 400],
    ['another class', changed(28, 3), {}, 400],
    ['a zone transfer', changed(26, 252), {}, 400],
    ['something behind it', text(Uint8Array.from([...query, 0])), {}, 400],
    ['too long', `/dns-query?dns=${'A'.repeat(3000)}`, {}, 414],
    ['another method', '/dns-query', { method: 'PUT' }, 405],
    ['another type', '/dns-query', { method: 'POST', headers: { 'content-type': 'text/plain' } }, 415],
    [
      'a large body',
      '/dns-query',
      { method: 'POST', headers: { 'content-type': 'application/dns-message' }, body: new Uint8Array(5000) },
      413,
    ],
    ['another site', text(query), { headers: { 'sec-fetch-site': 'cross-site' } }, 403],
    ['another origin', text(query), { headers: { origin: 'https://evil.example' } }, 403],
    ['an origin of none', text(query), { headers: { origin: 'null' } }, 403],
  ] as [string, string, Parameters<typeof http>[1], number][])('%s', async (_, path, options, status) => {
    const upstream = await nameServer();
    const got = await http((await forwarder(upstream)) + path, options);
    expect(got.status).toBe(status);
    expect(got.headers['cache-control']).toBe('no-store');
    expect(upstream.seen).toHaveLength(0);
  });

  test('its own page is let in', async () => {
    const at = await forwarder(await nameServer());
    const headers = { 'sec-fetch-site': 'same-origin', origin: at };
    expect((await http(at + text(query), { headers })).status).toBe(200);
  });
});

describe('in front of another resolver', () => {
  test('asks it with id 0 and gives back the asker’s own', async () => {
    const behind = await forwarder(await nameServer());
    const at = await forwarder({ url: `${behind}/dns-query` });
    const query = encodeQuestion(ask('example.com'));
    query[0] = 0xab;
    const got = await http(`${at}/dns-query?dns=${base64url(query)}`);
    expect(got.status).toBe(200);
    expect(got.body[0]).toBe(0xab);
    expect(got.headers['cache-control']).toBe('max-age=600');
  });

  test('its failures are named', async () => {
    const silent = await forwarder(await nameServer(), { timeout: 500 });
    const at = await forwarder({ url: `${silent}/dns-query` }, { timeout: 50 });
    expect((await http(at + dnsParameter(ask('silent.example.com')))).status).toBe(504);
    const nobody = await forwarder({ url: 'http://127.0.0.1:1/dns-query' });
    expect((await http(nobody + dnsParameter(ask('example.com')))).status).toBe(502);
    const other = createServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    open.push(() => new Promise((resolve) => other.close(resolve).closeAllConnections()));
    const wrong = await forwarder({ url: `http://127.0.0.1:${(other.address() as AddressInfo).port}/` });
    expect((await http(wrong + dnsParameter(ask('example.com')))).status).toBe(502);
  });
});
