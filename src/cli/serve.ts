/*
 * `mailproof serve`: the built page and a DNS-over-HTTPS forwarder on one port, for people who run their own.
 * The page carries whom it may ask.
 */

import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { fileURLToPath } from 'node:url';
import { RESOLVERS, type Resolver } from '../observe/resolvers.ts';
import { createRelay, type Relay } from '../relay/handler.ts';
import { nodeHost } from '../relay/hosts/node.ts';
import { answerWith } from '../relay/hosts/node-server.ts';
import { readResolver } from './check.ts';
import { contentPolicy, type PageConfig, withSettings } from './content-policy.ts';
import { createDnsForwarder, type DnsForwarder, type Upstream } from './dns-forwarder.ts';
import { type Coding, type PageFile, readPage } from './page-files.ts';
import { CONTROLS, relayAt } from './relays.ts';
import { type ExitStatus, readArguments, readHostPort, UsageError } from './usage.ts';

/** What a server is made of. `forwarder` answers /dns-query; without one that address is not found. */
export interface ServeOptions {
  readonly page: ReadonlyMap<string, PageFile>;
  readonly resolvers: readonly Resolver[];
  readonly forwarder?: DnsForwarder | undefined;
  /** Answers below /relay/. */
  readonly relay?: Relay | undefined;
  /** Relays elsewhere that the page is to ask. */
  readonly relays?: readonly { readonly name: string; readonly url: string }[] | undefined;
}

/** Runs until the process is told to stop. */
export async function serve(args: readonly string[]): Promise<ExitStatus> {
  const { values, positionals } = readArguments(args, {
    port: { type: 'string' },
    host: { type: 'string' },
    dns: { type: 'string' },
    resolver: { type: 'string', multiple: true },
    relay: { type: 'string', multiple: true },
  });
  if (positionals.length > 0) throw new UsageError(`serve takes options only, not "${positionals[0]}".`);
  const given = values.relay ?? ['on'];
  if (given.includes('off') && given.length > 1) throw new UsageError('--relay: "off" stands alone.');
  const relays = given.filter((each) => each !== 'on' && each !== 'off').map(relayAt);
  if (values.dns !== undefined && values.resolver !== undefined)
    throw new UsageError('--dns and --resolver exclude each other: the page asks the one or the other.');

  const chosen = (values.resolver ?? []).map(readResolver);
  const upstream = values.dns === undefined ? systemResolver() : readHostPort('--dns', values.dns, 53);
  const forwarder = upstream && createDnsForwarder(upstream);
  const resolvers =
    values.dns !== undefined
      ? [OWN]
      : chosen.length > 0
        ? chosen
        : [...RESOLVERS, ...(forwarder === undefined ? [] : [OWN])];

  const relay = given.includes('on')
    ? createRelay({
        host: nodeHost({ dns: values.dns === undefined ? undefined : nameServers(upstream) }),
        // This server's own page only: it sends no origin.
        origins: [],
        base: RELAY,
        controls: CONTROLS,
      })
    : undefined;
  const options = { resolvers, forwarder, relay, relays };
  const page = builtPage(settingsOf(options));
  const server = createPageServer({ ...options, page });
  const port = readPort(values.port);
  const host = values.host ?? '127.0.0.1';
  const address = await listen(server, host, port);
  process.stdout.write(`Mailproof: ${address}\n`);
  if (values.dns !== undefined)
    process.stdout.write(`The page asks ${values.dns} through ${address}dns-query\n`);

  // Compressing one of these takes up to a second, for which the first visitor would wait.
  for (const file of page.values()) if (file.shrinks && file.size > LARGE) void file.body('br');

  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  server.close();
  server.closeAllConnections();
  forwarder?.close();
  return 0;
}

/** Octets of a file that is compressed before somebody asks for it. */
const LARGE = 40_000;

/** The server, not listening yet. */
export function createPageServer(options: ServeOptions): Server {
  const { page, forwarder, relay } = options;
  const policy = contentPolicy(settingsOf(options));
  return createServer((request, response) => {
    for (const [name, value] of SECURITY) response.setHeader(name, value);
    // The widget may stand in any page, sandboxed without an origin, too: its files may then be read from none.
    const frames = isWidget(request) ? '*' : "'none'";
    response.setHeader('content-security-policy', `${policy}; frame-ancestors ${frames}`);
    if (pathOf(request) !== '/dns-query') response.setHeader('access-control-allow-origin', '*');
    if (forwarder !== undefined && pathOf(request) === '/dns-query') void forwarder.handle(request, response);
    else if (relay !== undefined && pathOf(request)?.startsWith(RELAY))
      answerWith(relay, request, response).catch(() => response.destroy());
    else void write(request, response, reply(request, page));
  });
}

/** Whom the page may ask. */
function settingsOf({ resolvers, relay, relays = [] }: Omit<ServeOptions, 'page'>): PageConfig {
  const all = [...(relay === undefined ? [] : [{ name: 'this server', url: RELAY.slice(1) }]), ...relays];
  return {
    resolvers: resolvers.map(({ id, name, url }) => ({ id, name, url })),
    ...(all.length === 0 ? {} : { relays: all }),
  };
}

