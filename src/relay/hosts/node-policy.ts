import { request } from 'node:http';
import { checkServerIdentity, connect, rootCertificates, type TLSSocket } from 'node:tls';
import type { PolicyAnswer } from '../../facts/question.ts';
import { base64, latin1 } from '../hello.ts';
import type { PolicyTarget } from '../host.ts';

/** Fetches a policy as RFC 8461 §3.3 wants it; the certificate is judged before anything is asked for. */
export async function fetchPolicyOver(
  { name, addresses, timeout, limit }: PolicyTarget,
  { ca, port }: { readonly ca: string | undefined; readonly port: number },
): Promise<PolicyAnswer> {
  const start = performance.now();
  const ms = () => Math.round(performance.now() - start);
  const left = () => Math.max(1, timeout - ms());
  let last: Opened = { failure: 'no-connection' };
  for (const address of addresses.slice(0, 4)) {
    last = await open(address, port, name, ca, Math.min(left(), 15_000));
    if ('socket' in last || last.failure !== 'no-connection' || ms() >= timeout) break;
  }
  if (!('socket' in last)) return { status: 0, body: '', ms: ms(), ...last };
  const { socket, chain } = last;
  const answer = await get(socket, name, left(), limit);
  socket.destroy();
  return { ...answer, chain, ms: ms() };
}

type Failure = NonNullable<PolicyAnswer['failure']>;
type Opened =
  | { readonly socket: TLSSocket; readonly chain: readonly string[] }
  | { readonly failure: Failure; readonly detail?: string; readonly chain?: readonly string[] };

function open(
  address: string,
  port: number,
  name: string,
  ca: string | undefined,
  timeout: number,
): Promise<Opened> {
  return new Promise((resolve) => {
    let connected = false;
    const socket = connect({
      host: address,
      port,
      servername: name,
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: false,
      ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
    });
    const finish = (came: Opened) => {
      clearTimeout(timer);
      if (!('socket' in came)) socket.destroy();
      resolve(came);
    };
    const timer = setTimeout(
      () => finish({ failure: connected ? 'tls' : 'no-connection', detail: 'timeout' }),
      timeout,
    );
    socket.once('connect', () => {
      connected = true;
    });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      finish({ failure: connected ? 'tls' : 'no-connection', detail: word(error.code) }),
    );
    socket.once('secureConnect', () => {
      const verdict = socket.authorizationError as unknown;
      const identity = checkServerIdentity(name, socket.getPeerCertificate());
      const chain: string[] = [];
      for (
        let each = socket.getPeerX509Certificate();
        each && chain.length < 20 && each.raw.length < 60_000;
        each = each.issuerCertificate
      )
        chain.push(base64(each.raw));
      if (verdict || identity !== undefined) {
        const code = verdict instanceof Error ? (verdict as NodeJS.ErrnoException).code : verdict;
        const detail = word(verdict ? code : 'ERR_TLS_CERT_ALTNAME_INVALID');
        finish({ failure: 'certificate', detail, chain });
      } else finish({ socket, chain });
    });
  });
}

function get(
  socket: TLSSocket,
  name: string,
  timeout: number,
  limit: number,
): Promise<Omit<PolicyAnswer, 'ms'>> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    let head: { status: number; contentType?: string; detail?: string } = { status: 0 };
    const body = () => latin1(Buffer.concat(parts).subarray(0, limit));
    const finish = (failure?: Failure, detail?: string) => {
      clearTimeout(timer);
      asked.destroy();
      resolve({
        ...head,
        ...(failure === undefined ? {} : { failure }),
        ...(detail === undefined ? {} : { detail }),
        body: body(),
      });
    };
    const timer = setTimeout(() => finish('too-slow'), timeout);
    const asked = request(
      {
        createConnection: () => socket,
        path: '/.well-known/mta-sts.txt',
        headers: { host: name, accept: 'text/plain', 'user-agent': 'mailproof', connection: 'close' },
        maxHeaderSize: 16_384,
      },
      (response) => {
        const type = response.headers['content-type'];
        const { location } = response.headers;
        head = {
          status: response.statusCode ?? 0,
          ...(type === undefined ? {} : { contentType: type.slice(0, 1000) }),
          // Where it points is a fact; nobody goes there (RFC 8461 §3.3).
          ...(location === undefined ? {} : { detail: location.slice(0, 1000) }),
        };
        response.on('data', (chunk: Buffer) => {
          parts.push(chunk);
          size += chunk.length;
          if (size > limit) finish('too-large');
        });
        response.on('end', () => finish());
        response.on('error', (error: NodeJS.ErrnoException) => finish('no-connection', word(error.code)));
      },
    );
    asked.on('error', (error: NodeJS.ErrnoException) => finish('no-connection', word(error.code)));
    asked.end();
  });
}

function word(code: unknown): string {
  return typeof code === 'string' ? code.slice(0, 80) : 'unknown';
}
