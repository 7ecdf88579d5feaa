import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { edited } from '../../mail/dmarc/mending.ts';
import { STRENGTH } from '../../mail/dmarc/policy.ts';
import { dmarc } from '../../topics/dmarc.ts';
import { dmarcRecord, excerptOf, type GoverningRecord, rewriting } from '../../topics/dmarc-record.ts';
import { wildcard } from '../../topics/wildcard.ts';

export const covers = ['dmarc-np'];

const inventedPolicy = rule({
  title: 'Invented subdomains are protected as well as the domain',
  why: 'A subdomain that does not exist costs a forger nothing to use, and no mail of yours ever comes from one.',
  bears: ['impersonation'],
  cites: [{ rfc: 9989, section: '4.7' }, { rfc: 9989, section: '3.2.13' }, { rfc: 9824 }],
  reads: { dmarc, dmarcRecord, wildcard },
  partial: ['wildcard'],
  cases: {
    covered: {
      passes: true,
      says: (d: { policy: string }) =>
        `Receivers that follow RFC 9989 are asked for \`${d.policy}\` on mail from subdomains that do not exist.`,
    },
    follows: { passes: true, says: 'Invented subdomains follow the policy of the domain.' },
    uncertain: {
      passes: true,
      says: (d: { np: string; sp: string }) =>
        `The record asks for \`${d.np}\` on invented subdomains. This zone answers for them as if they existed, so receivers may apply \`${d.sp}\`, the policy of subdomains, instead.`,
    },
    np: {
      severity: 'medium',
      says: (d: { np: string; p: string }) =>
        `The domain asks for \`${d.p}\`, but invented subdomains only for \`${d.np}\`.`,
      fix: (d: { governing: GoverningRecord; p: string }) =>
        rewriting(d.governing, edited(d.governing.record.text, { np: 'reject' }), {
          stage: 'enforce',
          effort: 'minutes',
          text: 'Publish `np=reject`: nothing of yours is lost by it. Older receivers read `sp` instead, so keep that strict too.',
        }),
    },
  },
  judge({ dmarc, dmarcRecord, wildcard }) {
    if (dmarcRecord === undefined)
      return { is: 'not-applicable', because: 'No DMARC record governs the domain.' };
    const { record, domain } = dmarcRecord;
    if (record.badPolicies.length > 0 || record.p === undefined)
      return { is: 'not-applicable', because: 'The record’s policy cannot be read.' };
    if (dmarc.rfc9989.organizationalDomain !== domain)
      return { is: 'not-applicable', because: 'Invented subdomains follow the record of the domain above.' };
    const { p, np } = record;
    const shows = excerptOf(
      dmarcRecord,
      record.settings.flatMap(({ name, tag }) => (name === 'np' && tag ? [tag] : [])),
    );
    if (np === undefined) {
      if (p === 'none') return { is: 'not-applicable', because: 'The domain itself asks for no action.' };
      if (record.sp !== undefined && STRENGTH[record.sp] < STRENGTH[p])
        return {
          is: 'not-applicable',
          because: 'Invented subdomains follow `sp`, which is weaker than `p`.',
        };
      return { is: 'follows', shows };
    }
    if (p === 'none' && np === 'none')
      return { is: 'not-applicable', because: 'The domain itself asks for no action.' };
    if (STRENGTH[np] < STRENGTH[p]) return { is: 'np', data: { governing: dmarcRecord, np, p }, shows };
    const sp = record.sp ?? p;
    if (STRENGTH[np] > STRENGTH[sp]) {
      if (wildcard.got !== 'whole') return { is: 'unknown', because: wildcard.because };
      if (wildcard.value.denial !== 'nxdomain') return { is: 'uncertain', data: { np, sp }, shows };
    }
    return { is: 'covered', data: { policy: np }, shows };
  },
});

export default inventedPolicy;

export const weighs = {
  medium: 'The domain itself is protected; a forger must use a name that readers may not know.',
} satisfies Weights<typeof inventedPolicy>;

export const examples = [
  {
    name: 'np=reject',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; np=reject; rua=mailto:a@example.com"',
    expect: 'covered',
  },
  { name: 'without np', zone: '_dmarc.example.com TXT "v=DMARC1; p=reject"', expect: 'follows' },
  {
    name: 'a zone that denies nothing',
    zone: `$COMPACT example.com
           example.com A 192.0.2.1
           _dmarc.example.com TXT "v=DMARC1; p=none; np=reject"`,
    expect: 'uncertain',
  },
  {
    name: 'np weaker',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=reject; np=none"',
    expect: 'np',
  },
  {
    name: 'sp weaker',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=reject; sp=none"',
    expect: 'not-applicable',
  },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'no answer', zone: '_dmarc.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof inventedPolicy>;
