/*
 * The page and a DNS-over-HTTPS resolver on one origin, over HTTP/2 and TLS as public resolvers speak it. Every
 * DNS answer waits the same time, so what is measured is how often the page waits.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createSecureServer, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
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
  readonly questions: readonly string[];
  /** Compressed octets of every file. */
  readonly files: ReadonlyMap<string, number>;
}

/** A running server. */
export interface DelayedServer {
  readonly url: string;
  readonly served: Served;
  clear(): void;
  close(): void;
}

/**
 * Starts the server; each DNS answer is sent `delay` milliseconds after its question came. It shares the processor with
 * the browser, so an answer is made once and sent again when it is asked for again.
 */
export async function startDelayedServer(
  page: ReadonlyMap<string, PageFile>,
  zone: Zone,
  delay: number,
): Promise<DelayedServer> {
  const asked: Prepared[] = [];
  const files = new Map<string, number>();
  const prepared = new Map<string, Prepared>();
  const server = createSecureServer(certificate());
  server.on('stream', (stream, { ':path': path = '/' }) => {
    if (!path.startsWith(ASKING)) {
      void serveFile(path, stream, page, files);
      return;
    }
    const message = path.slice(ASKING.length);
    let one = prepared.get(message);
    if (!one) {
      one = prepare(zone, Buffer.from(message, 'base64url'));
      prepared.set(message, one);
    }
    asked.push(one);
    setTimeout(answer, delay, stream, one);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    served: {
      get questions() {
        return asked.map(({ question }) => question);
      },
      files,
    },
    clear: () => {
      asked.length = 0;
      files.clear();
    },
    close: () => server.close(),
  };
}

const ASKING = '/dns-query?dns=';

/** A question and the answer to it. */
interface Prepared {
  readonly question: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Uint8Array | undefined;
}

function prepare(zone: Zone, message: Buffer): Prepared {
  const question = questionOf(message);
  const reply = respond(zone, message);
  if (!(reply instanceof Uint8Array)) return { question, headers: { ':status': 502 }, body: undefined };
  // With its length, as public resolvers send it.
  const headers = {
    ':status': 200,
    'content-type': 'application/dns-message',
    'content-length': reply.length,
    'cache-control': 'no-store',
  };
  return { question, headers, body: reply };
}

function answer(stream: ServerHttp2Stream, { headers, body }: Prepared): void {
  if (stream.destroyed) return;
  stream.respond(headers);
  stream.end(body);
}

async function serveFile(
  path: string,
  stream: ServerHttp2Stream,
  page: ReadonlyMap<string, PageFile>,
  files: Map<string, number>,
): Promise<void> {
  const name = path === '/' ? '/index.html' : path;
  const file = page.get(name);
  if (file === undefined) {
    stream.respond({ ':status': 404 }, { endStream: true });
    return;
  }
  const coding = file.shrinks ? 'br' : 'identity';
  const body = await file.body(coding);
  if (stream.destroyed) return;
  files.set(name, body.length);
  stream.respond({ ':status': 200, 'content-type': file.type, 'content-encoding': coding });
  stream.end(body);
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
