import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { dane } from '../../topics/dane.ts';

export const covers = ['dane-unsigned-tlsa'];

const signed = rule({
  title: 'TLSA records stand in signed zones',
  why: 'A TLSA record that is not signed is ignored by every sender. Its owner feels protected and is not.',
  bears: ['interception'],
  cites: [
    { rfc: 7672, section: '2.2' },
    { rfc: 6698, section: '4.1' },
  ],
  reads: { dane },
  cases: {
    unsigned: {
      severity: 'medium',
      says: (d: { hosts: readonly string[] }) =>
        `The TLSA records of ${enumerated(d.hosts)} are not signed, so senders ignore them.`,
      fix: {
        stage: 'transport',
        effort: 'provider',
        text: 'Sign the zone of the mail server with DNSSEC (and that of your domain, whose MX records name it), or delete the TLSA records.',
      },
    },
    signed: { passes: true, says: 'All TLSA records are signed.' },
  },
  judge({ dane }) {
    if (dane.because !== undefined) return { is: 'not-applicable', because: dane.because };
    const held = dane.hosts.filter(({ records, broken }) => records.length > 0 && !broken);
    if (held.length === 0) return { is: 'not-applicable', because: 'No mail server has TLSA records.' };
    const unsigned = held.filter(({ authentic }) => !authentic);
    if (unsigned.length === 0) return { is: 'signed' };
    return { is: 'unsigned', data: { hosts: unsigned.map(({ host }) => host) } };
  },
});

export default signed;

const MX = 'example.com MX 10 mx.example.com\n';
const TLSA = `_25._tcp.mx.example.com TLSA 3 1 1 ${'ab'.repeat(32)}\n`;

export const weighs = {
  medium: 'Protection that its owner believes in is not there; mail arrives as it would without.',
} satisfies Weights<typeof signed>;

export const examples = [
  { name: 'signed', zone: `${MX}${TLSA}$SIGNED example.com`, expect: 'signed' },
  { name: 'not signed', zone: `${MX}${TLSA}`, expect: 'unsigned' },
  { name: 'none', zone: MX, expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'not answered', zone: `${MX}_25._tcp.mx.example.com TLSA !timeout`, expect: 'unknown' },
] satisfies Examples<typeof signed>;
