/*
 * What authorities ask about mail in the domain's name. Receivers of both generations of DMARC are looked at, and
 * the weaker reading counts: an authority that asks for `reject` means all of them.
 */

import { isOwn } from '../../mail/dkim/correction.ts';
import { monthsSince } from '../../mail/dkim/selector-date.ts';
import { dkim, keysOf } from '../../topics/dkim.ts';
import { type DmarcReading, dmarc } from '../../topics/dmarc.ts';
import { mx } from '../../topics/mx.ts';
import { posture } from '../../topics/posture.ts';
import { spf } from '../../topics/spf.ts';
import { type Held, requirement } from '../profile.ts';

const SILENT = 'The domain sends no mail.';
const NO_SPF = 'There is no SPF record.';

/** One SPF record that receivers can use. */
export const spfPublished = requirement(
  'spf',
  'The domain has an SPF record that works',
  { spf },
  ({ spf }) => {
    if (spf.candidates.length === 0) return { unmet: NO_SPF };
    if (spf.candidates.length > 1) return { unmet: 'There are several SPF records.' };
    return spf.stranger.v4 === 'permerror' || spf.stranger.v6 === 'permerror'
      ? { unmet: 'Receivers end with an error.' }
      : 'met';
  },
);

/** Strangers fail, hard or soft. */
export const spfFails = requirement(
  'spf',
  'SPF fails servers that are not yours (`-all` or `~all`)',
  { spf },
  ({ spf }) => {
    if (spf.candidates.length === 0) return { unmet: NO_SPF };
    const results = [spf.stranger.v4, spf.stranger.v6];
    const other = results.find((result) => result !== 'fail' && result !== 'softfail');
    return other === undefined ? 'met' : { unmet: `For them SPF comes to \`${other}\`.` };
  },
);

/** `~all`, and DMARC to decide. */
export const spfSoftfail = requirement(
  'spf',
  'SPF ends in `~all` and leaves the decision to DMARC',
  { posture, spf, dmarc },
  ({ posture, spf, dmarc }) => {
    if (!posture.sends) return { away: SILENT };
    if (spf.candidates.length === 0) return { unmet: NO_SPF };
    const results = [spf.stranger.v4, spf.stranger.v6];
    const other = results.find((result) => result !== 'softfail');
    if (other !== undefined) return { unmet: `For servers that are not yours SPF comes to \`${other}\`.` };
    return applies(dmarc) ? 'met' : { unmet: 'There is no DMARC record to decide.' };
  },
);

/** At least one key. */
export const dkimKey = requirement(
  'dkim',
  'Mail can be signed with DKIM',
  { posture, dkim },
  ({ posture, dkim }) => {
    if (!posture.sends) return { away: SILENT };
    if (dkim.got === 'none') return dkim.because;
    if (dkim.value.live > 0) return 'met';
    if (dkim.got === 'part') return dkim.because;
    return dkim.value.absence === 'proven' ? { unmet: 'There is no DKIM key.' } : UNPROVEN;
  },
  ['dkim'],
);

/** No key is short. */
export const dkimLongKeys = requirement(
  'dkim',
  'RSA keys for DKIM have 2048 bits or more',
  { posture, dkim },
  ({ posture, dkim }) => {
    if (!posture.sends) return { away: SILENT };
    const { keys, missing } = keysOf(dkim);
    const short = keys.find(({ record }) => record.key?.kind === 'rsa' && record.key.bits < 2048);
    if (short) return { unmet: `The key under \`${short.selector}\` is shorter.` };
    if (missing) return missing;
    return keys.some(({ record }) => record.state === 'live') ? 'met' : UNPROVEN;
  },
  ['dkim'],
);

