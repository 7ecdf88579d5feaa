import { isWithin, type Name } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { edited } from '../../mail/dmarc/mending.ts';
import { dmarc } from '../../topics/dmarc.ts';
import { dmarcRecord, excerptOf, type GoverningRecord, rewriting } from '../../topics/dmarc-record.ts';

export const covers = ['dmarc-orgdomain-mismatch'];

const organizationalDomain = rule({
  title: 'Old and new receivers agree which organization the domain belongs to',
  why: 'With relaxed alignment a signature counts when it comes from the same organization. RFC 9989 finds the organization in DNS, RFC 7489 in a list; where they differ, your mail passes at some receivers and fails at others.',
  bears: ['acceptance', 'impersonation'],
  cites: [
    { rfc: 9989, section: '4.10.2' },
    { rfc: 9989, section: 'C.3' },
    { rfc: 9989, section: '11.8' },
    { rfc: 7489, section: '3.2' },
  ],
  reads: { dmarc, dmarcRecord },
  cases: {
    same: {
      passes: true,
      says: (d: { organizational: Name }) =>
        `By both standards the organizational domain is \`${d.organizational}\`.`,
    },
    chosen: {
      passes: true,
      says: (d: { tree: Name; list: Name }) =>
        `\`psd=n\` sets \`${d.tree}\` apart for receivers on RFC 9989; older ones see \`${d.list}\`.`,
    },
    strict: {
      passes: true,
      says: (d: { tree: Name; list: Name }) =>
        `Receivers on RFC 9989 see \`${d.tree}\`, older ones \`${d.list}\`. Alignment is strict, so it makes no difference.`,
    },
    'orgdomain-mismatch': {
      severity: 'medium',
      says: (d: { tree: Name; list: Name }) =>
        `Receivers on RFC 9989 see \`${d.tree}\`, older ones \`${d.list}\`. They disagree on which signatures count for this domain.`,
      fix: (d: { governing: GoverningRecord }) => {
        const fix = {
          stage: 'mend',
          effort: 'hour',
          text: 'Publish a record at the domain itself with strict alignment (`adkim=s; aspf=s`), after seeing that your mail is signed and sent with exactly this domain.',
        } as const;
        return d.governing.inherited
          ? fix
          : rewriting(d.governing, edited(d.governing.record.text, { adkim: 's', aspf: 's' }), fix);
      },
    },
  },
  judge({ dmarc, dmarcRecord }) {
    const tree = dmarc.rfc9989.organizationalDomain;
    const list = dmarc.rfc7489.organizationalDomain;
    if (dmarcRecord === undefined)
      return { is: 'not-applicable', because: 'No DMARC record governs the domain.' };
    if (tree === list) return { is: 'same', data: { organizational: tree } };
    const { record } = dmarcRecord;
    const shows = excerptOf(dmarcRecord, []);
    if (dmarc.records.some(({ domain, record }) => domain === tree && record.psd === 'n'))
      return { is: 'chosen', data: { tree, list }, shows };
    if (record.adkim === 's' && record.aspf === 's' && !dmarcRecord.inherited)
      return { is: 'strict', data: { tree, list }, shows };
    if (isWithin(dmarc.publicSuffix.suffix, tree))
      return { is: 'not-applicable', because: 'A registry’s record stands in for the domain.' };
    if (!dmarc.records.some(({ domain }) => domain === list))
      return { is: 'not-applicable', because: `\`${list}\` has no DMARC record.` };
    return { is: 'orgdomain-mismatch', data: { tree, list, governing: dmarcRecord }, shows };
  },
});

export default organizationalDomain;

const SPLIT = `_dmarc.example.com TXT "v=DMARC1; p=reject; psd=y"
           _dmarc.news.example.com TXT`;

export const weighs = {
  medium: 'Mail signed by another name of the organization passes at some receivers and fails at others.',
} satisfies Weights<typeof organizationalDomain>;

export const examples = [
  { name: 'the same', zone: '_dmarc.example.com TXT "v=DMARC1; p=reject"', expect: 'same' },
  {
    name: 'set apart',
    domain: 'news.example.com',
    zone: `_dmarc.example.com TXT "v=DMARC1; p=reject"
           _dmarc.news.example.com TXT "v=DMARC1; p=reject; psd=n"`,
    expect: 'chosen',
  },
  {
    name: 'split, and strict',
    domain: 'news.example.com',
    zone: `${SPLIT} "v=DMARC1; p=reject; adkim=s; aspf=s"`,
    expect: 'strict',
  },
  {
    name: 'split by psd=y above',
    domain: 'news.example.com',
    zone: `${SPLIT} "v=DMARC1; p=reject"`,
    expect: 'orgdomain-mismatch',
  },
  {
    name: 'split and inherited',
    domain: 'news.example.com',
    zone: `_dmarc.example.com TXT "v=DMARC1; p=reject; psd=y"
           news.example.com A 192.0.2.1`,
    expect: 'orgdomain-mismatch',
  },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'no answer', zone: '_dmarc.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof organizationalDomain>;
