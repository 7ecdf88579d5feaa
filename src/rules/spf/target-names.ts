import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { repaired } from '../../mail/spf/edit.ts';
import { type Mistake, mistakesOf, type SlipCode } from '../../mail/spf/mistakes.ts';
import { gluedStrings, nothingToJudge, replaced, shown, spfText } from '../../topics/spf.ts';

export const covers = ['spf-typo-include', 'spf-target-malformed'];

const targetNames = rule({
  title: 'Every name in the SPF record can be looked up',
  why: 'Some mistakes in a name pass the grammar and lead nowhere: the servers meant there do not pass, or the whole check ends in an error, depending on the receiver.',
  bears: ['acceptance'],
  cites: [
    { rfc: 7208, section: '4.8' },
    { rfc: 7208, section: '7.1' },
  ],
  reads: { spf: spfText },
  cases: {
    sound: { passes: true, says: 'All names in the record are well formed.' },
    'target-malformed': {
      severity: 'high',
      says: (d: { name: string; what: string }) =>
        `\`${d.name}\` ${d.what}. Some receivers treat the whole record as an error, others skip the term.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Correct the name.',
        ...(d.changes.length > 0 ? { changes: d.changes } : {}),
      }),
    },
    'typo-include': {
      severity: 'high',
      says: (d: { name: string; what: string }) => `\`${d.name}\` ${d.what}. No such name has an SPF record.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Write the domain name alone.',
        ...(d.changes.length > 0 ? { changes: d.changes } : {}),
      }),
    },
    glued: {
      severity: 'high',
      says: (d: { name: string; what: string }) =>
        `\`${d.name}\` ${d.what}. Receivers take it for a single name that does not exist.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Put a space between the two terms.',
        ...(d.changes.length > 0 ? { changes: d.changes } : {}),
      }),
    },
  },
  judge({ spf, scope }) {
    const { record } = spf;
    const because = nothingToJudge(spf);
    if (!record || because !== undefined) return { is: 'not-applicable', because: because ?? '' };
    if (gluedStrings(spf))
      return {
        is: 'not-applicable',
        because: 'The seam between two strings has a finding of its own.',
      };
    if (!record.suspect) return { is: 'sound' };
    const slips = mistakesOf(record).slips.filter((slip) => WORDS[slip.code] !== undefined);
    const [first] = slips;
    if (first) {
      const repairable = slips.every((slip) => slip.repair !== undefined);
      const data = {
        name: excerpt(record.text.slice(first.from, first.to), 60),
        what: WORDS[first.code] ?? '',
        changes: repairable ? replaced(scope.domain, record.text, repaired(record.text, slips)) : [],
      };
      return { is: caseOf(first), data, shows: shown(scope.domain, record.text, slips) };
    }
    return { is: 'sound' };
  },
});

export default targetNames;

function caseOf({ code }: Mistake<SlipCode>): 'glued' | 'typo-include' | 'target-malformed' {
  return code === 'name-glued' ? 'glued' : code === 'name-address-like' ? 'typo-include' : 'target-malformed';
}

/** Completes "`…` ". */
const WORDS: Readonly<Partial<Record<SlipCode, string>>> = {
  'name-empty-label': 'has two dots in a row, or begins with one',
  'name-long-label': 'has a part of more than 63 characters',
  'name-address-like': 'is a web or mail address, not a domain name',
  'name-glued': 'is two terms without a space between them',
};

export const weighs = {
  high: 'The sender that was meant does not pass, and some receivers end with an error for all mail.',
} satisfies Weights<typeof targetNames>;

export const examples = [
  {
    name: 'sound names',
    zone: `example.com TXT "v=spf1 a:mail.example.com -all"
           mail.example.com A 192.0.2.1`,
    expect: 'sound',
  },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  {
    name: 'two dots',
    zone: `example.com TXT "v=spf1 a:mail..example.com -all"
           mail.example.com A 192.0.2.1`,
    expect: 'target-malformed',
  },
  {
    name: 'a part that is too long',
    zone: `example.com TXT "v=spf1 a:${'x'.repeat(64)}.example.com -all"`,
    expect: 'target-malformed',
  },
  {
    name: 'a web address',
    zone: `example.com TXT "v=spf1 include:https://spf.example.net -all"
           spf.example.net TXT "v=spf1 ip4:192.0.2.1 -all"`,
    expect: 'typo-include',
  },
  {
    name: 'no space between two terms',
    zone: `example.com TXT "v=spf1 include:spf.example.net-all"
           spf.example.net TXT "v=spf1 ip4:192.0.2.1 -all"`,
    expect: 'glued',
  },
  { name: 'no answer', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof targetNames>;
