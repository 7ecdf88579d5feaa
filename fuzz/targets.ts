/*
 * Everything that reads what strangers write, each with texts to begin from. A target fails by throwing, by taking
 * long, or by saying something that cannot be: a place outside of the text, words that would disturb a screen.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { inflateSync } from 'fflate';
import * as details from '../src/dns/details.ts';
import { mustName, parseName } from '../src/dns/name.ts';
import { dns } from '../src/dns/record.ts';
import { printable, shown } from '../src/dns/text.ts';
import { decodeAnswer, encodeQuestion, readQuery } from '../src/dns/wire.ts';
import { parseZone } from '../src/dns/zone.ts';
import { diagnose } from '../src/engine/diagnose.ts';
import { EXAMPLE_NOW } from '../src/engine/rule.ts';
import { scopeOf } from '../src/engine/scope.ts';
import { decodeFacts, encodeFacts } from '../src/facts/codec.ts';
import { sampleZones } from '../src/fixtures/sample-zones.ts';
import { parseBimiRecord } from '../src/mail/bimi/record.ts';
import { readCertificate } from '../src/mail/certificate/read.ts';
import { parseKeyRecord } from '../src/mail/dkim/key-record.ts';
import { readPasted } from '../src/mail/dkim/signature.ts';
import { parseDmarcRecord } from '../src/mail/dmarc/record.ts';
import { readAuthorization } from '../src/mail/dmarc/report-authorization.ts';
import { parseStsPolicy } from '../src/mail/mta-sts/policy.ts';
import { mendedPolicy } from '../src/mail/mta-sts/policy-mending.ts';
import { parseStsRecord } from '../src/mail/mta-sts/record.ts';
import { readEhlo, readGreeting, readReply } from '../src/mail/smtp/reply.ts';
import { checkHost } from '../src/mail/spf/check-host.ts';
import { corrected } from '../src/mail/spf/mistakes.ts';
import { parseSpf, printSpf } from '../src/mail/spf/record.ts';
import { growTree } from '../src/mail/spf/tree.ts';
import { parseTlsRptRecord } from '../src/mail/tls-rpt/record.ts';
import { relayObserver } from '../src/observe/relay.ts';
import { readTyped } from '../src/observe/typed.ts';
import { zoneObserver } from '../src/observe/zone.ts';
import { respond } from '../src/observe/zone-server.ts';
import { headlines } from '../src/questions/index.ts';
import { Refused, readRequest } from '../src/relay/guard.ts';
import { HelloReader } from '../src/relay/hello.ts';
import { rules } from '../src/rules/index.ts';
import { WORDS } from '../src/share/dictionary.ts';
import { decodeLink, encodeLink, quickly, seal } from '../src/share/link.ts';
import { widgetOptions } from '../src/share/widget.ts';

/** One reader. */
export interface Target {
  readonly name: string;
  readonly seeds: readonly string[];
  /** Pieces that lead deeper than chance. */
  readonly words: readonly string[];
  /** How many inputs of this target to one of the slowest. */
  readonly share: number;
  /** Throws where the reader does wrong. */
  readonly check: (input: string) => unknown;
}

/** Milliseconds of processor time that no input may take. */
export const LIMIT = 400;

const CORPORA = '../shared/corpora';

/** Whether other people's seeds lie beside the project. */
export const hasCorpora = existsSync(CORPORA);

const here = mustName('fuzz.example');
const question = dns(here, 'TXT');

const SPF_WORDS = [
  'v=spf1 ',
  ' include:',
  ' redirect=',
  ' exp=',
  ' ip4:',
  ' ip6:',
  ' a:',
  ' mx/24',
  ' -all',
  ' exists:%{i}.x',
  '%{d4r.-}',
];
const TAG_WORDS = [
  '; constructor=',
  'v=DMARC1; ',
  'p=reject; ',
  'sp=',
  'np=',
  'rua=mailto:a@b.example!10m',
  'adkim=s',
  'pct=',
  't=y',
  'psd=n',
  '; ',
  ' = ',
];
const KEY_WORDS = [
  'v=DKIM1; ',
  'k=ed25519; ',
  'p=',
  'h=sha256:',
  's=email',
  't=y:s',
  'n=',
  'MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC',
];
const NO_WORDS: readonly string[] = [];

