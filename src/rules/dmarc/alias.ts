import type { Name } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { dmarcHere, recordQuestion } from '../../topics/dmarc-record.ts';

export const covers = ['dmarc-cname'];

const alias = rule({
  title: 'An alias at `_dmarc` leads to a DMARC record',
  why: 'Whoever runs the name an alias leads to sets your policy and may have your reports sent to them. When it leads to nothing, the domain has no DMARC at all.',
  bears: ['impersonation'],
  cites: [
    { rfc: 1034, section: '3.6.2' },
    { rfc: 9989, section: '4.10' },
  ],
  reads: { dmarcHere },
  cases: {
    hosted: {
      passes: true,
      says: (d: { end: Name }) =>
        `The record stands at \`${d.end}\`, where an alias leads: whoever runs that name sets the policy.`,
    },
    dangling: {
      severity: 'high',
      says: (d: { end: Name }) =>
        `\`_dmarc\` is an alias of \`${d.end}\`, and no DMARC record stands there, so the domain has none.`,
      fix: (d: { domain: Name; name: Name; first: Name; end: Name }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: `If you still use the service behind \`${d.end}\`, have it publish your record. If not, delete the alias and publish a record of your own.`,
        changes: [
          { op: 'delete', name: d.name, type: 'CNAME', was: d.first },
          {
            op: 'add',
            name: d.name,
            type: 'TXT',
            value: `v=DMARC1; p=none; rua=mailto:dmarc-reports@${d.domain}`,
          },
        ],
      }),
    },
  },
  judge({ dmarcHere }) {
    const { chain, candidates, misread, name, domain } = dmarcHere;
    const [first, end] = [chain[0], chain.at(-1)];
    if (first === undefined || end === undefined)
      return { is: 'not-applicable', because: 'The name is no alias.' };
    if (candidates.length > 0 || misread.length > 0) return { is: 'hosted', data: { end } };
    const question = recordQuestion(domain);
    return {
      is: 'dangling',
      data: { domain, name, first, end },
      shows: [{ name, type: 'CNAME', text: first }],
      ...(question ? { rests: [question] } : {}),
    };
  },
});

export default alias;

export const weighs = {
  high: 'The domain has no policy at all, so forgeries are delivered.',
} satisfies Weights<typeof alias>;

export const examples = [
  {
    name: 'hosted',
    zone: `_dmarc.example.com CNAME example-com.dmarc.example.net
           example-com.dmarc.example.net TXT "v=DMARC1; p=reject; rua=mailto:a@example.net"
           example.com._report._dmarc.example.net TXT "v=DMARC1;"`,
    expect: 'hosted',
  },
  {
    name: 'the service is gone',
    zone: '_dmarc.example.com CNAME example-com.dmarc.example.net',
    expect: 'dangling',
  },
  { name: 'a record', zone: '_dmarc.example.com TXT "v=DMARC1; p=none"', expect: 'not-applicable' },
  { name: 'no answer', zone: '_dmarc.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof alias>;
