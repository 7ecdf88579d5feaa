/*
 * A report in a link: `#1.<codec>.<payload>`. All of it stands in the fragment, which no browser sends to any
 * server. It holds what was seen, not what was thought of it: opening it judges the same facts by the rules of
 * that day, and a short digest tells where the sender saw something else. Anybody can make one, so reading it is
 * total: a report or a named refusal, whatever it holds, in bounded time and memory.
 *
 * Codec `d` is base64url, without padding, of a header (length, length of the first stream, checksum: what was cut
 * short on its way is told from what was changed) and two deflate streams with preset dictionaries (dictionary.ts).
 * The first stream is the text below, the second its long runs of base64 (keys, certificates) as octets. In the
 * text, U+0001 stands for the domain, and U+0002, a length and `;` for the next run.
 *
 *     [domain, now, intent, selectors, digest, start, names, questions, results, by, seconds, seconded, submission]
 *
 * `submission` is there only where the sender named a sending host.
 * `questions` are grouped by kind: `["TXT", "example.com", …]`, as the keys of facts/question.ts have them; `results`
 * are as in facts/codec.ts, the number of an earlier one that is the same, or, of mail hosts, a list of that number
 * and what is different (alike.ts). `by` (places in `names`) and `seconds`
 * (after `start`) are runs `[value, times, …]`; `seconded` are pairs of a question and who gave the same answer.
 * Left out of the facts are how long attempts took, parts of a second, and what reduce.ts leaves out.
 */

import { deflateSync, inflateSync } from 'fflate';
import { type Name, parseName } from '../dns/name.ts';
import { decodeFacts, encodeFacts, TEXT_LIMIT } from '../facts/codec.ts';
import type { Millis, Observation } from '../facts/observation.ts';
import { type Cut, changed, cut, differences } from './alike.ts';
import { DEFLATE_LIMIT, deflate } from './deflate.ts';
import { OCTETS, WORDS } from './dictionary.ts';

/** What a frozen report holds. */
export interface Frozen {
  readonly domain: Name;
  readonly now: Millis;
  readonly intent?: 'mail' | 'no-mail';
  readonly selectors: readonly string[];
  /** As Scope.mailbox; told from the questions asked, where one is its own. */
  readonly mailbox?: string;
  /** The sending host that was named. */
  readonly submission?: Name;
  readonly facts: readonly Observation[];
  /** What the sender saw (digest.ts); empty when nothing is said of it. */
  readonly digest: string;
}

/** Why a link is not opened. */
export type LinkRefusal =
  | 'bad-content'
  | 'cut-short'
  | 'damaged'
  | 'future-version'
  | 'not-a-report'
  | 'too-long'
  | 'too-much-inside';

/** What decoding yields. `detail` is for those who make links, and never markup. */
export type DecodedLink =
  | { readonly frozen: Frozen }
  | { readonly refused: LinkRefusal; readonly detail: string };

/** Characters of a fragment written and read at most. */
export const LINK_LIMIT = 64_000;

/** Why a link is not opened and what helps, in sentences. */
export function refusalWords(refused: LinkRefusal): string {
  return WORDING[refused];
}

/** Writes a report as a fragment, without `#`. Undefined when it is too large for a link. */
export function encodeLink(frozen: Frozen, compress?: Compress): string | undefined {
  const { text, runs } = pack(frozen);
  return seal(text, runs, compress);
}

/** Puts a text and its octets into a fragment; undefined when they are too large. */
export function seal(text: string, runs: Uint8Array, compress: Compress = shortest): string | undefined {
  const words = compress(new TextEncoder().encode(text), WORDS);
  const octets = runs.length === 0 ? NOTHING : compress(runs, OCTETS);
  const size = HEADER + words.length + octets.length;
  if (size * 1.34 > LINK_LIMIT) return undefined;
  const all = new Uint8Array(size);
  all.set(words, HEADER);
  all.set(octets, HEADER + words.length);
  all.set([size >> 8, size, words.length >> 8, words.length]);
  all.set(checksum(all), 4);
  return `${VERSION}.${CODEC}.${base64url(all)}`;
}

