import { those } from '../../engine/agreement.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { dane } from '../../topics/dane.ts';

export const covers = ['dane-present'];

const coverage = rule({
  title: 'TLSA records cover every mail server or none',
  why: 'Where only some servers have TLSA records, somebody who interferes blocks those and has mail go to the others unprotected.',
  bears: ['interception'],
  cites: [{ rfc: 7672, section: '2.2.1' }],
  reads: { dane },
  cases: {
    every: { passes: true, says: 'Every mail server has signed TLSA records.' },
    some: {
      severity: 'medium',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'has no')} signed TLSA record while other mail servers do.`,
      fix: {
        stage: 'transport',
        effort: 'hour',
        text: 'Publish TLSA records for the remaining servers, too, in signed zones, or take those servers out of the MX records.',
      },
    },
    none: {
      passes: true,
      says: 'No mail server has TLSA records. DANE is not used, which is a choice.',
    },
  },
  judge({ dane }) {
    if (dane.because !== undefined) return { is: 'not-applicable', because: dane.because };
    if (!dane.mxAuthentic)
      return { is: 'not-applicable', because: 'The answer that names your mail servers is not signed.' };
    // A look-up that fails validation keeps senders away altogether, and is judged by itself.
    const sound = dane.hosts.filter(({ broken }) => !broken);
    const bare = sound.filter(({ authentic, records }) => !authentic || records.length === 0);
    if (bare.length === 0)
      return sound.length > 0
        ? { is: 'every' }
        : { is: 'not-applicable', because: 'No TLSA look-up succeeded.' };
    if (bare.length === dane.hosts.length) return { is: 'none' };
    return { is: 'some', data: { hosts: bare.map(({ host }) => host) } };
  },
});

export default coverage;

const TWO =
  'example.com MX 10 mx.example.com\nexample.com MX 20 mx2.example.com\nmx.example.com A 192.0.2.25\nmx2.example.com A 192.0.2.26\n$SIGNED example.com\n';
const TLSA = `TLSA 3 1 1 ${'ab'.repeat(32)}\n`;

export const weighs = {
  medium: 'The servers with records are protected; somebody on the path can choose one without.',
} satisfies Weights<typeof coverage>;

export const examples = [
  {
    name: 'both',
    zone: `${TWO}_25._tcp.mx.example.com ${TLSA}_25._tcp.mx2.example.com ${TLSA}`,
    expect: 'every',
  },
  { name: 'one', zone: `${TWO}_25._tcp.mx.example.com ${TLSA}`, expect: 'some' },
  { name: 'none', zone: TWO, expect: 'none' },
  { name: 'not signed', zone: 'example.com MX 10 mx.example.com', expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'not answered', zone: `${TWO}_25._tcp.mx.example.com TLSA !timeout`, expect: 'unknown' },
] satisfies Examples<typeof coverage>;
