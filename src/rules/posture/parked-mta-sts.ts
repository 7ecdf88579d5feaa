import type { Name } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { policyFile } from '../../mail/mta-sts/policy-file.ts';
import { mtaSts } from '../../topics/mta-sts.ts';
import { posture } from '../../topics/posture.ts';

export const covers = ['park-mta-sts-absent'];

const parkedMtaSts = rule({
  title: 'A domain without mail announces no transport policy',
  why: 'An MTA-STS policy says how to deliver mail to the domain. Where no mail is taken it is a leftover that somebody has to keep alive.',
  bears: ['interception'],
  cites: [{ rfc: 8461, section: '8.3' }],
  reads: { posture, mtaSts },
  cases: {
    absent: { passes: true, says: 'No MTA-STS policy is announced, and none is needed.' },
    announced: {
      severity: 'low',
      says: 'The domain takes no mail, and still announces an MTA-STS policy.',
      fix: (d: { domain: Name }) => ({
        stage: 'tidy',
        effort: 'days',
        text: 'Serve a policy with `mode: none` and a `max_age` of a day, and change the id in the record. When the longest `max_age` you ever served has passed, remove record and host.',
        file: policyFile(d.domain, { mode: 'none', mx: [], maxAge: 86400 }),
      }),
    },
  },
  judge({ posture, mtaSts, scope }) {
    if (posture.kind !== 'declared-no-mail')
      return { is: 'not-applicable', because: 'The domain does not say that it has no mail.' };
    return mtaSts.usable ? { is: 'announced', data: { domain: scope.domain } } : { is: 'absent' };
  },
});

export default parkedMtaSts;

const NO_MAIL = 'example.com MX 0 .\nexample.com TXT "v=spf1 -all"\n';

export const weighs = {
  low: 'No mail is taken that it could hold back; what is left is work for nothing.',
} satisfies Weights<typeof parkedMtaSts>;

export const examples = [
  { name: 'no policy', zone: NO_MAIL, expect: 'absent' },
  {
    name: 'a policy left behind',
    zone: `${NO_MAIL}_mta-sts.example.com TXT "v=STSv1; id=1"`,
    expect: 'announced',
  },
  { name: 'a mail domain', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  { name: 'not answered', zone: `${NO_MAIL}_mta-sts.example.com TXT !timeout`, expect: 'unknown' },
] satisfies Examples<typeof parkedMtaSts>;
