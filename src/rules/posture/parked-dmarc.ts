import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { edited } from '../../mail/dmarc/mending.ts';
import { dmarc } from '../../topics/dmarc.ts';
import { dmarcRecord, type GoverningRecord, rewriting } from '../../topics/dmarc-record.ts';
import { posture } from '../../topics/posture.ts';

export const covers = ['park-dmarc'];

const parkedDmarc = rule({
  title: 'A domain without mail has all its mail rejected',
  why: 'Where no mail is real, nothing can be lost: `reject` keeps forgeries out of the junk folder, too.',
  bears: ['impersonation'],
  cites: [
    { rfc: 9989, section: '4.7' },
    { rfc: 7489, section: '6.3' },
  ],
  reads: { posture, dmarc, dmarcRecord },
  cases: {
    reject: { passes: true, says: 'DMARC has all mail in the domain’s name rejected.' },
    quarantine: {
      severity: 'medium',
      says: 'The domain has no mail, but DMARC only sends forgeries to the junk folder.',
      fix: (d: { governing: GoverningRecord }) =>
        rewriting(d.governing, edited(d.governing.record.text, { p: 'reject', sp: null, np: null }), {
          stage: 'enforce',
          effort: 'minutes',
          text: 'Set the policy to `reject`: no mail of yours can be lost.',
        }),
    },
  },
  judge({ posture, dmarc, dmarcRecord }) {
    if (posture.kind !== 'declared-no-mail')
      return { is: 'not-applicable', because: 'The domain does not say that it has no mail.' };
    const policies = [dmarc.rfc9989, dmarc.rfc7489].map(({ exact }) => exact.effective.policy);
    if (policies.every((policy) => policy === 'reject')) return { is: 'reject' };
    if (dmarcRecord === undefined || dmarcRecord.inherited)
      return { is: 'not-applicable', because: 'The domain has no DMARC record of its own to tighten.' };
    return policies.every((policy) => policy === 'quarantine')
      ? { is: 'quarantine', data: { governing: dmarcRecord } }
      : { is: 'not-applicable', because: 'The strength of the policy is judged by itself.' };
  },
});

export default parkedDmarc;

const NO_MAIL = 'example.com MX 0 .\nexample.com TXT "v=spf1 -all"\n';

export const weighs = {
  medium: 'Forgeries are junked and not refused, although no real mail could be lost.',
} satisfies Weights<typeof parkedDmarc>;

export const examples = [
  { name: 'reject', zone: `${NO_MAIL}_dmarc.example.com TXT "v=DMARC1; p=reject"`, expect: 'reject' },
  {
    name: 'quarantine',
    zone: `${NO_MAIL}_dmarc.example.com TXT "v=DMARC1; p=quarantine"`,
    expect: 'quarantine',
  },
  { name: 'none', zone: `${NO_MAIL}_dmarc.example.com TXT "v=DMARC1; p=none"`, expect: 'not-applicable' },
  { name: 'a mail domain', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  { name: 'not answered', zone: `${NO_MAIL}_dmarc.example.com TXT !timeout`, expect: 'unknown' },
] satisfies Examples<typeof parkedDmarc>;