/** All readers. Async, because some seeds are made by the house itself. */
export async function targets(): Promise<readonly Target[]> {
  const zones = Object.values(sampleZones);
  const facts = await Promise.all(Object.entries(sampleZones).map(([domain, zone]) => factsOf(domain, zone)));
  const links = facts.flatMap(({ link }) => (link === undefined ? [] : [link]));
  const relayed = [
    '{"relay":1,"helo":"r.example","can":{"ports":[25,465],"ipv6":true,"outcomes":true,"certificates":true,"certificates13":true,"finish":true,"trust":true,"policy":true,"policyCertificates":true},"control":[{"port":25,"host":"c.example","connect":"open"}]}',
    '{"relay":1,"answer":{"addresses":[{"address":"192.0.2.1","connect":"open","connectMs":20,"greeting":{"lines":["220 mx.example ESMTP"],"end":"complete","ms":9},"ehlo":{"lines":["250-mx.example","250 STARTTLS"],"end":"complete","ms":9},"handshakes":[{"offered":["TLSv1.2"],"sni":"mx.example","end":"hello","ms":5,"version":"TLSv1.2","chain":["AAEC"]}]}],"helo":"r.example","ms":50}}',
    '{"relay":1,"answer":{"status":200,"contentType":"text/plain","body":"version: STSv1\\r\\nmode: enforce\\r\\nmx: *.example\\r\\nmax_age: 604800\\r\\n","ms":9,"chain":["AAEC"]}}',
    '{"relay":1,"error":"rate-limited","detail":"slowly"}',
  ];
  return [
    {
      name: 'dns answer',
      seeds: [...wireSeeds(), ...files('dns-wire-c-ares/fuzzinput')],
      words: NO_WORDS,
      share: 80,
      check: (input) => {
        const decoded = decodeAnswer(question, octets(input), details);
        if (!('answer' in decoded) && !('failed' in decoded)) throw new Error('neither answer nor failure');
      },
    },
    {
      name: 'dns query',
      seeds: [
        latin(encodeQuestion(question)),
        latin(encodeQuestion(dns(here, 'MX', { cd: true }))),
        ...files('dns-wire-c-ares/fuzznames'),
      ],
      words: NO_WORDS,
      share: 60,
      check: (input) => readQuery(octets(input)),
    },
    {
      name: 'name',
      seeds: ['example.com', 'a\\.b.example.', '*.x-y.example', '\\000.example', '_dmarc.example'],
      words: ['.', '\\.', '\\255', '\\256', '-', '_'],
      share: 60,
      check: (input) => {
        const name = parseName(input);
        if (name !== undefined && parseName(name) !== name) throw new Error('a name reads as another one');
      },
    },
    {
      name: 'input',
      seeds: [
        'example.com',
        'Someone <a@exämple.com>',
        'https://user@www.example.com:8443/a?b#c',
        'mailto:a@b.example',
        '[192.0.2.1]',
        'xn--exmple-cua.com',
        '例え.jp',
      ],
      words: ['@', '://', 'xn--', '.', ' ', '\u202e', '\ud800', '\u00ad', '%2e', '。'],
      share: 20,
      check: (input) => {
        const read = readTyped(input);
        if (!read.ok) safe(read.sentence);
        else if (parseName(read.domain) !== read.domain) throw new Error('not a name');
      },
    },
    {
      name: 'zone',
      seeds: zones,
      words: ['$ORIGIN ', '@ ', ' IN ', ' TXT "', ' MX 10 ', '!servfail', '\\032', '(', ')', '; '],
      share: 3,
      check: (input) => parseZone(input),
    },
    {
      name: 'spf record',
      seeds: [
        'v=spf1 include:_spf.google.com ip4:192.0.2.0/24 a mx -all',
        'v=spf1 exists:%{i}._spf.%{d2} redirect=x.example exp=e.example',
        ...strings('spf-blitiri/fuzz.jsonl', goString),
      ],
      words: SPF_WORDS,
      share: 60,
      check: (input) => {
        const record = parseSpf(input);
        places(record, input.length);
        printSpf(record);
        const better = corrected(record);
        if (better !== undefined && parseSpf(better).error) throw new Error('mended, and still wrong');
      },
    },
    {
      name: 'spf check',
      seeds: strings('spf-blitiri/fuzz.jsonl', goString).concat('v=spf1 a:%{h} include:fuzz.example mx -all'),
      words: SPF_WORDS,
      share: 10,
      check: async (input) => {
        const lookup = (async (asked: { type: string }) => ({
          seen: true,
          answer: {
            rcode: 'NOERROR',
            authentic: false,
            chain: [],
            records: asked.type === 'TXT' ? [{ ttl: 1, data: [input] }] : [],
          },
        })) as never;
        const { result } = await checkHost({ ip: '192.0.2.1', sender: 'a@fuzz.example', helo: here }, lookup);
        if (!/^[a-z]+$/.test(result)) throw new Error('no result');
        await growTree(here, lookup);
      },
    },
    record(
      'dmarc record',
      parseDmarcRecord,
      ['v=DMARC1; p=reject; sp=none; rua=mailto:d@x.example!10m,https://x; fo=1:d', ...verdicts('dmarc')],
      TAG_WORDS,
    ),
    record(
      'dkim key',
      parseKeyRecord,
      [
        'v=DKIM1; k=rsa; h=sha256; s=email; t=s; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQ',
        ...verdicts('dkim-key'),
      ],
      KEY_WORDS,
    ),
    record(
      'mta-sts record',
      parseStsRecord,
      ['v=STSv1; id=20261123T120000;', ...verdicts('mtasts-record')],
      ['v=STSv1;', 'id=', '; ', '='],
    ),
    record(
      'mta-sts policy',
      (text) => {
        const { file } = mendedPolicy(mustName('example.com'), text);
        if (file && !parseStsPolicy(file.text).valid) throw new Error('a mended policy has errors');
        return parseStsPolicy(text);
      },
      [
        'version: STSv1\r\nmode: enforce\r\nmx: mx.example\r\nmx: *.example\r\nmax_age: 604800\r\n',
        ...verdicts('mtasts-policy'),
      ],
      ['\n', '\r\n', '\nconstructor: ', 'mx: *.', 'mode: ', 'max_age: ', ': '],
    ),
    record(
      'tls-rpt record',
      parseTlsRptRecord,
      ['v=TLSRPTv1; rua=mailto:a@x.example,https://x.example/r', ...verdicts('tlsrpt')],
      ['rua=', ',', 'mailto:', '!'],
    ),
    record(
      'bimi record',
      parseBimiRecord,
      ['v=BIMI1; l=https://x.example/logo.svg; a=https://x.example/vmc.pem', ...verdicts('bimi')],
      ['l=', 'a=', 'avp=', 'https://'],
    ),
    record(
      'report permission',
      (input) => readAuthorization([input], here),
      ['v=DMARC1', 'v=DMARC1; rua=mailto:x@fuzz.example'],
      TAG_WORDS,
    ),
    {
      name: 'dkim signature',
      seeds: [
        'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d=x.example; s=sel;\r\n h=from:to; bh=AAAA; b=BBBB\r\nFrom: a@x.example\r\n\r\nbody',
      ],
      words: ['\r\n ', '\r\n', 'DKIM-Signature:', 'd=', 's=', 't=1e9', 'b='],
      share: 20,
      check: (input) => readPasted(input, EXAMPLE_NOW),
    },
    {
      name: 'smtp replies',
      seeds: [
        '220 mx.example ESMTP Postfix (Debian)',
        '250-mx.example\n250-PIPELINING\n250-SIZE 1000\n250-AUTH PLAIN LOGIN\n250 STARTTLS',
        '554 5.7.1 Service unavailable; blocked using bl.example',
        ...strings('smtp-recog/examples.jsonl', (line) => `220 ${line.banner}`),
      ],
      words: ['250-', '250 ', '554 5.7.1 ', '\n', 'AUTH=', '****'],
      share: 40,
      check: (input) => {
        const lines = input.split('\n');
        readGreeting(lines);
        readEhlo(lines);
        readReply(lines);
      },
    },
    {
      name: 'tls hello',
      seeds: [
        '\x16\x03\x03\x00\x04\x02\x00\x00\x00',
        '\x15\x03\x01\x00\x02\x02\x46',
        `\x16\x03\x03\x00\x2c\x02\x00\x00\x28\x03\x03${'r'.repeat(32)}\x00\xc0\x2f\x00\x00\x00`,
        '220 not TLS at all\r\n',
      ],
      words: ['\x16\x03\x03', '\x0b\x00\x00', '\x0c\x00\x00', '\x0e\x00\x00\x00', '\x15\x03\x03\x00\x02'],
      share: 30,
      check: (input) => {
        const reader = new HelloReader();
        const bytes = octets(input);
        const half = bytes.length >> 1;
        reader.push(bytes.subarray(0, half));
        reader.push(bytes.subarray(half));
      },
    },
    {
      name: 'certificate',
      seeds: [CERTIFICATE],
      words: NO_WORDS,
      share: 20,
      check: (input) => readCertificate(btoa(input)),
    },
    {
      name: 'relay request',
      seeds: ['smtp?domain=x.example&host=mx.x.example&port=25', 'policy?domain=x.example', ''],
      words: ['domain=', '&', 'host=', '127.0.0.1', '[::1]', '%00', 'port=25', '..', 'localhost'],
      share: 20,
      check: (input) => {
        try {
          readRequest('GET', `https://relay.example/${input}`, '/');
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
        }
      },
    },
    {
      name: 'relay client',
      seeds: relayed,
      words: ['"relay":1', '"answer":', '"error":', 'null', '[]', '{}', '1e999', '"__proto__":'],
      share: 8,
      check: async (input) => {
        const [able = ''] = relayed;
        for (const asked of [
          { kind: 'smtp', host: here, port: 25, domain: here },
          { kind: 'policy', domain: here },
        ] as const) {
          const observer = relayObserver({
            relays: [{ name: 'r', url: 'https://r.example/' }],
            now: () => 0,
            fetch: async (url) => new Response(/\?/.test(url) ? input : able, { status: 200 }),
          });
          await observer.observe(asked, 'main');
        }
        const observer = relayObserver({
          relays: [{ name: 'r', url: 'https://r.example/' }],
          now: () => 0,
          fetch: async () => new Response(input, { status: 200 }),
        });
        await observer.observe({ kind: 'policy', domain: here }, 'main');
      },
    },
    {
      name: 'facts',
      seeds: facts.map(({ text }) => text),
      words: ['null', '[]', '{}', '-1', '1e400', '"x":', '"v":1', '\\ud800'],
      share: 8,
      check: (input) => {
        const decoded = decodeFacts(input);
        if ('facts' in decoded) encodeFacts(decoded.facts);
      },
    },
    {
      name: 'link',
      seeds: links,
      words: ['1.d.', '2.d.', '%3D', '=', '-', '_', '#'],
      share: 15,
      check: (input) => decodeLink(input),
    },
    {
      name: 'link inside',
      seeds: links.map(insideOf),
      words: ['null', '[]', '{}', '-1', '9'.repeat(20), '\\u0000', '"'],
      share: 4,
      check: (input) => {
        const link = seal(input, new Uint8Array(input.length % 7), quickly);
        if (link !== undefined) decodeLink(link);
      },
    },
    {
      name: 'widget options',
      seeds: [
        '?embed=firm.example&auto=1&id=box&theme=dark',
        '?embed=a.example,b.example&lang=en&origin=https://x.example',
      ],
      words: ['embed=', '&', '%', 'javascript:', 'origin='],
      share: 20,
      check: (input) => widgetOptions(input),
    },
    {
      name: 'whole report',
      seeds: zones,
      words: [
        'v=spf1 ',
        'v=DMARC1; p=',
        '@ TXT "',
        '@ MX 10 ',
        ' CNAME ',
        '!timeout',
        '!servfail',
        '\\000',
        '\\226\\128\\174',
        '<script>',
        '_dmarc TXT "',
      ],
      share: 1,
      check: async (input) => {
        const report = await diagnose({
          scope: scopeOf(mustName('firm.example'), EXAMPLE_NOW),
          rules,
          headlines,
          observer: zoneObserver(parseZone(input), EXAMPLE_NOW),
        });
        for (const { rule, because, says, fix } of report.findings) {
          if (because?.reason === 'rule-broke') throw new Error(`${rule} broke: ${because.detail}`);
          safe(says);
          if (fix) safe(fix.text);
        }
        for (const { headline, reason, because } of report.answers) {
          if (because?.reason === 'rule-broke') throw new Error(`a headline broke: ${because.detail}`);
          safe(headline);
          safe(reason);
        }
      },
    },
    {
      name: 'text',
      seeds: ['plain', 'caf\xc3\xa9', '\xe2\x80\xaeevil', '\xf0\x9f\x92\xa9'],
      words: NO_WORDS,
      share: 40,
      check: (input) => safe(shown(input)),
    },
  ];
}

