/*
 * Whether the domain's answers can be forged on their way: what the validating resolver says of them (AD), the
 * keys of the zone, and the digests by which the parent vouches for them (RFC 4035). The zone may begin above the
 * domain; its apex is read from the SOA record, or from the one that comes with the denial. A zone whose
 * signatures do not verify answers SERVFAIL: it is proved by asking again with checking disabled.
 * No signature is verified here; that is the resolver's word, worth something because it comes over HTTPS.
 */

import type { DsMatch, KeyInfo } from '../dns/dnssec/keys.ts';
import { isWithin, type Name } from '../dns/name.ts';
import { type Denial, type DnsAnswer, dns, type RecordData, type Signature } from '../dns/record.ts';
import { type Look, late, topic } from '../engine/topic.ts';
import { type Blind, none, type Seen, whole } from '../facts/observation.ts';
import { askChecked } from './checked.ts';

/** What the resolver says about the zone the domain is in. */
export interface ZoneTrust {
  /** Where the zone begins: the domain or a name above it. Undefined when the domain is an alias. */
  readonly apex?: Name;
  /** The resolver validated the answer (AD). */
  readonly authentic: boolean;
  /** Refused with checking, answered without: the zone does not validate. */
  readonly bogus: boolean;
  /** Signatures over the SOA record; empty when unsigned or when the resolver sent none. */
  readonly signatures: readonly Signature[];
}

export const dnssec = topic<ZoneTrust>('dnssec', async ({ scope, ask }) => {
  const { result, bogus } = await askChecked(ask, dns(scope.domain, 'SOA', { dnssec: true }));
  // Without checking there is no answer either: the name servers fail, which says nothing about signatures.
  if (!result.seen) return none(result.because);
  const zone = zoneOf(scope.domain, result.answer);
  if (!bogus) return whole({ ...zone, bogus });
  // Where other records of the same name validate, not the zone is broken but this set.
  const other = await ask(dns(scope.domain, 'MX'));
  if (other.seen || !isFailure(other.because)) return none({ reason: 'servfail' });
  return whole({ ...zone, authentic: false, bogus });
});

/** One DS record at the parent, and the key it vouches for. */
interface DsRecord {
  readonly data: RecordData['DS'];
  readonly match: DsMatch;
}

/** The link between the zone and its parent. */
export interface Delegation {
  readonly apex?: Name;
  readonly ds: readonly DsRecord[];
  readonly keys: readonly KeyInfo[];
  /** For each key that signs the zone, the DS record the parent should hold (digest type 2), as record data. */
  readonly offers: readonly { readonly key: KeyInfo; readonly ds: string }[];
  /** Signatures over the DNSKEY set; empty when unsigned or when the resolver sent none. */
  readonly signatures: readonly Signature[];
}

/** At most this many DS and DNSKEY records are looked at; no honest zone has as many. */
const MOST_RECORDS = 24;

/** What the parent publishes for the zone. */
export const parentSide = topic<{ readonly apex?: Name; readonly ds: readonly RecordData['DS'][] }>(
  'dnssec-parent',
  async ({ scope, ask, read }) => {
    // Most domains are their own apex, so their DS is asked for at once.
    const here = ask(dns(scope.domain, 'DS'));
    const trust = await read(dnssec);
    if (trust.got === 'none') return none(trust.because);
    const { apex } = trust.value;
    const ds = await (apex === undefined || apex === scope.domain ? here : ask(dns(apex, 'DS')));
    if (!ds.seen) return none(ds.because);
    return whole({
      ...(apex === undefined ? {} : { apex }),
      ds: ds.answer.records.slice(0, MOST_RECORDS).map(({ data }) => data),
    });
  },
);

