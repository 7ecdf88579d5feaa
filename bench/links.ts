/*
 * How long the link of a frozen report is, in characters of its fragment: of every real zone beside the project, of
 * the ordinary company, each as DNS alone shows it and with what a relay would have seen of every mail host: two
 * addresses each, both with its greeting, and a certificate of its own (RSA, 2048 bits) under a common issuer.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { mustName, type Name } from '../src/dns/name.ts';
import { type DnsAnswer, isAbsent } from '../src/dns/record.ts';
import { parseZone, type Zone } from '../src/dns/zone.ts';
import { diagnose } from '../src/engine/diagnose.ts';
import { EXAMPLE_NOW } from '../src/engine/rule.ts';
import { scopeOf } from '../src/engine/scope.ts';
import { encodeFacts } from '../src/facts/codec.ts';
import { type Observation, seen } from '../src/facts/observation.ts';
import { keyOf, type SmtpQuestion } from '../src/facts/question.ts';
import type { SmtpAddress, SmtpAnswer, SmtpPort } from '../src/facts/smtp.ts';
import { zoneObserver } from '../src/observe/zone.ts';
import { headlines } from '../src/questions/index.ts';
import { rules } from '../src/rules/index.ts';
import { digestOf } from '../src/share/digest.ts';
import { encodeLink } from '../src/share/link.ts';
import { reduced } from '../src/share/reduce.ts';
import type { World } from './world.ts';

/** One zone's links, in characters. */
export interface LinkLength {
  readonly domain: string;
  readonly facts: number;
  readonly dns: number;
  /** With probe facts. */
  readonly probed: number;
  /** The facts' own JSON, deflated by the platform without dictionary and shape, for comparison. */
  readonly plain: number;
}

/** What was measured. */
export interface LinkLengths {
  readonly parked: LinkLength | undefined;
  readonly typical: LinkLength;
  readonly heaviest: LinkLength | undefined;
  readonly all: readonly LinkLength[];
}

/** Measures every zone; or the parked ones and those with the most records, as many of each as said. */
export async function measureLinks(typical: World, most = Number.POSITIVE_INFINITY): Promise<LinkLengths> {
  const issuer = new Issuer();
  const all: (LinkLength & { parked: boolean })[] = [];
  for (const { domain, zone, parked } of largest(most))
    all.push({ ...(await measure(domain, zone, issuer)), parked });
  const ordinary = await measure(typical.domain, typical.zone, issuer);
  issuer.end();
  const longest = (some: readonly LinkLength[]) => [...some].sort((a, b) => b.probed - a.probed)[0];
  return {
    parked: longest(all.filter(({ parked }) => parked)),
    typical: ordinary,
    heaviest: longest(all),
    all: all.map(({ parked: _, ...rest }) => rest),
  };
}

/** How long links may be, in characters, with probe facts. */
export const LIMITS = { parked: 800, typical: 2500, heaviest: 8000 } as const;

/** Lines to print. */
export function linkLines({ parked, typical, heaviest, all }: LinkLengths): string[] {
  const row = (what: string, limit: number, length: LinkLength | undefined) =>
    length === undefined
      ? `${what.padEnd(18)} not measured: the zones are not beside the project`
      : `${what.padEnd(18)}${`${length.dns}`.padStart(6)}${`${length.probed}`.padStart(9)}${`${limit}`.padStart(8)}${`${length.plain}`.padStart(9)}${`${length.facts}`.padStart(8)}  ${length.domain}`;
  return [
    `Links of frozen reports, characters after "#" (${all.length} real zones):`,
    '',
    'zone                 DNS   probed   limit    plain   facts',
    row('longest parked', LIMITS.parked, parked),
    row('typical', LIMITS.typical, typical),
    row('heaviest real', LIMITS.heaviest, heaviest),
  ];
}

