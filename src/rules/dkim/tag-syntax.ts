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
import type { KeyFault, KeyRecord } from '../../mail/dkim/key-record.ts';
import { dkim, keysOf, recordsToShow, withFault } from '../../topics/dkim.ts';

export const covers = ['dkim-tag-syntax', 'dkim-tag-case'];

const tagSyntax = rule({
  title: 'Key records are lists of tags with a key in `p`',
  why: 'Receivers cannot read a key record that leaves this form, and every signature made with that key fails.',
  bears: ['acceptance'],
  cites: [
    { rfc: 6376, section: '3.2', level: 'MUST' },
    { rfc: 6376, section: '3.6.1' },
    { rfc: 6376, section: '6.1.2', level: 'MUST' },
  ],
  reads: { dkim },
  partial: ['dkim'],
  cases: {
    parses: { passes: true, says: 'Every key record found can be read.' },
    broken: {
      severity: 'high',
      says: (d: { selectors: string; because: string }) =>
        `Receivers cannot read the key under ${d.selectors}: ${d.because}.`,
      fix: (d: { keeper: string | undefined; corrected: readonly Correction[] }) => ({
        stage: 'mend',
        ...advice(
          d.keeper,
          'minutes',
          'Enter the record again as your mail service shows it, with nothing before or after it.',
        ),
        ...asChanges(d.corrected),
      }),
    },
    strict: {
      severity: 'medium',
      says: (d: { selectors: string }) =>
        `Some receivers cannot read the key under ${d.selectors}: beside the key, the record holds a name or a character that the standard does not allow.`,
      fix: (d: { keeper: string | undefined; corrected: readonly Correction[] }) => ({
        stage: 'mend',
        ...advice(d.keeper, 'minutes', 'Leave out the marked part; the key itself is sound.'),
        ...asChanges(d.corrected),
      }),
    },
    'empty-tag': {
      severity: 'low',
      says: (d: { selectors: string }) =>
        `The record under ${d.selectors} has two semicolons with nothing between. Nearly all receivers overlook that; the standard does not allow it.`,
      fix: (d: { keeper: string | undefined; corrected: readonly Correction[] }) => ({
        stage: 'tidy',
        ...advice(d.keeper, 'minutes', 'Leave one semicolon between two tags.'),
        ...asChanges(d.corrected),
      }),
    },
  },
  judge({ dkim, scope }) {
    const { keys, missing } = keysOf(dkim);
    const say = (found: typeof keys) => ({
      selectors: selectorInWords(found),
      keeper: keeperOf(found, scope.domain),
      corrected: corrections(found, scope.domain),
    });
    const broken = withFault(keys, ...BREAKING).filter((key) => withFault([key], 'version').length === 0);
    const first = broken[0]?.record.faults.find((fault) => fault.kind in WORDS);
    if (first)
      return {
        is: 'broken',
        data: { ...say(broken), because: becauseOf(broken[0]?.record, first) },
        shows: recordsToShow(broken, BREAKING),
      };
    if (missing) return { is: 'unknown', because: missing };
    if (keys.length === 0) return { is: 'not-applicable', because: 'No DKIM key was found to judge.' };
    const strict = withFault(keys, ...STRICT).filter((key) => key.record.state !== 'broken');
    if (strict.length > 0)
      return {
        is: 'strict',
        data: { ...say(strict), corrected: corrections(strict, scope.domain, () => ({ n: undefined })) },
        shows: recordsToShow(strict, STRICT),
      };
    const empty = withFault(keys, 'empty-tag');
    if (empty.length > 0)
      return { is: 'empty-tag', data: say(empty), shows: recordsToShow(empty, ['empty-tag']) };
    return { is: 'parses' };
  },
});

export default tagSyntax;

function becauseOf(record: KeyRecord | undefined, { kind, from, to }: KeyFault): string {
  if (record && kind === 'base64' && /-----BEGIN /.test(record.text))
    return 'the first and last line of a key file, `-----BEGIN …` and `-----END …`, stand in `p` with the key';
  if (record && kind === 'base64' && /["']/.test(record.text.slice(from, to)))
    return 'a quotation mark stands inside the key';
  if (kind === 'no-key' && record?.tags.some(({ name }) => name === 'P'))
    return 'its key stands under `P`, and tags are known only in lower case';
  return WORDS[kind] ?? 'it is no list of tags';
}

export const weighs = {
  high: 'Receivers cannot read the key, and every signature made with it fails.',
  medium: 'Strict receivers reject the record while others read it.',
  low: 'Nearly every receiver reads the record all the same.',
} satisfies Weights<typeof tagSyntax>;

export const examples = [
  {
    name: 'a sound record',
    zone: `default._domainkey.example.com TXT "v=DKIM1; k=rsa; p=${RSA_2048};"`,
    expect: 'parses',
  },
  {
    name: 'a tag given twice',
    zone: `default._domainkey.example.com TXT "v=DKIM1; k=rsa; k=rsa; p=${RSA_2048}"`,
    expect: 'broken',
  },
  { name: 'no key tag', zone: 'default._domainkey.example.com TXT "v=DKIM1; k=rsa"', expect: 'broken' },
  {
    name: 'P in capitals',
    zone: `default._domainkey.example.com TXT "v=DKIM1; P=${RSA_2048}"`,
    expect: 'broken',
  },
  {
    name: 'a character that is not base64',
    zone: `default._domainkey.example.com TXT "v=DKIM1; p=*${RSA_2048}"`,
    expect: 'broken',
  },
  {
    name: 'words between semicolons',
    zone: `default._domainkey.example.com TXT "v=DKIM1; my key; p=${RSA_2048}"`,
    expect: 'broken',
  },
  {
    name: 'a note with an accent',
    zone: `default._domainkey.example.com TXT "v=DKIM1; n=clé; p=${RSA_2048}"`,
    expect: 'strict',
  },
  {
    name: 'two semicolons',
    zone: `default._domainkey.example.com TXT "v=DKIM1;; p=${RSA_2048}"`,
    expect: 'empty-tag',
  },
  {
    name: 'a record that a service keeps',
    zone: `k2._domainkey.example.com CNAME dkim2.mcsv.net
           dkim2.mcsv.net TXT "v=DKIM1; p=*${RSA_2048}"`,
    expect: 'broken',
  },
  { name: 'no key', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  {
    name: 'a selector without an answer',
    zone: 'default._domainkey.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof tagSyntax>;

const WORDS: Readonly<Record<string, string>> = {
  duplicate: 'a tag stands in it twice',
  'not-a-tag': 'something in it is no tag',
  octet: 'it holds a character that is not plain ASCII',
  base64: 'the key in `p` holds a character that cannot be there',
  'upper-case-tag': 'tag names are in capitals, which makes them unknown',
  'no-key': 'it has no `p` tag with a key',
};
const BREAKING = ['duplicate', 'not-a-tag', 'octet', 'base64', 'no-key'] as const;
const STRICT = ['tag-name', 'note-octet'] as const;
