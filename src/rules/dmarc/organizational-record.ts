import type { Name } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { dmarc } from '../../topics/dmarc.ts';
import { recordQuestion } from '../../topics/dmarc-record.ts';
import { posture } from '../../topics/posture.ts';

export const covers = ['dmarc-org-record'];

const organizationalRecord = rule({
  title: 'The organization’s own domain has a DMARC record too',
  why: 'A record on a subdomain protects that subdomain. The domain it belongs to, and every other name below it, stays open to forgery.',
  bears: ['impersonation'],
  cites: [
    { rfc: 9989, section: '4.5' },
    { rfc: 9989, section: '5.1.4' },
    { rfc: 7489, section: '3.2' },
  ],
  reads: { dmarc, posture },
  partial: ['posture'],
  cases: {
    present: {
      passes: true,
      says: (d: { organizational: Name }) => `\`${d.organizational}\` has a record of its own.`,
    },
    missing: {
      severity: 'medium',
      says: (d: { organizational: Name }) =>
        `This subdomain has a DMARC record, but \`${d.organizational}\`, to which it belongs, has none.`,
      fix: (d: { organizational: Name; name: Name }) => ({
        stage: 'report',
        effort: 'minutes',
        text: `Publish a record at \`${d.name}\`, first one that only asks for reports.`,
        changes: [
          {
            op: 'add',
            name: d.name,
            type: 'TXT',
            value: `v=DMARC1; p=none; rua=mailto:dmarc-reports@${d.organizational}`,
          },
        ],
      }),
    },
  },
  judge({ dmarc, posture, scope }) {
    const organizational = dmarc.rfc7489.organizationalDomain;
    if (organizational === scope.domain)
      return { is: 'not-applicable', because: 'The domain is the organization’s own.' };
    if (dmarc.records.some(({ domain }) => domain === organizational))
      return { is: 'present', data: { organizational } };
    const question = recordQuestion(organizational);
    const own = [dmarc.rfc9989, dmarc.rfc7489].some(({ applied }) => applied?.relation === 'own');
    if (!own || question === undefined || dmarc.published.has(organizational))
      return { is: 'not-applicable', because: 'The domain has no DMARC record of its own.' };
    // The owner of a name without mail has shut it; the domain above is for another report.
    if (posture.got !== 'whole') return { is: 'unknown', because: posture.because };
    if (!posture.value.sends)
      return { is: 'not-applicable', because: 'The domain shows no sign of sending mail.' };
    return {
      is: 'missing',
      data: { organizational, name: question.name },
      rests: [question],
    };
  },
});

export default organizationalRecord;

export const weighs = {
  medium: 'This subdomain is protected; the better-known name above it is not.',
} satisfies Weights<typeof organizationalRecord>;

export const examples = [
  {
    name: 'both',
    domain: 'news.example.com',
    zone: `_dmarc.news.example.com TXT "v=DMARC1; p=reject"
           _dmarc.example.com TXT "v=DMARC1; p=reject"`,
    expect: 'present',
  },
  {
    name: 'only the subdomain',
    domain: 'news.example.com',
    zone: `news.example.com TXT "v=spf1 ip4:192.0.2.1 -all"
           _dmarc.news.example.com TXT "v=DMARC1; p=reject"`,
    expect: 'missing',
  },
  {
    name: 'a subdomain without mail',
    domain: 'news.example.com',
    zone: `news.example.com TXT "v=spf1 -all"
           news.example.com MX 0 .
           _dmarc.news.example.com TXT "v=DMARC1; p=reject"`,
    expect: 'not-applicable',
  },
  {
    name: 'neither',
    domain: 'news.example.com',
    zone: 'news.example.com A 192.0.2.1',
    expect: 'not-applicable',
  },
  {
    name: 'the domain itself',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=reject"',
    expect: 'not-applicable',
  },
  {
    name: 'no answer',
    domain: 'news.example.com',
    zone: '_dmarc.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof organizationalRecord>;
