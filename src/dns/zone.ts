/*
 * Text zones: a small world of DNS in a string, for examples, fixtures and `--zone`. One record a line,
 * `NAME TYPE RDATA` or `NAME TTL IN TYPE RDATA`; `;` starts a comment; `$ORIGIN name` completes names without
 * a final dot and stands for `@`; without `$ORIGIN` every name is complete as written. What is not listed does
 * not exist (RFC 8020), names between listed ones are empty non-terminals, `*` works as RFC 1034 §4.3.3 says.
 *
 * Beyond master files: `NAME TYPE !timeout` (or any reason of facts/observation.ts) makes that answer fail;
 * `NAME * !servfail` fails every type; `!bogus` fails unless checking is disabled, with what else is listed as
 * the answer then. `$SIGNED name` marks all answers at and below a name as validated; `$COMPACT name` makes
 * the zone deny names as RFC 9824 does (no data instead of NXDOMAIN).
 *
 * `example.com POLICY 200 "text/plain" "version: STSv1" "mode: none" …` is the MTA-STS policy file of the domain:
 * status, media type, then a string for each line of the body; `POLICY 0 certificate` (or another `failure` of
 * facts/question.ts) for one that cannot be fetched. Without such a line there is no relay to fetch it. RRSIG,
 * NSEC and NSEC3 lines as in master files go out, unverified, with answers that were asked for with DNSSEC.
 *
 * What a relay sees of a mail host, a line for each of its addresses, in the words of facts/smtp.ts:
 *
 *     mx.example.com SMTP 25 192.0.2.1 open greeting "220 mx.example.com ESMTP" ehlo "250-mx.example.com"
 *       "250 STARTTLS" starttls "220 go" tls TLSv1.2 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 newer TLSv1.3
 *       chain leaf ca trust trusted after "250 mx.example.com" quit "221 bye" old !alert:protocol_version
 *     mx.example.com SMTP 25 192.0.2.2 timeout
 *
 * on one line each. A reply is its lines, the milliseconds it took (`@12000`) if they matter and, where it is not
 * complete, its end (`ehlo !timeout`). `tls`, `tls13` and `old` are handshakes that offer up to 1.2, 1.3 alone, and
 * up to 1.1: a version and a cipher, or an end, `!alert:NAME`, `!not-tls "…"` or another; `newer`, `chain`,
 * `trust CHAIN [wrong-name]`, `group`, `signature`, `failure`, `dh-bits` and `asks-certificate` belong to the handshake
 * before them. A certificate is base64 or a word that `$CERT word base64` explained above. `SMTP 25 none` is a host without
 * address, `SMTP 25 control open "220 …"` what the relay saw of its control, `SMTP 25 !relay-cannot` (or another
 * reason) no answer. Without such a line there is no relay.
 */

import { ip6Groups, ip6Text, isIp4 } from './address.ts';
import { isWithin, labelsOf, type Name, nameOf, parentOf, parseName, ROOT } from './name.ts';
import { presentation, quoted } from './presentation.ts';
import type {
  Denial,
  DnsAnswer,
  DnsQuestion,
  DnsRecord,
  RecordData,
  RecordType,
  Signature,
} from './record.ts';
import { toOctets } from './text.ts';
import { parseSmtpLine, type ZoneSmtp } from './zone-smtp.ts';

/** A parsed text zone. `faults` lists lines that could not be read, which are left out. */
export interface Zone {
  readonly records: readonly ZoneRecord[];
  readonly failures: readonly { readonly name: Name; readonly type: string; readonly reason: string }[];
  readonly signed: readonly Name[];
  readonly compact: readonly Name[];
  readonly policies?: readonly ZonePolicy[];
  readonly smtp?: readonly ZoneSmtp[];
  readonly signatures?: readonly { readonly name: Name; readonly signature: Signature }[];
  readonly denials?: readonly Denial[];
  readonly faults: readonly { readonly line: number; readonly text: string; readonly because: string }[];
}