type Compress = (octets: Uint8Array, dictionary: Uint8Array) => Uint8Array;

/** In little time, and a tenth longer. */
export const quickly: Compress = (octets, dictionary) =>
  deflateSync(octets, { level: 9, mem: MEMORY, dictionary });

/** Large texts are mostly too large for a link anyway, and not worth the effort. */
const shortest: Compress = (octets, dictionary) =>
  (octets.length <= DEFLATE_LIMIT ? deflate : quickly)(octets, dictionary);

/** Reads what `encodeLink` wrote, or anything else. Never throws. */
export function decodeLink(fragment: string): DecodedLink {
  try {
    return { frozen: unpack(...unwrap(fragment.replace(/^#/, ''))) };
  } catch (error) {
    // What is not ours is the platform's: no base64, no deflate stream, no UTF-8, no JSON, nested too deeply.
    if (!(error instanceof Refused)) return { refused: 'bad-content', detail: 'it cannot be unpacked' };
    return { refused: error.refused, detail: error.message };
  }
}

/** A link that is not opened. Never leaves this file. */
class Refused extends Error {
  readonly refused: LinkRefusal;
  constructor(refused: LinkRefusal, detail: string) {
    super(detail);
    this.refused = refused;
  }
}

/** The text and the octets inside a link. */
function unwrap(fragment: string): [text: string, runs: Uint8Array] {
  const [, version, codec, payload = ''] = /^([0-9]+)\.([a-z0-9-]*)\.(.*)$/is.exec(fragment) ?? [];
  if (version === undefined) throw new Refused('not-a-report', 'no version, codec and payload');
  if (version !== VERSION || codec !== CODEC)
    throw new Refused('future-version', `version ${version.slice(0, 9)}, codec ${codec?.slice(0, 9)}`);
  if (fragment.length > LINK_LIMIT) throw new Refused('too-long', `${fragment.length} characters`);
  const all = octetsOf(trimmed(payload));
  if (all === undefined) throw new Refused('damaged', 'characters that do not belong');
  if (all.length < HEADER) throw new Refused('cut-short', `${all.length} octets`);
  const [size, middle] = [number16(all, 0), HEADER + number16(all, 2)];
  if (all.length < size) throw new Refused('cut-short', `${all.length} of ${size} octets`);
  const sum = checksum(all);
  if (all.length > size || middle > size || sum.some((octet, i) => octet !== all[4 + i]))
    throw new Refused('damaged', 'the checksum differs');
  const runs = middle === size ? NOTHING : inflate(all.subarray(middle), OCTETS);
  return [
    new TextDecoder('utf-8', { fatal: true }).decode(inflate(all.subarray(HEADER, middle), WORDS)),
    runs,
  ];
}

function inflate(octets: Uint8Array, dictionary: Uint8Array): Uint8Array {
  const out = inflateSync(octets, { dictionary, out: new Uint8Array(INSIDE_LIMIT + 1) });
  if (out.length > INSIDE_LIMIT) throw new Refused('too-much-inside', `over ${INSIDE_LIMIT} octets`);
  return out;
}

/** As in facts/codec.ts. */
type Entry = [key: string, by: number, at: number, result: unknown, tries?: unknown, confirmedBy?: number];

function pack({ domain, now, intent, selectors, submission, facts, digest }: Frozen): {
  text: string;
  runs: Uint8Array;
} {
  const {
    at: start,
    by: names,
    facts: entries,
  } = JSON.parse(encodeFacts(facts.map((observation) => ({ ...observation, tries: [] })))) as {
    at: number;
    by: string[];
    facts: Entry[];
  };
  const kinds = new Map<string, { questions: string[]; entries: Entry[] }>();
  for (const entry of entries) {
    const [kind, question] = splitKey(entry[0], domain);
    const group = kinds.get(kind) ?? { questions: [], entries: [] };
    group.questions.push(question);
    group.entries.push(entry);
    kinds.set(kind, group);
  }
  const groups = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1));
  const ordered = groups.flatMap(([, group]) => group.entries);
  const places = new Map<string, number>();
  const visits: { place: number; parts: Cut }[] = [];
  const results = ordered.map(([key, , , result]) => {
    const text = JSON.stringify(result);
    const place = places.get(text);
    if (place !== undefined) return place;
    places.set(text, places.size);
    const host = hostIn(key);
    const parts = host === undefined ? undefined : cut(result, host);
    if (parts === undefined) return result;
    const [nearest] = visits
      .flatMap((other) => {
        const changes = differences(other.parts, parts);
        return changes ? [[other.place, ...changes]] : [];
      })
      .sort((a, b) => a.length - b.length);
    visits.push({ place: places.size - 1, parts });
    return nearest ?? result;
  });
  const plain = JSON.stringify([
    domain,
    now,
    intent === undefined ? 0 : INTENTS.indexOf(intent) + 1,
    selectors,
    digest,
    start,
    names,
    groups.map(([kind, { questions }]) => [kind, ...questions]),
    results,
    runsOf(ordered.map(([, by]) => by)),
    runsOf(ordered.map(([, , at]) => Math.floor(at / 1000))),
    ordered.flatMap(([, , , , , by], i) => (by === undefined ? [] : [i, by])),
    ...(submission === undefined ? [] : [submission]),
  ]);
  const runs: Uint8Array[] = [];
  const rest = JSON.stringify(domain).slice(1, -1);
  const text = plain
    .replace(/[A-Za-z0-9+/]{64,}/g, (run) => {
      const octets = octetsOf(run.slice(0, run.length - (run.length % 4))) as Uint8Array;
      runs.push(octets);
      return `${RUN}${octets.length};${run.slice(run.length - (run.length % 4))}`;
    })
    // The first is the one that says it.
    .split(rest)
    .reduce((before, after, i) => before + (i === 1 ? rest : DOMAIN) + after);
  const all = new Uint8Array(runs.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const run of runs) {
    all.set(run, at);
    at += run.length;
  }
  return { text, runs: all };
}

/** Reads the text inside a link. */
function unpack(text: string, runs: Uint8Array): Frozen {
  const spelt = /^\["((?:[^"\\]|\\.)*)"/s.exec(text)?.[1] ?? '';
  const size = text.length + text.split(DOMAIN).length * spelt.length + runs.length * 2;
  if (size > INSIDE_LIMIT * 2) throw new Refused('too-much-inside', `over ${INSIDE_LIMIT * 2} characters`);
  let read = 0;
  const plain = text
    .replaceAll(DOMAIN, () => spelt)
    .replace(/\x02([0-9]{1,6});/g, (_, digits: string) => {
      const run = runs.subarray(read, read + Number(digits));
      read += Number(digits);
      if (run.length !== Number(digits)) throw bad('a run of octets');
      return base64(run);
    });
  const parts = list(JSON.parse(plain), 'the text', 13);
  const domain = string(parts[0], 'domain', 1100);
  if (parts.length < 12 || parseName(domain) !== domain) throw bad('domain');
  const [, now, intent, selectors, digest, start, names, questions, results, by, seconds, seconded] = parts;
  const submission = parts.length === 12 ? undefined : string(parts[12], 'submission', 1100);
  if (submission !== undefined && parseName(submission) !== submission) throw bad('submission');
  const keys = list(questions, 'questions', 200).flatMap((group) => {
    const [kind = '', ...rest] = list(group, 'questions', FACTS_LIMIT).map((each) =>
      string(each, 'questions', 2200),
    );
    return rest.map((question) => joinKey(kind, question, domain));
  });
  const witness = new Map<number, number>();
  const pairs = list(seconded, 'seconded', FACTS_LIMIT * 2).map((each) => whole(each, 'seconded'));
  for (let i = 0; i < pairs.length; i += 2) witness.set(pairs[i] as number, whole(pairs[i + 1], 'seconded'));
  const who = unrun(by, keys.length, 'by');
  const when = unrun(seconds, keys.length, 'seconds');
  const known: { written: string; key: string }[] = [];
  let length = 0;
  const entries = list(results, 'results', FACTS_LIMIT).map((result, i) => {
    const key = keys[i];
    if (key === undefined) throw bad('results');
    if (typeof result !== 'number') {
      const value = Array.isArray(result) ? alike(result, known, key) : result;
      known.push({ written: JSON.stringify(value), key });
    }
    const written = known[typeof result === 'number' ? result : known.length - 1]?.written;
    if (written === undefined) throw bad('results');
    length += written.length;
    if (length > TEXT_LIMIT) throw new Refused('too-much-inside', `over ${TEXT_LIMIT} characters of facts`);
    const second = witness.get(i);
    return `[${JSON.stringify(key)},${who[i]},${(when[i] as number) * 1000},${written}${second === undefined ? '' : `,[],${second}`}]`;
  });
  if (entries.length !== keys.length) throw bad('results');
  const decoded = decodeFacts(
    `{"v":1,"at":${whole(start, 'start')},"by":${JSON.stringify(list(names, 'names', 100))},"facts":[${entries}]}`,
  );
  if ('refused' in decoded) throw bad(`${decoded.refused.reason}, ${decoded.refused.detail}`);
  const said = intent === 0 ? undefined : INTENTS[whole(intent, 'intent') - 1];
  if (said === undefined && intent !== 0) throw bad('intent');
  const time = whole(now, 'now');
  if (time > LAST_TIME || decoded.facts.some(({ at }) => at > LAST_TIME)) throw bad('now');
  const mailbox = mailboxIn(keys, domain);
  return {
    domain: domain as Name,
    now: time,
    ...(mailbox === undefined ? {} : { mailbox }),
    ...(said === undefined ? {} : { intent: said }),
    selectors: list(selectors, 'selectors', 20).map((each) => string(each, 'selectors', 255)),
    ...(submission === undefined ? {} : { submission: submission as Name }),
    facts: decoded.facts,
    digest: string(digest, 'digest', 20_000),
  };
}

