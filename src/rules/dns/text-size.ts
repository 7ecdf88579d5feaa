import { wireLength } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { apexTxt } from '../../topics/apex-txt.ts';

export const covers = ['dns-txt-rrset-size'];

const textSize = rule({
  title: 'The TXT records of the domain fit one packet',
  why: 'SPF shares its answer with every other TXT record of the domain. An answer that is too large for one packet needs a second connection, which some mail servers never make: they then treat SPF as failing for now.',
  bears: ['acceptance'],
  cites: [
    { rfc: 7208, section: '3.4', level: 'SHOULD' },
    { rfc: 1035, section: '2.3.4' },
    { rfc: 6891, section: '6.2.5' },
  ],
  reads: { apexTxt },
  cases: {
    small: {
      passes: true,
      says: (d: { octets: number }) => `The TXT answer has ${d.octets} octets and fits every packet (512).`,
    },
    usual: {
      passes: true,
      says: (d: { octets: number }) =>
        `The TXT answer has ${d.octets} octets: more than the 512 of old, less than the 1,232 that pass everywhere today.`,
    },
    large: {
      severity: 'low',
      says: (d: { octets: number; records: number }) =>
        `The TXT answer has ${d.octets} octets in ${d.records} records. Above 1,232 it needs a second connection, over TCP.`,
      fix: {
        stage: 'tidy',
        effort: 'hour',
        text: 'Delete verification records of services you no longer use. Most services need theirs only once.',
      },
    },
    huge: {
      severity: 'medium',
      says: (d: { octets: number; records: number }) =>
        `The TXT answer has ${d.octets} octets in ${d.records} records, more than most resolvers take in one packet (4,096). Where TCP is blocked, SPF cannot be read.`,
      fix: {
        stage: 'tidy',
        effort: 'hour',
        text: 'Delete verification records of services you no longer use. Most services need theirs only once.',
      },
    },
  },
  judge({ apexTxt, scope }) {
    const records = apexTxt.records.length;
    if (records === 0) return { is: 'not-applicable', because: 'The domain has no TXT record.' };
    const name = wireLength(scope.domain);
    // Header, question and EDNS, then per record a compressed name, the fixed fields and each string's length octet.
    const octets = apexTxt.records.reduce(
      (sum, strings) => sum + 12 + strings.reduce((length, text) => length + text.length + 1, 0),
      12 + name + 4 + 11,
    );
    if (octets <= 512) return { is: 'small', data: { octets } };
    if (octets <= 1232) return { is: 'usual', data: { octets } };
    return { is: octets <= 4096 ? 'large' : 'huge', data: { octets, records } };
  },
});

export default textSize;

const line = (n: number) => `example.com TXT "verification-${n}=${'x'.repeat(180)}"\n`;

export const weighs = {
  medium: 'Receivers behind networks that block TCP cannot read SPF at all.',
  low: 'Nearly every receiver asks again over TCP; few cannot.',
} satisfies Weights<typeof textSize>;

export const examples = [
  { name: 'one record', zone: 'example.com TXT "v=spf1 -all"', expect: 'small' },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'a few verifications', zone: [1, 2, 3, 4].map(line).join(''), expect: 'usual' },
  { name: 'years of verifications', zone: [1, 2, 3, 4, 5, 6, 7, 8].map(line).join(''), expect: 'large' },
  {
    name: 'decades of verifications',
    zone: Array.from({ length: 24 }, (_, n) => line(n)).join(''),
    expect: 'huge',
  },
  { name: 'no answer', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof textSize>;