/** The MTA-STS policy file of a domain; `failure` is a word of facts/question.ts. */
export interface ZonePolicy {
  readonly name: Name;
  readonly status: number;
  readonly failure?: string;
  readonly contentType?: string;
  readonly body: string;
}

/** One line of a zone: the record with its owner and type. */
export type ZoneRecord = {
  [T in RecordType]: {
    readonly name: Name;
    readonly type: T;
    readonly ttl: number;
    readonly data: RecordData[T];
  };
}[RecordType];

/** What a zone answers: an answer, or the word after `!`. */
export type ZoneReply<T extends RecordType> =
  | { readonly answer: DnsAnswer<T> }
  | { readonly failure: string };

/** TTL in seconds of records that state none. */
export const DEFAULT_TTL = 3600;

/** Parses a text zone. Total: unreadable lines become faults. */
export function parseZone(text: string): Zone {
  const zone = {
    records: [] as ZoneRecord[],
    failures: [] as { name: Name; type: string; reason: string }[],
    signed: [] as Name[],
    compact: [] as Name[],
    policies: [] as ZonePolicy[],
    smtp: [] as ZoneSmtp[],
    signatures: [] as { name: Name; signature: Signature }[],
    denials: [] as Denial[],
    faults: [] as { line: number; text: string; because: string }[],
  };
  let origin: Name | undefined;
  const certificates = new Map<string, string>();
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const words = tokens(line);
    const first = words[0];
    if (first === undefined) continue;
    const fault = (because: string) => zone.faults.push({ line: i + 1, text: line.trim(), because });
    if (words.at(-1)?.open) {
      fault('a quote is not closed');
      continue;
    }
    const complete = (word: string) => completeName(word, origin);
    if (!first.quoted && first.text === '$CERT') {
      const [, label, ...base64] = words.map(({ text }) => text);
      if (label === undefined || base64.length === 0) fault('needs a word and base64');
      else certificates.set(label, base64.join(''));
      continue;
    }
    if (!first.quoted && first.text.startsWith('$')) {
      const name = words[1] && parseName(words[1].text);
      if (name === undefined) fault('needs a name');
      else if (first.text === '$ORIGIN') origin = name;
      else if (first.text === '$SIGNED') zone.signed.push(name);
      else if (first.text === '$COMPACT') zone.compact.push(name);
      else fault('unknown directive');
      continue;
    }
    const owner = complete(first.text);
    if (owner === undefined) {
      fault('not a name');
      continue;
    }
    let at = 1;
    let ttl = DEFAULT_TTL;
    if (/^[0-9]+$/.test(words[at]?.text ?? '')) ttl = Math.min(Number(words[at++]?.text), 0x7fffffff);
    if (words[at]?.text.toUpperCase() === 'IN') at++;
    const type = words[at++]?.text.toUpperCase() ?? '';
    const rest = words.slice(at);
    if (type === 'SMTP') {
      const seen = parseSmtpLine(owner, rest, certificates);
      if (seen === undefined) fault('not what a relay sees of a mail host');
      else zone.smtp.push(seen);
      continue;
    }
    if (rest[0] && !rest[0].quoted && rest[0].text.startsWith('!')) {
      zone.failures.push({ name: owner, type, reason: rest[0].text.slice(1).toLowerCase() });
      continue;
    }
    if (type === 'POLICY') {
      const policy = parsePolicy(owner, rest);
      if (policy === undefined) fault('not a policy');
      else zone.policies.push(policy);
      continue;
    }
    if (type === 'RRSIG') {
      const signature = parseSignature(rest, complete);
      if (signature === undefined) fault('not the data of an RRSIG record');
      else zone.signatures.push({ name: owner, signature });
      continue;
    }
    if (type === 'NSEC' || type === 'NSEC3') {
      const denial = parseDenial(owner, type, ttl, rest, complete);
      if (denial === undefined) fault(`not the data of an ${type} record`);
      else zone.denials.push(denial);
      continue;
    }
    if (!isKnownType(type)) {
      fault(`type ${type || 'missing'} is not known here`);
      continue;
    }
    const data = parseData(type, rest, complete);
    if (data === undefined) fault(`not the data of a ${type} record`);
    else zone.records.push({ name: owner, type, ttl, data } as ZoneRecord);
  }
  return zone;
}

