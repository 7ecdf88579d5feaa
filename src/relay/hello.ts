/*
 * TLS as far as it is in clear. Up to version 1.2 the server's choice of version and cipher, its certificates and
 * its half of the key exchange travel before there are keys, so one hand-built ClientHello shows them on any
 * platform that can send octets, and no cryptography is needed. A server of TLS 1.3 answers a hello of 1.3 with
 * its choice and encrypts the rest; answering an older one it marks its random number (RFC 8446 §4.1.3).
 *
 * Old versions and bad ciphers are offered on purpose: what the server takes is the fact that is wanted.
 */

import { CHAIN_LIMIT, type TlsEnd, type TlsHandshake, type TlsVersion } from '../facts/smtp.ts';

/** The highest version a hello offers; 1.3 is offered alone, others with all older ones. */
export type HelloVersion = 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** The versions a hello offers. */
export const OFFERED: Readonly<Record<HelloVersion, readonly TlsVersion[]>> = {
  'TLSv1.3': ['TLSv1.3'],
  'TLSv1.2': ['TLSv1.2', 'TLSv1.1', 'TLSv1'],
  'TLSv1.1': ['TLSv1.1', 'TLSv1'],
};

/** The octets of a ClientHello in its record. */
export function clientHello(
  version: HelloVersion,
  sni: string,
  random: (size: number) => Uint8Array,
): Uint8Array {
  const modern = version === 'TLSv1.3';
  const ciphers = modern ? SUITES_13 : SUITES;
  const extensions = [
    extension(0, vector16(concat([0], vector16(ascii(sni))))),
    extension(10, vector16(GROUPS.flatMap(([code]) => u16(code)))),
    extension(11, vector8([0])),
    ...(version === 'TLSv1.1' ? [] : [extension(13, vector16(SCHEMES.flatMap(([code]) => u16(code))))]),
    ...(modern
      ? [
          extension(43, vector8(u16(0x0304))),
          // Any 32 octets are an X25519 share; nobody will ever need the key.
          extension(51, vector16(concat(u16(29), vector16(random(32))))),
          extension(45, vector8([1])),
        ]
      : [extension(23, []), extension(0xff01, [0])]),
  ];
  const body = concat(
    u16(version === 'TLSv1.1' ? 0x0302 : 0x0303),
    random(32),
    vector8(modern ? random(32) : []),
    vector16(ciphers.flatMap(([code]) => u16(code))),
    vector8([0]),
    vector16(concat(...extensions)),
  );
  const message = concat([1, 0, ...u16(body.length)], body);
  return concat([22, 3, 1], vector16(message));
}

/** Says good-bye before there are keys: user_canceled, then close_notify (RFC 5246 §7.2). */
export const FAREWELL = Uint8Array.of(21, 3, 1, 0, 2, 1, 90, 21, 3, 1, 0, 2, 1, 0);

/** What a reader has gathered, the fields of facts/smtp.ts. */
type HelloFacts = {
  -readonly [K in 'alert' | 'plain' | 'version' | 'cipher' | 'newer' | 'chain' | 'group']?: TlsHandshake[K];
} & { dhBits?: number; signature?: string; asksCertificate?: true };

/** Reads a server's half of a handshake, in pieces of any size. Total: what cannot be read ends it. */
export class HelloReader {
  readonly facts: HelloFacts = {};
  #end: TlsEnd | undefined;
  /** The record under way: its first `#filled` octets of `#needed`. */
  #buffer = new Uint8Array(RECORD);
  #filled = 0;
  #needed = 5;
  /** Handshake octets whose message is not complete yet. */
  #pieces: Uint8Array[] = [];
  #gathered = 0;
  #total = 0;
  #records = 0;

  /** How it ended; undefined while more is to come. */
  get end(): TlsEnd | undefined {
    return this.#end;
  }