function record(
  name: string,
  read: (text: string) => unknown,
  seeds: readonly string[],
  words: readonly string[],
): Target {
  return { name, seeds, words, share: 50, check: (input) => places(read(input), input.length) };
}

/** Every place in a reading lies inside of its text. */
function places(reading: unknown, length: number): void {
  if (typeof reading !== 'object' || reading === null) return;
  const { from, to } = reading as { from?: unknown; to?: unknown };
  if (typeof from === 'number' && typeof to === 'number' && !(from >= 0 && from <= to && to <= length))
    throw new Error(`a place outside: ${from} to ${to} of ${length}`);
  for (const part of Object.values(reading)) places(part, length);
}

/** Words that anybody may read on any screen. */
function safe(words: string): void {
  if (printable(words) !== words) throw new Error(`unsafe words: ${JSON.stringify(words)}`);
  if (/\bundefined\b|\[object |\bNaN\b/.test(words))
    throw new Error(`broken words: ${JSON.stringify(words)}`);
}

function octets(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0) & 0xff);
}

function latin(bytes: Uint8Array): string {
  return Array.from(bytes, (octet) => String.fromCharCode(octet)).join('');
}

/** Answers of the house's own server to questions about a zone. */
function wireSeeds(): string[] {
  const zone = parseZone(
    '$ORIGIN fuzz.example.\n@ TXT "v=spf1 -all" "more"\n@ MX 10 mail\nmail A 192.0.2.1\nmail AAAA 2001:db8::1\nalias CNAME mail\n@ CAA 0 issue "ca.example"\n@ NS ns1\n_25._tcp.mail TLSA 3 1 1 00ff\n',
  );
  const names = [
    'fuzz.example',
    'mail.fuzz.example',
    'alias.fuzz.example',
    'none.fuzz.example',
    '_25._tcp.mail.fuzz.example',
  ];
  return names.flatMap((name) =>
    (['TXT', 'MX', 'A', 'AAAA', 'CAA', 'NS', 'TLSA'] as const).flatMap((type) => {
      const reply = respond(zone, encodeQuestion(dns(mustName(name), type)));
      return reply instanceof Uint8Array ? [latin(reply)] : [];
    }),
  );
}