/** Answers a question from a zone as a validating resolver would, CNAMEs followed within it. */
export function answerFrom<T extends RecordType>(zone: Zone, question: DnsQuestion<T>): ZoneReply<T> {
  const chain: Name[] = [];
  let name = question.name;
  for (;;) {
    const reply = lookup(zone, name, question);
    if ('failure' in reply) return reply;
    if (reply.cname === undefined || question.type === 'CNAME') {
      const authentic = [question.name, ...chain].every((hop) =>
        zone.signed.some((top) => isWithin(hop, top)),
      );
      const apex = zoneOf(zone, name);
      return {
        answer: {
          rcode: reply.exists ? 'NOERROR' : 'NXDOMAIN',
          chain,
          records: reply.records,
          authentic: authentic && !question.cd,
          errors: [],
          ...(reply.records.length === 0 && apex ? { zone: apex } : {}),
          ...(question.dnssec ? proofs(zone, name, question.type, reply.records.length === 0) : {}),
        },
      };
    }
    name = reply.cname;
    if (chain.includes(name) || name === question.name || chain.length >= 16) return { failure: 'servfail' };
    chain.push(name);
  }
}

/** The policy file of a domain, the word after `!`, or undefined when the zone says nothing about one. */
export function policyFrom(zone: Zone, domain: Name): ZonePolicy | { failure: string } | undefined {
  const failed = zone.failures.find((f) => f.name === domain && f.type === 'POLICY');
  if (failed) return { failure: failed.reason };
  return zone.policies?.find((policy) => policy.name === domain);
}

/** The lines about a mail host's port; undefined when the zone says nothing about it. */
export function smtpFrom(zone: Zone, host: Name, port: number): readonly ZoneSmtp[] | undefined {
  const lines = zone.smtp?.filter((line) => line.name === host && line.port === port) ?? [];
  return lines.length === 0 ? undefined : lines;
}

/**
 * Applies one change to a zone's records. A record that a change replaces or deletes but that is not there leaves
 * the zone as it is: nothing is added in its place.
 */
export function applyChange(
  zone: Zone,
  change: { op: 'add' | 'replace' | 'delete'; name: Name; type: RecordType; was?: string; value?: string },
): Zone {
  const kept =
    change.op === 'add'
      ? zone.records
      : zone.records.filter(
          (record) =>
            !(
              record.name === change.name &&
              record.type === change.type &&
              presentation(record) === change.was
            ),
        );
  if (change.op !== 'add' && kept.length === zone.records.length) return zone;
  const added: ZoneRecord[] = [];
  if (change.value !== undefined) {
    const words =
      change.type === 'TXT' || change.type === 'SPF'
        ? chunks(change.value).map((text) => ({ text, quoted: true }))
        : tokens(change.value);
    const data = parseData(change.type, words, (word) => completeName(word, undefined));
    if (data === undefined) throw new RangeError(`not the data of a ${change.type} record: ${change.value}`);
    added.push({ name: change.name, type: change.type, ttl: DEFAULT_TTL, data } as ZoneRecord);
  }
  return { ...zone, records: [...kept, ...added] };
}

/** The line of a text zone that reads back as this record (its TTL aside), for logs, messages and `record`. */
export function zoneLine(record: ZoneRecord): string {
  const text =
    record.type === 'TXT' || record.type === 'SPF' ? record.data.map(quoted).join(' ') : presentation(record);
  return `${record.name} ${record.type} ${text}`;
}

