import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import {
  advice,
  asChanges,
  type Correction,
  corrections,
  keeperOf,
  selectorInWords,
} from '../../mail/dkim/correction.ts';
import { RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { dkim, keysOf, recordsToShow, withFault } from '../../topics/dkim.ts';

export const covers = ['dkim-hash-list'];

const hashList = rule({
  title: 'Key records allow the hash sha256',
  why: 'If the `h` tag of a key lists hashes, only these may be used. All signatures today use sha256, so a list without it fails them all.',
  bears: ['acceptance'],
  cites: [
    { rfc: 6376, section: '3.6.1' },
    { rfc: 6376, section: '6.1.2', level: 'MUST' },
    { rfc: 8301, section: '3.1', level: 'MUST' },
  ],
  reads: { dkim },
  partial: ['dkim'],
  cases: {
    allowed: { passes: true, says: 'Every key found may be used with sha256.' },
    excluded: {
      severity: 'high',
      says: (d: { selectors: string; hashes: string }) =>
        `The record under ${d.selectors} allows only \`h=${d.hashes}\`, so every signature made with sha256 fails, and no other hash is allowed any more.`,
      fix: (d: { keeper: string | undefined; corrected: readonly Correction[] }) => ({
        stage: 'mend',
        ...advice(d.keeper, 'minutes', 'Leave the `h` tag out of the record.'),
        ...asChanges(d.corrected),
      }),
    },
    sha1: {
      severity: 'low',
      says: (d: { selectors: string }) =>
        `The record under ${d.selectors} still allows sha1, with which no receiver may accept a signature any more.`,
      fix: (d: { keeper: string | undefined; corrected: readonly Correction[] }) => ({
        stage: 'tidy',
        ...advice(
          d.keeper,
          'minutes',
          'Leave the `h` tag out of the record, and see that nothing signs with `a=rsa-sha1`.',
        ),
        ...asChanges(d.corrected),
      }),
    },
  },
  judge({ dkim, scope }) {
    const { keys, missing } = keysOf(dkim);
    const say = (found: typeof keys) => ({
      selectors: selectorInWords(found),
      keeper: keeperOf(found, scope.domain),
      corrected: corrections(found, scope.domain, () => ({ h: undefined })),
    });
    const excluded = withFault(keys, 'hashes');
    if (excluded.length > 0)
      return {
        is: 'excluded',
        data: { ...say(excluded), hashes: excluded[0]?.record.hashes?.join(':') ?? '' },
        shows: recordsToShow(excluded, ['h']),
      };
    if (missing) return { is: 'unknown', because: missing };
    if (keys.length === 0) return { is: 'not-applicable', because: 'No DKIM key was found to judge.' };
    const sha1 = withFault(keys, 'sha1-listed');
    if (sha1.length > 0) return { is: 'sha1', data: say(sha1), shows: recordsToShow(sha1, ['h']) };
    return { is: 'allowed' };
  },
});

export default hashList;

export const weighs = {
  high: 'Every signature that today’s signers make fails.',
  low: 'Sound signatures pass; only what nobody may accept any more stays listed.',
} satisfies Weights<typeof hashList>;

export const examples = [
  { name: 'no list', zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`, expect: 'allowed' },
  {
    name: 'sha256 listed',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; h=sha256; p=${RSA_2048}"`,
    expect: 'allowed',
  },
  {
    name: 'only sha1',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; h=sha1; p=${RSA_2048}"`,
    expect: 'excluded',
  },
  {
    name: 'names of header fields',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; h=from:to; p=${RSA_2048}"`,
    expect: 'excluded',
  },
  {
    name: 'both hashes',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; h=sha1:sha256; p=${RSA_2048}"`,
    expect: 'sha1',
  },
  { name: 'no key', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  {
    name: 'a selector without an answer',
    zone: 'default._domainkey.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof hashList>;
