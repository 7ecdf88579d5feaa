import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer as createHttp1Server } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { mustName } from '../dns/name.ts';
import { dns } from '../dns/record.ts';
import { parseZone } from '../dns/zone.ts';
import { createResolverPool } from '../observe/resolver-pool.ts';
import { respond } from '../observe/zone-server.ts';
import { createHttp2Fetch } from './http2-fetch.ts';

const pair = keyAndCertificate();
if (!pair) console.log('http2-fetch: no openssl to make a certificate with, skipped');

const zone = parseZone('*.example.com TXT "v=spf1 -all"');
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  open.push(() => void server.close());
  return (server.address() as AddressInfo).port;
}

function client() {
  const made = createHttp2Fetch({ ca: pair?.cert });
  open.push(() => made.close());
  return made.fetch;
}

type Handler = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

async function server(handler: Handler) {
  const made = createSecureServer({ ...pair }, handler);
  const connections = { count: 0 };
  made.on('session', (session) => {
    connections.count++;
    open.push(() => session.destroy());
  });
  return { url: `https://localhost:${await listening(made as never)}/dns-query`, connections };
}

const answering: Handler = (request, response) => {
  const query = new URL(request.url, 'https://x').searchParams.get('dns') ?? '';
  const reply = respond(zone, new Uint8Array(Buffer.from(query, 'base64url'))) as Uint8Array;
  response.writeHead(200, { 'content-type': 'application/dns-message' });
  response.end(Buffer.from(reply));
};

describe.skipIf(!pair)('questions over HTTP/2', () => {
  test('a hundred share one connection', async () => {
    const { url, connections } = await server(answering);
    const resolver = { id: 'here', name: 'here', url, operator: '', country: '' };
    const report = createResolverPool({ resolvers: [resolver], fetch: client() }).begin();
    const all = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        report.observe(dns(mustName(`n${i}.example.com`), 'TXT'), 'main'),
      ),
    );
    expect(all.filter(({ result }) => result.seen)).toHaveLength(100);
    expect(connections.count).toBe(1);
  });

  test('status and headers come through, redirects are not followed, bodies end at 64 kB', async () => {
    const { url } = await server((request, response) => {
      if (request.url.endsWith('large')) return void response.end(Buffer.alloc(10_000_000));
      response.writeHead(request.url.endsWith('none') ? 204 : 302, { location: '/large', 'x-seen': 'a, b' });
      response.end();
    });
    const fetch = client();
    const moved = await fetch(`${url}?moved`, { headers: { accept: 'x/y' } });
    expect([moved.status, moved.headers.get('location'), moved.headers.get('x-seen')]).toEqual([
      302,
      '/large',
      'a, b',
    ]);
    expect((await fetch(`${url}?none`, {})).status).toBe(204);
    const large = new Uint8Array(await (await fetch(`${url}?large`, {})).arrayBuffer());
    expect(large.length).toBeGreaterThan(65_535);
    expect(large.length).toBeLessThan(200_000);
  });

  test('stopping', async () => {
    const { url } = await server(() => {});
    const stop = new AbortController();
    const waiting = client()(url, { signal: stop.signal });
    setTimeout(() => stop.abort(), 50);
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    await expect(client()(url, { signal: stop.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('a connection that breaks is an error, and the next question opens another', async () => {
    let first = true;
    const { url } = await server((request, response) => {
      if (!first) return answering(request, response);
      first = false;
      request.stream.session?.destroy();
    });
    const fetch = client();
    await expect(fetch(url, {})).rejects.toBeInstanceOf(TypeError);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await fetch(`${url}?dns=AAABAAABAAAAAAAAAWEHZXhhbXBsZQNjb20AABAAAQ`, {})).status).toBe(200);
  });

  test('nobody there, and a certificate of somebody else', async () => {
    await expect(client()('https://localhost:1/', {})).rejects.toMatchObject({
      cause: { code: 'ECONNREFUSED' },
    });
    const { url } = await server(answering);
    const strict = createHttp2Fetch();
    open.push(() => strict.close());
    await expect(strict.fetch(url, {})).rejects.toMatchObject({
      cause: { code: expect.stringMatching(/SELF_SIGNED|UNABLE/) },
    });
  });

  test('HTTP/1.1 only, and plain http, are left to Node', async () => {
    const plain = await listening(createPlainServer((_, response) => response.end('plain')));
    expect(await (await client()(`http://localhost:${plain}/`, {})).text()).toBe('plain');
    const old = await listening(createHttp1Server({ ...pair }, (_, response) => response.end('old')));
    // Node's own fetch does not know the test's certificate: that it is asked at all is what shows.
    await expect(client()(`https://localhost:${old}/`, {})).rejects.toMatchObject({
      cause: { code: expect.stringMatching(/SELF_SIGNED/) },
    });
  });
});

function keyAndCertificate(): { key: Buffer; cert: Buffer } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'http2-fetch-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2'];
    execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', cert, ...names], {
      stdio: 'ignore',
    });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
