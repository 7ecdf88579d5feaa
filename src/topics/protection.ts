/*
 * What protects mail on its way, mail server by mail server: whether it is encrypted at all, whether a policy or
 * TLSA records make senders insist on it, and whether the server keeps what these promise (RFC 8461 §4, RFC 7672
 * §2.2). A server that does not keep it gets no mail from careful senders, which is worse than no promise.
 */

import { type Name, ROOT } from '../dns/name.ts';
import { topic } from '../engine/topic.ts';
import { type Blind, none, whole } from '../facts/observation.ts';
import type { TlsVersion } from '../facts/smtp.ts';
import { nameMatch, pathOf } from '../mail/certificate/certificate.ts';
import { trustVerdict } from '../mail/certificate/trust.ts';
import { certificates, chainIn, inHand, isChain, type Shown } from './certificates.ts';
import { daneMatch } from './dane-match.ts';
import { mx } from './mx.ts';
import { type Opened, opened, smtp, type Visit } from './smtp.ts';
import { type Expected, expectedOf, tlsContext } from './tls-context.ts';

/** One mail server. */
export interface HostProtection extends Expected {
  readonly host: Name;
  /** In clear text, or TLS agreed on at every address; `shut`: nobody answers. */
  readonly encryption: 'clear' | 'fails' | 'tls' | 'shut' | Blind;
  readonly version?: TlsVersion;
  /** Whether what the policy promises is kept; undefined without one. */
  readonly policy?: 'kept' | PolicyFault | Blind;
  /** Whether the TLSA records match; undefined without usable ones. */
  readonly tlsa?: 'matches' | 'differs' | Blind;
}

/** Why a sender that honours an MTA-STS policy does not deliver. */
export type PolicyFault = 'starttls' | 'tls' | 'version' | 'dates' | 'name' | 'chain' | 'trust';

export const protection = topic<readonly HostProtection[]>('protection', async ({ scope, read }) => {
  const [records, seen, certified, context, matches] = await Promise.all([
    read(mx),
    read(smtp),
    read(certificates),
    read(tlsContext),
    read(daneMatch),
  ]);
  if (records.got !== 'whole') return none(records.because);
  if (context.got !== 'whole') return none(context.because);
  const all = opened(seen);
  const { shown } = inHand(certified);
  const servers = seen.got === 'none' ? [] : seen.value.servers;
  const hosts = [...new Set(records.value.hosts.map(({ exchange }) => exchange))].filter((h) => h !== ROOT);
  return whole(
    hosts.map((host): HostProtection => {
      const expected = expectedOf(context.value, host);
      const visits = all.visits.filter((visit) => visit.host === host);
      const server = servers.find((each) => each.host === host);
      const blind = all.missing ?? ({ reason: 'relay-failed' } as const);
      const base = { host, ...expected, ...encryptionOf(visits, server !== undefined, all) };
      const usable = ['own', 'issuer', 'either'].includes(
        typeof expected.dane === 'string' ? expected.dane : '',
      );
      const compared = matches.got === 'none' ? [] : matches.value.filter((one) => one.host.host === host);
      const tlsa: HostProtection['tlsa'] = !usable
        ? undefined
        : compared.some(({ authenticated }) => authenticated === false)
          ? 'differs'
          : compared.length > 0 &&
              compared.length === visits.length &&
              compared.every(({ authenticated }) => authenticated)
            ? 'matches'
            : matches.got === 'none'
              ? matches.because
              : blind;
      const bySts = expected.sts === 'enforce' || expected.sts === 'testing';
      const faults = visits.map((visit) =>
        policyFault(
          visit,
          shown.find((one) => one.visit === visit),
          scope.now,
        ),
      );
      const fault = faults.find((each): each is PolicyFault => typeof each === 'string');
      const hidden = faults.find((each): each is Blind => typeof each === 'object');
      const policy = bySts ? (fault ?? hidden ?? (visits.length > 0 ? ('kept' as const) : blind)) : undefined;
      return { ...base, ...(policy ? { policy } : {}), ...(tlsa ? { tlsa } : {}) };
    }),
  );
});

/** Why a sender that honours the policy does not deliver at an address; undefined when it does. */
export function policyFault(
  { host, starttls, starttlsReply, tls }: Visit,
  shown: Shown | undefined,
  now: number,
): PolicyFault | Blind | undefined {
  if (typeof starttls === 'object') return starttls;
  if (starttls === false || starttlsReply === 'no') return 'starttls';
  if (starttls === undefined) return { reason: 'turned-away' };
  if (tls === undefined) return { reason: 'timeout' };
  if ('reason' in tls) return tls;
  if (tls.state !== 'works') return 'tls';
  if (tls.newest !== 'TLSv1.2' && tls.newest !== 'TLSv1.3') return 'version';
  if (shown?.chain === 'unreadable') return 'trust';
  const chain = shown && chainIn(shown);
  if (chain === undefined) return { reason: 'relay-cannot' };
  if (!isChain(chain)) return chain;
  if (pathOf(chain).some(({ notBefore, notAfter }) => now < notBefore || now > notAfter)) return 'dates';
  if (nameMatch(chain[0], [host]) !== 'matches') return 'name';
  const verdict = trustVerdict(tls.trust?.chain, chain);
  if (verdict === undefined) return { reason: 'relay-cannot', detail: 'it gives no verdict on certificates' };
  if (verdict === 'trusted') return undefined;
  return verdict === 'incomplete' ? 'chain' : 'trust';
}

function encryptionOf(
  visits: readonly Visit[],
  asked: boolean,
  { missing }: Opened,
): Pick<HostProtection, 'encryption' | 'version'> {
  if (visits.some(({ starttls, starttlsReply }) => starttls === false || starttlsReply === 'no'))
    return { encryption: 'clear' };
  if (visits.some(({ tls }) => tls && 'state' in tls && tls.state !== 'works'))
    return { encryption: 'fails' };
  const hidden = visits.flatMap(({ tls, starttls }): Blind[] =>
    tls === undefined
      ? [typeof starttls === 'object' ? starttls : { reason: 'turned-away' }]
      : 'reason' in tls
        ? [tls]
        : [],
  );
  if (hidden[0]) return { encryption: hidden[0] };
  if (visits.length === 0)
    return { encryption: asked && !missing ? 'shut' : (missing ?? { reason: 'relay-failed' }) };
  const versions = visits.flatMap(({ tls }) => (tls && 'state' in tls ? (tls.newest ?? []) : []));
  const lowest = [...versions].sort()[0];
  return { encryption: 'tls', ...(lowest ? { version: lowest } : {}) };
}
