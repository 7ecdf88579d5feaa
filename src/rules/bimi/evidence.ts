import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { bimi } from '../../topics/bimi.ts';

export const covers = ['bimi-evidence'];

const evidence = rule({
  title: 'The BIMI record names a mark certificate',
  why: 'Gmail and Apple show a logo only with a certificate that proves it is yours. Such a certificate costs money every year, so to do without is a choice and no fault.',
  bears: ['acceptance'],
  cites: [
    {
      document: 'Brand Indicators for Message Identification (Internet-Draft)',
      href: 'https://datatracker.ietf.org/doc/draft-brand-indicators-for-message-identification/',
    },
  ],
  reads: { bimi },
  cases: {
    named: {
      passes: true,
      says: 'The record names a mark certificate. Whether it is valid cannot be seen in DNS.',
    },
    absent: {
      severity: 'info',
      says: 'The record names no mark certificate, so Gmail and Apple show no logo. Some smaller providers do.',
      fix: {
        stage: 'tidy',
        effort: 'days',
        text: 'Order a verified or common mark certificate from an authority that issues them and name its file with `a=`, or leave things as they are if those providers do not matter to you.',
      },
    },
    address: {
      severity: 'low',
      says: 'The address of the mark certificate is not one that is fetched: it must begin with `https://` and a host name.',
      fix: {
        stage: 'tidy',
        effort: 'minutes',
        text: 'Write the full `https://` address of the certificate file in `a=`.',
      },
    },
  },
  judge({ bimi }) {
    const { record, name } = bimi;
    if (record === undefined || name === undefined || !record.wellFormed)
      return { is: 'not-applicable', because: 'There is no readable BIMI record.' };
    if (record.declines) return { is: 'not-applicable', because: 'The domain wants no logo shown.' };
    if (!record.location) return { is: 'not-applicable', because: 'The record names no logo.' };
    const fault = record.faults.find((f) => f.kind === 'bad-evidence');
    const shows = [
      { name, type: 'TXT', text: record.text, marks: fault ? [[fault.from, fault.to] as const] : [] },
    ] as const;
    if (fault) return { is: 'address', shows };
    return { is: record.evidence ? 'named' : 'absent', shows };
  },
});

export default evidence;

const zone = (tags: string) => `default._bimi.example.com TXT "v=BIMI1; ${tags}"`;

export const weighs = {
  low: 'Only a picture is missing, and only at some providers.',
} satisfies Weights<typeof evidence>;

export const examples = [
  {
    name: 'named',
    zone: zone('l=https://example.com/logo.svg; a=https://example.com/mark.pem'),
    expect: 'named',
  },
  { name: 'absent', zone: zone('l=https://example.com/logo.svg'), expect: 'absent' },
  { name: 'empty', zone: zone('l=https://example.com/logo.svg; a='), expect: 'absent' },
  { name: 'no scheme', zone: zone('l=https://example.com/logo.svg; a=self'), expect: 'address' },
  { name: 'no logo', zone: zone('a=https://example.com/mark.pem'), expect: 'not-applicable' },
  { name: 'declined', zone: zone('l=; a=;'), expect: 'not-applicable' },
  { name: 'none', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'not answered', zone: 'default._bimi.example.com TXT !servfail', expect: 'unknown' },
] satisfies Examples<typeof evidence>;
