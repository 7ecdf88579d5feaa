/*
 * Names the domain relies on and that nobody may hold: what SPF refers to, where DKIM selectors, `_dmarc`, `mta-sts`
 * and the names mail programs look for lead by CNAME, mail servers, report hosts. Whoever registers the domain of
 * such a name can pass as its user, set its policy or read its mail.
 *
 * Every name here was asked for already by somebody; only for one that turned out not to exist is its registrable
 * domain asked about (NS), so a domain in order costs no question. NXDOMAIN there says that the registry does not
 * delegate the domain. Whether it is on sale only the registry knows (RDAP, RFC 9083), and this program does not ask
 * it: a domain on hold, or one without name servers, looks the same. Names hidden by macros are not followed.
 */

import { isWithin, type Name, parentOf, parseName } from '../dns/name.ts';
import { type DnsAnswer, type DnsQuestion, dns } from '../dns/record.ts';
import { type Look, type Topic, topic } from '../engine/topic.ts';
import { type Blind, none, part, type Reading, type Seen, whole } from '../facts/observation.ts';
import { slips } from '../mail/dmarc/record.ts';
import { loadSuffixList, suffixesOf } from '../mail/dmarc/suffix-list.ts';
import { DNS_HOSTS, PROVIDERS } from '../mail/provider/fingerprints.ts';
import { longestMatch } from '../mail/provider/match.ts';
import type { TermNode } from '../mail/spf/tree.ts';
import { bimi } from './bimi.ts';
import { dkim } from './dkim.ts';
import { dmarcHere, recordQuestion } from './dmarc-record.ts';
import { dmarcReports } from './dmarc-reports.ts';
import { hosts } from './hosts.ts';
import { mtaSts, policyHost } from './mta-sts.ts';
import { provider } from './provider.ts';
import { nothingToJudge, type SpfNode, spf } from './spf.ts';
import { reportDomains, tlsRpt } from './tls-rpt.ts';

/**
 * Who could take a name that does not exist. `unregistered`: its domain does not exist either. `claimable`: it
 * stands below a suffix of a service whose customers are given names there. `held`: its domain exists. `own`: it is
 * the owner's. `nowhere`: no such top level is known, so nobody can register it.
 */
export type Standing = 'unregistered' | 'claimable' | 'held' | 'own' | 'nowhere';

/** A name that does not exist, and who could take it. `from` is what leads there. */
export interface Gone<T> {
  readonly from: T;
  readonly name: Name;
  readonly standing: Standing;
  /** The registrable domain of the name. */
  readonly domain: Name;
  /** The public suffix above it. */
  readonly suffix: Name;
  /** The question its absence rests on. */
  readonly question?: DnsQuestion<'NS'>;
}

/** What was looked at, and what of it does not exist. */
export interface Targets<T> {
  readonly count: number;
  readonly gone: readonly Gone<T>[];
}

/** A name to look at: what leads there, and the question that was asked about it. */
export interface Target<T> {
  readonly from: T;
  readonly question: DnsQuestion;
  /** Only an alias at the name makes it somebody else's: without one its absence means nothing. */
  readonly aliasOnly?: true;
}

/** A term of the SPF tree that leads to another name. */
export interface SpfReference {
  readonly term: TermNode<Blind>;
  readonly node: SpfNode;
  /** The term of the domain's own record that leads there. */
  readonly top: TermNode<Blind>;
  /** A pass there is a pass for the domain. */
  readonly passes: boolean;
}

/** Names that SPF refers to: includes, redirects, `a`, `mx` and `exists` terms, and the MX hosts of `mx` terms. */
export const spfTargets: Topic<Targets<SpfReference>> = topic('takeover-spf', async (look) => {
  const reading = await look.read(spf);
  if (reading.got === 'none') return none(reading.because);
  const { tree } = reading.value;
  if (!tree || nothingToJudge(reading.value) !== undefined)
    return settled([], 0, reading.got === 'part' ? reading.because : undefined);
  const targets = references(tree).flatMap((from) =>
    questionsOf(from.term).map((question) => ({ from, question })),
  );
  return examine(look, targets, reading.got === 'part' ? reading.because : undefined);
});

/** A selector, or another name of the domain, that is an alias. */
export interface AliasReference {
  /** The name that is an alias, and what its CNAME says. */
  readonly name: Name;
  readonly alias: Name;
}

