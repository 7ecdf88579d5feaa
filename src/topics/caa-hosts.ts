/*
 * Which CAA records bind the certificates that the domain's own servers show. Authorities climb from every name they
 * issue for (RFC 8659 §3), so each host has a climb of its own, and the lowest set that is not empty decides alone.
 * Asked only of hosts that showed a certificate of a public authority, and not of those that a known service runs:
 * it renews them without the owner.
 */

import type { Name } from '../dns/name.ts';
import { late, topic } from '../engine/topic.ts';
import { none, whole } from '../facts/observation.ts';
import type { CaaRecord } from './caa.ts';
import { certificates, inHand } from './certificates.ts';
import { mx } from './mx.ts';
import { runBy } from './smtp.ts';
import { submissionCertificates } from './submission.ts';

/** A host, the authority of its certificate, and what CAA says of it. */
export interface HostIssuer {
  readonly host: Name;
  /** The organization's name. */
  readonly issuer: string;
  /** The names by which it looks for itself; undefined where they are not known. */
  readonly names?: readonly string[];
  /** Where the set stands that decides; absent where there is none. */
  readonly at?: Name;
  /** Of that set, those that concern the certificate: `issuewild` for a wildcard where there is one, else `issue`. */
  readonly records: readonly CaaRecord[];
}

/** All hosts, or why there are none, as a sentence. */
export interface HostIssuers {
  readonly because?: string;
  readonly hosts: readonly HostIssuer[];
}

export const caaHosts = topic<HostIssuers>('caa-hosts', async ({ ask, read }) => {
  const [records, ...readings] = await Promise.all([
    read(mx),
    read(certificates),
    read(submissionCertificates),
  ]);
  if (records.got === 'none') return none(records.because);
  const { hosts } = records.value;
  if (hosts.length > 0 && hosts.every(({ exchange }) => runBy(exchange) !== undefined))
    return whole({ because: 'A mail service runs the servers and sees to their certificates.', hosts: [] });
  const seen = readings.map(inHand);
  const missing = seen.find((each) => each.missing)?.missing;
  const shown = seen
    .flatMap((each) => each.shown)
    .filter(
      ({ tls, visit }, i, all) =>
        tls.trust?.chain === 'trusted' &&
        runBy(visit.host) === undefined &&
        // Several addresses or ports with one certificate are one case.
        all.findIndex((other) => other.visit.host === visit.host && other.chain === all[i]?.chain) === i,
    );
  // The climb and the names of authorities are loaded only where a certificate is there.
  if (shown.length > 0) return (await late(() => import('./caa-climb.ts'))).climbAll(shown, missing, ask);
  if (missing) return none(missing);
  const because = 'No server of your own showed a certificate of a public authority.';
  return whole({ because: seen[0]?.because ?? because, hosts: [] });
});
