/*
 * Cloudflare Workers. The platform forbids port 25, shows no certificates and does not say why a connection
 * failed; what it does give is raw octets, and the hello in clear needs no more. Names are looked up over HTTPS.
 */

import { connect } from 'cloudflare:sockets';
import type { PolicyAnswer } from '../../facts/question.ts';
import type { SmtpPort } from '../../facts/smtp.ts';
import { latin1 } from '../hello.ts';
import type { ByteStream, Connected, Host, PolicyTarget, Records } from '../host.ts';
import { Deadline, since, until } from '../wire.ts';

/** What a Workers host may be told by its configuration. */
export interface WorkersOptions {
  readonly helo: string;
  readonly ports?: readonly SmtpPort[] | undefined;
  /** A resolver that speaks JSON over HTTPS. */
  readonly dns?: string | undefined;
}

export function workersHost({ helo, ports = [465, 587, 2525], dns = DNS }: WorkersOptions): Host {
  return {
    can: {
      ports,
      ipv6: false,
      outcomes: false,
      certificates: true,
      certificates13: false,
      finish: false,
      trust: false,
      policy: true,
      policyCertificates: false,
    },
    helo,
    // Six connections a request at most, of which one is kept for looking up.
    parallel: 4,
    sharesWork: false,
    connect: open,
    resolve: (name, type) => resolve(dns, name, type),
    fetchPolicy,
  };
}

async function open(address: string, port: SmtpPort, timeout: number): Promise<Connected> {
  try {
    const socket = connect({ hostname: address, port }, { secureTransport: 'off', allowHalfOpen: false });
    const opened = await until(new Deadline(timeout), socket.opened);
    if (opened !== 'timeout') return { stream: streamOf(socket) };
    // After a failure `close` may never settle; nobody waits for it.
    void socket.close().catch(() => {});
    return { failed: 'timeout' };
  } catch {
    return { failed: 'unclear' };
  }
}

function streamOf(socket: ReturnType<typeof connect>): ByteStream {
  const reader = socket.readable.getReader();
  const writer = socket.writable.getWriter();
  let closed = false;
  return {
    read: async () => {
      if (closed) return undefined;
      const { value } = await reader.read();
      return value === undefined || value.length === 0 ? undefined : value;
    },
    write: (bytes) => writer.write(bytes),
    close: () => {
      if (closed) return;
      closed = true;
      void reader.cancel().catch(() => {});
      void socket.close().catch(() => {});
    },
  };
}

async function resolve<T extends keyof Records>(
  dns: string,
  name: string,
  type: T,
): Promise<readonly string[]> {
  const url = `${dns}?${new URLSearchParams({ name, type })}`;
  const response = await fetch(url, {
    headers: { accept: 'application/dns-json' },
    signal: AbortSignal.timeout(5000),
  });
  const { Status: status, Answer: answer = [] } = (await response.json()) as DnsJson;
  if (status !== 0 && status !== 3) throw new Error(`rcode ${status}`);
  return answer.flatMap(({ type: kind, data }) => {
    if (kind !== TYPES[type]) return [];
    return data.split(' ').slice(-1);
  });
}

async function fetchPolicy({ name, timeout, limit }: PolicyTarget): Promise<PolicyAnswer> {
  const start = performance.now();
  const late = AbortSignal.timeout(timeout);
  // The platform connects by name by itself and says nothing about the certificate.
  const common = { unverified: true } as const;
  try {
    const response = await fetch(`https://${name}/.well-known/mta-sts.txt`, {
      redirect: 'manual',
      signal: late,
    });
    const type = response.headers.get('content-type');
    const location = response.headers.get('location');
    const bytes = await bodyOf(response, limit);
    // Cloudflare's own words for a server it could not reach, or whose certificate it refused.
    const failure = response.headers.get('server') === 'cloudflare' ? EDGE[response.status] : undefined;
    if (failure !== undefined)
      return { status: 0, failure, body: '', detail: `${response.status}`, ms: since(start), ...common };
    return {
      status: response.status,
      ...(bytes.length > limit ? { failure: 'too-large' as const } : {}),
      ...(type === null ? {} : { contentType: type.slice(0, 1000) }),
      ...(location === null ? {} : { detail: location.slice(0, 1000) }),
      body: latin1(bytes.subarray(0, limit)),
      ms: since(start),
      ...common,
    };
  } catch {
    const failure = late.aborted ? 'too-slow' : 'no-connection';
    return { status: 0, failure, body: '', ms: since(start), ...common };
  }
}

/** The body, or a little more than `limit` of it. */
async function bodyOf(response: Response, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  while (reader !== undefined && size <= limit) {
    const { value } = await reader.read();
    if (value === undefined) break;
    parts.push(value);
    size += value.length;
  }
  void reader?.cancel().catch(() => {});
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

interface DnsJson {
  readonly Status: number;
  readonly Answer?: readonly { readonly type: number; readonly data: string }[];
}

const DNS = 'https://cloudflare-dns.com/dns-query';
const TYPES: Readonly<Record<keyof Records, number>> = { A: 1, AAAA: 28, MX: 15, SRV: 33 };
const EDGE: Readonly<Record<number, NonNullable<PolicyAnswer['failure']>>> = {
  521: 'no-connection',
  522: 'no-connection',
  523: 'no-connection',
  525: 'tls',
  526: 'certificate',
};
