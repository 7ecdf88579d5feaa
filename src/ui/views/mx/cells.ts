/*
 * What stands in the cells of the two tables about mail ports: one row for each address of a mail server, one for
 * each port of each host. What was not seen says so, and why.
 */

import { isSameAddress } from '../../../dns/address.ts';
import type { Name } from '../../../dns/name.ts';
import { fromOctets, printable } from '../../../dns/text.ts';
import type { Blind, BlindReason, Reading } from '../../../facts/observation.ts';
import type { SmtpPort, TlsVersion } from '../../../facts/smtp.ts';
import { type Certificate, nameMatch, pathOf } from '../../../mail/certificate/certificate.ts';
import { type TrustVerdict, trustVerdict } from '../../../mail/certificate/trust.ts';
import { matcherOf } from '../../../mail/mta-sts/policy.ts';
import { mechanismsOf, PLAIN_MECHANISMS } from '../../../mail/smtp/reply.ts';
import { isNamed } from '../../../topics/certificate-name.ts';
import type { Certificates, Shown } from '../../../topics/certificates.ts';
import type { MailHost } from '../../../topics/hosts.ts';
import { policyFault } from '../../../topics/protection.ts';
import type { MailServer, SmtpReading, Visit } from '../../../topics/smtp.ts';
import { type Demand, expectedOf, nameDemand, publicDemand } from '../../../topics/tls-context.ts';
import type { Readings } from '../pictures.svelte.ts';

/** One cell. Facts nobody needs to act on have no tone. */
export interface Cell {
  readonly text: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'unk' | '';
  /** Why it is not known. */
  readonly because?: Blind;
}

/** Columns of the matrix of mail servers, in order. */
export const COLUMNS = {
  starttls: 'STARTTLS',
  version: 'Version',
  certificate: 'Certificate',
  sts: 'MTA-STS',
  dane: 'DANE',
  dnssec: 'DNSSEC',
  reverse: 'Reverse name',
} as const;

export type Column = keyof typeof COLUMNS;

/** One address of a mail server; without `address` the host as a whole. */
export interface MailRow {
  readonly host: MailHost;
  readonly address?: string;
  /** None where there is nothing that could be looked at: then `says`. */
  readonly cells?: Readonly<Record<Column, Cell>>;
  readonly says?: string;
}

/** Addresses of one host that are shown. */
const MOST_ADDRESSES = 8;

/** Which domain is looked at, and when, in milliseconds since 1970. */
export interface About {
  readonly domain: Name;
  readonly now: number;
}

/** The matrix of the hosts that take mail. */
export function mailRows(hosts: readonly MailHost[], readings: Readings, about: About): MailRow[] {
  return hosts.flatMap((host): MailRow[] => {
    if (host.special) return [{ host, says: SPECIAL[host.special] }];
    const all = [...host.a, ...host.aaaa];
    if (all.length === 0)
      return [
        {
          host,
          says: host.blind
            ? (REASONS[host.blind.reason] ?? 'its addresses are not known')
            : host.exists
              ? 'has no address'
              : 'does not exist',
        },
      ];
    return all.slice(0, MOST_ADDRESSES).map((address) => ({
      host,
      address,
      cells: cellsOf(host, address, readings, about),
    }));
  });
}

/** One port of one host. */
export interface PortRow {
  readonly port: SmtpPort;
  readonly host?: string;
  readonly open: Cell;
  readonly tls: Cell;
  readonly certificate: Cell;
  readonly passwords: Cell;
}

/** The ports in order; each has at least one row. */
export function portRows(readings: Readings, about: About): PortRow[] {
  const { smtp, submission } = readings;
  return PORTS.flatMap((port): PortRow[] => {
    const reading: Reading<SmtpReading> | undefined = port === 25 ? smtp : submission;
    const blind = submission && submission.got !== 'none' ? submission.value.blind?.[port] : undefined;
    if (!reading || reading.got === 'none') return [allOf(port, missing(reading))];
    const servers = reading.value.servers.filter((server) => server.port === port);
    if (servers.length > 0) return servers.map((server) => portRow(server, readings, about));
    const because = port === 25 ? (reading.got === 'part' ? reading.because : undefined) : blind;
    return [allOf(port, because ? unknown(because) : plain('not looked at'))];
  });
}

