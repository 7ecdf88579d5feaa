import { excerpt } from '../../dns/text.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { edited } from '../../mail/dmarc/mending.ts';
import type { DmarcFault } from '../../mail/dmarc/record.ts';
import { dmarcRecord, excerptOf, type GoverningRecord, rewriting } from '../../topics/dmarc-record.ts';

export const covers = ['dmarc-tag-case', 'dmarc-removed-tags', 'dmarc-unknown-tag'];

const tagNames = rule({
  title: 'Every tag is spelt as receivers know it',
  why: 'Receivers skip tags they do not know without a word. A misspelt tag therefore looks right and does nothing.',
  bears: ['impersonation'],
  cites: [
    { rfc: 9989, section: '4.7', level: 'MUST' },
    { rfc: 9989, section: '4.8' },
    { rfc: 9989, section: '9.3' },
    { rfc: 6376, section: '3.2' },
    { rfc: 7489, section: '6.3' },
  ],
  reads: { dmarcRecord },
  cases: {
    known: { passes: true, says: 'Receivers know every tag.' },
    'removed-tags': {
      passes: true,
      says: (d: { tags: string }) =>
        `${d.tags} belonged to the older RFC 7489; new receivers ignore ${d.tags.includes(' and ') ? 'them' : 'it'}.`,
    },
    'unknown-tag': {
      passes: true,
      says: (d: { tag: string }) => `The tag \`${excerpt(d.tag, 40)}\` is not defined; receivers ignore it.`,
    },
    misspelt: {
      severity: 'medium',
      says: (d: { tag: string; meant: string }) =>
        `\`${excerpt(d.tag, 40)}\` was probably meant as \`${d.meant}\`. As it stands, receivers ignore it.`,
      fix: (d: { governing: GoverningRecord; meant: string }) =>
        rewriting(d.governing, respelt(d.governing), {
          stage: 'mend',
          effort: 'minutes',
          text: `Write the tag as \`${d.meant}\`.`,
        }),
    },
    'tag-case': {
      severity: 'medium',
      says: (d: { tag: string }) =>
        `\`${d.tag}\` is written in capitals. Some receivers take it for \`${d.tag.toLowerCase()}\`, others ignore it.`,
      fix: (d: { governing: GoverningRecord }) =>
        rewriting(d.governing, respelt(d.governing), {
          stage: 'mend',
          effort: 'minutes',
          text: 'Write the names of all tags in lower case.',
        }),
    },
    'report-format': {
      severity: 'low',
      says: (d: { value: string }) =>
        `\`rf=${excerpt(d.value, 40)}\` names a report format that does not exist. New receivers ignore it; an older one may ignore the whole record.`,
      fix: (d: { governing: GoverningRecord }) =>
        rewriting(d.governing, edited(d.governing.record.text, { rf: null }), {
          stage: 'tidy',
          effort: 'minutes',
          text: 'Delete the tag `rf`.',
        }),
    },
  },
  judge({ dmarcRecord }) {
    if (dmarcRecord === undefined)
      return { is: 'not-applicable', because: 'No DMARC record governs the domain.' };
    const { record } = dmarcRecord;
    const find = (kind: DmarcFault['kind'], test: (fault: DmarcFault) => boolean = () => true) =>
      record.faults.filter((fault) => fault.kind === kind && test(fault));
    const written = ({ from, to }: DmarcFault) => record.text.slice(from, to);
    // Where `p` is missing, the rule about policies names what was written instead.
    const misspelt = find(
      'tag-unknown',
      ({ meant }) => meant !== undefined && !(meant === 'p' && record.p === undefined),
    );
    const governing = dmarcRecord;
    if (misspelt[0]?.meant)
      return {
        is: 'misspelt',
        data: { tag: written(misspelt[0]), meant: misspelt[0].meant, governing },
        shows: excerptOf(governing, misspelt),
      };
    const upper = find('tag-case');
    if (upper[0])
      return {
        is: 'tag-case',
        data: { tag: written(upper[0]), governing },
        shows: excerptOf(governing, upper),
      };
    const format = record.settings.find(({ name }) => name === 'rf')?.tag;
    if (format && !/^afrf$/i.test(format.value))
      return {
        is: 'report-format',
        data: { value: format.value, governing },
        shows: excerptOf(governing, [format]),
      };
    const unknown = find('tag-unknown');
    if (unknown[0])
      return {
        is: 'unknown-tag',
        data: { tag: written(unknown[0]) },
        shows: excerptOf(governing, unknown),
      };
    const removed = find('tag-removed', ({ tag }) => tag !== 'pct');
    if (removed.length > 0)
      return {
        is: 'removed-tags',
        data: { tags: removed.map(({ tag }) => `\`${tag}\``).join(' and ') },
        shows: excerptOf(governing, removed),
      };
    return { is: 'known' };
  },
});

export default tagNames;

/** The record with misspelt and upper-case names written right. */
function respelt({ record }: GoverningRecord): string {
  let text = record.text;
  // From the end, so that the offsets of what comes before still hold.
  for (const { kind, from, to, meant } of record.faults.toReversed())
    if ((kind === 'tag-unknown' || kind === 'tag-case') && meant !== undefined)
      text = text.slice(0, from) + meant + text.slice(to);
  return edited(text, {});
}

export const weighs = {
  medium: 'What the tag was to say is lost, and the owner believes that it is said.',
  low: 'New receivers ignore the tag; few old ones are left that may discard the record.',
} satisfies Weights<typeof tagNames>;

export const examples = [
  { name: 'known', zone: '_dmarc.example.com TXT "v=DMARC1; p=none; fo=1; pct=100"', expect: 'known' },
  {
    name: 'rf and ri',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; rf=afrf; ri=86400"',
    expect: 'removed-tags',
  },
  { name: 'unknown', zone: '_dmarc.example.com TXT "v=DMARC1; p=none; x=y"', expect: 'unknown-tag' },
  {
    name: 'rau',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=reject; rau=mailto:a@example.com"',
    expect: 'misspelt',
  },
  {
    name: 'a policy spelt out',
    zone: '_dmarc.example.com TXT "v=DMARC1; policy=reject; rua=mailto:a@example.com"',
    expect: 'unknown-tag',
  },
  { name: 'capitals', zone: '_dmarc.example.com TXT "v=DMARC1; P=reject; SP=reject"', expect: 'tag-case' },
  {
    name: 'another format',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; rf=iodef"',
    expect: 'report-format',
  },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'no answer', zone: '_dmarc.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof tagNames>;
