import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { tlsaFault } from '../../mail/dane/record.ts';
import { boundBy, dane } from '../../topics/dane.ts';

export const covers = ['dane-data-length'];

const data = rule({
  title: 'TLSA records hold what their parameters say',
  why: 'A digest that is too short or too long can match nothing. If no other record can be used, senders insist on TLS but cannot tell your server from another.',
  bears: ['interception'],
  cites: [
    { rfc: 6698, section: '2.1.4' },
    { rfc: 6698, section: '2.1.3' },
    { rfc: 7671, section: '9' },
  ],
  reads: { dane },
  partial: ['dane'],
  cases: {
    wrong: {
      severity: 'high',
      says: (d: { hosts: readonly string[]; data: string }) =>
        `A TLSA record of ${enumerated(d.hosts)} cannot match anything: \`${d.data}\`.`,
      fix: {
        stage: 'transport',
        effort: 'minutes',
        text: 'Compute the record anew from the server’s certificate, with one of the generators for TLSA records, and replace it.',
      },
    },
    sound: { passes: true, says: 'All TLSA records have data of the right form.' },
  },
  judge({ dane }) {
    if (dane.got === 'none') return { is: 'unknown', because: dane.because };
    const { because } = dane.value;
    if (because !== undefined) return { is: 'not-applicable', because };
    const bound = boundBy(dane.value);
    if (bound.length === 0 && dane.got === 'whole') return { is: 'not-applicable', because: NONE };
    const found = gravest(
      bound,
      ['wrong', 'sound'],
      ({ records }) => (records.some((record) => tlsaFault(record) === 'data') ? 'wrong' : 'sound'),
      dane.got === 'part' ? dane.because : undefined,
    );
    if (found === undefined) return { is: 'not-applicable', because: NONE };
    if (found.is === 'unknown') return found;
    if (found.is === 'sound') return { is: 'sound' };
    const record = found.of[0].records.find((each) => tlsaFault(each) === 'data');
    const text = record ? `${record.usage} ${record.selector} ${record.matching} ${record.data}` : '';
    return {
      is: 'wrong',
      data: {
        hosts: found.of.map(({ host }) => host),
        data: text.length > 80 ? `${text.slice(0, 80)}…` : text,
      },
    };
  },
});

export default data;

const NONE = 'No mail server has signed TLSA records.';

const MX = 'example.com MX 10 mx.example.com\nmx.example.com A 192.0.2.25\n$SIGNED example.com\n';
const tlsa = (kind: string, data: string) => `_25._tcp.mx.example.com TLSA ${kind} ${data}\n`;

export const weighs = {
  high: 'Such a record matches nothing: with no other, the protection it promises is gone, and with others senders may fail.',
} satisfies Weights<typeof data>;

export const examples = [
  { name: 'SHA-256', zone: MX + tlsa('3 1 1', 'ab'.repeat(32)), expect: 'sound' },
  { name: 'SHA-256 cut short', zone: MX + tlsa('3 1 1', 'ab'.repeat(31)), expect: 'wrong' },
  { name: 'SHA-512 of half its length', zone: MX + tlsa('3 1 2', 'ab'.repeat(32)), expect: 'wrong' },
  { name: 'no certificate', zone: MX + tlsa('3 0 0', 'abcd'), expect: 'wrong' },
  { name: 'none', zone: MX, expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'not answered', zone: `${MX}_25._tcp.mx.example.com TLSA !timeout`, expect: 'unknown' },
] satisfies Examples<typeof data>;