/** Where DKIM selectors lead. */
export const dkimTargets: Topic<Targets<AliasReference>> = topic('takeover-dkim', async (look) => {
  const reading = await look.read(dkim);
  if (reading.got === 'none') return none(reading.because);
  const { dangling, keys } = reading.value;
  const reached = keys.filter((key) => key.chain.length > 0 && !key.wildcard).length;
  const found = await examine(
    look,
    dangling.map(({ name, alias }) => ({
      from: { name, alias },
      question: dns(name, 'TXT'),
      aliasOnly: true as const,
    })),
    reading.got === 'part' ? reading.because : undefined,
  );
  return found.got === 'none'
    ? found
    : { ...found, value: { ...found.value, count: found.value.count + reached } };
});

/** Where an alias at `_dmarc` leads. */
export const dmarcTarget: Topic<Targets<AliasReference>> = topic('takeover-dmarc', async (look) => {
  const reading = await look.read(dmarcHere);
  if (reading.got === 'none') return none(reading.because);
  const { chain, name, domain } = reading.value;
  const question = recordQuestion(domain);
  return ofAlias(look, name, chain, question);
});

/** Where an alias at `default._bimi` leads. */
export const bimiTarget: Topic<Targets<AliasReference>> = topic('takeover-bimi', async (look) => {
  const reading = await look.read(bimi);
  if (reading.got === 'none') return none(reading.because);
  const { chain, name } = reading.value;
  return ofAlias(look, name, chain, name && dns(name, 'TXT'));
});

/** Where an alias at `mta-sts` leads, while a record announces a policy there. */
export const policyTarget: Topic<Targets<AliasReference>> = topic('takeover-policy', async (look) => {
  const [announced, reading] = await Promise.all([look.read(mtaSts), look.read(policyHost)]);
  if (announced.got === 'none') return none(announced.because);
  if (reading.got === 'none') return none(reading.because);
  const { chain, name } = reading.value;
  return ofAlias(look, name, chain, name && dns(name, 'A'));
});

/** Hosts that DMARC and TLS reports are sent to. `kind` says which. */
export interface ReportReference {
  readonly kind: 'DMARC' | 'TLS';
  readonly host: Name;
}

/** Report hosts of other organizations. A DMARC host that exists answers for its permission; a TLS one has an MX. */
export const reportTargets: Topic<Targets<ReportReference>> = topic('takeover-reports', async (look) => {
  const [reports, tls, record] = await Promise.all([
    look.read(dmarcReports),
    look.read(reportDomains),
    look.read(tlsRpt),
  ]);
  if (reports.got === 'none') return none(reports.because);
  if (tls.got === 'none') return none(tls.because);
  if (record.got === 'none') return none(record.because);
  const targets: Target<ReportReference>[] = [
    ...(reports.value?.hosts ?? []).flatMap(({ host, question }) =>
      question ? [{ from: { kind: 'DMARC' as const, host }, question: question as DnsQuestion }] : [],
    ),
    ...tls.value.map(({ domain: host }) => ({
      from: { kind: 'TLS' as const, host },
      question: dns(host, 'MX') as DnsQuestion,
    })),
  ];
  return examine(look, targets, reports.got === 'part' ? reports.because : undefined);
});

/** A mail server. */
export interface ServerReference {
  readonly exchange: Name;
  readonly preference: number;
}

/** Mail servers, and where they lead when they are aliases. */
export const mxTargets: Topic<Targets<ServerReference>> = topic('takeover-mx', async (look) => {
  const reading = await look.read(hosts);
  if (reading.got === 'none') return none(reading.because);
  const targets = reading.value
    .filter(({ special, exchange }) => special === undefined && exchange !== look.scope.domain)
    .map(({ exchange, preference }) => ({
      from: { exchange, preference },
      question: dns(exchange, 'A') as DnsQuestion,
    }));
  return examine(look, targets, reading.got === 'part' ? reading.because : undefined);
});

/** A name server of the domain. */
interface NameServerReference {
  readonly server: Name;
}

/**
 * Name servers outside the domain that belong to no DNS host known. One of each company is asked for: if it is there,
 * so is its domain.
 */
