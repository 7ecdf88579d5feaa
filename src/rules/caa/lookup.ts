import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { caa } from '../../topics/caa.ts';

export const covers = ['caa-lookup'];

const lookup = rule({
  title: 'The question for CAA records is answered',
  why: 'Certificate authorities must ask for CAA before they issue, and must not issue where signatures do not verify. Certificates of your mail servers and web sites then cannot be renewed.',
  bears: ['interception'],
  cites: [
    { rfc: 8659, section: '6.4' },
    { rfc: 8659, section: '3', level: 'MUST' },
  ],
  reads: { caa },
  cases: {
    answered: { passes: true, says: 'The question for CAA records is answered.' },
    bogus: {
      severity: 'high',
      says: 'CAA records are there, but resolvers that check signatures refuse them: authorities must not issue certificates.',
      fix: {
        stage: 'mend',
        effort: 'provider',
        text: 'Ask your DNS host to sign the zone again; the question for CAA fails while others are answered.',
      },
    },
    failing: {
      severity: 'medium',
      says: 'The name servers answer the question for MX records, but not the one for CAA: authorities may refuse to issue certificates.',
      fix: {
        stage: 'mend',
        effort: 'provider',
        text: 'Ask your DNS host to have its servers answer for type 257 (CAA), with no data if there is none.',
      },
    },
  },
  judge({ caa }) {
    if (!caa.fails) return { is: 'answered' };
    return { is: caa.fails.how };
  },
});

export default lookup;

export const weighs = {
  high: 'Every authority must refuse, so the next renewal fails, and mail with it where a policy is enforced.',
  medium: 'Some authorities refuse and others try again, so renewals may fail.',
} satisfies Weights<typeof lookup>;

export const examples = [
  { name: 'no CAA', zone: 'example.com MX 10 mail.example.com', expect: 'answered' },
  { name: 'a CAA record', zone: 'example.com CAA 0 issue "ca.example"', expect: 'answered' },
  {
    name: 'signatures that do not verify',
    zone: 'example.com MX 10 mail.example.com\nexample.com CAA 0 issue "ca.example"\nexample.com CAA !bogus',
    expect: 'bogus',
  },
  {
    name: 'servers that do not know the type',
    zone: 'example.com MX 10 mail.example.com\nexample.com CAA !servfail',
    expect: 'failing',
  },
  { name: 'servers that answer nothing', zone: 'example.com * !servfail', expect: 'unknown' },
  { name: 'no answer', zone: 'example.com CAA !timeout', expect: 'unknown' },
] satisfies Examples<typeof lookup>;
