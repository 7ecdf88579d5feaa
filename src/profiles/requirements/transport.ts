/*
 * What authorities ask about mail on its way to the domain. Everything about the servers themselves comes through a
 * relay; without one it is unknown.
 */

import { ROOT } from '../../dns/name.ts';
import { enumerated } from '../../engine/prose.ts';
import { gravest } from '../../engine/several.ts';
import type { Blind, Reading } from '../../facts/observation.ts';
import { suiteGrade } from '../../mail/tls/suite.ts';
import { caaHosts } from '../../topics/caa-hosts.ts';
import { boundBy, dane } from '../../topics/dane.ts';
import { daneMatch } from '../../topics/dane-match.ts';
import { dnssec } from '../../topics/dnssec.ts';
import { hosts } from '../../topics/hosts.ts';
import { inbound } from '../../topics/inbound.ts';
import { mtaStsPolicy } from '../../topics/mta-sts-policy.ts';
import { mx } from '../../topics/mx.ts';
import { opened, placesOf, type SmtpReading, smtp, type Tls, type Visit } from '../../topics/smtp.ts';
import { tlsRpt } from '../../topics/tls-rpt.ts';
import { type Held, requirement } from '../profile.ts';

/** STARTTLS everywhere. */
export const starttls = requirement(
  'smtp',
  'Every mail server offers STARTTLS',
  { smtp },
  ({ smtp }) => ofServers(smtp, 'do not offer it', ({ starttls }) => starttls),
  ['smtp'],
);

/** TLS 1.2 is spoken. */
export const tls12 = requirement(
  'tls',
  'Every mail server speaks TLS 1.2',
  { smtp },
  ({ smtp }) =>
    ofTls(smtp, 'do not', ({ newest, only13 }) => !only13 && (newest === 'TLSv1.2' || newest === 'TLSv1.3')),
  ['smtp'],
);

/** TLS 1.3 is spoken. */
export const tls13 = requirement(
  'tls',
  'Every mail server speaks TLS 1.3',
  { smtp },
  ({ smtp }) => ofTls(smtp, 'do not', ({ newest }) => newest === 'TLSv1.3'),
  ['smtp'],
);

/** Nothing older than 1.2. */
export const noOldTls = requirement(
  'tls',
  'Mail servers refuse TLS 1.1 and older',
  { smtp },
  ({ smtp }) => ofTls(smtp, 'take it', ({ old }) => (old === undefined ? NOT_TRIED : old === 'none')),
  ['smtp'],
);

/** SSL 3 is off; what is offered besides the newest of the old versions is not seen. */
export const noSsl = requirement(
  'tls',
  'Mail servers refuse SSL 3',
  { smtp },
  ({ smtp }) =>
    ofTls(smtp, 'take it', ({ old }) => (old === 'none' ? true : old === 'SSLv3' ? false : NOT_TRIED)),
  ['smtp'],
);

/** What the servers choose is not broken. */
export const noBrokenCiphers = requirement(
  'tls',
  'Mail servers do not encrypt with RC4 or 3DES',
  { smtp },
  ({ smtp }) =>
    ofTls(smtp, 'choose such a cipher', ({ shown }) =>
      suiteGrade(shown?.cipher ?? '') === 'broken'
        ? false
        : { reason: 'relay-cannot', detail: 'it sees what a server chooses, not what it would take' },
    ),
  ['smtp'],
);

/** The domain’s own answers. */
export const dnssecDomain = requirement(
  'dnssec',
  'The domain is signed with DNSSEC, and the signatures verify',
  { dnssec },
  ({ dnssec }) =>
    dnssec.bogus
      ? { unmet: 'The signatures do not verify.' }
      : dnssec.authentic
        ? 'met'
        : { unmet: 'The answers are not signed.' },
);

/** The addresses of the mail servers. */
export const dnssecServers = requirement(
  'dnssec',
  'The names of the mail servers are signed with DNSSEC',
  { inbound, mx, hosts },
  ({ inbound, mx, hosts }) => {
    if (!inbound.takes) return { away: inbound.because };
    if (!mx.hosts.some(({ exchange }) => exchange !== ROOT)) return { away: NO_SERVER };
    const unsigned = hosts.filter(({ authentic }) => !authentic).map(({ exchange }) => exchange);
    return unsigned.length === 0 ? 'met' : { unmet: `${enumerated(unsigned)}: not signed.` };
  },
);

/** TLSA records that bind every server. */
export const daneRecords = requirement(
  'dane',
  'Every mail server has TLSA records that senders can use',
  { inbound, mx, dane },
  ({ inbound, mx, dane }) => {
    if (!inbound.takes) return { away: inbound.because };
    const named = [...new Set(mx.hosts.map(({ exchange }) => exchange))].filter((name) => name !== ROOT);
    if (named.length === 0) return { away: NO_SERVER };
    const bound = boundBy(dane).filter(({ usable }) => usable.length > 0);
    const without = named.filter((name) => !bound.some(({ host }) => host === name));
    return without.length === 0 ? 'met' : { unmet: `${enumerated(without)}: none.` };
  },
);