export const nameServerTargets: Topic<Targets<NameServerReference>> = topic('takeover-ns', async (look) => {
  const reading = await look.read(provider);
  if (reading.got === 'none') return none(reading.because);
  const { nameServers } = reading.value;
  const companies = new Map<string, Name>();
  for (const server of nameServers)
    if (!isWithin(server, look.scope.domain) && !longestMatch(DNS_HOSTS, 'ns', server))
      companies.set(parentOf(server) ?? server, server);
  const found = await examine(
    look,
    [...companies.values()].slice(0, MOST_COMPANIES).map((server) => ({
      from: { server },
      question: dns(server, 'A') as DnsQuestion,
    })),
    reading.got === 'part' && nameServers.length === 0 ? reading.because : undefined,
  );
  return found.got === 'none' ? found : { ...found, value: { ...found.value, count: nameServers.length } };
});

/** An include that answers nothing useful, and whose domain stands on the name servers of a trade in domains. */
export interface ParkedInclude {
  readonly reference: SpfReference;
  readonly domain: Name;
  readonly server: Name;
}

/** Asked only about includes that have no record, or one under which nobody passes, as parked domains have. */
export const parkedIncludes: Topic<readonly ParkedInclude[]> = topic('takeover-parked', async (look) => {
  const reading = await look.read(spf);
  if (reading.got === 'none') return none(reading.because);
  const blind = reading.got === 'part' ? reading.because : undefined;
  const { tree } = reading.value;
  if (!tree || nothingToJudge(reading.value) !== undefined) return blind ? part([], blind) : whole([]);
  const idle = references(tree).filter(
    ({ term: { nested } }) =>
      nested?.name && (nested.state === 'none' || /^v=spf1 +-all *$/i.test(nested.text ?? '')),
  );
  if (idle.length === 0) return blind ? part([], blind) : whole([]);
  const served = idle.slice(0, MOST_PARKED);
  const names = served.flatMap(({ term }) => term.nested?.name ?? []);
  const suffixes = await suffixesOf(names).catch(() => undefined);
  if (suffixes === undefined) return none({ reason: 'suffix-list' });
  const found = await Promise.all(
    served.map(async (reference): Promise<ParkedInclude | Blind | undefined> => {
      const domain = reference.term.nested?.name && suffixes.organizationalDomain(reference.term.nested.name);
      if (domain === undefined || isWithin(look.scope.domain, domain)) return undefined;
      const servers = await look.ask(dns(domain, 'NS'));
      if (!servers.seen) return servers.because;
      const server = servers.answer.records
        .map(({ data }) => data)
        .find((host) => PARKING.some((park) => isWithin(host, park)));
      return server && { reference, domain, server };
    }),
  );
  const value = found.filter((one) => one !== undefined && 'server' in one);
  const because = blind ?? found.find((one) => one !== undefined && 'reason' in one);
  return because ? part(value, because) : whole(value);
});

/** A name in the own SPF record that is a slip away from one of a service. */
export interface NearVendor {
  readonly term: TermNode<Blind>['term'];
  readonly written: Name;
  /** The same name with the service's domain in place. */
  readonly meant: string;
  readonly service: string;
}

/** Includes of the own record whose registrable domain resembles a service's and is none of them. */
export const nearVendors: Topic<readonly NearVendor[]> = topic('takeover-near', async ({ read }) => {
  const reading = await read(spf);
  if (reading.got === 'none') return none(reading.because);
  const { tree } = reading.value;
  const targets = (tree?.terms ?? []).filter(
    ({ term, target, dead }) =>
      !dead &&
      target !== undefined &&
      term.kind in LEADING &&
      !longestMatch(PROVIDERS, 'spf', target) &&
      mayResemble(target),
  );
  if (targets.length === 0) return whole([]);
  const list = await loadSuffixList().catch(() => undefined);
  if (list === undefined) return none({ reason: 'suffix-list' });
  const organization = (name: string) => {
    const parsed = parseName(name);
    return parsed && list.organizationalDomain(parsed);
  };
  const known = new Map<string, string>();
  for (const { name, spf: suffixes, mx = [], dkim: ends = [] } of PROVIDERS)
    for (const suffix of [...(suffixes ?? []), ...mx, ...ends]) {
      const domain = suffix.includes('*') ? undefined : organization(suffix);
      // Only names that stand in SPF are imitated in SPF; the others are known, so that they alarm nobody.
      if (domain !== undefined && (suffixes?.includes(suffix) || !known.has(domain)))
        known.set(domain, suffixes?.includes(suffix) ? name : '');
    }
  const near: NearVendor[] = [];
  for (const { term, target } of targets) {
    const domain = target && organization(target);
    if (!domain || !target || known.has(domain)) continue;
    for (const [vendor, service] of known) {
      if (service === '' || !resembles(domain, vendor)) continue;
      const meant = target.slice(0, target.length - domain.length) + vendor;
      near.push({ term, written: target, meant, service });
      break;
    }
  }
  return whole(near);
});

