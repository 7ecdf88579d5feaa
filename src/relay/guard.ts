/*
 * Who may ask for what. A relay is reachable from the whole Internet, so everything here refuses unless it knows
 * a reason to allow: four ports, names that stand for hosts, hosts that belong to the domain by the relay's own
 * look-up, addresses that are public, one page's worth of questions a minute.
 *
 * Anybody may name any domain, so "its own names" lets anybody have any mail host greeted; what a visit can do
 * (four ports, EHLO and QUIT, a few times a minute for each address) is meant to be harmless for that reason.
 */

import ipaddr from 'ipaddr.js';
import { SMTP_PORTS, type SmtpPort } from '../facts/smtp.ts';
import type { RelayErrorName } from './contract.ts';
import type { Host } from './host.ts';

/** A refusal; `detail` never says what the relay's own network or resolver showed. */
export class Refused extends Error {
  readonly reason: RelayErrorName;
  readonly detail: string | undefined;
  /** Seconds after which it may be otherwise. */
  readonly retryAfter: number | undefined;

  constructor(reason: RelayErrorName, detail?: string, retryAfter?: number) {
    super(reason);
    this.reason = reason;
    this.detail = detail;
    this.retryAfter = retryAfter;
  }
}

/** What a request asks for, its names in lower case and sound. */
export type Wanted =
  | { readonly kind: 'abilities' }
  | { readonly kind: 'smtp'; readonly domain: string; readonly host: string; readonly port: SmtpPort }
  | { readonly kind: 'policy'; readonly domain: string };

/** Reads a request's address below `base` ("/" or "/relay/"). Throws `Refused`. */
export function readRequest(method: string, url: string, base = '/'): Wanted {
  if (method !== 'GET') throw new Refused('bad-request', 'only GET');
  if (url.length > 2048) throw new Refused('bad-request', 'too long');
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new Refused('bad-request', 'not an address');
  }
  if (!parsed.pathname.startsWith(base)) throw new Refused('bad-request', 'no such path');
  const path = parsed.pathname.slice(base.length);
  const parameters = PARAMETERS[path];
  if (parameters === undefined || !Object.hasOwn(PARAMETERS, path))
    throw new Refused('bad-request', 'no such path');
  const given = [...parsed.searchParams.keys()].sort();
  // Each exactly once and nothing else, so that nobody behind here reads another value than was checked.
  if (given.join() !== [...parameters].sort().join()) throw new Refused('bad-request', 'parameters');
  const value = (key: string) => parsed.searchParams.get(key) ?? '';
  if (path === '') return { kind: 'abilities' };
  const domain = hostName(value('domain'));
  if (path === 'policy') return { kind: 'policy', domain };
  const host = hostName(value('host'));
  const port = SMTP_PORTS.find((each) => `${each}` === value('port'));
  if (port === undefined) throw new Refused('bad-port');
  return { kind: 'smtp', domain, host, port };
}

/** A name that a host on the Internet can have, in lower case; throws `Refused` for any other text. */
export function hostName(text: string): string {
  const name = text.toLowerCase();
  if (name.length > 253 || !NAME.test(name)) throw new Refused('bad-name');
  const labels = name.split('.');
  const last = labels.at(-1) ?? '';
  // Numbers last make it an IPv4 address in one of its many spellings (WHATWG URL §3.5).
  if (/^([0-9]+|0x[0-9a-f]*)$/.test(last)) throw new Refused('bad-name', 'an address, not a name');
  if (LOCAL.has(last) || name.endsWith('.home.arpa')) throw new Refused('bad-name', 'not of the Internet');
  return name;
}

/** Whether an origin may ask. Browsers name it, others need not: this protects visitors, not the relay. */
export function checkOrigin(headers: Headers, allowed: '*' | readonly string[]): string | undefined {
  const origin = headers.get('origin');
  if (allowed === '*') return origin === null ? undefined : '*';
  if (origin !== null) {
    if (!allowed.includes(origin)) throw new Refused('bad-origin');
    return origin;
  }
  // An image or a link on somebody's page sends no origin; the browser says so here.
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') throw new Refused('bad-origin');
  return undefined;
}

/** Whether the whole Internet reaches an address, and nobody else's network is hidden behind it. */
export function isPublic(address: string): boolean {
  // Only the usual spelling: what has others is read differently by different programs.
  if (!/^[0-9a-f.:]+$/i.test(address)) return false;
  if (ipaddr.IPv4.isValidFourPartDecimal(address))
    return ipaddr.IPv4.parse(address).range() === 'unicast' && !PROVIDERS_OWN.has(address);
  if (!address.includes(':') || !ipaddr.IPv6.isValid(address)) return false;
  const parsed = ipaddr.IPv6.parse(address);
  // RFC 4291 §2.4: nothing outside 2000::/3 is assigned. Mapped, NAT64 and tunnelled IPv4 are ranges of their own.
  return parsed.range() === 'unicast' && ((parsed.parts[0] as number) & 0xe000) === 0x2000;
}

