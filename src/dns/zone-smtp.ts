/*
 * The lines of text zones that say what a relay sees of a mail host; the grammar stands in zone.ts. What is read
 * here has the shape of an entry in facts/smtp.ts, which this folder may not know: observe/zone.ts has it checked.
 */

import { isAddress } from './address.ts';
import type { Name } from './name.ts';

/** One line: an address and what is seen there, a control, a host without address, or why nothing is seen. */
export interface ZoneSmtp {
  readonly name: Name;
  readonly port: number;
  /** An address as in facts/smtp.ts. */
  readonly address?: Readonly<Record<string, unknown>>;
  /** A control as in facts/smtp.ts. */
  readonly control?: Readonly<Record<string, unknown>>;
  /** A reason of facts/observation.ts. */
  readonly failure?: string;
}

interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

/** Reads what stands after `SMTP`; undefined when it is not of the grammar. */
export function parseSmtpLine(
  name: Name,
  words: readonly Word[],
  certificates: ReadonlyMap<string, string>,
): ZoneSmtp | undefined {
  const [first, second, third] = words;
  const port = /^[0-9]{1,5}$/.test(first?.text ?? '') ? Number(first?.text) : undefined;
  if (port === undefined || second === undefined) return undefined;
  if (second.text.startsWith('!')) return { name, port, failure: second.text.slice(1).toLowerCase() };
  if (second.text === 'none') return words.length === 2 ? { name, port } : undefined;
  if (third === undefined || third.quoted) return undefined;
  const connect = third.text;
  if (second.text === 'control')
    return {
      name,
      port,
      control: { host: 'control', connect, lines: words.slice(3).map(({ text }) => text) },
    };
  if (!isAddress(second.text)) return undefined;
  const facts = new Facts(name, certificates);
  for (const [key, values] of groups(words.slice(3))) if (!facts.add(key, values)) return undefined;
  return { name, port, address: facts.address(second.text, connect) };
}

/** Keys with the words that follow them. */
function groups(words: readonly Word[]): [string, readonly Word[]][] {
  const found: [string, Word[]][] = [];
  for (const word of words) {
    const last = found.at(-1);
    if (!word.quoted && KEYS.has(word.text)) found.push([word.text, []]);
    else if (last === undefined) return [['', []]];
    else last[1].push(word);
  }
  return found;
}

class Facts {
  readonly #replies: Record<string, object> = {};
  readonly #handshakes: Record<string, unknown>[] = [];
  readonly #name: Name;
  readonly #certificates: ReadonlyMap<string, string>;

  constructor(name: Name, certificates: ReadonlyMap<string, string>) {
    this.#name = name;
    this.#certificates = certificates;
  }

  address(address: string, connect: string): Readonly<Record<string, unknown>> {
    return { address, connect, connectMs: 20, ...this.#replies, handshakes: this.#handshakes };
  }

  add(key: string, values: readonly Word[]): boolean {
    const reply = REPLIES[key];
    if (reply !== undefined) return this.#reply(reply, values);
    const texts = values.map(({ text }) => text);
    const [first, second] = texts;
    if (key === 'tls') return this.#handshake(UP_TO_12, texts);
    if (key === 'tls13') return this.#handshake(['TLSv1.3'], texts);
    if (key === 'old') return this.#handshake(UP_TO_11, texts);
    const handshake = this.#handshakes.at(-1);
    if (handshake === undefined) return false;
    switch (key) {
      case 'chain':
        handshake.chain = texts.map((text) => this.#certificates.get(text) ?? text);
        return true;
      case 'trust':
        handshake.trust = { chain: first, name: second !== 'wrong-name' };
        handshake.finished = true;
        return first !== undefined && texts.length <= 2;
      case 'dh-bits':
        handshake.dhBits = Number(first);
        return texts.length === 1;
      case 'asks-certificate':
        handshake.asksCertificate = true;
        return texts.length === 0;
      default:
        handshake[key] = first;
        return ['newer', 'group', 'signature', 'failure'].includes(key) && texts.length === 1;
    }
  }

  #reply(field: string, values: readonly Word[]): boolean {
    const time = values.find(({ text, quoted }) => !quoted && /^@[0-9]{1,6}$/.test(text));
    const rest = values.filter((word) => word !== time);
    const last = rest.at(-1);
    const end = last && !last.quoted && last.text.startsWith('!') ? last.text.slice(1) : undefined;
    const lines = end === undefined ? rest : rest.slice(0, -1);
    const ms = time ? Number(time.text.slice(1)) : 100;
    this.#replies[field] = { lines: lines.map(({ text }) => text), end: end ?? 'complete', ms };
    return end !== undefined || lines.length > 0;
  }

  #handshake(offered: readonly string[], [first = '', second]: readonly string[]): boolean {
    const common = { offered, sni: this.#name, ms: 50 };
    const failed = /^!([a-z-]+)(?::(.*))?$/.exec(first);
    if (failed) {
      const [, end, detail = second] = failed;
      const said = detail === undefined ? {} : end === 'not-tls' ? { plain: detail } : { alert: detail };
      this.#handshakes.push({ ...common, end, ...said });
    } else
      this.#handshakes.push({
        ...common,
        end: 'hello',
        version: first,
        ...(second === undefined ? {} : { cipher: second }),
      });
    return this.#handshakes.length <= 2;
  }
}

const UP_TO_11 = ['TLSv1.1', 'TLSv1'];
const UP_TO_12 = ['TLSv1.2', ...UP_TO_11];

const REPLIES: Readonly<Record<string, string>> = {
  greeting: 'greeting',
  ehlo: 'ehlo',
  starttls: 'starttls',
  after: 'ehloTls',
  quit: 'quit',
};

const KEYS: ReadonlySet<string> = new Set([
  ...Object.keys(REPLIES),
  'tls',
  'tls13',
  'old',
  'chain',
  'trust',
  'newer',
  'group',
  'signature',
  'failure',
  'dh-bits',
  'asks-certificate',
]);