/** Whether a domain is a slip or two away from a service's, which is long enough to tell. */
function resembles(domain: string, vendor: string): boolean {
  const { length } = vendor.split('.')[0] ?? '';
  const most = length >= 9 ? 2 : length >= 6 ? 1 : 0;
  return most > 0 && slips(domain, vendor, most);
}

/** Whether a name could be near a service's, wherever the registrable domains of both begin: most never are. */
function mayResemble(target: string): boolean {
  return endsOf(target).some((end) => VENDOR_ENDS.some((vendor) => end !== vendor && resembles(end, vendor)));
}

/** The name and the names above it, as far as they have two labels. */
function endsOf(name: string): string[] {
  const labels = name.split('.');
  return labels.slice(1).map((_, i) => labels.slice(i).join('.'));
}

/** What a rule says first: the gravest of what is gone. */
export function gravest<T>({ gone }: Targets<T>): Gone<T> | undefined {
  return ORDER.map((standing) => gone.find((one) => one.standing === standing)).find((one) => one);
}

/** The questions whose answer "no such domain" a finding rests on. */
export function restsOf<T>({ gone }: Targets<T>): readonly DnsQuestion[] {
  return gone.flatMap(({ standing, question }) =>
    question && (standing === 'unregistered' || standing === 'claimable') ? [question] : [],
  );
}

/** Who could take what is gone, as sentences. */
export function takers({ standing, domain, suffix }: Gone<unknown>): string {
  return standing === 'claimable'
    ? `\`${domain}\` does not exist, and names below \`${suffix}\` are given to customers of that service: another one may be able to claim it.`
    : `No domain \`${domain}\` exists: as far as DNS shows, it could be registered by anyone. Only the registry knows whether it is free, and it was not asked.`;
}

async function ofAlias(
  look: Look,
  name: Name | undefined,
  chain: readonly Name[],
  question: DnsQuestion | undefined,
): Promise<Reading<Targets<AliasReference>>> {
  const [alias] = chain;
  if (name === undefined || alias === undefined || question === undefined) return settled([], 0);
  return examine(look, [{ from: { name, alias }, question, aliasOnly: true }]);
}

/** Asks who could take the names among these that do not exist. */
export async function examine<T>(
  { scope, ask }: Look,
  targets: readonly Target<T>[],
  blind?: Blind,
): Promise<Reading<Targets<T>>> {
  let because = blind;
  const missing: { from: T; name: Name }[] = [];
  const results = await Promise.all(targets.map(({ question }) => ask(question)));
  for (const [i, { from, question, aliasOnly }] of targets.entries()) {
    const result = results[i] as Seen<DnsAnswer>;
    if (!result.seen) because ??= result.because;
    else if (result.answer.rcode === 'NXDOMAIN') {
      const end = result.answer.chain.at(-1);
      if (!aliasOnly || end !== undefined) missing.push({ from, name: end ?? question.name });
    }
  }
  // What lies below the domain itself is its owner's, whatever the suffix: only others need the list.
  const foreign = missing.filter(({ name }) => !isWithin(name, scope.domain));
  const own = missing
    .filter(({ name }) => isWithin(name, scope.domain))
    .map((one) => ({ ...one, standing: 'own' as const, domain: scope.domain, suffix: scope.domain }));
  if (foreign.length === 0) return settled(own, targets.length, because);
  const list = await loadSuffixList().catch(() => undefined);
  if (list === undefined) return none({ reason: 'suffix-list' });
  const home = list.organizationalDomain(scope.domain) ?? scope.domain;
  const gone = await Promise.all(
    foreign.slice(0, MOST_MISSING).map(async ({ from, name }): Promise<Gone<T> | Blind> => {
      const { suffix, section } = list.publicSuffix(name);
      const domain = list.organizationalDomain(name) ?? name;
      const base = { from, name, domain, suffix };
      if (isWithin(name, home)) return { ...base, standing: 'own' };
      if (section === 'unlisted' || domain === suffix) return { ...base, standing: 'nowhere' };
      const question = dns(domain, 'NS');
      const servers = await ask(question);
      if (!servers.seen) return servers.because;
      const { rcode, chain } = servers.answer;
      if (rcode !== 'NXDOMAIN' || chain.length > 0) return { ...base, standing: 'held' };
      return { ...base, standing: section === 'private' ? 'claimable' : 'unregistered', question };
    }),
  );
  if (foreign.length > MOST_MISSING)
    because ??= { reason: 'over-budget', detail: `${foreign.length} names that do not exist` };
  because ??= gone.find((one) => 'reason' in one);
  return settled(
    [...own, ...gone.filter((one): one is Gone<T> => !('reason' in one))],
    targets.length,
    because,
  );
}

