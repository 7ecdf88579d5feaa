/*
 * The page and a DNS-over-HTTPS resolver on one origin, over HTTP/2 and TLS as public resolvers speak it. Every
 * DNS answer waits the same time, so what is measured is how often the page waits.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createSecureServer, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PageFile } from '../src/cli/page-files.ts';
import { typeName } from '../src/dns/details.ts';
import { readQuery } from '../src/dns/wire.ts';
import type { Zone } from '../src/dns/zone.ts';
import { respond } from '../src/observe/zone-server.ts';

/** What reached the server since it was last cleared. */
export interface Served {
  /** Name, type and flags of every DNS question, in order of arrival. */
  readonly questions: string[];
  /** Compressed octets of every file. */
  readonly files: Map<string, number>;
}

/** A running server. */
export interface DelayedServer {
  readonly url: string;
  readonly served: Served;
  clear(): void;
  close(): void;
}

/** Starts the server; each DNS answer is sent `delay` milliseconds after its question came. */
export async function startDelayedServer(
  page: ReadonlyMap<string, PageFile>,
  zone: Zone,
  delay: number,
): Promise<DelayedServer> {
  const served: Served = { questions: [], files: new Map() };
  const server = createSecureServer({ ...certificate(), allowHTTP1: true }, (request, response) => {
    const url = new URL(request.url ?? '/', 'https://here');
    if (url.pathname === '/dns-query') {
      const message = Buffer.from(url.searchParams.get('dns') ?? '', 'base64url');
      served.questions.push(questionOf(message));
      const reply = respond(zone, message);
      setTimeout(() => answer(response, reply), delay);
    } else void serveFile(url.pathname, response, page, served);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    served,
    clear: () => {
      served.questions.length = 0;
      served.files.clear();
    },
    close: () => server.close(),
  };
}

function answer(response: Http2ServerResponse, reply: ReturnType<typeof respond>): void {
  if (!(reply instanceof Uint8Array)) {
    response.writeHead(502).end();
    return;
  }
  // With its length, as public resolvers send it.
  response.writeHead(200, {
    'content-type': 'application/dns-message',
    'content-length': reply.length,
    'cache-control': 'no-store',
  });
  response.end(reply);
}

async function serveFile(
  path: string,
  response: Http2ServerResponse,
  page: ReadonlyMap<string, PageFile>,
  served: Served,
): Promise<void> {
  if (path === '/config.json') {
    const resolver = { id: 'bench', name: 'the bench', url: 'dns-query' };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ resolvers: [resolver] }));
    return;
  }
  const name = path === '/' ? '/index.html' : path;
  const file = page.get(name);
  if (file === undefined) {
    response.writeHead(404).end();
    return;
  }
  const coding = file.shrinks ? 'br' : 'identity';
  const body = await file.body(coding);
  served.files.set(name, body.length);
  response.writeHead(200, { 'content-type': file.type, 'content-encoding': coding });
  response.end(body);
}

/** "example.com TXT", with the flags that make it another question. */
function questionOf(message: Buffer): string {
  const query = readQuery(message);
  if (query === undefined) return 'unreadable';
  const cd = ((message[3] ?? 0) & 0x10) !== 0 ? ' cd' : '';
  const signed = ((message.at(-4) ?? 0) & 0x80) !== 0 ? ' do' : '';
  return `${query.name} ${typeName(query.type)}${cd}${signed}`;
}

function certificate(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'mailproof-bench-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync(
    'openssl',
    ['req', '-x509', ...curve, '-days', '2', ...subject, '-keyout', key, '-out', cert],
    {
      stdio: 'ignore',
    },
  );
  const pair = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return pair;
}