/** Everything the cells do not know, each reason once. */
export function reasonsIn(cells: readonly Cell[]): Blind[] {
  const reasons = new Map<string, Blind>();
  for (const { because } of cells)
    if (because) reasons.set(`${because.reason} ${because.detail ?? ''}`, because);
  return [...reasons.values()];
}

function cellsOf(host: MailHost, address: string, readings: Readings, about: About): Record<Column, Cell> {
  const visit = visitOf(host, address, readings.smtp);
  const shown = 'text' in visit ? undefined : shownOf(visit, readings.certificates);
  return {
    starttls: 'text' in visit ? visit : starttlsCell(visit),
    version: 'text' in visit ? visit : versionCell(visit),
    certificate: 'text' in visit ? visit : certificateCell(visit, shown, readings, about),
    sts: stsCell(host, visit, shown, readings, about),
    dane: daneCell(host, visit, readings),
    dnssec: host.authentic ? good('signed') : host.blind ? unknown(host.blind) : plain('not signed'),
    reverse: reverseCell(address, readings),
  };
}

/** What a relay saw at an address, or the cell that says why it saw nothing. */
function visitOf(host: MailHost, address: string, smtp: Readings['smtp']): Visit | Cell {
  if (!smtp || smtp.got === 'none') return missing(smtp);
  const server = smtp.value.servers.find((each) => each.host === host.exchange);
  const visit = server?.visits.find((each) => isSameAddress(each.address, address));
  if (visit) return visit;
  if (server && address.includes(':')) return { text: 'not seen: the relay has no IPv6', tone: 'unk' };
  if (smtp.got === 'part') return unknown(smtp.because);
  return { text: 'not visited', tone: 'unk' };
}

function starttlsCell({ reach, welcome, speaksEhlo, starttls, starttlsReply }: Visit): Cell {
  if (typeof reach === 'object') return unknown(reach);
  if (reach === 'closed') return bad('port 25 is closed');
  if (welcome === 'not-smtp') return bad('no mail server answers');
  if (starttls === undefined)
    return typeof speaksEhlo === 'object'
      ? unknown(speaksEhlo)
      : speaksEhlo === false
        ? bad('not offered: no EHLO')
        : unknown(typeof welcome === 'object' ? welcome : undefined);
  if (typeof starttls === 'object') return unknown(starttls);
  if (!starttls) return bad('not offered');
  if (typeof starttlsReply === 'object') return unknown(starttlsReply);
  return starttlsReply === 'no' || starttlsReply === 'later' ? bad('offered, then refused') : good('offered');
}

function versionCell({ reach, tls }: Visit): Cell {
  if (reach !== 'open' || tls === undefined) return plain('–');
  if ('reason' in tls) return unknown(tls);
  if (tls.state === 'plain') return bad('clear text after STARTTLS');
  if (tls.state === 'fails') return bad('no version in common');
  const newest = versionWords(tls.newest);
  if (tls.only13) return warn(`only ${newest}`);
  if (tls.newest !== undefined && OLD.has(tls.newest)) return bad(`only ${newest}`);
  if (tls.old !== undefined && tls.old !== 'none')
    return warn(`${newest}, and still ${versionWords(tls.old)}`);
  return good(newest);
}

/** What a certificate is held to: whether its name will do, how binding names and dates are, and an authority. */
interface Held {
  readonly named: boolean;
  readonly name?: Demand;
  readonly authority?: Demand;
}

