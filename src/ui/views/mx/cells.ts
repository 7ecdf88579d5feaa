/*
 * What stands in the cells of the two tables about mail ports: one row for each address of a mail server, one for
 * each port of each host. What was not seen says so, and why.
 */

import { isSameAddress } from '../../../dns/address.ts';
import { fromOctets, printable } from '../../../dns/text.ts';
import type { Blind, BlindReason, Reading } from '../../../facts/observation.ts';
import type { SmtpPort, TlsVersion } from '../../../facts/smtp.ts';
import { type Certificate, isSelfSigned, nameMatch } from '../../../mail/certificate/certificate.ts';
import { matcherOf } from '../../../mail/mta-sts/policy.ts';
import { mechanismsOf, PLAIN_MECHANISMS } from '../../../mail/smtp/reply.ts';
import type { Certificates, Shown } from '../../../topics/certificates.ts';
import type { MailHost } from '../../../topics/hosts.ts';
import type { MailServer, SmtpReading, Visit } from '../../../topics/smtp.ts';
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

/** The matrix of the hosts that take mail. `now` in milliseconds since 1970. */
export function mailRows(hosts: readonly MailHost[], readings: Readings, now: number): MailRow[] {
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
      cells: cellsOf(host, address, readings, now),
    }));
  });
}

/** One port of one host. */
export interface PortRow {
  readonly port: SmtpPort;
  readonly host?: string;
  readonly open: Cell;
  readonly tls: Cell;
  readonly passwords: Cell;
}

/** The ports in order; each has at least one row. */
export function portRows({ smtp, submission }: Readings): PortRow[] {
  return PORTS.flatMap((port): PortRow[] => {
    const reading: Reading<SmtpReading> | undefined = port === 25 ? smtp : submission;
    const blind = submission && submission.got !== 'none' ? submission.value.blind?.[port] : undefined;
    if (!reading || reading.got === 'none') return [allOf(port, missing(reading))];
    const servers = reading.value.servers.filter((server) => server.port === port);
    if (servers.length > 0) return servers.map((server) => portRow(port, server));
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

function cellsOf(host: MailHost, address: string, readings: Readings, now: number): Record<Column, Cell> {
  const visit = visitOf(host, address, readings.smtp);
  const shown = shownOf(host, address, readings.certificates);
  return {
    starttls: 'text' in visit ? visit : starttlsCell(visit),
    version: 'text' in visit ? visit : versionCell(visit),
    certificate: 'text' in visit ? visit : certificateCell(visit, shown, now),
    sts: stsCell(host, readings),
    dane: daneCell(host, address, readings),
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
  if (reach === 'closed') return warn('port 25 is closed');
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
  if (tls.newest !== undefined && OLD.has(tls.newest)) return bad(`only ${newest}`);
  if (tls.old !== undefined && tls.old !== 'none')
    return warn(`${newest}, and still ${versionWords(tls.old)}`);
  return good(newest);
}

function certificateCell({ reach, tls }: Visit, shown: Shown | undefined, now: number): Cell {
  if (reach !== 'open' || tls === undefined) return plain('–');
  if ('reason' in tls) return unknown(tls);
  if (tls.state !== 'works') return plain('–');
  if (shown === undefined) return plain('none shown');
  if (shown.chain === 'unreadable') return bad('cannot be read');
  if (!('length' in shown.chain)) return unknown(shown.chain);
  const [leaf] = shown.chain;
  return validity(leaf, shown, now);
}

function validity(leaf: Certificate, { visit, tls }: Shown, now: number): Cell {
  const left = Math.floor((leaf.notAfter - now) / DAY);
  if (now > leaf.notAfter) return bad(`ran out ${days(Math.max(0, -left - 1))} ago`);
  if (now < leaf.notBefore) return bad('not valid yet');
  if (nameMatch(leaf, [visit.host]) !== 'matches') return warn('for another name');
  const { trust } = tls;
  if (isSelfSigned(leaf)) return plain(`signed by itself, ${days(left)} left`);
  if (trust && trust.chain !== 'trusted') return warn(`not trusted: ${printable(trust.chain)}`);
  const words = `valid, ${days(left)} left`;
  return left < 14 ? warn(words) : good(words);
}

function stsCell({ exchange }: MailHost, { mtaStsPolicy }: Readings): Cell {
  if (!mtaStsPolicy || mtaStsPolicy.got === 'none') return missing(mtaStsPolicy);
  const { announced, policy } = mtaStsPolicy.value;
  if (!announced) return plain('no policy');
  if (!policy?.valid) return bad('no usable policy');
  if (policy.mode === 'none') return plain('switched off');
  const listed = matcherOf(policy.mx.flatMap(({ pattern }) => pattern ?? []))(exchange);
  if (!listed) return policy.mode === 'enforce' ? bad('not listed') : warn('not listed');
  return policy.mode === 'enforce' ? good('listed') : plain('listed, testing');
}

function daneCell(host: MailHost, address: string, { dane, daneMatch }: Readings): Cell {
  if (!dane || dane.got === 'none') return missing(dane);
  const found = dane.value.hosts.find((each) => each.host === host.exchange);
  if (!found) return dane.got === 'part' ? unknown(dane.because) : plain('does not apply');
  if (found.broken) return bad('signatures are broken');
  if (found.records.length === 0) return plain('no record');
  const [record] = found.usable;
  if (!found.authentic || !dane.value.mxAuthentic) return warn('record, not signed');
  if (!record) return warn('no usable record');
  const match =
    daneMatch && daneMatch.got !== 'none'
      ? daneMatch.value.find(
          ({ shown }) => shown.visit.host === host.exchange && isSameAddress(shown.visit.address, address),
        )
      : undefined;
  if (match?.authenticated === undefined)
    return {
      ...unknown(daneMatch?.got === 'none' ? daneMatch.because : undefined),
      text: 'record there, not compared',
    };
  return match.authenticated
    ? good(`${record.usage} ${record.selector} ${record.matching} matches`)
    : bad('no record matches');
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

function shownOf(
  host: MailHost,
  address: string,
  certificates: Reading<Certificates> | undefined,
): Shown | undefined {
  if (!certificates || certificates.got === 'none') return undefined;
  return certificates.value.shown.find(
    ({ visit }) => visit.host === host.exchange && isSameAddress(visit.address, address),
  );
}

function portRow(port: SmtpPort, { host, visits }: MailServer): PortRow {
  const open = visits.filter(({ reach }) => reach === 'open');
  const [first] = open;
  if (!first) return { ...allOf(port, closedCell(visits)), host };
  const count =
    open.length === visits.length ? 'open' : `open at ${open.length} of ${visits.length} addresses`;
  return {
    port,
    host,
    open: plain(count),
    tls: gravest(open.map((visit) => beginning(port, visit))),
    passwords: gravest(open.map((visit) => passwordCell(port, visit))),
  };
}

function closedCell(visits: readonly Visit[]): Cell {
  const blind = visits.flatMap(({ reach }) => (typeof reach === 'object' ? [reach] : []))[0];
  return blind ? unknown(blind) : plain(visits.length === 0 ? 'no address' : 'closed');
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
  const rest = cell.tone === 'unk' ? cell : plain('–');
  return { port, open: cell, tls: rest, passwords: rest };
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
