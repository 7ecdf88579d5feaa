/*
 * Where senders are asked to report TLS failures: the TXT records at `_smtp._tls.<domain>` (RFC 8460 §3), and
 * whether the mail domains named there can take a report at all. Texts that do not begin with `v=TLSRPTv1;` are
 * dropped, and more than one of the others counts as none. Parents are never asked.
 */

import { type Name, prefixed, ROOT } from '../dns/name.ts';
import { dns, texts } from '../dns/record.ts';
import { topic } from '../engine/topic.ts';
import { none, whole } from '../facts/observation.ts';
import {
  isTlsRptRecord,
  parseTlsRptRecord,
  resemblesTlsRpt,
  type TlsRptRecord,
} from '../mail/tls-rpt/record.ts';

/** What stands at `_smtp._tls.<domain>`. */
export interface TlsRptReading {
  /** `_smtp._tls.<domain>`; undefined when the domain is too long to have one. */
  readonly name?: Name;
  readonly texts: readonly string[];
  /** Those that begin with `v=TLSRPTv1;`. */
  readonly candidates: readonly string[];
  /** Those senders drop although they were evidently meant. */
  readonly near: readonly string[];
  /** The one candidate, read; undefined when there is none or more than one. */
  readonly record?: TlsRptRecord;
  readonly chain: readonly Name[];
  readonly authentic: boolean;
  readonly ttl?: number;
}

export const tlsRpt = topic<TlsRptReading>('tls-rpt', async ({ scope, ask }) => {
  const name = prefixed('_smtp._tls', scope.domain);
  if (name === undefined) return whole({ texts: [], candidates: [], near: [], chain: [], authentic: false });
  const result = await ask(dns(name, 'TXT'));
  if (!result.seen) return none(result.because);
  const all = texts(result.answer);
  const candidates = all.filter(isTlsRptRecord);
  const [only] = candidates;
  const record = only !== undefined && candidates.length === 1 ? parseTlsRptRecord(only) : undefined;
  const ttl = result.answer.records[0]?.ttl;
  return whole({
    name,
    texts: all,
    candidates,
    near: all.filter(resemblesTlsRpt),
    ...(record ? { record } : {}),
    chain: result.answer.chain,
    authentic: result.answer.authentic,
    ...(ttl === undefined ? {} : { ttl }),
  });
});

/** A mail domain that reports are addressed to, and whether it takes mail. */
export interface ReportDomain {
  readonly domain: Name;
  readonly takes: 'mail' | 'null-mx' | 'nothing';
}

/** At most this many mail domains are looked up. */
const MOST_DOMAINS = 4;

export const reportDomains = topic<readonly ReportDomain[]>('tls-rpt-domains', async ({ ask, read }) => {
  const reading = await read(tlsRpt);
  if (reading.got === 'none') return none(reading.because);
  const hosts = (reading.value.record?.uris ?? []).flatMap((uri) =>
    uri.scheme === 'mailto' && uri.host ? [uri.host] : [],
  );
  const domains = [...new Set(hosts)].slice(0, MOST_DOMAINS);
  const looked = await Promise.all(
    domains.map(async (domain) => {
      const mx = await ask(dns(domain, 'MX'));
      if (!mx.seen) return mx.because;
      const exchanges = mx.answer.records.map((record) => record.data.exchange);
      if (exchanges.some((exchange) => exchange !== ROOT)) return { domain, takes: 'mail' } as const;
      if (exchanges.length > 0) return { domain, takes: 'null-mx' } as const;
      // Without MX the domain's own addresses take the mail (RFC 5321 §5.1).
      const [a, aaaa] = await Promise.all([ask(dns(domain, 'A')), ask(dns(domain, 'AAAA'))]);
      if (!a.seen) return a.because;
      if (!aaaa.seen) return aaaa.because;
      const addresses = a.answer.records.length + aaaa.answer.records.length;
      return { domain, takes: addresses > 0 ? 'mail' : 'nothing' } as const;
    }),
  );
  const found: ReportDomain[] = [];
  for (const one of looked) {
    if ('reason' in one) return none(one);
    found.push(one);
  }
  return whole(found);
});
