/*
 * One visit to one address: greeting, EHLO, STARTTLS, TLS, EHLO, QUIT, and nothing else ever; no mail is begun.
 * Where TLS answered, a second and last connection learns what the first cannot: whether old versions are taken
 * too, or what a server is like that takes nothing but TLS 1.3.
 */

import type {
  ConnectOutcome,
  SmtpAddress,
  SmtpPort,
  SmtpReply,
  TlsHandshake,
  TlsVersion,
} from '../facts/smtp.ts';
import { base64, clientHello, FAREWELL, HelloReader, type HelloVersion, OFFERED } from './hello.ts';
import type { ByteStream, Host, Upgraded } from './host.ts';
import { type Caps, Deadline, since, until, Wire } from './wire.ts';

/** Whom to visit. `host` is the server name for TLS. */
export interface Target {
  readonly host: string;
  readonly address: string;
  readonly port: SmtpPort;
}

/** Visits an address. Never rejects for what the server does. */
export async function visit(
  host: Host,
  target: Target,
  caps: Caps,
  signal?: AbortSignal,
): Promise<SmtpAddress> {
  const call = new Call(host, target, caps, signal);
  const first = await call.connect();
  if ('failed' in first) return call.failed(first.failed, first.code);
  const handshake = await call.talk(first.wire, 'TLSv1.2');
  const next = handshake && secondHello(handshake);
  if (next !== undefined && !call.deadline.over && signal?.aborted !== true) {
    const second = await call.connect();
    if ('wire' in second) await call.talkAgain(second.wire, next);
  }
  return call.seen();
}

/** Visits a host known to be there: only whether it answers, and what it says. */
export async function greet(
  host: Host,
  target: Target,
  caps: Caps,
): Promise<{ connect: ConnectOutcome; lines: readonly string[] }> {
  const call = new Call(host, target, caps, undefined);
  const first = await call.connect();
  if ('failed' in first) return { connect: first.failed, lines: [] };
  await call.converse(first.wire);
  await call.quit(first.wire);
  const { greeting, ehlo } = call.seen();
  return { connect: 'open', lines: [...(greeting?.lines ?? []), ...(ehlo?.lines ?? [])] };
}

/** What to offer on the second connection, if there is anything to learn. */
function secondHello({ end, version }: TlsHandshake): HelloVersion | undefined {
  // Taking 1.1 or older although 1.2 was offered says all about old versions already.
  if (end === 'hello') return version === 'TLSv1.2' ? 'TLSv1.1' : undefined;
  return end === 'alert' || end === 'closed' || end === 'reset' ? 'TLSv1.3' : undefined;
}

class Call {
  readonly deadline: Deadline;
  readonly #host: Host;
  readonly #target: Target;
  readonly #caps: Caps;
  readonly #signal: AbortSignal | undefined;
  readonly #handshakes: TlsHandshake[] = [];
  #connectMs = 0;
  #tooMuch = false;
  #greeting: SmtpReply | undefined;
  #ehlo: SmtpReply | undefined;
  #starttls: SmtpReply | undefined;
  #ehloTls: SmtpReply | undefined;
  #quit: SmtpReply | undefined;

  constructor(host: Host, target: Target, caps: Caps, signal: AbortSignal | undefined) {
    this.#host = host;
    this.#target = target;
    this.#caps = caps;
    this.#signal = signal;
    this.deadline = new Deadline(caps.visit);
  }

