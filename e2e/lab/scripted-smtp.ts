/*
 * Mail servers that do what a script says, misbehaviour included. Start: `await scripted(script, { address, port })`,
 * stop: `close()`. A script is an async function of one connection.
 */

import { createServer, type Socket } from 'node:net';
import { createSecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';

/** One connection, seen from the server. */
export interface Peer {
  /** The next line the client sent, without its end; undefined when it is gone. */
  line(): Promise<string | undefined>;
  /** Lines out, each with CRLF. */
  say(...lines: string[]): void;
  /** Octets out. */
  send(bytes: string | Uint8Array): void;
  /** Octets in, whatever they are; empty when the client is gone. */
  octets(): Promise<Uint8Array>;
  /** TLS from here on; resolves when the handshake is done, and to false when it failed. */
  secure(options: SecureContextOptions): Promise<boolean>;
  /** Answers EHLO, NOOP and QUIT until one of `others` comes, or the end; yields that command. */
  serve(ehlo: readonly string[], ...others: string[]): Promise<string | undefined>;
  /** Whatever comes from now on goes to another server, and back; until one of them ends. */
  passTo(other: Socket): Promise<void>;
  end(): void;
  reset(): void;
}

export type Script = (peer: Peer) => Promise<void>;

/** A server that runs. */
export interface ScriptedServer {
  readonly port: number;
  /** Connections so far. */
  readonly connections: number;
  /** Every command line received, in order. */
  readonly heard: readonly string[];
  close(): Promise<void>;
}

export async function scripted(
  script: Script,
  { address = '127.0.0.1', port = 0 }: { address?: string; port?: number } = {},
): Promise<ScriptedServer> {
  const open = new Set<Socket>();
  const heard: string[] = [];
  let connections = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    connections++;
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    script(peerOf(socket, heard)).then(
      () => socket.end(),
      () => socket.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
  const at = server.address();
  return {
    port: typeof at === 'object' && at !== null ? at.port : 0,
    get connections() {
      return connections;
    },
    heard,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function peerOf(raw: Socket, heard: string[]): Peer {
  let socket: Socket = raw;
  let left = '';
  const next = () =>
    new Promise<Buffer>((resolve) => {
      const take = () => {
        const bytes = socket.read() as Buffer | null;
        if (bytes === null && !socket.readableEnded && !socket.destroyed) return;
        for (const name of ['readable', 'end', 'close']) socket.off(name, take);
        resolve(bytes ?? Buffer.alloc(0));
      };
      for (const name of ['readable', 'end', 'close']) socket.on(name, take);
      take();
    });
  const peer: Peer = {
    line: async () => {
      for (;;) {
        const at = left.indexOf('\n');
        if (at >= 0) {
          const text = left.slice(0, at).replace(/\r$/, '');
          left = left.slice(at + 1);
          heard.push(text);
          return text;
        }
        const bytes = await next();
        if (bytes.length === 0) return undefined;
        left += bytes.toString('latin1');
      }
    },
    say: (...lines) => void socket.write(lines.map((line) => `${line}\r\n`).join('')),
    send: (bytes) => void socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes),
    octets: next,
    secure: (options) =>
      new Promise((resolve) => {
        const secure = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(options) });
        secure.on('error', () => resolve(false));
        secure.on('close', () => resolve(false));
        secure.on('secure', () => {
          socket = secure;
          left = '';
          resolve(true);
        });
      }),
    serve: async (ehlo, ...others) => {
      for (;;) {
        const line = await peer.line();
        if (line === undefined) return undefined;
        const word = line.split(' ')[0]?.toUpperCase() ?? '';
        if (others.includes(word)) return word;
        if (word === 'EHLO')
          peer.say(...ehlo.map((text, i) => `250${i === ehlo.length - 1 ? ' ' : '-'}${text}`));
        else if (word === 'NOOP') peer.say('250 2.0.0 Ok');
        else if (word === 'QUIT') {
          peer.say('221 2.0.0 Bye');
          peer.end();
          return undefined;
        } else peer.say('502 5.5.2 Not here');
      }
    },
    passTo: (other) =>
      new Promise((resolve) => {
        other.on('error', () => {});
        socket.pipe(other).pipe(socket);
        for (const each of [socket, other])
          each.once('close', () => {
            socket.destroy();
            other.destroy();
            resolve();
          });
      }),
    end: () => void socket.end(),
    reset: () => void raw.resetAndDestroy(),
  };
  return peer;
}