  push(bytes: Uint8Array): void {
    if (this.#end !== undefined) return;
    this.#total += bytes.length;
    if (this.#total > OCTETS) this.#end = 'too-long';
    for (let at = 0; at < bytes.length && this.#end === undefined; ) {
      const wanted = (this.#filled < 5 ? 5 : this.#needed) - this.#filled;
      const part = bytes.subarray(at, at + wanted);
      this.#buffer.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (!this.#looksLikeTls()) {
        if (this.#records > 0) this.#end = 'malformed';
        else {
          const seen = concat(this.#buffer.subarray(0, this.#filled), bytes.subarray(at));
          this.facts.plain = latin1(seen.subarray(0, 256));
          this.#end = 'not-tls';
        }
      } else if (this.#filled === 5) this.#header();
      else if (this.#filled > 5 && this.#filled === this.#needed) {
        this.#records++;
        this.#record(this.#buffer[0] as number, this.#buffer.subarray(5, this.#filled));
        this.#filled = 0;
      }
    }
    if (this.#end !== undefined) {
      this.#pieces = [];
      this.#buffer = new Uint8Array(0);
    }
  }

  /** Whether the record begun has a type of TLS (RFC 8446 §5.1) and its major version. */
  #looksLikeTls(): boolean {
    const [kind = 0, major = 0] = this.#buffer;
    return kind >= 20 && kind <= 24 && (this.#filled < 2 || major === 3);
  }

  #header(): void {
    const size = ((this.#buffer[3] as number) << 8) | (this.#buffer[4] as number);
    this.#needed = 5 + size;
    // RFC 5246 §6.2.1 and §6.2.3; an empty record has nothing to say here.
    if (size === 0 || this.#needed > RECORD) this.#end = 'malformed';
  }

  #record(kind: number, payload: Uint8Array): void {
    if (kind === 22) this.#handshake(payload);
    else if (kind === 21) {
      const [level, code = 0] = payload;
      // Warnings (an unknown server name, say) do not end a handshake; close_notify does.
      if (level === 1 && code !== 0) return;
      this.facts.alert = ALERTS[code] ?? `${code}`;
      this.#end = 'alert';
    } else this.#end = 'malformed';
  }

  #handshake(payload: Uint8Array): void {
    this.#pieces.push(payload.slice());
    this.#gathered += payload.length;
    for (;;) {
      if (this.#gathered < 4) return;
      const size = this.#size();
      if (size > OCTETS) {
        this.#end = 'too-long';
        return;
      }
      if (this.#gathered < 4 + size) return;
      const all = concat(...this.#pieces);
      this.#pieces = [all.subarray(4 + size)];
      this.#gathered = all.length - 4 - size;
      const readable = this.#message(all[0] as number, new Cursor(all.subarray(4, 4 + size)));
      if (!readable) this.#end = 'malformed';
      if (this.#end !== undefined) return;
    }
  }

  /** The length in the header of the message under way, which may lie in several pieces. */
  #size(): number {
    const header: number[] = [];
    for (const piece of this.#pieces)
      for (let i = 0; i < piece.length && header.length < 4; i++) header.push(piece[i] as number);
    const [, high = 0, middle = 0, low = 0] = header;
    return (high << 16) | (middle << 8) | low;
  }

  /** Whether the message could be read. */
  #message(type: number, at: Cursor): boolean {
    if (type === 2) return this.#serverHello(at);
    if (this.facts.version === undefined) return type === 0;
    if (type === 11) return this.#certificates(at);
    if (type === 12) return this.#keyExchange(at);
    if (type === 13) this.facts.asksCertificate = true;
    if (type === 14) this.#end = 'hello';
    return true;
  }

  #serverHello(at: Cursor): boolean {
    const legacy = at.u16();
    const random = at.take(32);
    at.take(at.u8());
    const cipher = at.u16();
    at.u8();
    if (at.broken || this.facts.version !== undefined) return false;
    let version = legacy;
    if (at.left >= 2) {
      const extensions = new Cursor(at.take(at.u16()));
      while (extensions.left >= 4) {
        const type = extensions.u16();
        const data = extensions.take(extensions.u16());
        if (type === 43 && data.length === 2) version = ((data[0] as number) << 8) | (data[1] as number);
      }
      if (extensions.broken) return false;
    }
    const name = VERSIONS[version];
    if (name === undefined) return false;
    this.facts.version = name;
    this.facts.cipher = NAMES.get(cipher) ?? hex16(cipher);
    const mark = latin1(random.subarray(24));
    if (name !== 'TLSv1.3' && mark === 'DOWNGRD\x01') this.facts.newer = 'TLSv1.3';
    if (name !== 'TLSv1.3' && name !== 'TLSv1.2' && mark === 'DOWNGRD\x00') this.facts.newer = 'TLSv1.2';
    // The rest of TLS 1.3 is encrypted.
    if (name === 'TLSv1.3') this.#end = 'hello';
    return true;
  }

  #certificates(at: Cursor): boolean {
    const list = new Cursor(at.take(at.u24()));
    const chain: string[] = [];
    let size = 0;
    while (list.left > 0) {
      const der = list.take(list.u24());
      if (list.broken) return false;
      size += der.length;
      if (size > CHAIN_LIMIT || chain.length >= 50) {
        this.#end = 'too-long';
        return true;
      }
      chain.push(base64(der));
    }
    this.facts.chain = chain;
    return !at.broken;
  }

  #keyExchange(at: Cursor): boolean {
    const cipher = this.facts.cipher ?? '';
    if (cipher.includes('_ECDHE_')) {
      if (at.u8() !== 3) return !at.broken;
      const group = at.u16();
      at.take(at.u8());
      if (at.broken) return false;
      this.facts.group = GROUP_NAMES.get(group) ?? hex16(group);
    } else if (cipher.includes('_DHE_')) {
      const prime = at.take(at.u16());
      at.take(at.u16());
      at.take(at.u16());
      if (at.broken) return false;
      const first = prime.findIndex((octet) => octet !== 0);
      if (first >= 0)
        this.facts.dhBits = (prime.length - first) * 8 - Math.clz32(prime[first] as number) + 24;
    } else return true;
    if (this.facts.version === 'TLSv1.2' && at.left >= 2) {
      const scheme = at.u16();
      this.facts.signature = SCHEME_NAMES.get(scheme) ?? hex16(scheme);
    }
    return true;
  }
}

/** RFC 4648 §4. */
export function base64(bytes: Uint8Array): string {
  return btoa(latin1(bytes));
}

/** One character an octet. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192)
    text += String.fromCharCode(...bytes.subarray(i, Math.min(i + 8192, bytes.length)));
  return text;
}

/** One octet a character; the text has no others. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0) & 255);
}

/** Joins octets. */
export function concat(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Reads forward; past the end it yields nothing and is broken. */
class Cursor {
  broken = false;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(size: number): Uint8Array {
    if (size > this.left) {
      this.broken = true;
      this.#at = this.#bytes.length;
      return new Uint8Array(0);
    }
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }

  u8(): number {
    return this.take(1)[0] ?? 0;
  }

  u16(): number {
    return (this.u8() << 8) | this.u8();
  }

  u24(): number {
    return (this.u16() << 8) | this.u8();
  }
}

function u16(value: number): readonly number[] {
  return [value >> 8, value & 255];
}

function vector8(bytes: Uint8Array | readonly number[]): Uint8Array {
  return concat([bytes.length], bytes);
}

function vector16(bytes: Uint8Array | readonly number[]): Uint8Array {
  return concat(u16(bytes.length), bytes);
}

function extension(type: number, data: Uint8Array | readonly number[]): Uint8Array {
  return concat(u16(type), vector16(data));
}

function hex16(code: number): string {
  return `0x${code.toString(16).padStart(4, '0')}`;
}

/** Octets of a record at most, its header included. */
const RECORD = 5 + 16_384 + 2_048;

/** Octets of a server's flight read at most: its certificates and as much again for the rest. */
const OCTETS = CHAIN_LIMIT + 65_536;

const VERSIONS: Readonly<Record<number, TlsVersion>> = {
  768: 'SSLv3',
  769: 'TLSv1',
  770: 'TLSv1.1',
  771: 'TLSv1.2',
  772: 'TLSv1.3',
};

/** Suites in order of preference: IANA's number, IANA's name, and OpenSSL's for hosts that complete handshakes. */
const SUITES: readonly (readonly [number, string, string])[] = [
  [0xc02b, 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
  [0xc02f, 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
  [0xc02c, 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  [0xc030, 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
  [0xcca9, 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
  [0xcca8, 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', 'ECDHE-RSA-CHACHA20-POLY1305'],
  [0x009e, 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256', 'DHE-RSA-AES128-GCM-SHA256'],
  [0x009f, 'TLS_DHE_RSA_WITH_AES_256_GCM_SHA384', 'DHE-RSA-AES256-GCM-SHA384'],
  [0xccaa, 'TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256', 'DHE-RSA-CHACHA20-POLY1305'],
  [0xc023, 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256', 'ECDHE-ECDSA-AES128-SHA256'],
  [0xc027, 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256', 'ECDHE-RSA-AES128-SHA256'],
  [0xc024, 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384', 'ECDHE-ECDSA-AES256-SHA384'],
  [0xc028, 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384', 'ECDHE-RSA-AES256-SHA384'],
  [0xc009, 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA', 'ECDHE-ECDSA-AES128-SHA'],
  [0xc013, 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', 'ECDHE-RSA-AES128-SHA'],
  [0xc00a, 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA', 'ECDHE-ECDSA-AES256-SHA'],
  [0xc014, 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA', 'ECDHE-RSA-AES256-SHA'],
  [0x0067, 'TLS_DHE_RSA_WITH_AES_128_CBC_SHA256', 'DHE-RSA-AES128-SHA256'],
  [0x006b, 'TLS_DHE_RSA_WITH_AES_256_CBC_SHA256', 'DHE-RSA-AES256-SHA256'],
  [0x0033, 'TLS_DHE_RSA_WITH_AES_128_CBC_SHA', 'DHE-RSA-AES128-SHA'],
  [0x0039, 'TLS_DHE_RSA_WITH_AES_256_CBC_SHA', 'DHE-RSA-AES256-SHA'],
  [0x009c, 'TLS_RSA_WITH_AES_128_GCM_SHA256', 'AES128-GCM-SHA256'],
  [0x009d, 'TLS_RSA_WITH_AES_256_GCM_SHA384', 'AES256-GCM-SHA384'],
  [0x003c, 'TLS_RSA_WITH_AES_128_CBC_SHA256', 'AES128-SHA256'],
  [0x003d, 'TLS_RSA_WITH_AES_256_CBC_SHA256', 'AES256-SHA256'],
  [0x002f, 'TLS_RSA_WITH_AES_128_CBC_SHA', 'AES128-SHA'],
  [0x0035, 'TLS_RSA_WITH_AES_256_CBC_SHA', 'AES256-SHA'],
  [0x0041, 'TLS_RSA_WITH_CAMELLIA_128_CBC_SHA', 'CAMELLIA128-SHA'],
  [0x0084, 'TLS_RSA_WITH_CAMELLIA_256_CBC_SHA', 'CAMELLIA256-SHA'],
  [0xc012, 'TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA', 'ECDHE-RSA-DES-CBC3-SHA'],
  [0x0016, 'TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA', 'DHE-RSA-DES-CBC3-SHA'],
  [0x000a, 'TLS_RSA_WITH_3DES_EDE_CBC_SHA', 'DES-CBC3-SHA'],
  [0xc011, 'TLS_ECDHE_RSA_WITH_RC4_128_SHA', 'ECDHE-RSA-RC4-SHA'],
  [0x0005, 'TLS_RSA_WITH_RC4_128_SHA', 'RC4-SHA'],
  [0x0004, 'TLS_RSA_WITH_RC4_128_MD5', 'RC4-MD5'],
  [0x0009, 'TLS_RSA_WITH_DES_CBC_SHA', 'DES-CBC-SHA'],
];

const SUITES_13: readonly (readonly [number, string])[] = [
  [0x1302, 'TLS_AES_256_GCM_SHA384'],
  [0x1301, 'TLS_AES_128_GCM_SHA256'],
  [0x1303, 'TLS_CHACHA20_POLY1305_SHA256'],
];

const GROUPS: readonly (readonly [number, string, string])[] = [
  [29, 'x25519', 'X25519'],
  [23, 'secp256r1', 'P-256'],
  [24, 'secp384r1', 'P-384'],
  [25, 'secp521r1', 'P-521'],
  [30, 'x448', 'X448'],
];

/** Strong ones first; SHA-224 and SHA-1 last, for servers that have nothing else. */
const SCHEMES: readonly (readonly [number, string, string])[] = [
  [0x0403, 'ecdsa_secp256r1_sha256', 'ECDSA+SHA256'],
  [0x0804, 'rsa_pss_rsae_sha256', 'RSA-PSS+SHA256'],
  [0x0401, 'rsa_pkcs1_sha256', 'RSA+SHA256'],
  [0x0503, 'ecdsa_secp384r1_sha384', 'ECDSA+SHA384'],
  [0x0805, 'rsa_pss_rsae_sha384', 'RSA-PSS+SHA384'],
  [0x0501, 'rsa_pkcs1_sha384', 'RSA+SHA384'],
  [0x0603, 'ecdsa_secp521r1_sha512', 'ECDSA+SHA512'],
  [0x0806, 'rsa_pss_rsae_sha512', 'RSA-PSS+SHA512'],
  [0x0601, 'rsa_pkcs1_sha512', 'RSA+SHA512'],
  [0x0807, 'ed25519', 'ed25519'],
  [0x0301, 'rsa_pkcs1_sha224', 'RSA+SHA224'],
  [0x0203, 'ecdsa_sha1', 'ECDSA+SHA1'],
  [0x0201, 'rsa_pkcs1_sha1', 'RSA+SHA1'],
];

const NAMES: ReadonlyMap<number, string> = new Map([
  ...SUITES_13,
  ...SUITES.map(([code, name]) => [code, name] as const),
]);
const GROUP_NAMES: ReadonlyMap<number, string> = new Map([
  ...GROUPS.map(([code, name]) => [code, name] as const),
  [21, 'secp224r1'],
  [26, 'brainpoolP256r1'],
  [27, 'brainpoolP384r1'],
  [28, 'brainpoolP512r1'],
]);
const SCHEME_NAMES: ReadonlyMap<number, string> = new Map(SCHEMES.map(([code, name]) => [code, name]));

/** The same offer in OpenSSL's words, so that a host that completes the handshake meets the same choice. */
export const OPENSSL = {
  ciphers: `${[...SUITES_13.map(([, name]) => name), ...SUITES.map(([, , name]) => name)].join(':')}:@SECLEVEL=0`,
  groups: GROUPS.map(([, , name]) => name).join(':'),
  schemes: SCHEMES.map(([, , name]) => name).join(':'),
} as const;

const ALERTS: Readonly<Record<number, string>> = {
  0: 'close_notify',
  10: 'unexpected_message',
  20: 'bad_record_mac',
  21: 'decryption_failed',
  22: 'record_overflow',
  30: 'decompression_failure',
  40: 'handshake_failure',
  41: 'no_certificate',
  42: 'bad_certificate',
  43: 'unsupported_certificate',
  44: 'certificate_revoked',
  45: 'certificate_expired',
  46: 'certificate_unknown',
  47: 'illegal_parameter',
  48: 'unknown_ca',
  49: 'access_denied',
  50: 'decode_error',
  51: 'decrypt_error',
  60: 'export_restriction',
  70: 'protocol_version',
  71: 'insufficient_security',
  80: 'internal_error',
  86: 'inappropriate_fallback',
  90: 'user_canceled',
  100: 'no_renegotiation',
  109: 'missing_extension',
  110: 'unsupported_extension',
  112: 'unrecognized_name',
  116: 'certificate_required',
  120: 'no_application_protocol',
};
