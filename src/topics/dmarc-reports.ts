/*
 * Where DMARC reports go, and whether they may. An address at another organization counts only when that host
 * says so at `<domain>._report._dmarc.<host>` (RFC 7489 §7.1, RFC 9990); the domain is the one whose record it is.
 *
 * Deviation: whether a host belongs to the same organization is read from the Public Suffix List for both
 * standards. The tree walk of RFC 9989 could only differ where somebody sets `psd` inside an organization.
 */

import { type Name, prefixed, ROOT } from '../dns/name.ts';
import { type DnsQuestion, dns, texts } from '../dns/record.ts';
import { topic } from '../engine/topic.ts';
import { type Blind, none, part, whole } from '../facts/observation.ts';
import { isDmarcRecord, isValidAddress, type ReportAddress } from '../mail/dmarc/record.ts';
import {
  type Authorization,
  authorizationName,
  readAuthorization,
} from '../mail/dmarc/report-authorization.ts';
import { endingOf, suffixesOf } from '../mail/dmarc/suffix-list.ts';
import { dmarcRecord } from './dmarc-record.ts';

/** One host that reports are sent to. */
export interface ReportHost {
  readonly host: Name;
  /** The addresses there, of `rua` and of `ruf`. */
  readonly rua: readonly ReportAddress[];
  readonly ruf: readonly ReportAddress[];
  /** `inside`: same organization, needs no leave. `too-long`: the name that would authorize cannot exist. */
  readonly authorization: Authorization | 'inside' | 'too-long';
  /** The question that was asked for the authorization. */
  readonly question?: DnsQuestion<'TXT'>;
}

/** The report hosts of the governing record, the first twenty; `more` were left out. */
export interface ReportHosts {
  /** The domain whose record names them. */
  readonly domain: Name;
  readonly hosts: readonly ReportHost[];
  readonly more: number;
}

/** Whether the hosts that reports are sent to want them. Undefined when no record governs. */
export const dmarcReports = topic<ReportHosts | undefined>('dmarc-reports', async ({ ask, read }) => {
  const governing = await read(dmarcRecord);
  if (governing.got === 'none') return governing;
  if (governing.value === undefined) return whole(undefined);
  const { domain, record } = governing.value;
  const byHost = hostsOf(record.rua, record.ruf);
  if (byHost.length === 0) return whole({ domain, hosts: [], more: 0 });
  // An organizational domain has two labels or more: names that end in others have none in common.
  const served = byHost.slice(0, LIMIT);
  const near = served.map(({ host }) => host).filter((host) => endingOf(host) === endingOf(domain));
  const suffixes = await suffixesOf(near.length > 0 ? [domain, ...near] : []).catch(() => undefined);
  if (suffixes === undefined) return none({ reason: 'suffix-list' });
  const organizationOf = (name: Name) => suffixes.organizationalDomain(name) ?? name;
  let because: Blind | undefined;
  const hosts = await Promise.all(
    served.map(async (entry): Promise<ReportHost | undefined> => {
      if (near.includes(entry.host) && organizationOf(entry.host) === organizationOf(domain))
        return { ...entry, authorization: 'inside' };
      const name = authorizationName(domain, entry.host);
      if (name === undefined) return { ...entry, authorization: 'too-long' };
      const question = dns(name, 'TXT');
      const result = await ask(question);
      if (result.seen)
        return { ...entry, question, authorization: readAuthorization(texts(result.answer), entry.host) };
      because ??= result.because;
      return undefined;
    }),
  );
  const value = {
    domain,
    hosts: hosts.filter((host) => host !== undefined),
    more: Math.max(0, byHost.length - LIMIT),
  };
  return because ? part(value, because) : whole(value);
});

/** How a host takes mail. */
export interface ReportMailHost {
  readonly host: Name;
  /** `missing`: the name does not exist. `null-mx`: it declines mail. `nowhere`: no MX and no address. */
  readonly takes: 'mail' | 'missing' | 'null-mx' | 'nowhere';
  readonly question: DnsQuestion<'MX'>;
}

/** Whether the hosts of `rua` can take mail at all, the first twenty. Undefined when no record governs. */
export const dmarcReportMail = topic<readonly ReportMailHost[] | undefined>(
  'dmarc-report-mail',
  async ({ ask, read }) => {
    const governing = await read(dmarcRecord);
    if (governing.got === 'none') return governing;
    if (governing.value === undefined) return whole(undefined);
    let because: Blind | undefined;
    const hosts = await Promise.all(
      hostsOf(governing.value.record.rua, [])
        .slice(0, LIMIT)
        .map(async ({ host }): Promise<ReportMailHost | undefined> => {
          const question = dns(host, 'MX');
          const mx = await ask(question);
          if (!mx.seen) {
            because ??= mx.because;
            return undefined;
          }
          const { records, rcode, chain } = mx.answer;
          if (records.length > 0)
            return {
              host,
              question,
              takes: records.every(({ data }) => data.exchange === ROOT) ? 'null-mx' : 'mail',
            };
          if (rcode === 'NXDOMAIN' && chain.length === 0) return { host, question, takes: 'missing' };
          // RFC 5321 §5.1: without MX, the host's own address takes its mail.
          const [a, aaaa] = await Promise.all([ask(dns(host, 'A')), ask(dns(host, 'AAAA'))]);
          const found = [a, aaaa].some((reply) => reply.seen && reply.answer.records.length > 0);
          if (found) return { host, question, takes: 'mail' };
          const blind = !a.seen ? a.because : !aaaa.seen ? aaaa.because : undefined;
          if (blind) {
            because ??= blind;
            return undefined;
          }
          return { host, question, takes: 'nowhere' };
        }),
    );
    const value = hosts.filter((host) => host !== undefined);
    return because ? part(value, because) : whole(value);
  },
);

/** Whether the domain takes reports about any other domain: a text that authorizes whatever is asked. */
export const dmarcReportSink = topic<{ readonly name: Name; readonly text?: string }>(
  'dmarc-report-sink',
  async ({ scope, ask }) => {
    const name = prefixed(`${scope.unlikely}._report._dmarc`, scope.domain);
    if (name === undefined) return whole({ name: scope.domain });
    const result = await ask(dns(name, 'TXT'), 'guess');
    if (!result.seen) return none(result.because);
    const text = texts(result.answer).find(isDmarcRecord);
    return whole({ name, ...(text === undefined ? {} : { text }) });
  },
);

function hostsOf(
  rua: readonly ReportAddress[],
  ruf: readonly ReportAddress[],
): { host: Name; rua: ReportAddress[]; ruf: ReportAddress[] }[] {
  const hosts = new Map<Name, { host: Name; rua: ReportAddress[]; ruf: ReportAddress[] }>();
  for (const [list, kind] of [
    [rua, 'rua'],
    [ruf, 'ruf'],
  ] as const)
    for (const address of list) {
      if (address.host === undefined || !isValidAddress(address)) continue;
      const entry = hosts.get(address.host) ?? { host: address.host, rua: [], ruf: [] };
      entry[kind].push(address);
      hosts.set(address.host, entry);
    }
  return [...hosts.values()];
}

/** A record may name hundreds; reporters serve a few. */
const LIMIT = 20;
