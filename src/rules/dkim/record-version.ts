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
import { versionSlip } from '../../mail/dmarc/tags.ts';
import { dkim, keysOf, recordsToShow, withFault } from '../../topics/dkim.ts';

export const covers = ['dkim-record-version'];

const recordVersion = rule({
  title: 'The version of a key record, where stated, is first and exactly `DKIM1`',
  why: 'Receivers discard a key record with any other version, and every signature made with that key fails.',
  bears: ['acceptance'],
  cites: [{ rfc: 6376, section: '3.6.1', level: 'MUST' }],
  reads: { dkim },
  partial: ['dkim'],
  cases: {
    sound: { passes: true, says: 'Every key record found states its version rightly, or leaves it out.' },
    wrong: {
      severity: 'high',
      says: (d: { selectors: string; slip: string }) =>
        `Receivers throw away the key under ${d.selectors}: its version is not \`v=DKIM1\` at the start${d.slip}.`,
      fix: (d: { keeper: string | undefined; corrected: readonly Correction[] }) => ({
        stage: 'mend',
        ...advice(
          d.keeper,
          'minutes',
          'Begin the record with `v=DKIM1;`, in capitals, and state no other version.',
        ),
        ...asChanges(d.corrected),
      }),
    },
  },
  judge({ dkim, scope }) {
    const { keys, missing } = keysOf(dkim);
    const wrong = withFault(keys, 'version');
    if (wrong.length > 0)
      return {
        is: 'wrong',
        data: {
          selectors: selectorInWords(wrong),
          slip: slipIn(wrong[0]?.text ?? ''),
          keeper: keeperOf(wrong, scope.domain),
          corrected: corrections(wrong, scope.domain),
        },
        shows: recordsToShow(wrong, ['version']),
      };
    if (missing) return { is: 'unknown', because: missing };
    if (keys.length === 0) return { is: 'not-applicable', because: 'No DKIM key was found to judge.' };
    return { is: 'sound' };
  },
});

export default recordVersion;

function slipIn(text: string): string {
  const slip = versionSlip(text, 'DKIM1');
  return slip === undefined ? '' : `, ${slip}`;
}

export const weighs = {
  high: 'Receivers throw the key away, and every signature made with it fails.',
} satisfies Weights<typeof recordVersion>;

export const examples = [
  {
    name: 'first and in capitals',
    zone: `default._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'sound',
  },
  { name: 'left out', zone: `default._domainkey.example.com TXT "p=${RSA_2048}"`, expect: 'sound' },
  {
    name: 'small letters',
    zone: `default._domainkey.example.com TXT "v=dkim1; p=${RSA_2048}"`,
    expect: 'wrong',
  },
  {
    name: 'at the end',
    zone: `default._domainkey.example.com TXT "k=rsa; p=${RSA_2048}; v=DKIM1"`,
    expect: 'wrong',
  },
  { name: 'no key', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  {
    name: 'a selector without an answer',
    zone: 'default._domainkey.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof recordVersion>;
