import { type Name, ROOT } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { mx } from '../../topics/mx.ts';

export const covers = ['mx-null-valid'];

const nullForm = rule({
  title: 'A null MX has preference 0',
  why: 'Senders recognise a domain that takes no mail by the exact record `0 .`. Some compare it as a whole and take any other number for a mail server with an empty name.',
  bears: ['interception'],
  cites: [{ rfc: 7505, section: '3', level: 'MUST' }],
  reads: { mx },
  cases: {
    exact: { passes: true, says: 'The null MX is written `0 .`, as the standard has it.' },
    preference: {
      severity: 'low',
      says: (d: { preference: number }) => `The null MX is written \`${d.preference} .\` instead of \`0 .\`.`,
      fix: (d: { domain: Name; preference: number }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: 'Set the preference of the null MX to 0.',
        changes: [{ op: 'replace', name: d.domain, type: 'MX', was: `${d.preference} .`, value: '0 .' }],
      }),
    },
  },
  judge({ mx, scope }) {
    const [only, other] = mx.hosts;
    if (!mx.hasNull) return { is: 'not-applicable', because: 'The domain has no null MX.' };
    if (other || only?.exchange !== ROOT)
      return { is: 'not-applicable', because: 'The null MX does not stand alone.' };
    if (only.preference === 0) return { is: 'exact' };
    return { is: 'preference', data: { domain: scope.domain, preference: only.preference } };
  },
});

export default nullForm;

export const weighs = {
  low: 'Most senders take it for what it is.',
} satisfies Weights<typeof nullForm>;

export const examples = [
  { name: 'as it should be', zone: 'example.com MX 0 .', expect: 'exact' },
  { name: 'another preference', zone: 'example.com MX 10 .', expect: 'preference' },
  { name: 'no null MX', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  {
    name: 'beside a mail server',
    zone: 'example.com MX 10 .\nexample.com MX 20 mail.example.com',
    expect: 'not-applicable',
  },
  { name: 'not answered', zone: 'example.com MX !timeout', expect: 'unknown' },
] satisfies Examples<typeof nullForm>;
