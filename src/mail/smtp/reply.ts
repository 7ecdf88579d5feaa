/*
 * What a mail server says: replies of one or more lines, each a three-digit code, `-` or a space, and a text
 * (RFC 5321 §4.2). The greeting names the server; the reply to EHLO names it again and lists what it can do, a
 * keyword with parameters a line (§4.1.1.1). Keywords have no case. Firewalls that "inspect" SMTP overwrite
 * what they do not know with asterisks or X, STARTTLS with it; such masks are recognised.
 * Known deviations: `AUTH=LOGIN`, which no standard has, is read as AUTH beside the proper form; a last line that
 * still says "to be continued" is taken for the last.
 */

import { isAddress } from '../../dns/address.ts';
import { isHostName, labelsOf, parseName } from '../../dns/name.ts';

/** One reply. `lines` are without their codes. */
export interface Reply {
  /** Of the last line; undefined when that is no reply line. */
  readonly code?: number;
  readonly lines: readonly string[];
  readonly faults: readonly ReplyFault[];
}

export type ReplyFault =
  /** A line without a code. */
  | 'no-code'
  /** Lines of one reply with different codes. */
  | 'mixed-codes'
  /** A code that does not begin with 2, 3, 4 or 5. */
  | 'odd-code'
  /** A line longer than 512 octets with its end (RFC 5321 §4.5.3.1.5). */
  | 'long-line'
  /** EHLO only: the first line does not begin with the server's name. */
  | 'no-domain'
  /** EHLO only: a keyword of other characters than letters, digits and hyphens. */
  | 'odd-keyword';

/** How a server calls itself. */
export type OwnName =
  | { readonly kind: 'fqdn'; readonly name: string }
  /** `[192.0.2.1]`, allowed for a host without a name. */
  | { readonly kind: 'literal'; readonly name: string }
  /** A bare address, a single label, a name that exists nowhere but at home. */
  | { readonly kind: 'local'; readonly name: string }
  | { readonly kind: 'none' };

/** The first thing a server says. */
export interface Greeting extends Reply {
  readonly own: OwnName;
  /** Overwritten by something on the way. */
  readonly masked: boolean;
  /** A product with its version, as the server words it. */
  readonly software?: string;
}

/** One line of the list after EHLO. */
export interface Extension {
  /** In capitals. */
  readonly keyword: string;
  readonly parameters: readonly string[];
}

/** The reply to EHLO. */
export interface Ehlo extends Reply {
  readonly own: OwnName;
  readonly extensions: readonly Extension[];
  readonly masked: boolean;
}

/** Reads a greeting. Total. */
export function readGreeting(lines: readonly string[]): Greeting {
  const reply = readReply(lines);
  const text = reply.lines.join(' ');
  const software = SOFTWARE.exec(text)?.[0];
  return {
    ...reply,
    own: ownName(reply.lines[0]),
    masked: GREETING_MASK.test(text),
    ...(software === undefined ? {} : { software }),
  };
}

/** Reads the reply to EHLO. Total. */
export function readEhlo(lines: readonly string[]): Ehlo {
  const reply = readReply(lines);
  const faults = [...reply.faults];
  const positive = reply.code !== undefined && reply.code >= 200 && reply.code < 300;
  const own = ownName(reply.lines[0]);
  const extensions: Extension[] = [];
  if (positive) {
    if (own.kind === 'none') faults.push('no-domain');
    for (const line of reply.lines.slice(1)) {
      const [word = '', ...parameters] = line.trim().split(/[ \t]+/);
      if (word === '') continue;
      const old = /^AUTH=(.*)$/i.exec(word);
      if (old) {
        extensions.push({ keyword: 'AUTH=', parameters: [old[1] ?? '', ...parameters].filter(Boolean) });
        continue;
      }
      if (!/^[a-z0-9][a-z0-9-]*$/i.test(word)) faults.push('odd-keyword');
      extensions.push({ keyword: word.toUpperCase(), parameters });
    }
  }
  return {
    ...reply,
    faults: [...new Set(faults)],
    own,
    extensions,
    masked: extensions.some(({ keyword }) => KEYWORD_MASK.test(keyword)),
  };
}