/** A result that is written as its differences from an earlier one. */
function alike(
  [place, ...changes]: readonly unknown[],
  known: readonly { written: string; key: string }[],
  key: string,
): unknown {
  const from = known[whole(place, 'results')];
  const parts = from && cut(JSON.parse(from.written), hostIn(from.key) ?? '');
  const value = parts && changed(parts, changes, hostIn(key) ?? '', TEXT_LIMIT);
  if (value === undefined) throw bad('results');
  return value;
}

/** The mail host a key asks for. */
function hostIn(key: string): string | undefined {
  return /^smtp (\S+)/.exec(key)?.[1];
}

/** The label of the address that a report asked about. */
function mailboxIn(keys: readonly string[], domain: string): string | undefined {
  const end = `._smimecert.${domain} SMIMEA`;
  const key = keys.find((key) => key.startsWith('dns ') && key.endsWith(end));
  const label = key?.slice(4, -end.length) ?? '';
  return /^[0-9a-f]{56}$/.test(label) ? label : undefined;
}

/** A question's key as its kind and the name asked about: the domain a mail host is asked for is mostly ours. */
function splitKey(key: string, domain: string): [kind: string, question: string] {
  const [kind, name = '', ...rest] = key.split(' ');
  if (kind === 'dns') return [rest.join(' '), name];
  if (kind === 'smtp' && rest[1] === domain) return [`smtp ${rest[0]}`, name];
  return [kind ?? '', [name, ...rest].join(' ')];
}

