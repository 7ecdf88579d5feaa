import { excerpt } from '../../dns/text.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { edited } from '../../mail/dmarc/mending.ts';
import { dmarcRecord, excerptOf, type GoverningRecord, rewriting } from '../../topics/dmarc-record.ts';

export const covers = ['dmarc-separator'];

const separators = rule({
  title: 'One semicolon stands between two tags',
  why: 'Most receivers overlook a stray semicolon or word. A strict one may not, and what a stray word was meant to say is lost.',
  bears: ['impersonation'],
  cites: [
    { rfc: 9989, section: '4.8' },
    { rfc: 6376, section: '3.2' },
  ],
  reads: { dmarcRecord },
  cases: {
    clean: { passes: true, says: 'The tags are separated as they should be.' },
    doubled: {
      severity: 'low',
      says: 'Two semicolons stand with nothing between them.',
      fix: (d: { governing: GoverningRecord }) =>
        tidied(d.governing, 'Leave one semicolon between two tags.'),
    },
    stray: {
      severity: 'low',
      says: (d: { words: string }) =>
        `\`${excerpt(d.words, 60)}\` is no tag: it has no \`=\`. Receivers skip it.`,
      fix: (d: { governing: GoverningRecord }) =>
        tidied(d.governing, 'Delete the stray words, or write the tag that was meant.'),
    },
  },
  judge({ dmarcRecord }) {
    if (dmarcRecord === undefined)
      return { is: 'not-applicable', because: 'No DMARC record governs the domain.' };
    const { record } = dmarcRecord;
    if (record.badPolicies.length > 0 || record.p === undefined)
      return {
        is: 'not-applicable',
        because: 'The record’s policy cannot be read, which has a finding of its own.',
      };
    const stray = record.faults.filter(({ kind }) => kind === 'no-equals');
    const data = { governing: dmarcRecord };
    if (stray[0])
      return {
        is: 'stray',
        data: { ...data, words: record.text.slice(stray[0].from, stray[0].to) },
        shows: excerptOf(dmarcRecord, stray),
      };
    const doubled = record.faults.filter(({ kind }) => kind === 'empty-segment');
    if (doubled.length > 0) return { is: 'doubled', data, shows: excerptOf(dmarcRecord, doubled) };
    return { is: 'clean' };
  },
});

export default separators;

function tidied(governing: GoverningRecord, text: string) {
  return rewriting(governing, edited(governing.record.text, {}), { stage: 'tidy', effort: 'minutes', text });
}

export const weighs = {
  low: 'Most receivers overlook it, and the policy stands.',
} satisfies Weights<typeof separators>;

export const examples = [
  { name: 'clean', zone: '_dmarc.example.com TXT "v=DMARC1; p=none; "', expect: 'clean' },
  { name: 'two semicolons', zone: '_dmarc.example.com TXT "v=DMARC1;; p=none"', expect: 'doubled' },
  { name: 'a word', zone: '_dmarc.example.com TXT "v=DMARC1; p=none; relaxed"', expect: 'stray' },
  {
    name: 'a policy with a colon',
    zone: '_dmarc.example.com TXT "v=DMARC1; p:none; rua=mailto:a@example.com"',
    expect: 'not-applicable',
  },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'no answer', zone: '_dmarc.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof separators>;
