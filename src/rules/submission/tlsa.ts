import { those } from '../../engine/agreement.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { serviceTlsa } from '../../topics/service-tlsa.ts';

export const covers = ['sub-tlsa-unsigned', 'dane-other-ports'];

const tlsa = rule({
  title: 'TLSA records of sending and reading ports are signed',
  why: 'Without a signature anybody on the way can change such a record, so mail programs must ignore it, and it protects nobody.',
  bears: ['submission'],
  cites: [
    { rfc: 8314, section: '4.5.4' },
    { rfc: 7673, section: '3.4' },
  ],
  reads: { serviceTlsa },
  cases: {
    unsigned: {
      severity: 'low',
      says: (d: { names: readonly string[] }) =>
        `${those(d.names, 'has')} TLSA records that are not signed, which must not be published.`,
      fix: {
        stage: 'tidy',
        effort: 'hour',
        text: 'Sign the zone with DNSSEC, or take these TLSA records out.',
      },
    },
    signed: {
      passes: true,
      says: (d: { names: readonly string[] }) => `${those(d.names, 'has')} signed TLSA records.`,
    },
  },
  judge({ serviceTlsa: { because, found } }) {
    if (because !== undefined) return { is: 'not-applicable', because };
    const unsigned = found.filter(({ authentic }) => !authentic);
    if (found.length === 0)
      return { is: 'not-applicable', because: 'No host that SRV records name has TLSA records.' };
    return unsigned.length === 0
      ? { is: 'signed', data: { names: found.map(({ name }) => name) } }
      : { is: 'unsigned', data: { names: unsigned.map(({ name }) => name) } };
  },
});

export default tlsa;

export const weighs = {
  low: 'Programs ignore such a record, so nothing breaks and nothing is protected.',
} satisfies Weights<typeof tlsa>;

const SRV = `example.com MX 10 mx.example.com
  _submissions._tcp.example.com SRV 0 1 465 smtp.example.com
  smtp.example.com A 192.0.2.87`;
const TLSA = `${SRV}\n_465._tcp.smtp.example.com TLSA 3 1 1 ${'ab'.repeat(32)}`;

export const examples = [
  { name: 'signed', zone: `${TLSA}\n$SIGNED example.com`, expect: 'signed' },
  { name: 'not signed', zone: TLSA, expect: 'unsigned' },
  { name: 'none', zone: SRV, expect: 'not-applicable' },
  { name: 'nothing announced', zone: 'example.com MX 10 mx.example.com', expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  {
    name: 'not answered',
    zone: `${SRV}\n_465._tcp.smtp.example.com TLSA !timeout`,
    expect: 'unknown',
  },
] satisfies Examples<typeof tlsa>;
