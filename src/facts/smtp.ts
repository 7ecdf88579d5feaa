/*
 * What a relay saw of one mail host and port: facts without adjectives, an entry for each address. Everything a
 * server said is kept as byte strings (one character an octet), because it is judged by octets and is hostile;
 * whoever shows it makes it printable first.
 *
 * An address is visited at most twice. The first connection offers TLS up to 1.2, because only there the
 * certificates travel in clear, and a server that can do more says so in its random number (RFC 8446 §4.1.3).
 * The second offers 1.3 alone where the first was refused, and 1.1 and older where it was not.
 */

/** The ports a relay visits. */
export type SmtpPort = 25 | 465 | 587 | 2525;

/** How an attempt to connect ended. */
export type ConnectOutcome =
  | 'open'
  /** The host, or something before it, said no. */
  | 'refused'
  /** Nothing came back: filtered on the way, or no host there. */
  | 'timeout'
  /** A router said that there is no way. */
  | 'unreachable'
  /** The relay's own machine or network does not let it through: says nothing about the host. */
  | 'blocked-here'
  /** It failed, and this relay's platform does not say how. */
  | 'unclear'
  /** Not attempted: no IPv6 here, or the host has more addresses than a relay visits. */
  | 'not-tried';

/** How the reading of one reply ended. */
export type ReplyEnd =
  /** A whole reply of RFC 5321 §4.2. */
  | 'complete'
  /** A line that is no line of an SMTP reply; it is the last of `lines`. */
  | 'not-smtp'
  /** More lines, or longer ones, than a relay reads. */
  | 'too-long'
  | 'closed'
  | 'reset'
  | 'timeout';

/** One reply of the server. */
export interface SmtpReply {
  /** As received, without line ends; what came of a line that never ended is the last. */
  readonly lines: readonly string[];
  readonly end: ReplyEnd;
  /** Milliseconds from asking (from connecting, for the greeting) to the end of the reply. */
  readonly ms: number;
}

export type TlsVersion = 'SSLv3' | 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** How a handshake ended, as far as it can be seen before keys exist. */
export type TlsEnd =
  /** The server chose version and cipher and sent what belongs to that. */
  | 'hello'
  | 'alert'
  /** What came is not TLS; see `plain`. */
  | 'not-tls'
  | 'malformed'
  | 'too-long'
  | 'closed'
  | 'reset'
  | 'timeout';

/** One TLS handshake. */
export interface TlsHandshake {
  /** Versions offered. */
  readonly offered: readonly TlsVersion[];
  /** Server name sent (RFC 6066 §3): the host asked about. */
  readonly sni: string;
  readonly end: TlsEnd;
  readonly ms: number;
  /** The server's alert by its name in RFC 8446 §6 ("protocol_version"), or its number. */
  readonly alert?: string;
  /** The first octets of an answer that is not TLS. */
  readonly plain?: string;
  /** Version and cipher suite (IANA's name, or 0xNNNN) the server chose. */
  readonly version?: TlsVersion;
  readonly cipher?: string;
  /** The server's random number says that it can also do this newer version (RFC 8446 §4.1.3). */
  readonly newer?: 'TLSv1.2' | 'TLSv1.3';
  /** DER certificates in base64, or what was kept of them, in the order sent. Absent when they could not be seen. */
  readonly chain?: readonly (string | CertificateSummary)[];
  /** Named group of an ephemeral key exchange (IANA's name, or 0xNNNN). */
  readonly group?: string;
  /** Size of the prime of a DHE key exchange, in bits. */
  readonly dhBits?: number;
  /** Signature scheme of the key exchange in TLS 1.2 (IANA's name, or 0xNNNN). */
  readonly signature?: string;
  /** The server asked for a client certificate. */
  readonly asksCertificate?: true;
  /** Whether the handshake was completed; absent where the host cannot complete one, or did not mean to. */
  readonly finished?: boolean;
  /** Why the relay's own TLS did not complete it: its error code. */
  readonly failure?: string;
  readonly trust?: TlsTrust;
}

