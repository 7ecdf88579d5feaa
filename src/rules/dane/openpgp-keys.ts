import { type Examples, rule } from '../../engine/rule.ts';
import { openpgpKeys, publishedOf } from '../../topics/address-keys.ts';

export const covers = ['openpgpkey-record'];

const openpgp = rule({
  title: 'OpenPGP keys of the address in DNS can be used',
  why: 'A mail program that looks for the key of an address in DNS may use only a signed answer. An unsigned one could be anybody’s key, so the program ignores it and mail is not encrypted. Few programs look there.',
  bears: [],
  cites: [
    { rfc: 7929, section: '3' },
    { rfc: 7929, section: '5', level: 'MUST' },
  ],
  reads: { openpgpKeys },
  cases: {
    secure: {
      passes: true,
      says: (d: { count: number }) =>
        `${d.count === 1 ? 'One OpenPGP key is' : `${d.count} OpenPGP keys are`} published for the address, and the answer is signed.`,
    },
    unsigned: {
      severity: 'info',
      says: 'An OpenPGP key is published for the address, but the answer is not signed: mail programs ignore it.',
      fix: {
        stage: 'tidy',
        effort: 'provider',
        text: 'Have the zone signed with DNSSEC, or delete the record.',
      },
    },
  },
  judge({ openpgpKeys, scope }) {
    const found = publishedOf(openpgpKeys, scope, 'OpenPGP key');
    if (typeof found === 'string') return { is: 'not-applicable', because: found };
    const { records, authentic } = found;
    return authentic ? { is: 'secure', data: { count: records.length } } : { is: 'unsigned' };
  },
});

export default openpgp;

// The part before the @ is `anna`.
const MAILBOX = '55579b557896d0ce1764c47fed644f9b35f58bad620674af23f356d8';
const NAME = `${MAILBOX}._openpgpkey.example.com`;
const KEY = 'mQENBFVHm5sBCACkHvwGBbNxWlhvYlNcVx2yl8Om4f7wGTUcrCbzyRWu';

export const examples = [
  {
    name: 'signed',
    mailbox: MAILBOX,
    zone: `$SIGNED example.com
      ${NAME} OPENPGPKEY ${KEY}`,
    expect: 'secure',
  },
  { name: 'not signed', mailbox: MAILBOX, zone: `${NAME} OPENPGPKEY ${KEY}`, expect: 'unsigned' },
  { name: 'none', mailbox: MAILBOX, zone: 'example.com A 45.0.0.1', expect: 'not-applicable' },
  { name: 'no address was given', zone: `${NAME} OPENPGPKEY ${KEY}`, expect: 'not-applicable' },
  { name: 'not answered', mailbox: MAILBOX, zone: `${NAME} OPENPGPKEY !servfail`, expect: 'unknown' },
] satisfies Examples<typeof openpgp>;
