/*
 * The reference host: Node's own sockets, TLS and resolver. Nothing here decides what may be visited; that is
 * the guard's. Everything is connected to by address, so what was checked is what is met.
 */

import { Resolver } from 'node:dns/promises';
import { connect as connectTcp, type Socket } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { Duplex } from 'node:stream';
import { checkServerIdentity, connect as connectTls, rootCertificates, type TLSSocket } from 'node:tls';
import { SMTP_PORTS, type SmtpPort } from '../../facts/smtp.ts';
import { OPENSSL } from '../hello.ts';
import type {
  ByteStream,
  Connected,
  Host,
  PolicyTarget,
  Records,
  Upgraded,
  UpgradeOptions,
} from '../host.ts';
import { fetchPolicyOver } from './node-policy.ts';

/** What a Node host may be told. */
export interface NodeHostOptions {
  /** The name to give with EHLO; this machine's own unless said. */
  readonly helo?: string | undefined;
  /** Ports its network lets through; all of them unless said. */
  readonly ports?: readonly SmtpPort[] | undefined;
  /** Name servers ("192.0.2.1", "192.0.2.1:5300"); the system's unless said. */
  readonly dns?: readonly string[] | undefined;
  /** Roots to trust besides the usual ones, in PEM. */
  readonly ca?: string | undefined;
  /** Where policies are served, for the lab. */
  readonly policyPort?: number | undefined;
}

/** A host on Node. */
export function nodeHost(options: NodeHostOptions = {}): Host {
  const resolver = new Resolver({ timeout: 3000, tries: 2 });
  if (options.dns !== undefined) resolver.setServers(options.dns);
  return {
    can: {
      ports: options.ports ?? SMTP_PORTS,
      ipv6: hasIpv6(),
      outcomes: true,
      certificates: true,
      certificates13: true,
      finish: true,
      trust: true,
      policy: true,
      policyCertificates: true,
    },
    helo: options.helo ?? hostname(),
    parallel: 8,
    sharesWork: true,
    connect,
    upgrade: (stream, how) => upgrade(stream, how, options.ca),
    resolve: (name, type) => resolve(resolver, name, type),
    fetchPolicy: (target: PolicyTarget) =>
      fetchPolicyOver(target, { ca: options.ca, port: options.policyPort ?? 443 }),
  };
}

/** Connects to an address. */
export function connect(address: string, port: number, timeout: number): Promise<Connected> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host: address, port });
    const timer = setTimeout(() => {
      socket.destroy();
      resolve({ failed: 'timeout' });
    }, timeout);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const code = error.code ?? 'unknown';
      resolve({ failed: OUTCOMES[code] ?? 'unclear', code });
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve({ stream: streamOf(socket) });
    });
  });
}

/** A socket as octets that are asked for: what nobody reads stays in the kernel. */
function streamOf(socket: Socket | TLSSocket): ByteStream {
  let error: Error | undefined;
  let ended = false;
  let wake: (() => void) | undefined;
  const settle = () => {
    const run = wake;
    wake = undefined;
    run?.();
  };
  socket.on('error', (cause) => {
    error = cause;
    settle();
  });
  socket.on('close', () => {
    ended = true;
    settle();
  });
  socket.on('end', () => {
    ended = true;
    settle();
  });
  socket.on('readable', settle);
  return {
    read: async () => {
      for (;;) {
        const bytes = socket.read() as Buffer | null;
        if (bytes !== null) return bytes;
        if (error !== undefined) throw error;
        if (ended || socket.destroyed) return undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    write: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (cause) => (cause ? reject(cause) : resolve()));
      }),
    close: () => {
      // What was said last (QUIT, an alert) still goes out.
      socket.end();
      setTimeout(() => socket.destroy(), 250).unref();
    },
  };
}