function held({ port, host }: Visit, leaf: Certificate, { tlsContext }: Readings, { domain }: About): Held {
  // Mail programs check before they send a password (RFC 8314 §4.4), and the domain's name will do (RFC 7817 §3).
  if (port !== 25) {
    const match = nameMatch(leaf, [host, domain]);
    return {
      named: match === 'matches' || match === 'common-name',
      name: 'binding',
      authority: 'binding',
    };
  }
  if (!tlsContext || tlsContext.got === 'none') return { named: nameMatch(leaf, [host]) === 'matches' };
  const expected = expectedOf(tlsContext.value, host);
  return {
    named: isNamed(leaf, host, domain, expected) !== false,
    name: nameDemand(expected),
    authority: publicDemand(expected),
  };
}

function certificateCell(visit: Visit, shown: Shown | undefined, readings: Readings, about: About): Cell {
  const { reach, tls } = visit;
  const { now } = about;
  if (reach !== 'open' || tls === undefined) return plain('–');
  if ('reason' in tls) return unknown(tls);
  if (tls.state !== 'works') return plain('–');
  if (shown === undefined) return plain('none shown');
  const { chain } = shown;
  if (chain === 'unreadable') return bad('cannot be read');
  if (!('length' in chain)) return unknown(chain);
  const [leaf] = chain;
  const { named, name, authority } = held(visit, leaf, readings, about);
  const ended = pathOf(chain).find(({ notAfter }) => notAfter < now);
  // Nobody may have been told to look, and yet it shows that nobody looks after the server.
  if (ended) return faulty(`ran out ${days(Math.floor((now - ended.notAfter) / DAY))} ago`, name, 'warn');
  if (pathOf(chain).some(({ notBefore }) => now < notBefore)) return faulty('not valid yet', name, 'warn');
  if (!named) return faulty('for another name', name);
  const left = Math.floor((leaf.notAfter - now) / DAY);
  const verdict = trustVerdict(tls.trust?.chain, chain);
  if (verdict === undefined) return plain(`${days(left)} left, issuer not checked`);
  if (verdict !== 'trusted')
    return faulty(UNTRUSTED[verdict], authority, verdict === 'incomplete' ? 'warn' : '');
  const words = `valid, ${days(left)} left`;
  return left < 14 ? warn(words) : good(words);
}

/** A fault of a certificate is as grave as what senders were told to expect; `free` where they were told nothing. */
function faulty(text: string, demand: Demand | undefined, free: Cell['tone'] = ''): Cell {
  const tone =
    demand === 'binding' ? 'bad' : demand === 'testing' ? 'warn' : demand === 'free' ? free : ('' as const);
  return { text, tone };
}

function stsCell(
  { exchange }: MailHost,
  visit: Visit | Cell,
  shown: Shown | undefined,
  { mtaStsPolicy }: Readings,
  { now }: About,
): Cell {
  if (!mtaStsPolicy || mtaStsPolicy.got === 'none') return missing(mtaStsPolicy);
  const { announced, policy } = mtaStsPolicy.value;
  if (!announced) return plain('no policy');
  if (!policy?.valid) return bad('no usable policy');
  if (policy.mode === 'none') return plain('switched off');
  const enforced = policy.mode === 'enforce';
  if (!matcherOf(policy.mx.flatMap(({ pattern }) => pattern ?? []))(exchange))
    return enforced ? bad('not listed') : warn('not listed');
  // What is not known of the server stands in the other columns.
  if (!('text' in visit) && visit.reach === 'open' && typeof policyFault(visit, shown, now) === 'string')
    return enforced ? bad('listed, not kept') : warn('listed, not kept yet');
  return enforced ? good('listed') : plain('listed, testing');
}