function settled<T>(gone: readonly Gone<T>[], count: number, because?: Blind): Reading<Targets<T>> {
  return because ? part({ count, gone }, because) : whole({ count, gone });
}

/** Terms that lead to other names, with the own term each lies below. */
function references(tree: SpfNode): SpfReference[] {
  const found: SpfReference[] = [];
  const walk = (node: SpfNode, top: TermNode<Blind> | undefined, passes: boolean) => {
    for (const term of node.terms) {
      if (term.dead) continue;
      const sign = 'qualifier' in term.term ? term.term.qualifier : '+';
      const from = { term, node, top: top ?? term, passes: passes && sign === '+' };
      if (term.target !== undefined && !term.dynamic && term.term.kind in LEADING) found.push(from);
      if (term.nested) walk(term.nested, from.top, from.passes);
    }
  };
  walk(tree, undefined, true);
  return found;
}

/** The questions that were asked already about a term, as far as their answers can be that nothing is there. */
function questionsOf({
  term,
  target,
  addresses,
  because,
  nested,
  exchanges,
}: TermNode<Blind>): DnsQuestion[] {
  if (target === undefined) return [];
  if (term.kind === 'include' || term.kind === 'redirect')
    return nested && ASKED.has(nested.state) ? [dns(target, 'TXT') as DnsQuestion] : [];
  if (addresses === undefined && because === undefined) return [];
  if (term.kind !== 'mx') return [dns(target, 'A') as DnsQuestion];
  const dead = (exchanges ?? []).filter(
    ({ addresses: { v4, v6 } }) => v4.length + v6.length === 0 && because === undefined,
  );
  return [dns(target, 'MX') as DnsQuestion, ...dead.map(({ name }) => dns(name, 'A') as DnsQuestion)];
}

const ORDER: readonly Standing[] = ['unregistered', 'claimable', 'held', 'nowhere', 'own'];

/** States of a record that somebody asked for. */
const ASKED: ReadonlySet<string> = new Set(['none', 'blind', 'record', 'multiple', 'malformed']);

const LEADING = { include: true, redirect: true, a: true, mx: true, exists: true } as const;

/** More names that do not exist than anybody mends one by one. */
const MOST_MISSING = 12;
const MOST_PARKED = 4;
/** A domain has its name servers at one or two companies. */
const MOST_COMPANIES = 4;

/** Domains of name servers on which names wait for a buyer or show advertisements. */
const PARKING: readonly Name[] = [
  'sedoparking.com',
  'parkingcrew.net',
  'bodis.com',
  'above.com',
  'afternic.com',
  'dan.com',
  'undeveloped.com',
  'parklogic.com',
  'cashparking.com',
  'giantpanda.com',
  'uniregistrymarket.link',
  'hugedomains.com',
].flatMap((name) => parseName(name) ?? []);

/** Every end of the names of services in SPF; their registrable domains are among them. */
const VENDOR_ENDS: readonly string[] = [
  ...new Set(
    PROVIDERS.flatMap(({ spf: suffixes = [] }) =>
      suffixes.filter((suffix) => !suffix.includes('*')).flatMap(endsOf),
    ),
  ),
];
