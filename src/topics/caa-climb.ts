/*
 * The climb for CAA records from the hosts that showed certificates (RFC 8659 §3). All names of a climb are asked at
 * once; many are shared with other hosts and with the domain itself.
 */

import { parentsOf } from '../dns/name.ts';
import { dns } from '../dns/record.ts';
import type { Look } from '../engine/topic.ts';
import { type Blind, part, type Reading, whole } from '../facts/observation.ts';
import { covers } from '../mail/certificate/certificate.ts';
import { caaNamesOf, organizationOf } from '../mail/certificate/issuers.ts';
import type { HostIssuer, HostIssuers } from './caa-hosts.ts';
import { chainIn, isChain, type Shown } from './certificates.ts';

/** Certificates climbed for at most, and names asked for each. */
const MOST_CLIMBS = 6;
const MOST_NAMES = 5;

/** What CAA says of each certificate. */
export async function climbAll(
  shown: readonly Shown[],
  missing: Blind | undefined,
  ask: Look['ask'],
): Promise<Reading<HostIssuers>> {
  let blind: Blind | undefined =
    missing ?? (shown.length > MOST_CLIMBS ? { reason: 'over-budget' } : undefined);
  const hosts: HostIssuer[] = [];
  for (const found of await Promise.all(shown.slice(0, MOST_CLIMBS).map((one) => climb(one, ask)))) {
    if (found === undefined) continue;
    if ('reason' in found) blind ??= found;
    else hosts.push(found);
  }
  return blind ? part({ hosts }, blind) : whole({ hosts });
}

async function climb(one: Shown, ask: Look['ask']): Promise<HostIssuer | Blind | undefined> {
  const chain = chainIn(one);
  if (chain === undefined || !isChain(chain)) return chain;
  const { host } = one.visit;
  const [{ issuer, dnsNames = [] }] = chain;
  const names = caaNamesOf(issuer);
  const base = { host, issuer: organizationOf(issuer), ...(names ? { names } : {}) };
  const climbed = [host, ...parentsOf(host)].slice(0, MOST_NAMES);
  const answers = await Promise.all(climbed.map((name) => ask(dns(name, 'CAA'))));
  for (const [i, result] of answers.entries()) {
    const at = climbed[i];
    if (!result.seen) return result.because;
    const all = result.answer.records.map(({ data }) => data);
    if (all.length === 0 || at === undefined) continue;
    const of = (tag: string) => all.filter((record) => record.tag.toLowerCase() === tag);
    const wild = of('issuewild');
    const byWildcard = !dnsNames.includes(host) && dnsNames.some((name) => covers(name, host));
    return { ...base, at, records: byWildcard && wild.length > 0 ? wild : of('issue') };
  }
  return { ...base, records: [] };
}
