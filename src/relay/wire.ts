/*
 * A connection as a conversation: replies read line by line, each with a deadline for the whole of it, so that a
 * server that sends an octet a second cannot hold anybody. Limits are arguments: tests run them in milliseconds.
 */

import type { ReplyEnd, SmtpReply } from '../facts/smtp.ts';
import { ascii, concat, latin1 } from './hello.ts';
import type { ByteStream } from './host.ts';

/** Everything that ends a visit. Times are milliseconds, sizes octets. */
export interface Caps {
  readonly connect: number;
  /** Anti-spam delays of 15 and 20 seconds are common. */
  readonly greeting: number;
  /** For a reply to a command. */
  readonly reply: number;
  readonly handshake: number;
  /** For QUIT, which is said for politeness. */
  readonly quit: number;
  /** For everything at one address, both connections. */
  readonly visit: number;
  /** Received on one connection outside TLS handshakes. */
  readonly bytes: number;
  readonly line: number;
  readonly lines: number;
}

/** What a relay grants unless told otherwise. */
export const CAPS: Caps = {
  connect: 10_000,
  greeting: 30_000,
  reply: 15_000,
  handshake: 15_000,
  quit: 3_000,
  visit: 90_000,
  bytes: 65_536,
  line: 8_192,
  lines: 100,
};

/** A time by which something must have happened, never later than that of the visit it belongs to. */
export class Deadline {
  /** `performance.now()` when it is over. */
  readonly at: number;

  constructor(ms: number, within?: Deadline) {
    this.at = Math.min(performance.now() + ms, within?.at ?? Number.POSITIVE_INFINITY);
  }

  get left(): number {
    return Math.max(0, this.at - performance.now());
  }

  get over(): boolean {
    return this.left === 0;
  }
}

/** Waits for something no longer than until a deadline; the promise itself goes on. */
export async function until<T>(deadline: Deadline, promise: Promise<T>): Promise<T | 'timeout'> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<'timeout'>((resolve) => {
    timer = setTimeout(() => resolve('timeout'), deadline.left);
  });
  try {
    return await Promise.race([promise, over]);
  } finally {
    clearTimeout(timer);
  }
}

/** One connection. */
export class Wire {
  readonly #stream: ByteStream;
  readonly #caps: Caps;
  #left: Uint8Array = new Uint8Array(0);
  #reading: Promise<Uint8Array | undefined> | undefined;
  #received = 0;
  #ended: 'closed' | 'reset' | undefined;

  constructor(stream: ByteStream, caps: Caps) {
    this.#stream = stream;
    this.#caps = caps;
  }

  /** Whether more came than is read of one connection. */
  get tooMuch(): boolean {
    return this.#received > this.#caps.bytes;
  }

  /** Whether nothing more can be said here. */
  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** Sends a command and reads the reply. */
  async say(command: string, deadline: Deadline): Promise<SmtpReply> {
    const start = performance.now();
    const sent = await until(
      deadline,
      this.#stream.write(ascii(`${command}\r\n`)).then(
        () => 'sent' as const,
        () => 'reset' as const,
      ),
    );
    if (sent === 'timeout') return { lines: [], end: 'timeout', ms: since(start) };
    // A server that refused and closed may have left a reply to read.
    return this.listen(deadline, start);
  }

  /** Reads a reply (RFC 5321 §4.2). */
  async listen(deadline: Deadline, start = performance.now()): Promise<SmtpReply> {
    const lines: string[] = [];
    const done = (end: ReplyEnd): SmtpReply => ({ lines, end, ms: since(start) });
    for (;;) {
      const line = await this.#line(deadline);
      if (line.text !== '' || line.end === undefined) lines.push(line.text);
      if (line.end !== undefined) return done(line.end);
      if (!/^[0-9]{3}([ -]|$)/.test(line.text)) return done('not-smtp');
      if (line.text[3] !== '-') return done('complete');
      if (lines.length >= this.#caps.lines) return done('too-long');
    }
  }

  /** What came and was not read yet, followed by the rest of the connection. */
  rest(): ByteStream {
    let first = this.#left.length > 0 ? this.#left : undefined;
    this.#left = new Uint8Array(0);
    return {
      read: async () => {
        const bytes = first;
        first = undefined;
        return bytes ?? this.#read();
      },
      write: (bytes) => this.#stream.write(bytes),
      close: () => this.#stream.close(),
    };
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#stream.write(bytes).catch(() => {});
  }

  close(): void {
    this.#stream.close();
  }

  /** A line without its end; with `end` set it is what came of one that has none. */
  async #line(deadline: Deadline): Promise<{ text: string; end?: Exclude<ReplyEnd, 'complete'> }> {
    let searched = 0;
    for (;;) {
      const at = this.#left.indexOf(10, searched);
      if (at > this.#caps.line || (at < 0 && this.#left.length > this.#caps.line))
        return { text: latin1(this.#left.subarray(0, 512)), end: 'too-long' };
      if (at >= 0) {
        const text = latin1(this.#left.subarray(0, this.#left[at - 1] === 13 ? at - 1 : at));
        this.#left = this.#left.subarray(at + 1);
        return { text };
      }
      searched = this.#left.length;
      const partial = () => latin1(this.#left.subarray(0, 512));
      if (this.tooMuch) return { text: partial(), end: 'too-long' };
      if (this.#ended !== undefined) return { text: partial(), end: this.#ended };
      const bytes = await until(deadline, this.#arrival());
      if (bytes === 'timeout') return { text: partial(), end: 'timeout' };
      if (bytes !== undefined) this.#left = concat(this.#left, bytes);
    }
  }

  /** The next octets; undefined when there will be none, `#ended` then says why. */
  async #arrival(): Promise<Uint8Array | undefined> {
    try {
      const bytes = await this.#read();
      if (bytes === undefined) this.#ended ??= 'closed';
      else this.#received += bytes.length;
      return bytes;
    } catch {
      this.#ended ??= 'reset';
      return undefined;
    }
  }

  /** One read at a time: one that a deadline left behind is taken up again. */
  #read(): Promise<Uint8Array | undefined> {
    this.#reading ??= this.#stream.read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }
}

/** Whole milliseconds since a `performance.now()`. */
export function since(start: number): number {
  return Math.max(0, Math.round(performance.now() - start));
}
