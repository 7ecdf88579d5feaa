import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { edited } from '../../mail/dmarc/mending.ts';
import { STRENGTH } from '../../mail/dmarc/policy.ts';
import { isValidAddress } from '../../mail/dmarc/record.ts';
import { dmarc } from '../../topics/dmarc.ts';
import { dmarcRecord, excerptOf, type GoverningRecord, rewriting } from '../../topics/dmarc-record.ts';
import { posture } from '../../topics/posture.ts';

export const covers = ['dmarc-policy', 'dmarc-policy-quarantine'];

const policyStrength = rule({
  title: 'Receivers are asked to act on mail that is not yours',
  why: 'With `p=none` receivers see that a message is forged and deliver it all the same. Only `quarantine` or `reject` keeps it from the reader.',
  bears: ['impersonation'],
  cites: [
    { rfc: 9989, section: '4.7' },
    { rfc: 9989, section: '3.2.9' },
    { rfc: 7489, section: '6.3' },
  ],
  reads: { dmarc, dmarcRecord, posture },
  partial: ['posture'],
  cases: {
    reject: { passes: true, says: 'Receivers are asked to reject mail that fails.' },
    quarantine: {
      passes: true,
      says: 'Receivers are asked to treat mail that fails as suspicious, which usually means the junk folder. `reject` would be the strongest signal.',
    },
    monitoring: {
      severity: 'high',
      says: 'The DMARC policy is `none`: receivers report forgeries to you and deliver them.',
      fix: (d: { governing: GoverningRecord; silent: boolean }) =>
        stricter(
          d,
          'Read the reports of at least two weeks. When everything that is yours passes, publish `p=quarantine`, and `p=reject` some weeks later.',
        ),
    },
    none: {
      severity: 'high',
      says: 'The DMARC policy is `none` and nobody receives reports, so the record does nothing: forgeries are delivered and you never hear of them.',
      fix: (d: { governing: GoverningRecord; silent: boolean }) =>
        d.silent
          ? stricter(d, '')
          : later(
              'First ask for reports with `rua`. When everything that is yours passes for two weeks, publish `p=quarantine`, and `p=reject` some weeks later.',
            ),
    },
  },
  judge({ dmarc, dmarcRecord, posture }) {
    const stances = [dmarc.rfc9989.exact, dmarc.rfc7489.exact];
    if (dmarcRecord === undefined || stances.some((stance) => stance.stated === 'not-applied'))
      return { is: 'not-applicable', because: 'No DMARC policy governs the domain for all receivers.' };
    if (stances.some((stance) => stance.by === 'fallback'))
      return { is: 'not-applicable', because: 'The record’s policy cannot be read.' };
    const { record } = dmarcRecord;
    const weakest = Math.min(...stances.map((stance) => STRENGTH[stance.stated]));
    const shows = excerptOf(
      dmarcRecord,
      record.settings.flatMap(({ name, tag }) => (name === 'p' && tag ? [tag] : [])),
    );
    if (weakest > 0) return { is: weakest === 2 ? 'reject' : 'quarantine', shows };
    if (stances.some((stance) => stance.by === 'sp' || stance.by === 'np') && record.p !== 'none')
      return { is: 'not-applicable', because: 'The policy for subdomains decides here.' };
    return {
      is: record.rua.some(isValidAddress) ? 'monitoring' : 'none',
      data: {
        governing: dmarcRecord,
        silent: posture.got === 'whole' && posture.value.kind === 'declared-no-mail',
      },
      shows,
    };
  },
});

export default policyStrength;

/** Without reports nobody knows yet what a stricter policy would stop, so none is proposed. */
function later(text: string): Fix {
  return { stage: 'enforce', effort: 'days', text };
}

/** A stricter record: at once where no mail can be lost, else by steps. No weaker word for subdomains stays. */
function stricter({ governing, silent }: { governing: GoverningRecord; silent: boolean }, text: string): Fix {
  const { record } = governing;
  const value = edited(record.text, {
    p: silent ? 'reject' : 'quarantine',
    ...(silent || record.sp === 'none' ? { sp: null } : {}),
    ...(silent || record.np === 'none' ? { np: null } : {}),
  });
  return rewriting(governing, value, {
    stage: 'enforce',
    effort: silent ? 'minutes' : 'days',
    text: silent ? 'The domain sends no mail, so nothing can be lost: publish `p=reject`.' : text,
  });
}

export const weighs = {
  high: 'Receivers deliver forgeries although they recognise them.',
} satisfies Weights<typeof policyStrength>;

export const examples = [
  { name: 'reject', zone: '_dmarc.example.com TXT "v=DMARC1; p=reject"', expect: 'reject' },
  { name: 'quarantine', zone: '_dmarc.example.com TXT "v=DMARC1; p=quarantine"', expect: 'quarantine' },
  {
    name: 'none with reports',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; rua=mailto:a@example.com"',
    expect: 'monitoring',
  },
  {
    name: 'none without reports',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; sp=none"',
    expect: 'none',
  },
  {
    name: 'none on a domain without mail',
    zone: `example.com MX 0 .
           example.com TXT "v=spf1 -all"
           _dmarc.example.com TXT "v=DMARC1; p=none; sp=none"`,
    expect: 'none',
  },
  {
    name: 'a subdomain under none',
    domain: 'news.example.com',
    zone: `_dmarc.example.com TXT "v=DMARC1; p=none"
           news.example.com A 192.0.2.1`,
    expect: 'none',
  },
  {
    name: 'a subdomain left open by sp',
    domain: 'news.example.com',
    zone: `_dmarc.example.com TXT "v=DMARC1; p=reject; sp=none"
           news.example.com A 192.0.2.1`,
    expect: 'not-applicable',
  },
  { name: 'unreadable', zone: '_dmarc.example.com TXT "v=DMARC1; p=x"', expect: 'not-applicable' },
  { name: 'no answer', zone: '_dmarc.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof policyStrength>;