/** A character-string between quotes: UTF-8 as it reads, octets that do not read as \DDD (RFC 1035 §5.1). */
/** A word of a line: quoted ones as octets, others as written with their escapes. */
interface Token {
  readonly text: string;
  readonly quoted: boolean;
  /** A quote that the line does not close. */
  readonly open?: true;
}

function tokens(line: string): Token[] {
  const words: Token[] = [];
  let at = 0;
  while (at < line.length) {
    const char = line[at] as string;
    if (char === ' ' || char === '\t') at++;
    else if (char === ';') break;
    else if (char === '"') {
      const word = stringAt(line, at + 1);
      words.push({ text: word.octets, quoted: true, ...(word.closed ? {} : { open: true }) });
      at = word.end;
    } else {
      const end = wordEnd(line, at);
      words.push({ text: line.slice(at, end), quoted: false });
      at = end;
    }
  }
  return words;
}

/** Reads a character-string up to its closing quote. */
function stringAt(line: string, from: number): { octets: string; end: number; closed: boolean } {
  let octets = '';
  let at = from;
  while (at < line.length) {
    const char = String.fromCodePoint(line.codePointAt(at) as number);
    if (char === '"') return { octets, end: at + 1, closed: true };
    if (char !== '\\') {
      octets += toOctets(char);
      at += char.length;
      continue;
    }
    const decimal = /^[0-9]{3}/.exec(line.slice(at + 1, at + 4))?.[0];
    if (decimal !== undefined && Number(decimal) < 256) {
      octets += String.fromCharCode(Number(decimal));
      at += 4;
    } else {
      const point = line.codePointAt(at + 1);
      const next = point === undefined ? '' : String.fromCodePoint(point);
      octets += toOctets(next);
      at += 1 + next.length;
    }
  }
  return { octets, end: at, closed: false };
}

