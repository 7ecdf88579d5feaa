import { type Examples, rule } from '../../engine/rule.ts';
import { hasSoundData } from '../../mail/dane/record.ts';
import { publishedOf, smimeKeys } from '../../topics/address-keys.ts';

export const covers = ['smimea-record'];

const smimeCertificates = rule({
  title: 'S/MIME certificates of the address in DNS can be used',
  why: 'A mail program that looks for the certificate of an address in DNS may use only a signed answer. An unsigned one could be anybody’s, so the program ignores it and mail is not encrypted. Few programs look there yet.',
  bears: [],
  cites: [
    { rfc: 8162, section: '3' },
    { rfc: 8162, section: '4', level: 'MUST' },
  ],
  reads: { smimeKeys },
  cases: {
    secure: {
      passes: true,
      says: (d: { count: number }) =>
        `${d.count === 1 ? 'One S/MIME record is' : `${d.count} S/MIME records are`} published for the address, and the answer is signed.`,
    },
    unsigned: {
      severity: 'info',
      says: 'An S/MIME record is published for the address, but the answer is not signed: mail programs ignore it.',
      fix: {
        stage: 'tidy',
        effort: 'provider',
        text: 'Have the zone signed with DNSSEC, or delete the record.',
      },
    },
    data: {
      severity: 'info',
      says: 'An S/MIME record is published for the address, but its data are neither a certificate nor a digest of one: mail programs ignore it.',
      fix: {
        stage: 'tidy',
        effort: 'minutes',
        text: 'Make the record anew from the certificate, or delete it.',
      },
    },
  },
  judge({ smimeKeys, scope }) {
    const found = publishedOf(smimeKeys, scope, 'S/MIME certificate');
    if (typeof found === 'string') return { is: 'not-applicable', because: found };
    const { records, authentic } = found;
    if (!authentic) return { is: 'unsigned' };
    const usable = records.filter(
      (record) => record.usage < 4 && record.selector < 2 && hasSoundData(record),
    );
    return usable.length === 0 ? { is: 'data' } : { is: 'secure', data: { count: usable.length } };
  },
});

export default smimeCertificates;

// The part before the @ is `anna`.
const MAILBOX = '55579b557896d0ce1764c47fed644f9b35f58bad620674af23f356d8';
const NAME = `${MAILBOX}._smimecert.example.com`;
const DIGEST = 'ab'.repeat(32);

export const examples = [
  {
    name: 'signed',
    mailbox: MAILBOX,
    zone: `$SIGNED example.com
      ${NAME} SMIMEA 3 0 1 ${DIGEST}`,
    expect: 'secure',
  },
  { name: 'not signed', mailbox: MAILBOX, zone: `${NAME} SMIMEA 3 0 1 ${DIGEST}`, expect: 'unsigned' },
  {
    name: 'half a digest',
    mailbox: MAILBOX,
    zone: `$SIGNED example.com
      ${NAME} SMIMEA 3 0 1 abcd`,
    expect: 'data',
  },
  { name: 'none', mailbox: MAILBOX, zone: 'example.com A 45.0.0.1', expect: 'not-applicable' },
  { name: 'no address was given', zone: `${NAME} SMIMEA 3 0 1 ${DIGEST}`, expect: 'not-applicable' },
  { name: 'not answered', mailbox: MAILBOX, zone: `${NAME} SMIMEA !timeout`, expect: 'unknown' },
] satisfies Examples<typeof smimeCertificates>;
