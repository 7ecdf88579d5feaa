import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { isSpf } from '../../mail/spf/record.ts';
import { shown, spfText, spfType99 } from '../../topics/spf.ts';

export const covers = ['spf-senderid', 'spf-type99'];

const leftovers = rule({
  title: 'No abandoned form of SPF is published',
  why: 'Records of type SPF and Sender ID records are read by no receiver today. People read them, though, and take them for the policy.',
  bears: ['acceptance'],
  cites: [
    { rfc: 7208, section: '3.1', level: 'MUST' },
    { rfc: 7208, section: '14.1' },
  ],
  reads: { spf: spfText, old: spfType99 },
  cases: {
    none: { passes: true, says: 'Neither a record of type SPF nor a Sender ID record is published.' },
    senderid: {
      passes: true,
      says: (d: { text: string }) =>
        `\`${d.text}\` is a Sender ID record. No receiver reads it as SPF; it can be deleted.`,
    },
    type99: {
      severity: 'low',
      says: (d: { differs: boolean }) =>
        d.differs
          ? 'A record of type SPF says something else than the TXT record. Receivers read the TXT record only.'
          : 'A record of type SPF is published. Receivers read the TXT record only.',
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: 'Delete the record of type SPF and keep the TXT record.',
        changes: d.changes,
      }),
    },
  },
  judge({ spf, old, scope }) {
    const records = old.filter(isSpf);
    if (records.length > 0) {
      const changes = [...new Set(records)].map(
        (was) => ({ op: 'delete', name: scope.domain, type: 'SPF', was }) as const,
      );
      return {
        is: 'type99',
        data: { differs: records.some((text) => !spf.candidates.includes(text)), changes },
        shows: records.map((text) => ({ name: scope.domain, type: 'SPF' as const, text })),
      };
    }
    const senderId = spf.texts.find((text) => /^spf2\.0\//i.test(text));
    if (senderId !== undefined)
      return {
        is: 'senderid',
        data: { text: excerpt(senderId, 80) },
        shows: shown(scope.domain, senderId),
      };
    return { is: 'none' };
  },
});

export default leftovers;

export const weighs = {
  low: 'No receiver reads such records; people who do are misled.',
} satisfies Weights<typeof leftovers>;

export const examples = [
  { name: 'none', zone: 'example.com TXT "v=spf1 -all"', expect: 'none' },
  {
    name: 'Sender ID',
    zone: `example.com TXT "v=spf1 -all"
           example.com TXT "spf2.0/pra -all"`,
    expect: 'senderid',
  },
  {
    name: 'type SPF',
    zone: `example.com TXT "v=spf1 -all"
           example.com SPF "v=spf1 -all"`,
    expect: 'type99',
  },
  {
    name: 'type SPF that differs',
    zone: `example.com TXT "v=spf1 -all"
           example.com SPF "v=spf1 mx -all"`,
    expect: 'type99',
  },
  { name: 'no answer', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof leftovers>;