async function factsOf(domain: string, zone: string): Promise<{ text: string; link: string | undefined }> {
  const scope = scopeOf(mustName(domain), EXAMPLE_NOW);
  const { facts } = await diagnose({
    scope,
    rules,
    headlines,
    observer: zoneObserver(parseZone(zone), EXAMPLE_NOW),
  });
  const { domain: of, now } = scope;
  return {
    text: encodeFacts(facts),
    link: encodeLink({ domain: of, now, selectors: [], facts, digest: '' }, quickly),
  };
}

/** The text inside a link, for changes that the checksum would otherwise catch. */
function insideOf(link: string): string {
  const all = Buffer.from(link.split('.')[2] ?? '', 'base64url');
  const end = 7 + all.readUInt16BE(2);
  return new TextDecoder().decode(inflateSync(all.subarray(7, end), { dictionary: WORDS }));
}

function files(folder: string): string[] {
  const path = `${CORPORA}/${folder}`;
  if (!hasCorpora) return [];
  return readdirSync(path).map((file) => readFileSync(`${path}/${file}`, 'latin1'));
}

function strings(file: string, pick: (line: Record<string, unknown>) => string): string[] {
  if (!hasCorpora) return [];
  return readFileSync(`${CORPORA}/${file}`, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => pick(JSON.parse(line) as Record<string, unknown>))
    .filter((text) => text !== '');
}

