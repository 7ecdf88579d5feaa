/*
 * The certificates that mail servers showed on port 25, read. Reading them takes a library, which is loaded only
 * where a relay brought certificates; a report from DNS alone never loads it.
 */

import { topic } from '../engine/topic.ts';
import { type Blind, none, part, type Reading, whole } from '../facts/observation.ts';
import type { Certificate } from '../mail/certificate/certificate.ts';
import { type Opened, opened, type SmtpReading, smtp, type Tls, type Visit } from './smtp.ts';

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

/** Reads the certificates of what was visited. */
export async function certified(servers: Reading<SmtpReading>): Promise<Reading<Certificates>> {
  if (servers.got === 'none') return none(servers.because);
  const { visits, missing, because } = opened(servers);
  const secured = visits.flatMap((visit) => {
    const { tls } = visit;
    return tls && 'state' in tls && tls.state === 'works' ? [{ visit, tls }] : [];
  });
  const sent = secured.some(({ tls }) => tls.shown?.chain !== undefined);
  const read = sent ? (await import('../mail/certificate/read.ts')).readCertificate : undefined;
  const known = new Map<string, Certificate | undefined>();
  const shown = secured.map(({ visit, tls }): Shown => {
    const chain = tls.shown?.chain;
    if (chain === undefined || read === undefined)
      return {
        visit,
        tls,
        chain: {
          reason: 'relay-cannot',
          detail: 'it does not see certificates of servers that speak only TLS 1.3',
        },
      };
    const certificates = chain.map((text) => {
      if (!known.has(text)) known.set(text, read(text));
      return known.get(text);
    });
    const [first, ...rest] = certificates;
    if (first === undefined) return { visit, tls, chain: 'unreadable' };
    return { visit, tls, chain: [first, ...rest.filter((each) => each !== undefined)] };
  });
  const value = { ...(because === undefined ? {} : { because }), shown };
  const blind = missing ?? visits.flatMap(({ tls }) => (tls && 'reason' in tls ? [tls] : []))[0];
  return blind ? part(value, blind) : whole(value);
}
