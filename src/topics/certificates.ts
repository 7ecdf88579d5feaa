/*
 * The certificates that mail servers showed on port 25, read. Reading them takes a library, which is loaded only
 * where a relay brought certificates; a report from DNS alone never loads it.
 */

import { late, topic } from '../engine/topic.ts';
import { type Blind, none, part, type Reading, whole } from '../facts/observation.ts';
import type { Certificate } from '../mail/certificate/certificate.ts';
import { suiteGrade } from '../mail/tls/suite.ts';
import { type Opened, opened, placesOf, type SmtpReading, smtp, type Tls, type Visit } from './smtp.ts';

/** A visit at which TLS came about, with the certificates sent. */
export interface Shown {
  readonly visit: Visit;
  readonly tls: Tls;
  /** The server's own first. Blind: the relay cannot show them. `unreadable`: the first is no certificate. */
  readonly chain: readonly [Certificate, ...Certificate[]] | 'unreadable' | Blind;
}

/** All certificates, with what keeps others from being seen. */
export interface Certificates extends Omit<Opened, 'visits'> {
  readonly shown: readonly Shown[];
}

export const certificates = topic<Certificates>('certificates', async ({ read }) =>
  certified(await read(smtp)),
);

/** What there is to judge, as rules want it. */
export function inHand(reading: Reading<Certificates>): Certificates {
  if (reading.got === 'none') return { shown: [], missing: reading.because };
  const { missing, ...rest } = reading.value;
  const blind = reading.got === 'part' ? reading.because : missing;
  return { ...rest, ...(blind ? { missing: blind } : {}) };
}

/** The certificates shown, or why there are none; undefined where what was sent is no certificate. */
export function chainIn({ chain }: Shown): readonly [Certificate, ...Certificate[]] | Blind | undefined {
  return typeof chain === 'string' ? undefined : chain;
}

/** Whether certificates are in hand. */
export function isChain(
  chain: readonly [Certificate, ...Certificate[]] | Blind,
): chain is readonly [Certificate, ...Certificate[]] {
  return 'length' in chain;
}

/** Hosts as parts of a sentence, as for visits. */
export function placesShown(some: readonly Shown[], all: readonly Shown[]): readonly string[] {
  return placesOf(
    some.map(({ visit }) => visit),
    all.map(({ visit }) => visit),
  );
}

/** Reads the certificates of what was visited. */
export async function certified(servers: Reading<SmtpReading>): Promise<Reading<Certificates>> {
  if (servers.got === 'none') return none(servers.because);
  const { visits, missing, because } = opened(servers);
  const secured = visits.flatMap((visit) => {
    const { tls } = visit;
    // A suite without authentication shows no certificate.
    const silent = tls && 'state' in tls && suiteGrade(tls.shown?.cipher ?? '') === 'open';
    return tls && 'state' in tls && tls.state === 'works' && !silent ? [{ visit, tls }] : [];
  });
  const sent = secured.flatMap(({ tls }) => tls.shown?.chain ?? []);
  const octets = sent.some((each) => typeof each === 'string');
  const [read, certificateOf] = await Promise.all([
    octets
      ? late(() => import('../mail/certificate/read.ts')).then((file) => file.readCertificate)
      : undefined,
    sent.some((each) => typeof each !== 'string')
      ? late(() => import('./certificate-summary.ts')).then((file) => file.certificateOf)
      : undefined,
  ]);
  const known = new Map<string, Certificate | undefined>();
  const shown = secured.map(({ visit, tls }): Shown => {
    const chain = tls.shown?.chain;
    if (chain === undefined)
      return {
        visit,
        tls,
        chain: {
          reason: 'relay-cannot',
          detail: 'it does not see certificates of servers that speak only TLS 1.3',
        },
      };
    const certificates = chain.map((each) => {
      const key = typeof each === 'string' ? each : JSON.stringify(each);
      if (!known.has(key)) known.set(key, typeof each === 'string' ? read?.(each) : certificateOf?.(each));
      return known.get(key);
    });
    const [first, ...rest] = certificates;
    if (first === undefined) return { visit, tls, chain: 'unreadable' };
    return { visit, tls, chain: [first, ...rest.filter((each) => each !== undefined)] };
  });
  const value = { ...(because === undefined ? {} : { because }), shown };
  const blind = missing ?? visits.flatMap(({ tls }) => (tls && 'reason' in tls ? [tls] : []))[0];
  return blind ? part(value, blind) : whole(value);
}