function upgrade(
  stream: ByteStream,
  { sni, min, max, timeout }: UpgradeOptions,
  ca: string | undefined,
): Promise<Upgraded> {
  return new Promise((resolve) => {
    const socket = connectTls({
      socket: duplexOf(stream).on('error', () => {}),
      servername: sni,
      minVersion: min as 'TLSv1',
      maxVersion: max as 'TLSv1.3',
      ciphers: OPENSSL.ciphers,
      ecdhCurve: OPENSSL.groups,
      sigalgs: OPENSSL.schemes,
      minDHSize: 1,
      // A fault in the certificate is a fact; it ends nothing.
      rejectUnauthorized: false,
      ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
    });
    const finish = (came: Upgraded) => {
      clearTimeout(timer);
      if (came.stream === undefined) socket.destroy();
      resolve(came);
    };
    const timer = setTimeout(() => finish({}), timeout);
    const failed = (error: NodeJS.ErrnoException) => finish({ failure: error.code ?? 'unknown' });
    const closed = () => finish({});
    socket.on('error', failed);
    socket.on('close', closed);
    socket.once('secureConnect', () => {
      const verdict = socket.authorizationError as unknown;
      const code =
        verdict instanceof Error ? ((verdict as NodeJS.ErrnoException).code ?? verdict.message) : verdict;
      // In this order: each call of what `sentChain` uses takes the leaf off the chain that Node keeps.
      const name = checkServerIdentity(sni, socket.getPeerCertificate()) === undefined;
      const chain = sentChain(socket);
      const inner = streamOf(socket);
      socket.off('error', failed);
      socket.off('close', closed);
      finish({
        stream: inner,
        trust: {
          chain: code == null || code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? 'trusted' : `${code}`.slice(0, 80),
          name,
        },
        ...(chain === undefined ? {} : { chain }),
      });
    });
  });
}

/** The certificates as they were sent; `getPeerCertificate(true)` would add roots that were not. */
function sentChain(socket: TLSSocket): Uint8Array[] | undefined {
  const chain: Uint8Array[] = [];
  let each = socket.getPeerX509Certificate();
  while (each !== undefined && chain.length < 50) {
    chain.push(each.raw);
    each = each.issuerCertificate;
  }
  return chain.length === 0 ? undefined : chain;
}

/** A stream for Node's TLS to sit on. */
function duplexOf(stream: ByteStream): Duplex {
  return new Duplex({
    read() {
      stream.read().then(
        (bytes) => this.push(bytes ?? null),
        (error: Error) => this.destroy(error),
      );
    },
    write(chunk: Buffer, _encoding, done) {
      stream.write(chunk).then(
        () => done(),
        (error: Error) => done(error),
      );
    },
    destroy(error, done) {
      stream.close();
      done(error);
    },
  });
}

async function resolve<T extends keyof Records>(
  resolver: Resolver,
  name: string,
  type: T,
): Promise<Records[T]> {
  try {
    if (type === 'A') return await resolver.resolve4(name);
    if (type === 'AAAA') return await resolver.resolve6(name);
    if (type === 'MX') return (await resolver.resolveMx(name)).map(({ exchange }) => exchange);
    return (await resolver.resolveSrv(name)).map((record) => record.name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTFOUND' || code === 'ENODATA') return [];
    throw error;
  }
}

/** Whether a public IPv6 address is on this machine. */
function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(
      ({ family, internal, address }) => family === 'IPv6' && !internal && /^[23]/.test(address),
    ),
  );
}

/** What the machine's words for a failed connection mean. */
const OUTCOMES: Readonly<Record<string, Exclude<Connected, { stream: ByteStream }>['failed']>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'refused',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  // The machine has no way out there, or may not take it.
  ENETUNREACH: 'blocked-here',
  EADDRNOTAVAIL: 'blocked-here',
  EACCES: 'blocked-here',
  EPERM: 'blocked-here',
  EMFILE: 'blocked-here',
  ENFILE: 'blocked-here',
  EAFNOSUPPORT: 'blocked-here',
};