/** What is kept of a certificate where its octets would be too much, as in links. */
export interface CertificateSummary {
  /** For people, as "CN=mx.example.com"; equal words are equal names. */
  readonly subject: string;
  readonly issuer: string;
  readonly commonNames: readonly string[];
  /** DNS names of subjectAltName; absent without that extension. */
  readonly dnsNames?: readonly string[];
  /** Seconds since 1970, and from then to its end. */
  readonly notBefore: number;
  readonly lifetime: number;
  readonly key: CertificateKey;
  /** The algorithm of its signature and, where it is known, the digest in it. */
  readonly signature: string;
  readonly hash?: string;
  readonly authority?: true;
  readonly keyUsage?: readonly string[];
  /** Object identifiers of extKeyUsage. */
  readonly purposes?: readonly string[];
  readonly mustStaple?: true;
  /** SHA-256 in hex of the whole and of its key, where TLSA records are compared with them. */
  readonly digest?: string;
  readonly keyDigest?: string;
  /** Whether the issuer among the certificates sent signed it, where that was computed. */
  readonly signed?: boolean;
  /** Tells certificates apart whose summaries are the same. */
  readonly twin?: number;
}

/** A certificate's key; `name` is the curve, or the algorithm of another kind. */
export interface CertificateKey {
  readonly kind: 'rsa' | 'ec' | 'ed25519' | 'ed448' | 'dsa' | 'other';
  readonly bits?: number;
  readonly name?: string;
}

/** The verdict of the relay host's own TLS and its roots, for comparison. */
export interface TlsTrust {
  /** "trusted", or the error code ("CERT_HAS_EXPIRED"). */
  readonly chain: string;
  /** Whether the certificate names the host. */
  readonly name: boolean;
}

/** What was seen at one address. */
export interface SmtpAddress {
  readonly address: string;
  readonly connect: ConnectOutcome;
  /** The host's own word for a failure to connect ("ECONNREFUSED"). */
  readonly code?: string;
  /** Milliseconds until the connection stood or failed. */
  readonly connectMs: number;
  /** On 465, this came inside TLS; absent when TLS failed. */
  readonly greeting?: SmtpReply;
  readonly ehlo?: SmtpReply;
  readonly starttls?: SmtpReply;
  /** One or two, in order. The first belongs to the replies above. */
  readonly handshakes: readonly TlsHandshake[];
  /** EHLO inside TLS after STARTTLS, where the host can. On 465 `ehlo` is inside TLS already. */
  readonly ehloTls?: SmtpReply;
  /** Reply to QUIT of the first connection. */
  readonly quit?: SmtpReply;
  /** The limit that ended the visit early, where one did. */
  readonly cap?: 'bytes' | 'time';
}

/** Whether the relay reached a host it knows to be there, through the same port, lately. */
export interface SmtpControl {
  readonly host: string;
  readonly connect: ConnectOutcome;
  /** Its greeting and EHLO lines: masked ones are the relay's own network's doing. */
  readonly lines: readonly string[];
}

/** Everything seen of a host on a port. */
export interface SmtpAnswer {
  /** No address: the host has none (by the relay's own look-up). */
  readonly addresses: readonly SmtpAddress[];
  /** The name the relay gave with EHLO. */
  readonly helo: string;
  /** Absent when the relay has nothing to compare with. */
  readonly control?: SmtpControl;
  readonly ms: number;
}

/** Ports as a list. */
export const SMTP_PORTS: readonly SmtpPort[] = [25, 465, 587, 2525];

/** Octets of certificates kept of one handshake. */
export const CHAIN_LIMIT = 131_072;

/**
 * Reads an answer from parsed JSON that anybody may have made: the answer with nothing else in it, or undefined
 * when anything has not the shape or size it must have.
 */