/** The string in a seed of Go's fuzzer, its escapes left as they are: they are seeds, not cases. */
function goString({ go_corpus }: Record<string, unknown>): string {
  return /string\("(.*)"\)/s.exec(String(go_corpus))?.[1] ?? '';
}

function verdicts(kind: string): string[] {
  return strings('record-verdicts/records.jsonl', (line) =>
    line.type === kind && typeof line.input === 'string' ? line.input : '',
  );
}

/** A self-signed certificate as octets, made for this file: CN=fuzz.example, P-256. */
const CERTIFICATE = atob(
  'MIIBrDCCAVKgAwIBAgIULsyo5YhSg8KuPJjQqlq4Pjkhty8wCgYIKoZIzj0EAwIwFzEVMBMGA1UEAwwMZnV6ei5leGFtcGxlMB4XDTI2MTEyMzIwMTYxNVoXDTI2MTIyMzIwMTYxNVowFzEVMBMGA1UEAwwMZnV6ei5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEAz06vgOeXilIeijG6+B91NW1os3v1jDped/joZ7krcjvvcfVk3UncWhWfkunTJcyNwCGbcp2KiapvEsYqlG5TKN8MHowHQYDVR0OBBYEFIHvVFT4tTsKok+kqZ0VtwXv/QFVMB8GA1UdIwQYMBaAFIHvVFT4tTsKok+kqZ0VtwXv/QFVMA8GA1UdEwEB/wQFMAMBAf8wJwYDVR0RBCAwHoIMZnV6ei5leGFtcGxlgg4qLmZ1enouZXhhbXBsZTAKBggqhkjOPQQDAgNIADBFAiEAimiRaujgZ0lwEfRMESqpxiyjplOiCxmNKIUJM//BeWsCIGEpT2IPmejPCXuOnJYS8jl31Z8u3yc1vinwjO1Bd3iy',
);