function joinKey(kind: string, question: string, domain: string): string {
  if (kind === 'policy' || kind === 'smtp') return `${kind} ${question}`;
  const [first, port] = kind.split(' ');
  if (first === 'smtp') return `smtp ${question} ${port} ${domain}`;
  return `dns ${question} ${kind}`;
}

/** Values as runs of equal ones. */
function runsOf(values: readonly number[]): number[] {
  const runs: number[] = [];
  for (const value of values)
    if (runs.at(-2) === value) runs[runs.length - 1] = (runs.at(-1) as number) + 1;
    else runs.push(value, 1);
  return runs;
}

function unrun(value: unknown, count: number, where: string): number[] {
  const runs = list(value, where, FACTS_LIMIT * 2).map((each) => whole(each, where));
  const values: number[] = [];
  for (let i = 0; i < runs.length; i += 2) {
    const times = runs[i + 1] ?? 0;
    if (values.length + times > count) throw bad(where);
    for (let n = 0; n < times; n++) values.push(runs[i] as number);
  }
  if (values.length !== count) throw bad(where);
  return values;
}

function bad(where: string): Refused {
  return new Refused('bad-content', where);
}

function list(value: unknown, where: string, limit: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > limit) throw bad(where);
  return value;
}

function string(value: unknown, where: string, limit: number): string {
  if (typeof value !== 'string' || value.length > limit) throw bad(where);
  return value;
}