/** The page that `npm run build` made, its index carrying these settings and asking nobody else. */
export function builtPage(settings: PageConfig): ReadonlyMap<string, PageFile> {
  const folder = fileURLToPath(new URL('../page', import.meta.url));
  try {
    readFileSync(`${folder}/index.html`);
  } catch {
    throw new Error('The page has not been built: run npm run build first.');
  }
  return readPage(folder, (path, bytes) =>
    path === '/index.html' ? Buffer.from(withSettings(bytes.toString('utf8'), settings)) : bytes,
  );
}

/** Starts listening; the address to open, with a final slash. */
export async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new Error(
          error.code === 'EADDRINUSE'
            ? `Port ${port} is in use; name another with --port.`
            : error.code === 'EACCES'
              ? `Port ${port} may not be used by this user; name one above 1023 with --port.`
              : `Cannot listen on ${host}: ${error.message}`,
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${actual}/`;
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | Promise<Buffer>;
}

function reply(request: IncomingMessage, page: ReadonlyMap<string, PageFile>): Reply {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return sentence(405, 'Only GET and HEAD are answered here.', { allow: 'GET, HEAD' });
  const path = pathOf(request);
  if (path === undefined) return sentence(400, 'This address could not be read.');
  const file = page.get(path.endsWith('/') ? `${path}index.html` : path);
  if (file !== undefined && FOR_SEARCH_ENGINES.includes(path)) return whole(request, file);
  if (file !== undefined) return fileReply(request, file);
  if (page.has(`${path}/index.html`)) return sentence(301, 'One step further.', { location: `${path}/` });
  const missing = page.get('/404.html');
  return missing === undefined
    ? sentence(404, 'There is nothing at this address.')
    : { ...fileReply(request, missing), status: 404 };
}

function fileReply(request: IncomingMessage, file: PageFile): Reply {
  const headers = {
    'content-type': file.type,
    'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: file.etag,
    ...(file.shrinks ? { vary: 'accept-encoding' } : {}),
  };
  const held = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (held?.includes(file.etag)) return { status: 304, headers };
  const coding = file.shrinks ? codingFor(request.headers['accept-encoding'] ?? '') : 'identity';
  return {
    status: 200,
    headers: coding === 'identity' ? headers : { ...headers, 'content-encoding': coding },
    body: file.body(coding),
  };
}

/** A list of places on this server as the whole addresses that search engines want, by the name it was asked at. */
function whole(request: IncomingMessage, { type, body }: PageFile): Reply {
  const host = /^[A-Za-z0-9.-]+(:[0-9]{1,5})?$/.exec(request.headers.host ?? '')?.[0];
  const scheme = request.headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
  const address = (place: string) =>
    host === undefined ? place : new URL(place, `${scheme}://${host}/`).href;
  const completed = body('identity').then((bytes) =>
    Buffer.from(
      bytes
        .toString('utf8')
        .replace(/(<loc>|^Sitemap: )([^<\n]*)/gm, (_, start, place) => start + address(place)),
    ),
  );
  return { status: 200, headers: { 'content-type': type, 'cache-control': 'no-cache' }, body: completed };
}

function codingFor(accepted: string): Coding {
  const takes = (coding: string) =>
    new RegExp(`(^|[\\s,])${coding}(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$))`).test(accepted);
  return takes('br') ? 'br' : takes('gzip') ? 'gzip' : 'identity';
}

function sentence(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...headers },
    body: Buffer.from(`${text}\n`),
  };
}

async function write(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body: coming }: Reply,
): Promise<void> {
  const body = await coming;
  const length = body === undefined ? {} : { 'content-length': body.length };
  response.writeHead(status, { ...headers, ...length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Whether the page asked for is the widget. */
function isWidget({ url = '' }: IncomingMessage): boolean {
  return /^\/(?:index\.html)?\?(?:[^#]*&)?embed=/.test(url);
}

/** The path asked for, decoded; undefined when the request's target is no address of this server. */
function pathOf(request: IncomingMessage): string | undefined {
  try {
    return decodeURIComponent(new URL(request.url ?? '', 'http://page').pathname);
  } catch {
    return undefined;
  }
}

/** The first name server this machine itself asks. */
function systemResolver(): Upstream | undefined {
  try {
    const host = /^nameserver\s+(\S+)/m.exec(readFileSync('/etc/resolv.conf', 'utf8'))?.[1];
    return host === undefined ? undefined : { host, port: 53 };
  } catch {
    return undefined;
  }
}

/** A name server for the relay, which takes addresses only; without one it asks the system's. */
function nameServers(upstream: Upstream | undefined): readonly string[] | undefined {
  if (upstream === undefined || !('host' in upstream) || isIP(upstream.host) === 0) return undefined;
  return [`${isIP(upstream.host) === 6 ? `[${upstream.host}]` : upstream.host}:${upstream.port}`];
}

function readPort(text: string | undefined): number {
  if (text === undefined) return 8025;
  if (!/^[0-9]{1,5}$/.test(text) || Number(text) > 65535)
    throw new UsageError(`--port takes a number from 0 to 65535, not "${text}".`);
  return Number(text);
}

const SECURITY: readonly (readonly [string, string])[] = [
  ['cross-origin-opener-policy', 'same-origin'],
  ['permissions-policy', 'camera=(), geolocation=(), microphone=()'],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
];

/** Files with addresses in them. */
const FOR_SEARCH_ENGINES = ['/sitemap.xml', '/robots.txt'];

/** Where the relay stands on this server. */
const RELAY = '/relay/';

const OWN: Resolver = {
  id: 'this-server',
  name: 'this server',
  url: 'dns-query',
  operator: '',
  country: '',
};