  async connect(): Promise<{ wire: Wire } | { failed: Exclude<ConnectOutcome, 'open'>; code?: string }> {
    const start = performance.now();
    const timeout = Math.min(this.#caps.connect, this.deadline.left);
    const { address, port } = this.#target;
    const connected = await this.#host.connect(address, port, timeout);
    this.#connectMs ||= since(start);
    if (!('stream' in connected)) return connected;
    const { stream } = connected;
    // A visitor who left is no reason to keep a connection.
    if (this.#signal?.aborted) stream.close();
    else this.#signal?.addEventListener('abort', () => stream.close(), { once: true });
    return { wire: new Wire(stream, this.#caps) };
  }

  failed(connect: Exclude<ConnectOutcome, 'open'>, code: string | undefined): SmtpAddress {
    const { address } = this.#target;
    return {
      address,
      connect,
      ...(code === undefined ? {} : { code }),
      connectMs: this.#connectMs,
      handshakes: [],
    };
  }

  seen(): SmtpAddress {
    const optional = {
      greeting: this.#greeting,
      ehlo: this.#ehlo,
      starttls: this.#starttls,
      ehloTls: this.#ehloTls,
      quit: this.#quit,
    };
    const cap = this.#tooMuch ? 'bytes' : this.deadline.over ? 'time' : undefined;
    return {
      address: this.#target.address,
      connect: 'open',
      connectMs: this.#connectMs,
      ...(Object.fromEntries(
        Object.entries(optional).filter(([, reply]) => reply !== undefined),
      ) as Partial<SmtpAddress>),
      handshakes: this.#handshakes,
      ...(cap === undefined ? {} : { cap }),
    };
  }

  /** The first connection; yields the handshake if it came to one. */
  async talk(wire: Wire, version: HelloVersion): Promise<TlsHandshake | undefined> {
    if (!this.#implicit) {
      if (!(await this.converse(wire)) || !offersStarttls(this.#ehlo)) {
        await this.quit(wire);
        return undefined;
      }
      this.#starttls = await wire.say('STARTTLS', this.#by(this.#caps.reply));
      if (!isPositive(this.#starttls, '220')) {
        await this.quit(wire);
        return undefined;
      }
    }
    return this.#secure(wire, version);
  }

  /** The second connection: the same words, kept only where the first could not say them. */
  async talkAgain(wire: Wire, version: HelloVersion): Promise<void> {
    if (!this.#implicit) {
      const greeting = await wire.listen(this.#by(this.#caps.greeting));
      const ehlo = isPositive(greeting, '220') ? await this.#hello(wire) : undefined;
      const starttls = offersStarttls(ehlo)
        ? await wire.say('STARTTLS', this.#by(this.#caps.reply))
        : undefined;
      if (!isPositive(starttls, '220')) {
        if (!wire.ended) await wire.say('QUIT', this.#by(this.#caps.quit));
        wire.close();
        return;
      }
    }
    await this.#secure(wire, version);
  }

  /** Greeting and EHLO; whether both went well. */
  async converse(wire: Wire): Promise<boolean> {
    this.#greeting = await wire.listen(this.#by(this.#caps.greeting));
    if (!isPositive(this.#greeting, '220')) return false;
    this.#ehlo = await this.#hello(wire);
    return isPositive(this.#ehlo, '250');
  }

  async quit(wire: Wire): Promise<void> {
    this.#tooMuch ||= wire.tooMuch;
    // To somebody who does not speak SMTP, or no longer speaks, there is nothing to say.
    const last = this.#ehloTls ?? this.#starttls ?? this.#ehlo ?? this.#greeting;
    if (last?.end === 'complete' && !wire.ended)
      this.#quit = await wire.say('QUIT', this.#by(this.#caps.quit));
    wire.close();
  }

  async #secure(wire: Wire, version: HelloVersion): Promise<TlsHandshake> {
    this.#tooMuch ||= wire.tooMuch;
    const start = performance.now();
    const stream = wire.rest();
    const reader = new HelloReader();
    // The hello of old versions is for looking only: nothing is to be said through what it would bring about.
    const upgraded =
      version === 'TLSv1.1' || this.#host.upgrade === undefined
        ? await this.#look(stream, reader, version)
        : await this.#shake(stream, reader, version);
    const { plain, ...facts } = reader.facts;
    const handshake: TlsHandshake = {
      offered: OFFERED[version],
      sni: this.#target.host,
      end: reader.end ?? upgraded.end ?? 'timeout',
      ms: since(start),
      ...facts,
      ...(plain === undefined ? {} : { plain }),
      ...(facts.chain === undefined && upgraded.chain !== undefined
        ? { chain: upgraded.chain.map(base64) }
        : {}),
      ...(upgraded.tried ? { finished: upgraded.stream !== undefined } : {}),
      ...(upgraded.failure === undefined || reader.end !== 'hello' ? {} : { failure: upgraded.failure }),
      ...(upgraded.trust === undefined ? {} : { trust: upgraded.trust }),
    };
    this.#handshakes.push(handshake);
    if (upgraded.stream === undefined) {
      stream.close();
      return handshake;
    }
    const inner = new Wire(upgraded.stream, this.#caps);
    if (this.#implicit) await this.converse(inner);
    else this.#ehloTls = await this.#hello(inner);
    await this.quit(inner);
    return handshake;
  }

  /** Sends a hello, reads what comes in clear, and takes leave. */
  async #look(stream: ByteStream, reader: HelloReader, version: HelloVersion): Promise<Shaken> {
    const deadline = this.#by(this.#caps.handshake);
    const hello = clientHello(version, this.#target.host, randomOctets);
    const { end } = await until(
      deadline,
      (async (): Promise<Shaken> => {
        await stream.write(hello).catch(() => {});
        try {
          while (reader.end === undefined) {
            const bytes = await stream.read();
            if (bytes === undefined) return { end: 'closed' };
            reader.push(bytes);
          }
        } catch {
          return { end: 'reset' };
        }
        if (reader.end === 'hello') await stream.write(FAREWELL).catch(() => {});
        return {};
      })(),
    ).then((came) => (came === 'timeout' ? ({ end: 'timeout' } as const) : came));
    return end === undefined ? {} : { end };
  }

  /** Has the host complete the handshake, and reads along. */
  async #shake(stream: ByteStream, reader: HelloReader, version: HelloVersion): Promise<Shaken> {
    let end: Shaken['end'];
    const tapped: ByteStream = {
      ...stream,
      read: async () => {
        try {
          const bytes = await stream.read();
          if (bytes === undefined) end ??= 'closed';
          else reader.push(bytes);
          return bytes;
        } catch (error) {
          end ??= 'reset';
          throw error;
        }
      },
    };
    const min: TlsVersion = version === 'TLSv1.3' ? 'TLSv1.3' : 'TLSv1';
    const timeout = this.#by(this.#caps.handshake).left;
    const options = { sni: this.#target.host, min, max: version, timeout };
    const upgraded = await this.#host.upgrade?.(tapped, options);
    return { ...upgraded, tried: true, ...(end === undefined ? {} : { end }) };
  }

  #hello(wire: Wire): Promise<SmtpReply> {
    return wire.say(`EHLO ${this.#host.helo}`, this.#by(this.#caps.reply));
  }

  get #implicit(): boolean {
    return this.#target.port === 465;
  }

  #by(ms: number): Deadline {
    return new Deadline(ms, this.deadline);
  }
}

interface Shaken extends Upgraded {
  readonly end?: 'closed' | 'reset' | 'timeout';
  /** The host set out to complete it. */
  readonly tried?: true;
}

/** Whether a reply is whole and has this code. */
function isPositive(reply: SmtpReply | undefined, code: string): boolean {
  return reply?.end === 'complete' && reply.lines.at(-1)?.startsWith(code) === true;
}

/** Whether EHLO was answered with the keyword STARTTLS; keywords have no case (RFC 5321 §2.4). */
function offersStarttls(ehlo: SmtpReply | undefined): boolean {
  return isPositive(ehlo, '250') && ehlo?.lines.slice(1).some((line) => STARTTLS.test(line)) === true;
}

function randomOctets(size: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(size));
}

const STARTTLS = /^250[ -]STARTTLS\s*$/i;
