import { type Examples, rule } from '../../engine/rule.ts';
import { dmarcRecord, excerptOf } from '../../topics/dmarc-record.ts';

export const covers = ['dmarc-record-length'];

const recordLength = rule({
  title: 'The record is short enough for every resolver',
  why: 'A short record fits into one plain DNS answer. A long one needs a larger answer or a second connection, which a few old networks lose.',
  bears: ['impersonation'],
  cites: [{ rfc: 1035, section: '4.2.1' }],
  reads: { dmarcRecord },
  cases: {
    short: {
      passes: true,
      says: (d: { octets: number }) =>
        `The record is ${d.octets} ${d.octets === 1 ? 'octet' : 'octets'} long.`,
    },
    long: {
      passes: true,
      says: (d: { octets: number }) =>
        `The record is ${d.octets} octets long. It works, but shorter is safer: a few report addresses are enough.`,
    },
  },
  judge({ dmarcRecord }) {
    if (dmarcRecord === undefined)
      return { is: 'not-applicable', because: 'No DMARC record governs the domain.' };
    const octets = dmarcRecord.record.text.length;
    return octets <= MOST
      ? { is: 'short', data: { octets } }
      : { is: 'long', data: { octets }, shows: excerptOf(dmarcRecord, []) };
  },
});

export default recordLength;

/** Octets; the most a plain DNS answer carries, headers included. */
const MOST = 512;

export const examples = [
  { name: 'short', zone: '_dmarc.example.com TXT "v=DMARC1; p=none"', expect: 'short' },
  {
    name: 'long',
    zone: `_dmarc.example.com TXT "v=DMARC1; p=none; rua=${Array.from({ length: 30 }, (_, i) => `mailto:reports${i}@example.com`).join(',')}"`,
    expect: 'long',
  },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'no answer', zone: '_dmarc.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof recordLength>;
