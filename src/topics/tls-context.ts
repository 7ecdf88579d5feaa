/*
 * What a fault of a mail server's certificate means depends on what senders were told to expect. On its own,
 * STARTTLS between mail servers is opportunistic: any certificate encrypts, and hardly a sender looks at it
 * (RFC 3207 §4.1). An MTA-STS policy makes a publicly trusted certificate with the host's name binding (RFC 8461
 * §4.2). TLSA records bind the server to a key, and then only what they name counts: with usage 3 neither names
 * nor dates (RFC 7672 §3.1.1), with usage 2 both, but no public authority. Where both exist senders check both;
 * success of one never excuses the other (RFC 8461 §2).
 */

import type { Name } from '../dns/name.ts';
import { topic } from '../engine/topic.ts';
import { type Blind, none, type Reading, whole } from '../facts/observation.ts';
import { matcherOf } from '../mail/mta-sts/policy.ts';
import { type DaneReading, dane } from './dane.ts';
import { mtaStsPolicy, type StsPolicyReading } from './mta-sts-policy.ts';
import { mx } from './mx.ts';

/** What senders expect of one mail server. */
export interface Expected {
  /** By a policy that names this host. */
  readonly sts: 'enforce' | 'testing' | 'none' | Blind;
  /** By validated TLSA records: of its own key, of its issuer's, both kinds, or none that can be used. */
  readonly dane: 'own' | 'issuer' | 'either' | 'unusable' | 'none' | Blind;
}

/** How binding something is for the senders of a host. `ignored`: they look at something else instead. */
export type Demand = 'binding' | 'testing' | 'free' | 'ignored' | Blind;

/** What senders are told to expect. */
export interface TlsContext {
  readonly policy: Reading<StsPolicyReading>;
  readonly tlsa: Reading<DaneReading>;
}

export const tlsContext = topic<TlsContext>('tls-context', async ({ read }) => {
  const [policy, records, tlsa] = await Promise.all([read(mtaStsPolicy), read(mx), read(dane)]);
  if (records.got !== 'whole') return none(records.because);
  return whole({ policy, tlsa });
});

/** What is expected of one mail server. */
export function expectedOf({ policy, tlsa }: TlsContext, host: Name): Expected {
  return { sts: byPolicy(policy, host), dane: byTlsa(tlsa, host) };
}

/** How binding a certificate that a public authority vouches for is. */
export function publicDemand({ sts, dane }: Expected): Demand {
  if (sts === 'enforce') return 'binding';
  if (typeof sts === 'object') return sts;
  if (sts === 'testing') return 'testing';
  if (typeof dane === 'object') return dane;
  return dane === 'none' || dane === 'unusable' ? 'free' : 'ignored';
}

/** How binding the right name and valid dates are. */
export function nameDemand(expected: Expected): Demand {
  const { sts, dane } = expected;
  return sts !== 'enforce' && dane === 'issuer' ? 'binding' : publicDemand(expected);
}

/** How binding TLS itself is, whatever the certificate. */
export function tlsDemand({ sts, dane }: Expected): Exclude<Demand, 'ignored'> {
  if (sts === 'enforce') return 'binding';
  if (typeof dane === 'object') return dane;
  if (dane !== 'none') return 'binding';
  return typeof sts === 'object' ? sts : sts === 'testing' ? 'testing' : 'free';
}

function byPolicy(reading: Reading<StsPolicyReading>, host: Name): Expected['sts'] {
  if (reading.got !== 'whole') return reading.because;
  const { policy } = reading.value;
  // A policy that cannot be had, or is not valid, is none to a sender that has no older one.
  if (!policy?.valid || policy.mode === undefined || policy.mode === 'none') return 'none';
  const isNamed = matcherOf(policy.mx.flatMap((line) => line.pattern ?? []));
  return isNamed(host) ? policy.mode : 'none';
}

function byTlsa(reading: Reading<DaneReading>, host: Name): Expected['dane'] {
  if (reading.got === 'none') return reading.because;
  const { mxAuthentic, hosts } = reading.value;
  if (!mxAuthentic) return 'none';
  const found = hosts.find((each) => each.host === host);
  if (found === undefined) return reading.got === 'part' ? reading.because : 'none';
  if (!found.authentic || found.records.length === 0) return 'none';
  const usages = new Set(found.usable.map(({ usage }) => usage));
  if (usages.size === 0) return 'unusable';
  return usages.size === 2 ? 'either' : usages.has(3) ? 'own' : 'issuer';
}
