/*
 * DMARC as receivers of both generations read it: which record governs mail in the domain's name, which domain
 * is the organizational one, and what is asked for the domain itself, its existing and its invented subdomains.
 * RFC 9989 walks up the tree of names, RFC 7489 jumps by the list of public suffixes; `_dmarc` at the name and
 * at every parent is asked at once and serves both. A wildcard that publishes a record for names nobody made is
 * found by asking at one.
 */

import { isWithin, type Name, prefixed } from '../dns/name.ts';
import { dns, isNowhere, texts } from '../dns/record.ts';
import { topic } from '../engine/topic.ts';
import { none, whole } from '../facts/observation.ts';
import { foundAt, type Reach, reach, recordName } from '../mail/dmarc/discovery.ts';
import type { DmarcRecord } from '../mail/dmarc/record.ts';
import { loadSuffixList, type Section, suffixesOf } from '../mail/dmarc/suffix-list.ts';
import { askNames, recordQuestion } from './dmarc-record.ts';

/**
 * The reading of receivers that follow one of the two standards: `applied` (the record that governs the domain),
 * `organizationalDomain`, the names whose several records were discarded (`contested`), and the stance for mail
 * `exact`ly from the domain, from an `existing` subdomain without a record of its own, and from an `invented`
 * one (one that answers NXDOMAIN; where a zone does not say so, receivers take it for an existing one).
 */
export type GenerationReading = Reach;

/** DMARC of the domain under both standards. */
export interface DmarcReading {
  readonly rfc9989: GenerationReading;
  readonly rfc7489: GenerationReading;
  /** Single records found at the domain and above it, nearest first. */
  readonly records: readonly { readonly domain: Name; readonly text: string; readonly record: DmarcRecord }[];
  /** The name of the domain's own record, and the domains at whose `_dmarc` any text stands. */
  readonly name: Name;
  readonly published: ReadonlySet<Name>;
  /**
   * The public suffix of the domain, which may be one itself. Where it is listed is told only when a record stands
   * at it or above it: nobody else needs to know, and only the list itself does.
   */
  readonly publicSuffix: { readonly suffix: Name; readonly section?: Section };
}

export const dmarc = topic<DmarcReading>('dmarc', async (look) => {
  const { scope, ask } = look;
  const below = prefixed(scope.unlikely, scope.domain);
  const wild = below && recordQuestion(below);
  const [all, invented, itself, suffixes] = await Promise.all([
    askNames(look, 0).then((answers) => answers()),
    wild ? ask(wild) : undefined,
    ask(dns(scope.domain, 'MX')),
    suffixesOf(below ? [scope.domain, below] : [scope.domain]).catch(() => undefined),
  ]);
  if (all.because) return none(all.because);
  if (invented && !invented.seen) return none(invented.because);
  if (suffixes === undefined) return none({ reason: 'suffix-list' });
  const published = (domain: Name) => all.published.get(domain);
  const wildcard = invented?.seen ? texts(invented.answer) : [];
  const read = (generation: 'rfc9989' | 'rfc7489') =>
    reach(generation, scope.domain, below, published, wildcard, suffixes);
  let rfc9989 = read('rfc9989');
  const rfc7489 = read('rfc7489');
  if (!rfc9989 || !rfc7489) return none({ reason: 'rule-broke', detail: 'a name of the walk was not asked' });
  if (rfc9989.inherited && JSON.stringify(rfc9989.exact) !== JSON.stringify(rfc9989.inherited)) {
    // RFC 9989 §4.10.1: `np` is for a name that does not exist, the domain itself included.
    if (!itself.seen) return none(itself.because);
    if (isNowhere(itself.answer)) rfc9989 = { ...rfc9989, exact: rfc9989.inherited };
  }
  const records = [...all.published].flatMap(([domain, found]) => {
    const { record } = foundAt(domain, found);
    return record ? [{ domain, text: record.text, record }] : [];
  });
  const { suffix } = suffixes.publicSuffix(scope.domain);
  const registered = records.some(({ domain }) => isWithin(suffix, domain));
  const list = registered ? await loadSuffixList().catch(() => undefined) : undefined;
  if (registered && list === undefined) return none({ reason: 'suffix-list' });
  return whole({
    rfc9989,
    rfc7489,
    records,
    name: recordName(scope.domain) ?? scope.domain,
    published: new Set([...all.published].filter(([, found]) => found.length > 0).map(([domain]) => domain)),
    publicSuffix: { suffix, ...(list ? { section: list.publicSuffix(scope.domain).section } : {}) },
  });
});
