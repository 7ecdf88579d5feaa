import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { dane } from '../../topics/dane.ts';
import { tlsaSignatures } from '../../topics/tlsa-signatures.ts';

export const covers = ['dane-sig-lifetime'];

/** Days for which a withdrawn key may still be shown as valid. */
const LONG = 31;

const signatureLifetime = rule({
  title: 'Signatures over TLSA records are short-lived',
  why: 'Until a signature ends, somebody on the way can answer with the records it covers, also when you have withdrawn the key they name.',
  bears: ['interception'],
  cites: [
    { rfc: 7671, section: '13' },
    { rfc: 7671, section: '11' },
  ],
  reads: { dane, tlsaSignatures },
  cases: {
    long: {
      passes: true,
      says: (d: { hosts: readonly string[]; days: number }) =>
        `The signatures over the TLSA records of ${enumerated(d.hosts)} are valid for ${d.days} days. A key that was stolen could be shown for so long; days to weeks are usual.`,
    },
    short: {
      passes: true,
      says: (d: { days: number }) =>
        `The signatures over the TLSA records are valid for ${d.days === 1 ? 'one day' : `${d.days} days`}.`,
    },
  },
  judge({ dane, tlsaSignatures }) {
    if (dane.because !== undefined) return { is: 'not-applicable', because: dane.because };
    if (tlsaSignatures.length === 0)
      return { is: 'not-applicable', because: 'No mail server has signed TLSA records.' };
    const spans = tlsaSignatures.flatMap(({ host, signatures }) =>
      signatures.map(({ inception, expiration }) => ({
        host,
        days: Math.round((expiration - inception) / DAY),
      })),
    );
    if (spans.length === 0)
      return { is: 'not-applicable', because: 'The resolver sent no signatures along.' };
    const days = Math.max(...spans.map((span) => span.days));
    const long = spans.filter((span) => span.days > LONG).map(({ host }) => host);
    return long.length === 0
      ? { is: 'short', data: { days } }
      : { is: 'long', data: { hosts: [...new Set(long)], days } };
  },
});

export default signatureLifetime;

const DAY = 86_400;

const ZONE = `$SIGNED example.com
  example.com MX 10 mx.example.com
  mx.example.com A 192.0.2.25
  _25._tcp.mx.example.com TLSA 3 1 1 ${'ab'.repeat(32)}`;
const until = (to: string) =>
  `${ZONE}\n_25._tcp.mx.example.com RRSIG TLSA 13 5 300 ${to} 20261115000000 37478 example.com c2ln`;

export const examples = [
  { name: 'three weeks', zone: until('20261206000000'), expect: 'short' },
  { name: 'a day', zone: until('20261116000000'), expect: 'short' },
  { name: 'a year', zone: until('20271115000000'), expect: 'long' },
  { name: 'no signatures seen', zone: ZONE, expect: 'not-applicable' },
  { name: 'no records', zone: 'example.com MX 10 mx.example.com', expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'not answered', zone: `${ZONE}\n_25._tcp.mx.example.com TLSA !timeout`, expect: 'unknown' },
] satisfies Examples<typeof signatureLifetime>;