async function measure(domain: Name, zone: Zone, issuer: Issuer): Promise<LinkLength> {
  const scope = scopeOf(domain, EXAMPLE_NOW);
  const observer = zoneObserver(zone, EXAMPLE_NOW);
  const report = await diagnose({ scope, rules, headlines, observer });
  // As resolvers give them: a while apart, now and then by another, with lifetimes that have begun to run out.
  const facts = report.facts.map((observation, i) => aged(observation, i));
  const digest = digestOf(report);
  const length = async (held: readonly Observation[]) =>
    encodeLink({ domain, now: scope.now, selectors: [], facts: await reduced(held), digest })?.length ??
    Number.NaN;
  return {
    domain,
    facts: facts.length,
    dns: await length(facts),
    probed: await length(probed(domain, facts, issuer)),
    plain: Math.ceil((deflateRawSync(encodeFacts(facts), { level: 9 }).length * 4) / 3),
  };
}

function aged(observation: Observation, i: number): Observation {
  const { question, result } = observation;
  const answer = result.seen && question.kind === 'dns' ? (result.answer as DnsAnswer) : undefined;
  const left = (ttl: number) => (ttl === 0 ? 0 : ttl - ((i * 7919) % ttl));
  return {
    ...observation,
    by: i % 17 === 16 ? 'Google' : 'Cloudflare',
    at: EXAMPLE_NOW + i * 11,
    tries: [{ by: 'Cloudflare', ms: (i * 31) % 97 }],
    ...(answer && isAbsent(answer) && i % 3 === 0 ? { confirmedBy: 'Google' } : {}),
    ...(answer === undefined
      ? {}
      : {
          result: seen({
            ...answer,
            records: answer.records.map((each) => ({ ...each, ttl: left(each.ttl) })),
          }),
        }),
  } as Observation;
}

/** The same facts, and what a relay saw of the mail hosts among them. */
function probed(domain: Name, facts: readonly Observation[], issuer: Issuer): Observation[] {
  const hosts = facts.flatMap(({ question, result }) =>
    question.kind === 'dns' && question.type === 'MX' && question.name === domain && result.seen
      ? (result.answer as DnsAnswer<'MX'>).records.map(({ data }) => data.exchange)
      : [],
  );
  const asked = new Set<string>();
  const visits: Observation[] = [];
  const visit = (host: Name, port: SmtpPort): void => {
    const question: SmtpQuestion = { kind: 'smtp', host, port, domain };
    if (host === '.' || asked.has(keyOf(question))) return;
    asked.add(keyOf(question));
    visits.push({
      question,
      result: seen(visitTo(host, port, issuer)),
      at: EXAMPLE_NOW + 1500,
      by: 'relay.example',
      tries: [],
    });
  };
  for (const host of hosts) visit(host, 25);
  const [first] = hosts;
  if (first !== undefined) for (const port of [465, 587, 2525] as const) visit(first, port);
  return [...facts.filter(({ question }) => question.kind !== 'smtp'), ...visits];
}

function visitTo(host: Name, port: SmtpPort, issuer: Issuer): SmtpAnswer {
  const chain = issuer.chainFor(host);
  const said = (lines: readonly string[], ms: number) => ({ lines, end: 'complete' as const, ms });
  const extensions = ['PIPELINING', 'SIZE 36700160', 'STARTTLS', 'ENHANCEDSTATUSCODES', '8BITMIME', 'DSN'];
  const ehlo = said([...extensions.map((word) => `250-${word}`), '250 CHUNKING'], 21);
  const address = (text: string, ms: number): SmtpAddress => ({
    address: text,
    connect: port === 2525 ? 'timeout' : 'open',
    connectMs: ms,
    ...(port === 2525
      ? { handshakes: [] }
      : {
          greeting: said([`220 ${host} ESMTP ready (${ms * 7919})`], ms * 3),
          ehlo,
          ...(port === 465 ? {} : { starttls: said(['220 2.0.0 Ready to start TLS'], 19) }),
          handshakes: [
            {
              offered: ['TLSv1.2', 'TLSv1.1', 'TLSv1'],
              sni: host,
              end: 'hello',
              ms: 40,
              version: 'TLSv1.2',
              cipher: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
              newer: 'TLSv1.3',
              group: 'x25519',
              signature: 'rsa_pss_rsae_sha256',
              chain,
              finished: true,
              trust: { chain: 'trusted', name: true },
            },
            { offered: ['TLSv1.1', 'TLSv1'], sni: host, end: 'alert', ms: 39, alert: 'protocol_version' },
          ],
          ehloTls: ehlo,
          quit: said(['221 2.0.0 Bye'], 20),
        }),
  });
  return {
    addresses: [address('52.101.40.26', 23), address('2a01:111:f403:c946::12', 31)],
    helo: 'relay.example',
    control: { host: 'gmail-smtp-in.l.google.com', connect: 'open', lines: ['220 mx.google.com ESMTP'] },
    ms: 412,
  };
}

