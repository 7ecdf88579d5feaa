import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { nothingToJudge, shown, spfText } from '../../topics/spf.ts';

export const covers = ['spf-record-length'];

const recordLength = rule({
  title: 'The SPF record fits into a small answer',
  why: 'Answers of more than 512 octets need a second try over TCP at some receivers, and where that is blocked they see no record at all.',
  bears: ['acceptance'],
  cites: [{ rfc: 7208, section: '3.4' }],
  reads: { spf: spfText },
  cases: {
    short: { passes: true, says: (d: { octets: number }) => `The record has ${d.octets} octets.` },
    tight: {
      passes: true,
      says: (d: { octets: number }) =>
        `The record has ${d.octets} octets. With the other TXT records at the domain the answer may exceed 512.`,
    },
    long: {
      severity: 'low',
      says: (d: { octets: number }) =>
        `The record has ${d.octets} octets, more than fits into an answer of 512.`,
      fix: {
        stage: 'tidy',
        effort: 'hour',
        text: 'Shorten it: take out services that no longer send for you, join neighbouring addresses into networks, move the rest into a record of its own such as `_spf` at your domain and include that.',
      },
    },
  },
  judge({ spf, scope }) {
    if (!spf.record) return { is: 'not-applicable', because: nothingToJudge(spf) ?? '' };
    const octets = spf.record.text.length;
    const data = { octets };
    const shows = shown(scope.domain, spf.record.text);
    if (octets > 512) return { is: 'long', data, shows };
    return octets > 450 ? { is: 'tight', data, shows } : { is: 'short', data };
  },
});

export default recordLength;

const addresses = (count: number) =>
  Array.from({ length: count }, (_, i) => `ip4:198.51.100.${100 + i}`).join(' ');

export const weighs = {
  low: 'Nearly every receiver asks again over TCP.',
} satisfies Weights<typeof recordLength>;

export const examples = [
  { name: 'short', zone: 'example.com TXT "v=spf1 -all"', expect: 'short' },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'tight', zone: `example.com TXT "v=spf1 ${addresses(24)} -all"`, expect: 'tight' },
  { name: 'long', zone: `example.com TXT "v=spf1 ${addresses(28)} -all"`, expect: 'long' },
  { name: 'no answer', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof recordLength>;