/** Reads any reply. Total. */
export function readReply(lines: readonly string[]): Reply {
  const faults = new Set<ReplyFault>();
  let code: number | undefined;
  const texts: string[] = [];
  for (const line of lines) {
    if (line.length > 510) faults.add('long-line');
    const parts = /^([0-9]{3})(?:[ -](.*))?$/s.exec(line);
    if (!parts) {
      faults.add('no-code');
      code = undefined;
      texts.push(line);
      continue;
    }
    const number = Number(parts[1]);
    if (code !== undefined && code !== number) faults.add('mixed-codes');
    if (number < 200 || number > 599) faults.add('odd-code');
    code = number;
    texts.push(parts[2] ?? '');
  }
  return { ...(code === undefined ? {} : { code }), lines: texts, faults: [...faults] };
}

/** Whether a keyword is listed. */
export function offers(ehlo: Ehlo, keyword: string): boolean {
  return ehlo.extensions.some((extension) => extension.keyword === keyword);
}

/** The mechanisms of AUTH, in capitals, each once. */
export function mechanismsOf(ehlo: Ehlo): readonly string[] {
  const found = ehlo.extensions
    .filter(({ keyword }) => keyword === 'AUTH' || keyword === 'AUTH=')
    .flatMap(({ parameters }) => parameters.map((each) => each.toUpperCase()));
  return [...new Set(found)];
}

/** Whether lines of any reply look overwritten. */
export function isMasked(lines: readonly string[]): boolean {
  return (
    readGreeting(lines).masked ||
    lines.some((line) =>
      KEYWORD_MASK.test(
        line
          .replace(/^[0-9]{3}[ -]/, '')
          .trim()
          .split(' ')[0] ?? '',
      ),
    )
  );
}

/** Mechanisms that hand over the password, or a token as good, as it is (RFC 4954 §4). */
export const PLAIN_MECHANISMS: ReadonlySet<string> = new Set(['PLAIN', 'LOGIN', 'OAUTHBEARER', 'XOAUTH2']);

/** Mechanisms that are broken, historic or do not show the server (RFC 6331 §1, RFC 4954 §4). */
export const WEAK_MECHANISMS: ReadonlySet<string> = new Set(['CRAM-MD5', 'DIGEST-MD5', 'NTLM']);

function ownName(line: string | undefined): OwnName {
  const word = (line?.trim().split(/[ \t]/)[0] ?? '').replace(/[,;]$/, '');
  if (word === '') return { kind: 'none' };
  if (/^\[.+\]$/.test(word)) return { kind: 'literal', name: word };
  if (isAddress(word)) return { kind: 'local', name: word };
  const name = parseName(word);
  if (name === undefined || !isHostName(name) || /[^\x21-\x7e]/.test(word)) return { kind: 'none' };
  const labels = labelsOf(name);
  const last = labels.at(-1) ?? '';
  if (labels.length === 1) return last === 'localhost' || word === name ? shortName(word) : { kind: 'none' };
  return HOME.has(last) || /^[0-9]+$/.test(last)
    ? { kind: 'local', name: word }
    : { kind: 'fqdn', name: word };
}

/** A single word is a host's short name, or the beginning of a sentence ("ESMTP ready"). */
function shortName(word: string): OwnName {
  return /^e?smtp$/i.test(word) ? { kind: 'none' } : { kind: 'local', name: word };
}

const HOME: ReadonlySet<string> = new Set([
  'localhost',
  'localdomain',
  'local',
  'internal',
  'intranet',
  'lan',
  'home',
  'corp',
  'private',
  'invalid',
]);

const GREETING_MASK = /\*{5,}|(?:^|\s)X{6,}/;
const KEYWORD_MASK = /^(?:X{5,}[A-Z]?|\*{4,}.*)$/;
const SOFTWARE =
  /\b(?:Exim|Postfix|Sendmail|qmail|OpenSMTPD|Haraka|Stalwart|Kerio Connect|MDaemon|hMailServer|IMail|Zimbra|MailEnable|CommuniGate Pro|Microsoft ESMTP MAIL Service|ZEUS|Axigen)\b[^0-9;()]{0,20}[0-9]+(?:\.[0-9]+)+/i;