function whole(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw bad(where);
  return value;
}

/** 24 bits of FNV-1a over everything but the checksum itself. */
function checksum(all: Uint8Array): [number, number, number] {
  let hash = 0x811c9dc5;
  for (let i = 0; i < all.length; i++)
    if (i < 4 || i >= HEADER) hash = Math.imul(hash ^ (all[i] as number), 0x01000193);
  return [(hash >>> 24) & 255, (hash >>> 16) & 255, (hash >>> 8) & 255];
}

function number16(octets: Uint8Array, at: number): number {
  return ((octets[at] as number) << 8) | (octets[at + 1] as number);
}

function base64(octets: Uint8Array): string {
  let text = '';
  for (let i = 0; i < octets.length; i += 0x8000)
    text += String.fromCharCode(...octets.subarray(i, i + 0x8000));
  return btoa(text);
}

function base64url(octets: Uint8Array): string {
  return base64(octets).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function octetsOf(text: string): Uint8Array | undefined {
  // Four characters are three octets; one left over is none.
  const whole = text.length % 4 === 1 ? text.slice(0, -1) : text;
  try {
    return Uint8Array.from(atob(whole.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    );
  } catch {
    return undefined;
  }
}

/** Without what programs add that wrap lines, or make links clickable and take a full stop or a bracket along. */
function trimmed(payload: string): string {
  const text = payload.replace(/\s|%[0-9A-F]{2}/gi, '');
  let end = text.length;
  while (end > 0 && !/[\w-]/.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

const VERSION = '1';
const CODEC = 'd';
/** Octets of the header: length in all, length of the first stream, checksum. */
const HEADER = 7;
/** A small table is enough for small texts, and quick to make. */
const MEMORY = 4;
/** Octets read out of a stream at most. */
const INSIDE_LIMIT = 1_000_000;
/** As many facts as facts/codec.ts takes. */
const FACTS_LIMIT = 2000;
/** The last instant that has a date. */
const LAST_TIME = 8.64e15;
const INTENTS = ['mail', 'no-mail'] as const;
const DOMAIN = '\x01';
const RUN = '\x02';
const NOTHING = new Uint8Array(0);

const WORDING: Readonly<Record<LinkRefusal, string>> = {
  'bad-content': 'What this link holds is no report. Ask whoever sent it for a new one.',
  'cut-short':
    'This link was cut short on its way. Ask whoever sent it to send it whole, as a file or as a button.',
  damaged: 'This link was changed on its way and cannot be read. Ask whoever sent it for a new one.',
  'future-version':
    'This link was made by a newer Mailproof. Reload the page to get that version, then open it again.',
  'not-a-report': 'This link holds no report.',
  'too-long': 'This link is longer than any report. It was not opened.',
  'too-much-inside': 'This link unpacks to more than any report. It was not opened.',
};