function wordEnd(line: string, from: number): number {
  let at = from;
  while (at < line.length && !/[ \t;"]/.test(line[at] as string)) at += line[at] === '\\' ? 2 : 1;
  return Math.min(at, line.length);
}

function completeName(word: string, origin: Name | undefined): Name | undefined {
  if (word === '@') return origin;
  // A final dot that is escaped ends a label, not the name.
  const complete = /(^|[^\\])(\\\\)*\.$/.test(word);
  if (complete || origin === undefined || origin === ROOT) return parseName(word);
  return parseName(`${word}.${origin}`);
}

const TYPES: ReadonlySet<string> = new Set<RecordType>([
  'A',
  'AAAA',
  'CAA',
  'CDS',
  'CNAME',
  'DNSKEY',
  'DS',
  'MX',
  'NS',
  'OPENPGPKEY',
  'PTR',
  'SMIMEA',
  'SOA',
  'SPF',
  'SRV',
  'TLSA',
  'TXT',
]);

function isKnownType(type: string): type is RecordType {
  return TYPES.has(type);
}

function parseData(
  type: RecordType,
  words: readonly Token[],
  complete: (word: string) => Name | undefined,
): RecordData[RecordType] | undefined {
  const text = (i: number) => words[i]?.text ?? '';
  const number = (i: number, bits = 16) => {
    const value = /^[0-9]{1,10}$/.test(text(i)) ? Number(text(i)) : Number.NaN;
    return value < 2 ** bits ? value : undefined;
  };
  const rest = (i: number) =>
    words
      .slice(i)
      .map((word) => word.text)
      .join('');
  switch (type) {
    case 'A':
      return isIp4(text(0)) ? text(0) : undefined;
    case 'AAAA': {
      const groups = ip6Groups(text(0));
      return groups && ip6Text(groups);
    }
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return complete(text(0));
    case 'TXT':
    case 'SPF':
      return words.length === 0
        ? undefined
        : words.map((word) => (word.quoted ? word.text : stringAt(`${word.text}"`, 0).octets));
    case 'MX': {
      const preference = number(0);
      const exchange = complete(text(1));
      return preference === undefined || exchange === undefined ? undefined : { preference, exchange };
    }
    case 'SRV': {
      const [priority, weight, port, target] = [number(0), number(1), number(2), complete(text(3))];
      if (priority === undefined || weight === undefined || port === undefined || target === undefined)
        return undefined;
      return { priority, weight, port, target };
    }
    case 'SOA': {
      const [mname, rname] = [complete(text(0)), complete(text(1))];
      const [serial, refresh, retry, expire, minimum] = [2, 3, 4, 5, 6].map((i) => number(i, 32) ?? 0);
      if (mname === undefined || rname === undefined) return undefined;
      return {
        mname,
        rname,
        serial: serial ?? 0,
        refresh: refresh ?? 0,
        retry: retry ?? 0,
        expire: expire ?? 0,
        minimum: minimum ?? 0,
      };
    }
    case 'DS':
    case 'CDS': {
      const [keyTag, algorithm, digestType] = [number(0), number(1), number(2)];
      if (keyTag === undefined || algorithm === undefined || digestType === undefined) return undefined;
      return { keyTag, algorithm, digestType, digest: rest(3).toLowerCase() };
    }
    case 'DNSKEY': {
      const [flags, protocol, algorithm] = [number(0), number(1), number(2)];
      if (flags === undefined || protocol === undefined || algorithm === undefined) return undefined;
      return { flags, protocol, algorithm, key: rest(3) };
    }
    case 'OPENPGPKEY':
      return words.length === 0 ? undefined : rest(0);
    case 'SMIMEA':
    case 'TLSA': {
      const [usage, selector, matching] = [number(0), number(1), number(2)];
      if (usage === undefined || selector === undefined || matching === undefined) return undefined;
      return { usage, selector, matching, data: rest(3).toLowerCase() };
    }
    case 'CAA': {
      const flags = number(0);
      return flags === undefined || text(1) === '' ? undefined : { flags, tag: text(1), value: text(2) };
    }
  }
}

interface Found<T extends RecordType> {
  readonly exists: boolean;
  readonly records: readonly DnsRecord<T>[];
  readonly cname?: Name;
}

function lookup<T extends RecordType>(
  zone: Zone,
  name: Name,
  question: DnsQuestion<T>,
): Found<T> | { failure: string } {
  const { type } = question;
  const failure = failureAt(zone, name, question);
  if (failure !== undefined) return { failure };
  let owner: Name | undefined = name;
  if (!exists(zone, name)) {
    // RFC 1034 §4.3.3: the asterisk answers for the closest name that exists, and for nothing below others.
    let encloser = parentOf(name);
    while (encloser !== undefined && encloser !== ROOT && !exists(zone, encloser))
      encloser = parentOf(encloser);
    owner = encloser === undefined ? undefined : nameOf(['*', ...labelsOf(encloser)]);
    if (owner === undefined || !exists(zone, owner)) {
      const compact = zone.compact.some((top) => isWithin(name, top));
      return { exists: compact, records: [] };
    }
    const failure = failureAt(zone, owner, question);
    if (failure !== undefined) return { failure };
  }
  const here = zone.records.filter((record) => record.name === owner);
  const cname = here.find((record) => record.type === 'CNAME');
  const records = here
    .filter((record) => record.type === type)
    .map((record) => ({ ttl: record.ttl, data: record.data as RecordData[T] }));
  // A CNAME answers for every type; other data beside it is an error that resolvers hide (RFC 1034 §3.6.2).
  return {
    exists: true,
    records: cname && type !== 'CNAME' ? [] : records,
    ...(cname?.type === 'CNAME' ? { cname: cname.data } : {}),
  };
}

function proofs(
  zone: Zone,
  name: Name,
  type: RecordType,
  absent: boolean,
): { signatures: Signature[]; denial?: readonly Denial[] } {
  const apex = absent ? zoneOf(zone, name)?.name : undefined;
  // With a denial comes the SOA record, signed as the rest (RFC 4035 §3.1.3).
  const [owner, covered] = apex === undefined ? [name, type] : [apex, 'SOA'];
  const signatures = (zone.signatures ?? [])
    .filter((line) => line.name === owner && line.signature.covered === covered)
    .map((line) => line.signature);
  const denial = (zone.denials ?? []).filter((d) => apex !== undefined && isWithin(d.owner, apex));
  return { signatures, ...(absent ? { denial } : {}) };
}

function parsePolicy(name: Name, words: readonly Token[]): ZonePolicy | undefined {
  const [status, second, ...lines] = words.map((word) => word.text);
  if (status === undefined || !/^[0-9]{1,3}$/.test(status)) return undefined;
  if (Number(status) === 0)
    return second === undefined ? undefined : { name, status: 0, failure: second, body: '' };
  return {
    name,
    status: Number(status),
    ...(second === undefined ? {} : { contentType: second }),
    body: lines.map((line) => `${line}\n`).join(''),
  };
}

function parseSignature(
  words: readonly Token[],
  complete: (word: string) => Name | undefined,
): Signature | undefined {
  const [covered, algorithm, , , expiration, inception, keyTag, signer] = words.map((word) => word.text);
  const name = signer === undefined ? undefined : complete(signer);
  const [until, since] = [timeOf(expiration), timeOf(inception)];
  if (covered === undefined || name === undefined || until === undefined || since === undefined)
    return undefined;
  return {
    covered: covered.toUpperCase(),
    algorithm: Number(algorithm),
    signer: name,
    keyTag: Number(keyTag),
    inception: since,
    expiration: until,
  };
}

/** Seconds since 1970 of the YYYYMMDDHHmmSS of an RRSIG (RFC 4034 §3.2). */
function timeOf(text: string | undefined): number | undefined {
  const parts = /^([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})$/.exec(text ?? '');
  if (!parts) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
}

function parseDenial(
  owner: Name,
  type: 'NSEC' | 'NSEC3',
  ttl: number,
  words: readonly Token[],
  complete: (word: string) => Name | undefined,
): Denial | undefined {
  const text = words.map((word) => word.text);
  if (type === 'NSEC') {
    const next = text[0] === undefined ? undefined : complete(text[0]);
    return next === undefined ? undefined : { kind: 'nsec', owner, next, types: text.slice(1), ttl };
  }
  const [, flags, iterations, salt, next, ...types] = text;
  if (next === undefined || !/^[0-9]+$/.test(iterations ?? '')) return undefined;
  return {
    kind: 'nsec3',
    owner,
    types,
    iterations: Number(iterations),
    salt: salt === '-' ? '' : (salt ?? '').toLowerCase(),
    optOut: (Number(flags) & 1) === 1,
    ttl,
  };
}

function failureAt(zone: Zone, name: Name, question: DnsQuestion): string | undefined {
  const found = zone.failures.find((f) => f.name === name && (f.type === question.type || f.type === '*'));
  // With checking disabled a resolver hands out what its validation refuses (RFC 4035 §3.2.2).
  if (found?.reason === 'bogus') return question.cd ? undefined : 'servfail';
  return found?.reason;
}

function exists(zone: Zone, name: Name): boolean {
  return (
    zone.records.some((record) => isWithin(record.name, name)) ||
    zone.failures.some((failure) => isWithin(failure.name, name))
  );
}

function zoneOf(zone: Zone, name: Name): { name: Name; minimum: number; ttl: number } | undefined {
  const soas = zone.records.filter((record) => record.type === 'SOA' && isWithin(name, record.name));
  const best = soas.sort((a, b) => b.name.length - a.name.length)[0];
  return best?.type === 'SOA' ? { name: best.name, minimum: best.data.minimum, ttl: best.ttl } : undefined;
}

function chunks(text: string): string[] {
  if (text === '') return [''];
  const parts: string[] = [];
  for (let i = 0; i < text.length; i += 255) parts.push(text.slice(i, i + 255));
  return parts;
}
