import { type Name, ROOT } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { mx } from '../../topics/mx.ts';

export const covers = ['mx-null-mixed'];

const nullMixed = rule({
  title: 'A null MX stands alone',
  why: 'A null MX tells senders that the domain takes no mail. Beside other mail servers it contradicts them, and some senders return the mail at once instead of delivering it.',
  bears: ['interception'],
  cites: [{ rfc: 7505, section: '3', level: 'MUST' }],
  reads: { mx },
  cases: {
    alone: { passes: true, says: 'The null MX is the only MX record.' },
    mixed: {
      severity: 'high',
      says: (d: { hosts: number }) =>
        `A null MX stands beside ${d.hosts === 1 ? 'another mail server' : `${d.hosts} other mail servers`}.`,
      fix: (d: { domain: Name; nulls: readonly number[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Delete the null MX record if the domain takes mail; delete the others if it takes none.',
        changes: d.nulls.map((preference) => ({
          op: 'delete',
          name: d.domain,
          type: 'MX',
          was: `${preference} .`,
        })),
      }),
    },
  },
  judge({ mx, scope }) {
    if (!mx.hasNull) return { is: 'not-applicable', because: 'The domain has no null MX.' };
    const others = mx.hosts.filter((host) => host.exchange !== ROOT);
    if (others.length === 0) return { is: 'alone' };
    const nulls = mx.hosts.filter((host) => host.exchange === ROOT).map((host) => host.preference);
    return { is: 'mixed', data: { hosts: others.length, domain: scope.domain, nulls } };
  },
});

export default nullMixed;

export const weighs = {
  high: 'Some senders return mail at once although servers are there.',
} satisfies Weights<typeof nullMixed>;

export const examples = [
  { name: 'only a null MX', zone: 'example.com MX 0 .', expect: 'alone' },
  { name: 'no null MX', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  {
    name: 'both',
    zone: `example.com MX 0 .
           example.com MX 10 mail.example.com
           mail.example.com A 192.0.2.1`,
    expect: 'mixed',
  },
  { name: 'MX not answered', zone: 'example.com MX !timeout', expect: 'unknown' },
] satisfies Examples<typeof nullMixed>;
