import type { Name } from '../../dns/name.ts';
import { excerpt } from '../../dns/text.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { edited, mended, type VersionFault } from '../../mail/dmarc/mending.ts';
import { parseDmarcRecord } from '../../mail/dmarc/record.ts';
import { dmarcHere } from '../../topics/dmarc-record.ts';

export const covers = ['dmarc-version', 'dmarc-version-upper-v', 'dns-txt-decoration'];

const version = rule({
  title: 'The record begins with `v=DMARC1` and a semicolon',
  why: 'Receivers know a DMARC record by its first nine characters. When these are not exactly right, they ignore the whole record as if it were not there.',
  bears: ['impersonation', 'acceptance'],
  cites: [
    { rfc: 9989, section: '4.7', level: 'MUST' },
    { rfc: 9989, section: '4.8' },
    { rfc: 7489, section: '6.3', level: 'MUST' },
  ],
  reads: { dmarcHere },
  cases: {
    right: { passes: true, says: 'The record begins as it must.' },
    version: {
      severity: 'high',
      says: (d: { kind: VersionFault['kind']; front: string }) =>
        `Receivers ignore the record: ${d.kind === 'not-first' ? `\`${excerpt(d.front, 60)}\` stands in front of it, and ` : ''}${MISTAKES[d.kind]}`,
      fix: (d: { name: Name; was: string; value: string; alias: boolean }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: `Replace the record by \`${excerpt(d.value, 300)}\`.${policyOf(d.value) === 'none' ? '' : ` This puts the policy \`${policyOf(d.value)}\` in force, so see first that your own mail passes SPF or DKIM.`}`,
        ...(d.alias
          ? {}
          : { changes: [{ op: 'replace', name: d.name, type: 'TXT', was: d.was, value: d.value }] }),
      }),
    },
    'version-upper-v': {
      severity: 'low',
      says: 'The record begins with a capital `V`. The standard allows it, but some older receivers look for `v=DMARC1` to the letter.',
      fix: (d: { name: Name; was: string; alias: boolean }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: 'Write the `v` in lower case.',
        ...(d.alias
          ? {}
          : {
              changes: [
                {
                  op: 'replace',
                  name: d.name,
                  type: 'TXT',
                  was: d.was,
                  value: edited(d.was, { v: 'DMARC1' }),
                },
              ],
            }),
      }),
    },
  },
  judge({ dmarcHere }) {
    const { candidates, misread, name, chain } = dmarcHere;
    const [text] = candidates;
    const alias = chain.length > 0;
    if (text !== undefined) {
      if (!text.startsWith('V')) return { is: 'right' };
      return {
        is: 'version-upper-v',
        data: { name, was: text, alias },
        shows: [{ name, type: 'TXT', text, marks: [[0, 1]] }],
      };
    }
    const [first] = misread;
    if (first === undefined)
      return { is: 'not-applicable', because: 'No DMARC record stands at the domain itself.' };
    const { kind, from, to } = first.fault;
    return {
      is: 'version',
      data: {
        kind,
        front: first.text.slice(0, from).trim(),
        name,
        was: first.text,
        value: mended(first.text),
        alias,
      },
      shows: [{ name, type: 'TXT', text: first.text, marks: [[from, to]] }],
    };
  },
});

export default version;

function policyOf(text: string): string {
  return parseDmarcRecord(text).p ?? 'none';
}

const MISTAKES: Readonly<Record<VersionFault['kind'], string>> = {
  case: '`DMARC1` must be written in capitals.',
  separator: 'a semicolon must follow `v=DMARC1`.',
  missing: 'it lacks `v=DMARC1` at its beginning.',
  'not-first': '`v=DMARC1` must come first.',
  leading: 'something stands in front of `v=DMARC1`, a quotation mark or a blank.',
  escaped: 'backslashes stand before its semicolons, left over from another program’s way of writing them.',
  spelling: 'its version is not spelt `v=DMARC1`.',
};

export const weighs = {
  high: 'Receivers see no record, so forgeries are delivered.',
  low: 'The standard allows it; only some old receivers do not.',
} satisfies Weights<typeof version>;

export const examples = [
  { name: 'right', zone: '_dmarc.example.com TXT "v=DMARC1; p=none"', expect: 'right' },
  { name: 'blanks where they may be', zone: '_dmarc.example.com TXT "v = DMARC1 ;p=none"', expect: 'right' },
  { name: 'lower case', zone: '_dmarc.example.com TXT "v=dmarc1; p=none"', expect: 'version' },
  { name: 'no semicolon', zone: '_dmarc.example.com TXT "v=DMARC1 p=reject"', expect: 'version' },
  { name: 'commas', zone: '_dmarc.example.com TXT "v=DMARC1, p=reject, sp=reject"', expect: 'version' },
  { name: 'not first', zone: '_dmarc.example.com TXT "p=none; v=DMARC1"', expect: 'version' },
  { name: 'a quotation mark', zone: '_dmarc.example.com TXT "“v=DMARC1; p=none”"', expect: 'version' },
  {
    name: 'escaped semicolons',
    zone: '_dmarc.example.com TXT "v=DMARC1\\\\; p=none\\\\;"',
    expect: 'version',
  },
  { name: 'another version', zone: '_dmarc.example.com TXT "v=DMARC2; p=none"', expect: 'version' },
  { name: 'no version', zone: '_dmarc.example.com TXT "DMARC1; p=none"', expect: 'version' },
  { name: 'capital V', zone: '_dmarc.example.com TXT "V=DMARC1; p=none"', expect: 'version-upper-v' },
  { name: 'no record', zone: '_dmarc.example.com TXT "hello"', expect: 'not-applicable' },
  { name: 'no answer', zone: '_dmarc.example.com TXT !refused', expect: 'unknown' },
] satisfies Examples<typeof version>;
