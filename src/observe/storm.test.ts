/*
 * Whole reports while half of all requests fail in every way a network knows: whatever is then said of the
 * domain is what would have been said in fair weather, or that it could not be checked.
 */

import { describe, expect, test } from 'vitest';
import { mustName } from '../dns/name.ts';
import { parseZone } from '../dns/zone.ts';
import { diagnose } from '../engine/diagnose.ts';
import { scopeOf } from '../engine/scope.ts';
import type { Report } from '../engine/verdict.ts';
import { headlines } from '../questions/index.ts';
import { rules } from '../rules/index.ts';
import type { Fetch } from './doh.ts';
import { createResolverPool } from './resolver-pool.ts';
import { RESOLVERS } from './resolvers.ts';
import { respond } from './zone-server.ts';

const SEEDS = [20261123, 20261124, 20261125];

const zone = parseZone(`
$ORIGIN example.com.
@            SOA ns h 1 2 3 4 300
@            NS  ns
ns           A   192.0.2.53
@            A   192.0.2.80
@            MX  10 mx1
@            MX  20 mx2.example.net.
mx1          A   192.0.2.25
mx2.example.net. A 192.0.2.26
@            TXT "v=spf1 a mx include:_spf.example.net include:gone.example.net ~all"
_spf.example.net. TXT "v=spf1 ip4:192.0.2.0/24 -all"
example.net. SOA ns.example.net. h.example.net. 1 2 3 4 300
_dmarc       TXT "v=DMARC1; p=none; rua=mailto:reports@example.net"
example.com._report._dmarc.example.net. TXT "v=DMARC1"
_mta-sts     TXT "v=STSv1; id=20260101"
mta-sts      A   192.0.2.80
_smtp._tls   TXT "v=TLSRPTv1; rua=mailto:tls@example.com"
default._domainkey TXT "v=DKIM1; p="
`);
const scope = scopeOf(mustName('example.com'), Date.parse('2026-11-23T12:00:00Z'));

const report = (fetch: Fetch): Promise<Report> =>
  diagnose({
    scope,
    rules,
    headlines,
    observer: createResolverPool({ resolvers: RESOLVERS, fetch }).begin(),
  });

const answer = (bytes: Uint8Array) =>
  new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { 'content-type': 'application/dns-message' } });

const fair: Fetch = async (url) => {
  const bytes = new Uint8Array(Buffer.from(url.split('dns=')[1] ?? '', 'base64url'));
  return answer(respond(zone, bytes) as Uint8Array);
};

/** Half of all requests fail. Which ones depends on question, resolver and seed only, so a seed repeats. */
const storm =
  (seed: number): Fetch =>
  async (url, init) => {
    let hash = seed;
    for (let i = 0; i < url.length; i++) hash = Math.imul(hash ^ url.charCodeAt(i), 0x01000193) >>> 0;
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
    const good = await fair(url, init);
    if (hash & 1) return good;
    const bytes = new Uint8Array(await good.arrayBuffer());
    switch ((hash >>> 8) % 6) {
      case 0:
        throw new TypeError('Failed to fetch');
      case 1:
        return new Response(null, { status: 500 });
      case 2:
        return new Response('<html>', { headers: { 'content-type': 'text/html' } });
      case 3:
        return answer(bytes.slice(0, -2));
      case 4: {
        const cut = bytes.slice();
        cut[2] = (cut[2] as number) | 0x02;
        return answer(cut);
      }
      default: {
        const failed = bytes.slice();
        failed[3] = ((failed[3] as number) & 0xf0) | 2;
        return answer(failed);
      }
    }
  };

const said = ({ findings, answers }: Report) =>
  new Map<string, string>([
    ...findings.map(
      (each) =>
        [each.rule, each.outcome === 'unknown' ? 'unknown' : `${each.outcome}: ${each.says}`] as const,
    ),
    ...answers.map(
      (each) =>
        [each.id, each.outcome === 'unknown' ? 'unknown' : `${each.outcome}: ${each.headline}`] as const,
    ),
  ]);

describe('half of all requests fail', () => {
  const inFairWeather = report(fair).then(said);

  test.each(SEEDS)('a report says what is so, or that it does not know (seed %i)', async (seed) => {
    const truth = await inFairWeather;
    const stormy = said(await report(storm(seed)));
    const wrong = [...stormy].filter(([id, words]) => words !== 'unknown' && words !== truth.get(id));
    expect(wrong).toEqual([]);
    expect([...stormy.keys()]).toEqual([...truth.keys()]);
    expect([...stormy.values()].filter((words) => words !== 'unknown').length).toBeGreaterThan(0);
  });

  test.each(SEEDS)('and says it again (seed %i)', async (seed) => {
    expect(said(await report(storm(seed)))).toEqual(said(await report(storm(seed))));
  });
});