export function readSmtpAnswer(value: unknown): SmtpAnswer | undefined {
  return shaped(value, answer);
}

/** Reads a certificate's summary in the same way. */
export function readSummary(value: unknown): CertificateSummary | undefined {
  return shaped(value, summary);
}

function shaped<T>(value: unknown, read: Read<T>): T | undefined {
  try {
    return read(value);
  } catch (error) {
    if (error instanceof BadShape) return undefined;
    throw error;
  }
}

class BadShape extends Error {}

type Read<T> = (value: unknown) => T;

function answer(value: unknown): SmtpAnswer {
  const parts = record(value);
  return {
    addresses: list(parts.addresses, 20, address),
    helo: octets(parts.helo, 255),
    ...optional(parts, 'control', control),
    ms: milliseconds(parts.ms),
  };
}

function control(value: unknown): SmtpControl {
  const parts = record(value);
  return {
    host: octets(parts.host, 255),
    connect: word(parts.connect, CONNECTS),
    lines: list(parts.lines, 200, line),
  };
}

function address(value: unknown): SmtpAddress {
  const parts = record(value);
  const text = octets(parts.address, 45);
  if (!/^[0-9a-f.:]+$/.test(text)) throw new BadShape();
  return {
    address: text,
    connect: word(parts.connect, CONNECTS),
    ...optional(parts, 'code', shortText),
    connectMs: milliseconds(parts.connectMs),
    ...optional(parts, 'greeting', reply),
    ...optional(parts, 'ehlo', reply),
    ...optional(parts, 'starttls', reply),
    handshakes: list(parts.handshakes, 2, handshake),
    ...optional(parts, 'ehloTls', reply),
    ...optional(parts, 'quit', reply),
    ...optional(parts, 'cap', (each) => word(each, CAPS)),
  };
}

function reply(value: unknown): SmtpReply {
  const parts = record(value);
  return {
    lines: list(parts.lines, 200, line),
    end: word(parts.end, REPLY_ENDS),
    ms: milliseconds(parts.ms),
  };
}

function handshake(value: unknown): TlsHandshake {
  const parts = record(value);
  return {
    offered: list(parts.offered, 5, version),
    sni: octets(parts.sni, 255),
    end: word(parts.end, TLS_ENDS),
    ms: milliseconds(parts.ms),
    ...optional(parts, 'alert', shortText),
    ...optional(parts, 'plain', (each) => octets(each, 512)),
    ...optional(parts, 'version', version),
    ...optional(parts, 'cipher', shortText),
    ...optional(parts, 'newer', (each) => word(each, NEWER)),
    ...optional(parts, 'chain', chain),
    ...optional(parts, 'group', shortText),
    ...optional(parts, 'dhBits', (each) => whole(each, 65_536)),
    ...optional(parts, 'signature', shortText),
    ...optional(parts, 'asksCertificate', yes),
    ...optional(parts, 'finished', truth),
    ...optional(parts, 'failure', shortText),
    ...optional(parts, 'trust', trust),
  };
}

function trust(value: unknown): TlsTrust {
  const parts = record(value);
  return { chain: shortText(parts.chain), name: truth(parts.name) };
}

function chain(value: unknown): readonly (string | CertificateSummary)[] {
  let size = 0;
  return list(value, 100, (each) => {
    if (typeof each !== 'string') return summary(each);
    const base64 = octets(each, CHAIN_LIMIT * 2);
    size += base64.length;
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) throw new BadShape();
    if (size > CHAIN_LIMIT * 1.4) throw new BadShape();
    return base64;
  });
}

