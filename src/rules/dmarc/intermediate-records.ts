import { isWithin, labelCount, type Name } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { dmarc } from '../../topics/dmarc.ts';

export const covers = ['dmarc-deep-name', 'dmarc-intermediate-record'];

const intermediateRecords = rule({
  title: 'No record is relied on where receivers pass it by',
  why: 'Receivers apply the record of the exact domain or of the organization. A record at a name between the two protects only that name, and very long names are not looked at on the way.',
  bears: ['impersonation'],
  cites: [
    { rfc: 9989, section: '4.10' },
    { rfc: 9989, section: '4.10.1' },
    { rfc: 9989, section: '5.1.8' },
  ],
  reads: { dmarc },
  cases: {
    between: {
      passes: true,
      says: (d: { names: readonly Name[] }) =>
        `${d.names.length === 1 ? 'A record stands' : 'Records stand'} in between, at ${d.names.map((name) => `\`${name}\``).join(', ')}. For this domain ${d.names.length === 1 ? 'it is' : 'they are'} not used.`,
    },
    'deep-name': {
      severity: 'low',
      says: (d: { skipped: Name }) =>
        `\`${d.skipped}\` has a record, but receivers skip names of eight or more labels on their way up, so it does not protect this domain.`,
      fix: (d: { name: Name; text: string }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: `Publish the record at \`${d.name}\` too, if this domain sends mail.`,
        changes: [{ op: 'add', name: d.name, type: 'TXT', value: d.text }],
      }),
    },
  },
  judge({ dmarc, scope }) {
    const applied = [dmarc.rfc9989.applied?.domain, dmarc.rfc7489.applied?.domain];
    const organizational = [dmarc.rfc9989.organizationalDomain, dmarc.rfc7489.organizationalDomain];
    const between = dmarc.records.filter(
      ({ domain }) =>
        domain !== scope.domain &&
        !applied.includes(domain) &&
        organizational.every((top) => domain !== top && isWithin(domain, top)),
    );
    const own = dmarc.records.some(({ domain }) => domain === scope.domain);
    const skipped = dmarc.records.find(
      ({ domain }) => domain !== scope.domain && labelCount(domain) >= 8 && !applied.includes(domain),
    );
    if (skipped && !own)
      return {
        is: 'deep-name',
        data: { skipped: skipped.domain, name: dmarc.name, text: skipped.text },
        shows: [{ name: skipped.domain, type: 'TXT', text: skipped.text }],
      };
    if (between.length === 0)
      return { is: 'not-applicable', because: 'No record stands between the domain and its organization.' };
    return {
      is: 'between',
      data: { names: between.map(({ domain }) => domain) },
      shows: between.map(({ domain, text }) => ({ name: domain, type: 'TXT', text })),
    };
  },
});

export default intermediateRecords;

export const weighs = {
  low: 'The policy that governs is another one, judged by itself; this record only misleads its reader.',
} satisfies Weights<typeof intermediateRecords>;

export const examples = [
  {
    name: 'one between',
    domain: 'a.news.example.com',
    zone: `_dmarc.news.example.com TXT "v=DMARC1; p=none; rua=mailto:a@example.com"
           _dmarc.example.com TXT "v=DMARC1; p=reject"
           a.news.example.com A 192.0.2.1`,
    expect: 'between',
  },
  {
    name: 'a deep name',
    domain: '1.2.3.4.5.6.7.example.com',
    zone: `_dmarc.2.3.4.5.6.7.example.com TXT "v=DMARC1; p=reject"
           _dmarc.example.com TXT "v=DMARC1; p=reject"
           1.2.3.4.5.6.7.example.com A 192.0.2.1`,
    expect: 'deep-name',
  },
  { name: 'none', zone: '_dmarc.example.com TXT "v=DMARC1; p=reject"', expect: 'not-applicable' },
  { name: 'no answer', zone: '_dmarc.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof intermediateRecords>;