function daneCell(host: MailHost, visit: Visit | Cell, { dane, daneMatch }: Readings): Cell {
  if (!dane || dane.got === 'none') return missing(dane);
  const found = dane.value.hosts.find((each) => each.host === host.exchange);
  if (!found) return dane.got === 'part' ? unknown(dane.because) : plain('does not apply');
  if (found.broken) return bad('signatures are broken');
  if (found.records.length === 0) return plain('no record');
  if (!found.authentic || !dane.value.mxAuthentic) return warn('record, not signed');
  if (found.usable.length === 0) return warn('no usable record');
  if (!('text' in visit) && (visit.starttls === false || visit.starttlsReply === 'no'))
    return bad('record, and no TLS');
  const compared = daneMatch && daneMatch.got !== 'none' ? daneMatch.value : [];
  const match = compared.find(
    ({ shown }) =>
      !('text' in visit) &&
      shown.visit.host === host.exchange &&
      isSameAddress(shown.visit.address, visit.address),
  );
  if (match?.authenticated === undefined)
    return {
      ...unknown(daneMatch?.got === 'none' ? daneMatch.because : undefined),
      text: 'record there, not compared',
    };
  // Of several that match, the one of the server's own key.
  const [record] = found.records
    .filter((_, i) => match.results[i] === 'matches')
    .sort((a, b) => b.usage - a.usage);
  if (!record) return bad('no record matches');
  return good(`${record.usage} ${record.selector} ${record.matching} matches`);
}

function reverseCell(address: string, { ptr }: Readings): Cell {
  if (!ptr || ptr.got === 'none') return missing(ptr);
  const found = ptr.value.find((each) => isSameAddress(each.address, address));
  if (!found) return plain('not asked');
  if (found.names.length === 0) return ptr.got === 'part' ? unknown(ptr.because) : warn('none');
  return found.confirmed.length > 0
    ? good('matches')
    : ptr.got === 'part'
      ? unknown(ptr.because)
      : warn('does not lead back');
}

function shownOf(visit: Visit, certificates: Reading<Certificates> | undefined): Shown | undefined {
  if (!certificates || certificates.got === 'none') return undefined;
  return certificates.value.shown.find(
    (one) =>
      one.visit.host === visit.host &&
      one.visit.port === visit.port &&
      isSameAddress(one.visit.address, visit.address),
  );
}

function portRow({ port, host, visits }: MailServer, readings: Readings, about: About): PortRow {
  const open = visits.filter(({ reach }) => reach === 'open');
  const [first] = open;
  if (!first) return { ...allOf(port, closedCell(port, visits)), host };
  const count =
    open.length === visits.length ? 'open' : `open at ${open.length} of ${visits.length} addresses`;
  const seen = port === 25 ? readings.certificates : readings.submissionCertificates;
  const certificate = (visit: Visit) => certificateCell(visit, shownOf(visit, seen), readings, about);
  return {
    port,
    host,
    open: plain(count),
    tls: gravest(open.map((visit) => beginning(port, visit))),
    certificate: gravest(open.map(certificate)),
    passwords: gravest(open.map((visit) => passwordCell(port, visit))),
  };
}

function closedCell(port: SmtpPort, visits: readonly Visit[]): Cell {
  const blind = visits.flatMap(({ reach }) => (typeof reach === 'object' ? [reach] : []))[0];
  if (blind) return unknown(blind);
  if (visits.length === 0) return plain('no address');
  return port === 25 ? bad('closed') : plain('closed');
}

/** How TLS begins on a port that is open. */
function beginning(port: SmtpPort, visit: Visit): Cell {
  const { tls } = visit;
  if (port !== 465) {
    const offer = starttlsCell(visit);
    if (offer.tone !== 'good')
      return offer.tone === 'bad' && offer.text === 'not offered' ? bad('not at all') : offer;
  }
  if (tls === undefined) return unknown(undefined);
  if ('reason' in tls) return unknown(tls);
  const how = port === 465 ? 'at once' : 'by STARTTLS';
  if (tls.state === 'works') {
    const version = versionCell(visit);
    return { ...version, text: `${how}, ${version.text}` };
  }
  return tls.state === 'plain'
    ? bad(port === 465 ? 'clear text, where TLS belongs' : 'clear text after STARTTLS')
    : bad('no version in common');
}