function summary(value: unknown): CertificateSummary {
  const parts = record(value);
  return {
    subject: text(parts.subject),
    issuer: text(parts.issuer),
    commonNames: list(parts.commonNames, 100, text),
    ...optional(parts, 'dnsNames', (each) => list(each, 1000, text)),
    notBefore: date(parts.notBefore),
    lifetime: date(parts.lifetime),
    key: certificateKey(parts.key),
    signature: shortText(parts.signature),
    ...optional(parts, 'hash', shortText),
    ...optional(parts, 'authority', yes),
    ...optional(parts, 'keyUsage', (each) => list(each, 20, shortText)),
    ...optional(parts, 'purposes', (each) => list(each, 100, shortText)),
    ...optional(parts, 'mustStaple', yes),
    ...optional(parts, 'digest', sha256),
    ...optional(parts, 'keyDigest', sha256),
    ...optional(parts, 'signed', truth),
    ...optional(parts, 'twin', (each) => whole(each, 1000)),
  };
}

function certificateKey(value: unknown): CertificateKey {
  const parts = record(value);
  return {
    kind: word(parts.kind, KEYS),
    ...optional(parts, 'bits', (each) => whole(each, 1_000_000)),
    ...optional(parts, 'name', shortText),
  };
}

function optional<K extends string, T>(
  parts: Readonly<Record<string, unknown>>,
  key: K,
  read: Read<T>,
): { [P in K]?: T } {
  return parts[key] === undefined ? {} : ({ [key]: read(parts[key]) } as { [P in K]?: T });
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new BadShape();
  return value as Record<string, unknown>;
}

function list<T>(value: unknown, limit: number, read: Read<T>): readonly T[] {
  if (!Array.isArray(value) || value.length > limit) throw new BadShape();
  return value.map(read);
}

function octets(value: unknown, limit: number): string {
  if (typeof value !== 'string' || value.length > limit || /[^\x00-\xff]/.test(value)) throw new BadShape();
  return value;
}

function line(value: unknown): string {
  return octets(value, 9000);
}

function shortText(value: unknown): string {
  return octets(value, 80);
}

function text(value: unknown): string {
  if (typeof value !== 'string' || value.length > 2000) throw new BadShape();
  return value;
}

function sha256(value: unknown): string {
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value)) throw new BadShape();
  return value;
}

function date(value: unknown): number {
  return whole(value, LAST_DATE);
}

function whole(value: unknown, limit: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > limit)
    throw new BadShape();
  return value;
}

function milliseconds(value: unknown): number {
  return whole(value, 3_600_000);
}

function truth(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new BadShape();
  return value;
}

function yes(value: unknown): true {
  if (value !== true) throw new BadShape();
  return value;
}

function version(value: unknown): TlsVersion {
  return word(value, VERSIONS);
}

function word<T extends string>(value: unknown, words: Readonly<Record<T, true>>): T {
  if (typeof value !== 'string' || !Object.hasOwn(words, value)) throw new BadShape();
  return value as T;
}

const CONNECTS: Readonly<Record<ConnectOutcome, true>> = {
  open: true,
  refused: true,
  timeout: true,
  unreachable: true,
  'blocked-here': true,
  unclear: true,
  'not-tried': true,
};

const REPLY_ENDS: Readonly<Record<ReplyEnd, true>> = {
  complete: true,
  'not-smtp': true,
  'too-long': true,
  closed: true,
  reset: true,
  timeout: true,
};

const TLS_ENDS: Readonly<Record<TlsEnd, true>> = {
  hello: true,
  alert: true,
  'not-tls': true,
  malformed: true,
  'too-long': true,
  closed: true,
  reset: true,
  timeout: true,
};

const VERSIONS: Readonly<Record<TlsVersion, true>> = {
  SSLv3: true,
  TLSv1: true,
  'TLSv1.1': true,
  'TLSv1.2': true,
  'TLSv1.3': true,
};

const KEYS: Readonly<Record<CertificateKey['kind'], true>> = {
  rsa: true,
  ec: true,
  ed25519: true,
  ed448: true,
  dsa: true,
  other: true,
};

/** The last instant that has a date. */
const LAST_DATE = 8.64e15;

const NEWER = { 'TLSv1.2': true, 'TLSv1.3': true } as const;
const CAPS = { bytes: true, time: true } as const;