/** Throws unless the host belongs to the domain by this relay's own look-up. */
export async function checkRelated(
  resolve: Host['resolve'],
  { domain, host }: { readonly domain: string; readonly host: string },
): Promise<void> {
  if (host === domain || host.endsWith(`.${domain}`)) return;
  if (SUBMISSION_HOSTS.has(host)) return;
  const same = (name: string) => name.toLowerCase().replace(/\.$/, '') === host;
  const found = await Promise.allSettled([
    resolve(domain, 'MX'),
    resolve(`_submissions._tcp.${domain}`, 'SRV'),
    resolve(`_submission._tcp.${domain}`, 'SRV'),
  ]);
  if (found.some((each) => each.status === 'fulfilled' && each.value.some(same))) return;
  if (found.some((each) => each.status === 'rejected')) throw new Refused('dns-failed');
  throw new Refused('unrelated-host');
}

/** The host's addresses, all public. Throws `Refused` otherwise. */
export async function checkedAddresses(
  resolve: Host['resolve'],
  host: string,
  allow: (address: string) => boolean,
): Promise<readonly string[]> {
  const found = await Promise.allSettled([resolve(host, 'A'), resolve(host, 'AAAA')]);
  const addresses = found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  // One private address among public ones is how a name is turned against its resolver.
  if (!addresses.every(allow)) throw new Refused('private-address');
  if (found.some((each) => each.status === 'rejected')) throw new Refused('dns-failed');
  return [...new Set(addresses.map((address) => address.toLowerCase()))];
}

/** How often something happened lately; forgets, and never grows beyond its bound. */
export class Meter {
  readonly #limit: number;
  readonly #window: number;
  readonly #keys: number;
  readonly #times = new Map<string, number[]>();

  /** `limit` times in `window` milliseconds, for at most `keys` keys. */
  constructor(limit: number, window: number, keys = 20_000) {
    this.#limit = limit;
    this.#window = window;
    this.#keys = keys;
  }

  /** Counts once more; throws when that is too often. */
  count(key: string, now: number): void {
    const since = now - this.#window;
    const times = (this.#times.get(key) ?? []).filter((time) => time > since);
    if (times.length >= this.#limit)
      throw new Refused(
        'rate-limited',
        undefined,
        Math.max(1, Math.ceil(((times[0] as number) - since) / 1000)),
      );
    times.push(now);
    this.#times.delete(key);
    this.#times.set(key, times);
    // The one not heard of for the longest time is forgotten first.
    if (this.#times.size > this.#keys) this.#times.delete(this.#times.keys().next().value as string);
  }

  get size(): number {
    return this.#times.size;
  }
}

/** A visitor: an IPv4 address, or the /64 that one household has of IPv6. */
export function visitor(address: string): string {
  if (!ipaddr.isValid(address)) return address.slice(0, 64);
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return (parsed as ipaddr.IPv6).parts.slice(0, 4).join(':');
}

const NAME = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)+$/;

/** Last labels of names that mean something else on each network (RFC 6761, RFC 6762, RFC 7686, RFC 8375, …). */
const LOCAL: ReadonlySet<string> = new Set([
  'alt',
  'arpa',
  'corp',
  'home',
  'internal',
  'intranet',
  'invalid',
  'lan',
  'local',
  'localdomain',
  'localhost',
  'onion',
  'private',
  'workgroup',
]);

/** Public by their numbers, but answered by the provider's own machinery: Azure, Oracle. */
const PROVIDERS_OWN: ReadonlySet<string> = new Set(['168.63.129.16', '192.0.0.192']);

const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  '': [],
  smtp: ['domain', 'host', 'port'],
  policy: ['domain'],
};

/** Where the customers of large providers submit: for a domain of theirs, nothing in its own DNS names these. */
const SUBMISSION_HOSTS: ReadonlySet<string> = new Set([
  'smtp.gmail.com',
  'smtp-relay.gmail.com',
  'smtp.office365.com',
  'smtp-mail.outlook.com',
  'smtp.mail.yahoo.com',
  'smtp.aol.com',
  'smtp.mail.me.com',
  'smtp.zoho.com',
  'smtp.zoho.eu',
  'smtppro.zoho.com',
  'smtppro.zoho.eu',
  'smtp.fastmail.com',
  'smtp.protonmail.ch',
  'smtp.migadu.com',
  'smtp.mailbox.org',
  'smtp.gmx.com',
  'mail.gmx.net',
  'smtp.web.de',
  'smtp.ionos.com',
  'smtp.ionos.de',
  'smtp.ionos.co.uk',
  'smtp.strato.de',
  'smtp.hostinger.com',
  'smtpout.secureserver.net',
  'mail.privateemail.com',
  'ssl0.ovh.net',
  'smtp.mail.ovh.net',
  'mail.gandi.net',
  'mail.infomaniak.com',
  'smtp.yandex.com',
  'smtp.mail.ru',
  'smtp.rackspace.com',
  'secure.emailsrvr.com',
  'smtp.titan.email',
  'smtp.mxroute.com',
  'smtp.purelymail.com',
  'smtp.forwardemail.net',
  'smtp.sendgrid.net',
  'smtp.mailgun.org',
  'smtp.eu.mailgun.org',
  'smtp.postmarkapp.com',
  'smtp.sparkpostmail.com',
  'smtp.mandrillapp.com',
  'smtp-relay.brevo.com',
  'in-v3.mailjet.com',
  'smtp.resend.com',
  'mail.smtp2go.com',
  'smtp.socketlabs.com',
  'smtp.elasticemail.com',
  'live.smtp.mailtrap.io',
  'email-smtp.us-east-1.amazonaws.com',
  'email-smtp.us-west-2.amazonaws.com',
  'email-smtp.eu-west-1.amazonaws.com',
  'email-smtp.eu-central-1.amazonaws.com',
]);