function passwordCell(port: SmtpPort, { ehlo, speaksEhlo, tls }: Visit): Cell {
  if (port === 465 && tls && 'state' in tls && tls.state === 'works') return good('no: TLS comes first');
  if (port === 465 && tls && 'state' in tls) return { text: 'not asked', tone: 'unk' };
  if (typeof speaksEhlo === 'object') return unknown(speaksEhlo);
  if (ehlo === undefined) return unknown(undefined);
  const mechanisms = mechanismsOf(ehlo);
  if (mechanisms.some((each) => PLAIN_MECHANISMS.has(each)))
    return bad(
      `yes: ${mechanisms
        .slice(0, 4)
        .map((each) => printable(fromOctets(each)))
        .join(', ')}`,
    );
  if (mechanisms.length > 0) return warn('a login, with passwords hidden');
  return port === 25 ? plain('no') : good('no');
}

/** The cell to read where several addresses differ. */
function gravest(cells: readonly Cell[]): Cell {
  const order: readonly Cell['tone'][] = ['bad', 'warn', 'unk', '', 'good'];
  const sorted = [...cells].sort((a, b) => order.indexOf(a.tone) - order.indexOf(b.tone));
  return sorted[0] ?? unknown(undefined);
}

function allOf(port: SmtpPort, cell: Cell): PortRow {
  const rest = plain('–');
  return { port, open: cell, tls: rest, certificate: rest, passwords: rest };
}

function unknown(because: Blind | undefined): Cell {
  const text = because === undefined ? 'not seen' : (REASONS[because.reason] ?? 'not seen');
  return { text, tone: 'unk', ...(because ? { because } : {}) };
}

/** A reading there is nothing of, or not yet. */
function missing(reading: Reading<unknown> | undefined): Cell {
  if (reading === undefined) return { text: 'waiting', tone: 'unk' };
  return unknown(reading.got === 'none' ? reading.because : undefined);
}

function good(text: string): Cell {
  return { text, tone: 'good' };
}

function warn(text: string): Cell {
  return { text, tone: 'warn' };
}

function bad(text: string): Cell {
  return { text, tone: 'bad' };
}

function plain(text: string): Cell {
  return { text, tone: '' };
}

function versionWords(version: TlsVersion | undefined): string {
  if (version === undefined) return 'TLS';
  return version === 'TLSv1' ? 'TLS 1.0' : version.replace(/^(TLS|SSL)v/, '$1 ');
}

function days(count: number): string {
  return `${count} ${count === 1 ? 'day' : 'days'}`;
}

const DAY = 86_400_000;
const PORTS: readonly SmtpPort[] = [25, 465, 587, 2525];
const OLD: ReadonlySet<TlsVersion> = new Set(['SSLv3', 'TLSv1', 'TLSv1.1']);

const SPECIAL = {
  null: 'takes no mail',
  'address-literal': 'an address, where a name belongs',
  'one-label': 'a name without a domain',
};

const UNTRUSTED: Readonly<Record<Exclude<TrustVerdict, 'trusted'>, string>> = {
  'self-signed': 'vouches for itself',
  incomplete: 'sent without its issuer’s',
  'unknown-issuer': 'not from a public authority',
  dates: 'refused for its dates',
  revoked: 'revoked',
  refused: 'refused by the relay',
};

/** Reasons short enough for a cell; the whole sentence stands below the table. */
const REASONS: Readonly<Partial<Record<BlindReason, string>>> = {
  'relay-absent': 'not seen: no relay',
  'relay-busy': 'not seen: relay busy',
  'relay-cannot': 'not seen: relay cannot',
  'relay-failed': 'not seen: relay failed',
  'relay-refused': 'not seen: relay declined',
  'turned-away': 'not seen: turned away',
  timeout: 'not seen: no answer in time',
  aborted: 'not seen: stopped',
  'not-recorded': 'not in this recording',
};