/** They match. */
export const daneMatches = requirement(
  'dane',
  'The TLSA records match the certificates',
  { dane, daneMatch },
  ({ dane, daneMatch }) => {
    if (boundBy(dane).length === 0) return { away: NO_TLSA };
    if (daneMatch.got === 'none') return daneMatch.because;
    const wrong = daneMatch.value.filter(({ authenticated }) => authenticated === false);
    if (wrong.length > 0)
      return { unmet: `${enumerated([...new Set(wrong.map(({ host }) => host.host))])}: they do not.` };
    if (daneMatch.got === 'part') return daneMatch.because;
    return daneMatch.value.length > 0 && daneMatch.value.every(({ authenticated }) => authenticated)
      ? 'met'
      : NOT_TRIED;
  },
  ['daneMatch'],
);

/** The next key can be announced. */
export const daneRollover = requirement(
  'dane',
  'Every mail server has a second TLSA record for the next key',
  { dane },
  ({ dane }) => {
    const bound = boundBy(dane).filter(({ usable }) => usable.length > 0);
    if (bound.length === 0) return { away: NO_TLSA };
    const single = bound.filter(({ usable }) => usable.length === 1).map(({ host }) => host);
    return single.length === 0 ? 'met' : { unmet: `${enumerated(single)}: one record.` };
  },
);

/** A policy that binds. */
export const mtaStsEnforced = requirement(
  'mta-sts',
  'An MTA-STS policy is enforced',
  { inbound, mtaStsPolicy },
  ({ inbound, mtaStsPolicy: { announced, policy } }) => {
    if (!inbound.takes) return { away: inbound.because };
    if (!announced) return { unmet: 'No policy is announced.' };
    if (policy === undefined || !policy.valid) return { unmet: 'The policy cannot be used.' };
    return policy.mode === 'enforce' ? 'met' : { unmet: `The policy says \`${policy.mode ?? 'nothing'}\`.` };
  },
);

/** Somebody hears of failures. */
export const tlsReports = requirement(
  'tls-rpt',
  'Senders are told where to report failures of encryption (TLS-RPT)',
  { inbound, tlsRpt },
  ({ inbound, tlsRpt }) => {
    if (!inbound.takes) return { away: inbound.because };
    if (tlsRpt.record === undefined) return { unmet: 'No single record says so.' };
    return tlsRpt.record.uris.length > 0 ? 'met' : { unmet: 'The record names no address.' };
  },
);

/** IPv6 at every server. */
export const ipv6 = requirement(
  'mx',
  'Every mail server has an IPv6 address',
  { inbound, hosts },
  ({ inbound, hosts }) => {
    if (!inbound.takes) return { away: inbound.because };
    const named = hosts.filter(({ special }) => special !== 'null');
    if (named.length === 0) return { away: NO_SERVER };
    const without = named.filter(({ aaaa }) => aaaa.length === 0).map(({ exchange }) => exchange);
    return without.length === 0 ? 'met' : { unmet: `${enumerated(without)}: none.` };
  },
);

/** Somebody is named. */
export const caaRecords = requirement(
  'caa',
  'CAA records say who may issue certificates for the mail servers',
  { caaHosts },
  ({ caaHosts: { because, hosts } }) => {
    if (because !== undefined) return { away: because };
    const open = hosts.filter(({ records }) => records.length === 0).map(({ host }) => host);
    return open.length === 0 ? 'met' : { unmet: `${enumerated(open)}: nobody is named.` };
  },
);

const NOT_TRIED = { reason: 'relay-cannot' } as const;
const NO_SERVER = 'No MX record names a server.';
const NO_TLSA = 'No mail server has signed TLSA records.';

/** What holds of every open port; `lacks` says what those do that it does not hold of. */
function ofServers(
  reading: Reading<SmtpReading>,
  lacks: string,
  holds: (visit: Visit) => boolean | Blind | undefined,
): Held {
  const { because, visits, missing } = opened(reading);
  if (because !== undefined) return { away: because };
  const found = gravest(
    visits,
    ['no', 'yes'],
    (visit) => {
      const held = holds(visit);
      return held === true ? 'yes' : held === false ? 'no' : held;
    },
    missing,
  );
  if (found === undefined) return { away: 'No mail server came so far.' };
  if (found.is === 'unknown') return found.because;
  return found.is === 'yes' ? 'met' : { unmet: `${enumerated(placesOf(found.of, visits))}: they ${lacks}.` };
}

/** The same of those where TLS came about. */
function ofTls(reading: Reading<SmtpReading>, lacks: string, holds: (tls: Tls) => boolean | Blind): Held {
  return ofServers(reading, lacks, ({ tls }) => {
    if (tls === undefined || 'reason' in tls) return tls;
    return tls.state === 'works' ? holds(tls) : undefined;
  });
}
