import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as ask, type IncomingMessage, type RequestOptions, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPage } from './page-files.ts';
import { createPageServer, listen } from './serve.ts';

const folder = mkdtempSync(join(tmpdir(), 'mailproof-page-'));
const script = `export default ${JSON.stringify('word '.repeat(200))};`;
let server: Server;
let url: URL;

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'));
  mkdirSync(join(folder, 'rules'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Page</title>');
  writeFileSync(join(folder, 'rules', 'index.html'), '<!doctype html><title>Rules</title>');
  writeFileSync(join(folder, 'assets', 'app-1234.js'), script);
  writeFileSync(join(folder, 'robots.txt'), 'Allow: /\nSitemap: sitemap.xml\n');
  server = createPageServer({
    page: readPage(folder),
    resolvers: [{ id: 'x', name: 'X', url: 'dns-query', operator: 'O', country: 'C' }],
    forwarder: {
      handle: async (_, response) => {
        response.end('dns');
      },
      close: () => {},
    },
  });
  url = new URL(await listen(server, '127.0.0.1', 0));
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

function get(path: string, options: RequestOptions = {}): Promise<{ head: IncomingMessage; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const request = ask({ host: url.hostname, port: url.port, path, ...options }, (head) => {
      const chunks: Buffer[] = [];
      head.on('data', (chunk: Buffer) => chunks.push(chunk));
      head.on('end', () => resolve({ head, body: Buffer.concat(chunks) }));
    });
    request.on('error', reject);
    request.end();
  });
}

describe('the page server', () => {
  test('sends the page with its type and its guards', async () => {
    const { head, body } = await get('/?d=example.com');
    expect(head.statusCode).toBe(200);
    expect(body.toString()).toContain('<title>Page');
    expect(head.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringMatching(/connect-src 'self';.*frame-ancestors 'none'$/),
    });
  });

  test('sends what shrinks compressed as the client takes it', async () => {
    const path = '/assets/app-1234.js';
    const plain = await get(path);
    expect(plain.body.toString()).toBe(script);
    expect(plain.head.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const brotli = await get(path, { headers: { 'accept-encoding': 'gzip, deflate, br' } });
    expect(brotli.head.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' });
    expect(brotliDecompressSync(brotli.body).toString()).toBe(script);
    const gzip = await get(path, { headers: { 'accept-encoding': 'br;q=0, gzip' } });
    expect(gzip.head.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(gzip.body).toString()).toBe(script);
  });

  test('sends nothing twice to who still has it', async () => {
    const first = await get('/');
    const etag = first.head.headers.etag as string;
    const second = await get('/', { headers: { 'if-none-match': `W/"x", ${etag}` } });
    expect(second.head.statusCode).toBe(304);
    expect(second.body.length).toBe(0);
  });

  test('answers HEAD with the headers alone', async () => {
    const { head, body } = await get('/', { method: 'HEAD' });
    expect(head.headers['content-length']).toBe('34');
    expect(body.length).toBe(0);
  });

  test.each([
    '/../package.json',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..%2f..%2fetc/passwd',
    '/assets',
    '/none.js',
  ])('has nothing at %s', async (path) => {
    expect((await get(path)).head.statusCode).toBe(404);
  });

  test('survives addresses that are none', async () => {
    expect((await get('/%ff')).head.statusCode).toBe(400);
    expect((await get('//')).head.statusCode).toBe(400);
  });

  test('leads from a folder to its page', async () => {
    const { head } = await get('/rules');
    expect([head.statusCode, head.headers.location]).toEqual([301, '/rules/']);
    expect((await get('/rules/')).body.toString()).toContain('Rules');
  });

  test('tells search engines whole addresses', async () => {
    const { body } = await get('/robots.txt', { headers: { host: 'mail.example' } });
    expect(body.toString()).toBe('Allow: /\nSitemap: http://mail.example/sitemap.xml\n');
    const strange = await get('/robots.txt', { headers: { host: 'x</loc>' } });
    expect(strange.body.toString()).toBe('Allow: /\nSitemap: sitemap.xml\n');
    const behind = await get('/robots.txt', { headers: { host: 'm.example', 'x-forwarded-proto': 'https' } });
    expect(behind.body.toString()).toContain('https://m.example/sitemap.xml');
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    const { head } = await get('/', { method });
    expect([head.statusCode, head.headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  test('hands DNS questions on, whatever the method', async () => {
    expect((await get('/dns-query?dns=AAAA')).body.toString()).toBe('dns');
    expect((await get('/dns-query', { method: 'POST' })).body.toString()).toBe('dns');
  });
});