export const delegation = topic<Delegation>('dnssec-delegation', async ({ scope, ask, read }) => {
  const parent = read(parentSide);
  const trust = await read(dnssec);
  if (trust.got === 'none') return none(trust.because);
  const { apex, authentic, bogus, signatures } = trust.value;
  const owner = apex ?? scope.domain;
  // A zone that signs nothing and that nobody vouches for has no keys that anybody would use.
  const signs = authentic || bogus || signatures.length > 0;
  const withKeys = () => Promise.all([askKeys(ask, owner), late(() => import('../dns/dnssec/keys.ts'))]);
  const [link, early] = await Promise.all([parent, signs ? withKeys() : undefined]);
  if (link.got !== 'whole') return none(link.because);
  const zone = apex === undefined ? {} : { apex };
  if (!early && link.value.ds.length === 0)
    return whole({ ...zone, ds: [], keys: [], offers: [], signatures: [] });
  const [answer, { dsDigest, keyInfo, matchDs }] = early ?? (await withKeys());
  if (!answer.seen) return none(answer.because);
  const published = answer.answer.records.slice(0, MOST_RECORDS);
  const keys = published.flatMap(({ data }) => keyInfo(data) ?? []);
  const ds = await Promise.all(
    link.value.ds.map(async (data) => ({ data, match: await matchDs(owner, data, keys) })),
  );
  const offers = await Promise.all(
    keys
      .filter((key) => key.zoneKey && !key.revoked)
      .map(async (key) => ({
        key,
        ds: `${key.tag} ${key.algorithm} 2 ${(await dsDigest(owner, key, 2)) ?? ''}`,
      })),
  );
  return whole({ ...zone, ds, keys, offers, signatures: covering(answer.answer, 'DNSKEY') });
});

/** A negative answer of a signed zone, and what the zone asks its parent to publish. */
export interface DenialProof {
  /** The zone has a DS record; without one nothing was asked. */
  readonly asked: boolean;
  /** The resolver validated the answer. */
  readonly authentic: boolean;
  /** Refused with checking, answered without. */
  readonly bogus: boolean;
  /** NSEC or NSEC3 records that came along; empty when there were CDS records or the resolver sent none. */
  readonly denial: readonly Denial[];
  /** How long a denial may be kept by the SOA record that came with it, in seconds (RFC 2308 §4). */
  readonly minimum?: number;
  /** CDS records at the apex (RFC 7344): what the zone wants as DS. */
  readonly cds: readonly RecordData['CDS'][];
}

/** CDS is absent from most zones, so one question shows both it and how the zone denies. */
export const denialProof = topic<DenialProof>('dnssec-denial', async ({ scope, ask, read }) => {
  const link = await read(parentSide);
  if (link.got === 'none') return none(link.because);
  const { apex = scope.domain, ds } = link.value;
  if (ds.length === 0) return whole({ asked: false, authentic: false, bogus: false, denial: [], cds: [] });
  const question = dns(apex, 'CDS', { dnssec: true });
  const { result, bogus } = await askChecked(ask, question);
  if (!result.seen) return none(result.because);
  const { answer } = result;
  return whole({
    asked: true,
    authentic: !bogus && answer.authentic,
    bogus,
    denial: answer.denial ?? [],
    ...(answer.zone ? { minimum: answer.zone.minimum } : {}),
    cds: answer.records.map((record) => record.data),
  });
});

async function askKeys(ask: Look['ask'], apex: Name): Promise<Seen<DnsAnswer<'DNSKEY'>>> {
  const question = dns(apex, 'DNSKEY', { dnssec: true });
  const checked = await ask(question);
  // In a zone that does not validate only this shows the keys; where the zone is merely down it fails as well.
  return !checked.seen && isFailure(checked.because) ? ask({ ...question, cd: true }) : checked;
}

function zoneOf(domain: Name, answer: DnsAnswer<'SOA'>): Omit<ZoneTrust, 'bogus'> {
  const { authentic, chain, records, zone } = answer;
  const apex =
    chain.length > 0
      ? undefined
      : records.length > 0
        ? domain
        : zone && isWithin(domain, zone.name)
          ? zone.name
          : domain;
  return { ...(apex === undefined ? {} : { apex }), authentic, signatures: covering(answer, 'SOA') };
}

function covering(answer: DnsAnswer, type: string): Signature[] {
  return (answer.signatures ?? []).filter((signature) => signature.covered === type);
}

/** SERVFAIL is how a validating resolver reports signatures that do not verify (RFC 4035 §5.5). */
function isFailure(because: Blind): boolean {
  return because.reason === 'servfail';
}

/** Why there is no chain of trust to judge, as a sentence; undefined when the parent vouches for the zone. */
export function whyNoChain(trust: ZoneTrust, { ds }: Delegation): string | undefined {
  if (trust.bogus) return 'The zone does not validate; that comes first.';
  return ds.length === 0 ? 'The zone is not signed, or its parent does not say so.' : undefined;
}