/** Changed within a year, as far as the names of selectors tell. */
export const dkimRotation = requirement(
  'dkim',
  'DKIM keys are changed from time to time',
  { posture, dkim },
  ({ posture, dkim, scope }) => {
    if (!posture.sends) return { away: SILENT };
    const ages = dkim.keys
      .filter((key) => key.record.state === 'live' && !key.wildcard && isOwn(key, scope.domain))
      .flatMap(({ selector }) => monthsSince(selector, scope.now) ?? []);
    if (ages.length === 0) return { reason: 'not-provable', detail: 'no name of a key says how old it is' };
    const oldest = Math.max(...ages);
    return oldest > 12 ? { unmet: `By its name, a key is ${oldest} months old.` } : 'met';
  },
);

/** Any DMARC record governs. */
export const dmarcApplies = requirement(
  'dmarc',
  'A DMARC record governs mail in the domain’s name',
  { dmarc },
  ({ dmarc }) => (applies(dmarc) ? 'met' : { unmet: NO_DMARC }),
);

/** The registered domain has one. */
export const dmarcAtOrganization = requirement(
  'dmarc',
  'The registered domain has a DMARC record of its own',
  { dmarc },
  ({ dmarc }) => {
    const { organizationalDomain } = dmarc.rfc9989;
    return dmarc.records.some(({ domain }) => domain === organizationalDomain)
      ? 'met'
      : { unmet: `There is none at \`_dmarc.${organizationalDomain}\`.` };
  },
);

/** Quarantine or reject. */
export const dmarcEnforced = requirement(
  'dmarc',
  'DMARC has forgeries quarantined or rejected',
  { dmarc },
  ({ dmarc }) => policyIn(dmarc, ['exact'], ['quarantine', 'reject']),
);

/** Reject, for the domain and what exists below it. */
export const dmarcReject = requirement(
  'dmarc',
  'DMARC has forgeries rejected, for subdomains too',
  { dmarc },
  ({ dmarc }) => policyIn(dmarc, ['exact', 'existing'], ['reject']),
);

const FEDERAL = 'reports@dmarc.cyber.dhs.gov';

/** Reports to the federal address, asked of those who may use it. */
export const dmarcFederalReports = requirement(
  'dmarc',
  `DMARC reports of federal agencies go to \`${FEDERAL}\` as well`,
  { dmarc },
  ({ dmarc, scope }) => {
    if (!scope.domain.endsWith('.gov'))
      return { away: 'This is asked of federal agencies of the United States.' };
    const record = dmarc.rfc9989.applied?.record;
    if (!record) return { unmet: NO_DMARC };
    return record.rua.some(({ address }) => address?.toLowerCase() === FEDERAL)
      ? 'met'
      : { unmet: 'They do not go there. States and towns are not asked for it.' };
  },
);

/** A domain without mail says so by everything there is. */
export const parkedLocked = requirement(
  'posture',
  'A domain without mail is closed: SPF `-all`, DMARC `reject`, null MX',
  { posture, spf, dmarc, mx },
  ({ posture, spf, dmarc, mx }) => {
    if (posture.sends || posture.receives) return { away: 'The domain has mail.' };
    if (spf.stranger.v4 !== 'fail' || spf.sends) return { unmet: 'SPF does not fail every server.' };
    if (!mx.hasNull) return { unmet: 'There is no null MX.' };
    return policyIn(dmarc, ['exact'], ['reject']);
  },
);

const UNPROVEN = { reason: 'not-provable', detail: 'no DKIM key stands at the usual selectors' } as const;
const NO_DMARC = 'There is no DMARC record.';

function applies({ rfc9989, rfc7489 }: DmarcReading): boolean {
  return [rfc9989, rfc7489].every(({ exact }) => exact.effective.policy !== 'not-applied');
}

function policyIn(
  { rfc9989, rfc7489 }: DmarcReading,
  whose: readonly ('exact' | 'existing')[],
  wanted: readonly string[],
): Held {
  const policies = [rfc9989, rfc7489].flatMap((reach) => whose.map((who) => reach[who].effective.policy));
  const other = policies.find((policy) => !wanted.includes(policy));
  if (other === undefined) return 'met';
  return { unmet: other === 'not-applied' ? NO_DMARC : `What receivers act on is \`${other}\`.` };
}