/** Makes certificates, each host its own, all under one issuer. */
class Issuer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'mailproof-links-'));
  readonly #chains = new Map<string, readonly string[]>();

  constructor() {
    this.#openssl('root', ['-x509', '-days', '3650', '-subj', '/C=US/O=Trust/CN=Root X1']);
    const under = ['-x509', '-days', '900', '-CA', 'root.pem', '-CAkey', 'root.key'];
    this.#openssl('issuer', [...under, '-subj', '/C=US/O=Trust/CN=R13']);
  }

  chainFor(host: string): readonly string[] {
    const held = this.#chains.get(host);
    if (held) return held;
    const said = [
      `subjectAltName=DNS:${host}`,
      'basicConstraints=critical,CA:FALSE',
      'keyUsage=critical,digitalSignature',
      'extendedKeyUsage=serverAuth',
    ].flatMap((extension) => ['-addext', extension]);
    const names = ['-subj', `/CN=${host}`.slice(0, 60), ...said];
    this.#openssl('leaf', ['-x509', '-days', '90', '-CA', 'issuer.pem', '-CAkey', 'issuer.key', ...names]);
    const chain = ['leaf.pem', 'issuer.pem'].map((file) =>
      readFileSync(join(this.#folder, file), 'utf8').replace(/-----[^-]+-----|\s/g, ''),
    );
    this.#chains.set(host, chain);
    return chain;
  }

  end(): void {
    rmSync(this.#folder, { recursive: true });
  }

  #openssl(name: string, options: readonly string[]): void {
    const files = ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.pem`];
    execFileSync('openssl', ['req', ...files, ...options], { cwd: this.#folder, stdio: 'ignore' });
  }
}

function largest(most: number) {
  const zones = realZones().sort((a, b) => b.records - a.records);
  const parked = zones.filter((zone) => zone.parked);
  return [...parked.slice(0, most), ...zones.filter((zone) => !zone.parked).slice(0, most)];
}

function realZones(): { domain: Name; zone: Zone; records: number; parked: boolean }[] {
  const file = '../shared/corpora/real-zones/zones.jsonl';
  if (!existsSync(file)) return [];
  const zones = new Map<string, string[]>();
  for (const row of readFileSync(file, 'utf8').trim().split('\n')) {
    const { zone, owner, type, values } = JSON.parse(row) as Record<string, string> & { values: unknown[] };
    const lines = values.map((value) => {
      if (type === 'TXT') return `${owner} TXT "${String(value).replace(/["\\]/g, '\\$&')}"`;
      if (type !== 'MX') return type === 'CNAME' ? `${owner} CNAME ${value}` : `${owner} A 45.0.0.80`;
      const { preference, exchange } = value as { preference: number; exchange: string };
      return `${owner} MX ${preference} ${exchange}`;
    });
    zones.set(zone ?? '', [...(zones.get(zone ?? '') ?? []), ...lines]);
  }
  return [...zones].map(([domain, lines]) => ({
    domain: mustName(domain),
    zone: parseZone(lines.join('\n')),
    records: lines.length,
    parked:
      lines.some((line) => / MX 0 \.$/.test(line)) && lines.some((line) => line.includes('"v=spf1 -all"')),
  }));
}
