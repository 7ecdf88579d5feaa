import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { edited } from '../../mail/dmarc/mending.ts';
import { secondRecord } from '../../mail/dmarc/record.ts';
import { dmarcRecord, excerptOf, type GoverningRecord, rewriting } from '../../topics/dmarc-record.ts';

export const covers = ['dmarc-duplicate-tag'];

const duplicateTag = rule({
  title: 'No tag is given twice',
  why: 'When a tag is given twice, some receivers discard the whole record and others take the first or the last value: nobody can say what your policy is.',
  bears: ['impersonation'],
  cites: [
    { rfc: 6376, section: '3.2', level: 'MUST' },
    { rfc: 9989, section: '4.7' },
    { rfc: 9989, section: '4.8' },
  ],
  reads: { dmarcRecord },
  cases: {
    once: { passes: true, says: 'Every tag is given once.' },
    glued: {
      severity: 'medium',
      says: 'Two records stand in one text: a second `v=DMARC1` begins in its middle, and receivers read on as if it were one.',
      fix: (d: { governing: GoverningRecord; first: string }) =>
        rewriting(d.governing, d.first, {
          stage: 'mend',
          effort: 'minutes',
          text: 'Keep one of the two. Below, the first one stays; see that it is the one you want.',
        }),
    },
    'duplicate-tag': {
      severity: 'medium',
      says: (d: { tags: readonly string[] }) =>
        d.tags.length === 1
          ? `The tag \`${d.tags[0]}\` is given more than once.`
          : `These tags are given more than once: ${d.tags.map((tag) => `\`${tag}\``).join(', ')}.`,
      fix: (d: { governing: GoverningRecord }) =>
        rewriting(d.governing, edited(d.governing.record.text, {}), {
          stage: 'mend',
          effort: 'minutes',
          text: 'Keep one of each. Below, the first one stays; see that it is the one you want.',
        }),
    },
  },
  judge({ dmarcRecord }) {
    if (dmarcRecord === undefined)
      return { is: 'not-applicable', because: 'No DMARC record governs the domain.' };
    const { duplicates, faults } = dmarcRecord.record;
    const second = secondRecord(dmarcRecord.record.text);
    if (second)
      return {
        is: 'glued',
        data: { governing: dmarcRecord, first: dmarcRecord.record.text.slice(0, second.from).trim() },
        shows: excerptOf(dmarcRecord, [second]),
      };
    if (duplicates.length === 0) return { is: 'once' };
    return {
      is: 'duplicate-tag',
      data: { tags: duplicates, governing: dmarcRecord },
      shows: excerptOf(
        dmarcRecord,
        faults.filter(({ kind }) => kind === 'duplicate'),
      ),
    };
  },
});

export default duplicateTag;

export const weighs = {
  medium: 'Some receivers apply the policy and others discard it: protection is there in part.',
} satisfies Weights<typeof duplicateTag>;

export const examples = [
  { name: 'once', zone: '_dmarc.example.com TXT "v=DMARC1; p=none; sp=none"', expect: 'once' },
  {
    name: 'two records in one text',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; rua=mailto:a@example.com v=DMARC1; p=reject"',
    expect: 'glued',
  },
  {
    name: 'two policies',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; p=reject"',
    expect: 'duplicate-tag',
  },
  {
    name: 'two addresses in two tags',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; rua=mailto:a@example.com; RUA=mailto:b@example.com; p=none"',
    expect: 'duplicate-tag',
  },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'no answer', zone: '_dmarc.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof duplicateTag>;
