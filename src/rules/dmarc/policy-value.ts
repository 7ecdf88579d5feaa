import { excerpt } from '../../dns/text.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { edited, mended } from '../../mail/dmarc/mending.ts';
import {
  type DmarcFault,
  type DmarcRecord,
  isValidAddress,
  parseDmarcRecord,
} from '../../mail/dmarc/record.ts';
import { parseTagList } from '../../mail/dmarc/tags.ts';
import { dmarcRecord, excerptOf, type GoverningRecord, rewriting } from '../../topics/dmarc-record.ts';

export const covers = [
  'dmarc-policy-missing',
  'dmarc-policy-invalid',
  'dmarc-empty-value',
  'dmarc-p-order',
  'dmarc-separator',
  'dmarc-value-case',
];

const policyValue = rule({
  title: 'The record states its policies so that every receiver understands them',
  why: 'One policy that is missing or misspelt costs the whole record its effect: receivers then do nothing against forgeries, whatever the other tags say. That weighs as much as having no policy at all, although the record looks complete.',
  bears: ['impersonation', 'acceptance'],
  cites: [
    { rfc: 9989, section: '4.7' },
    { rfc: 9989, section: '4.10.1', level: 'MUST' },
    { rfc: 7489, section: '6.6.3' },
  ],
  reads: { dmarcRecord },
  cases: {
    valid: { passes: true, says: 'Every policy is one that receivers know.' },
    'p-order': {
      passes: true,
      says: 'Every policy is one that receivers know. `p` does not come right after the version, as the older RFC 7489 wanted; RFC 9989 allows it.',
    },
    'policy-missing': {
      severity: 'high',
      says: (d: { reports: boolean; instead?: string }) =>
        `The record has no \`p\`${d.instead === undefined ? '' : `, for ${d.instead} is not read as one`}, so ${consequence(d.reports)}`,
      fix: (d: { governing: GoverningRecord; instead?: string }) =>
        d.instead !== undefined
          ? corrected(d.governing)
          : rewriting(d.governing, edited(d.governing.record.text, { p: 'none' }), {
              stage: 'mend',
              effort: 'minutes',
              text: 'Add `p=none` right after the version, and make it stricter when the reports show that your own mail passes.',
            }),
    },
    'policy-invalid': {
      severity: 'high',
      says: (d: { tag: string; value: string; reports: boolean; only9989: boolean }) =>
        `\`${d.tag}=${excerpt(d.value, 40)}\` is no policy; only \`none\`, \`quarantine\` and \`reject\` are. Therefore ${consequence(d.reports, d.only9989)}`,
      fix: (d: { governing: GoverningRecord }) => corrected(d.governing),
    },
    'empty-value': {
      severity: 'high',
      says: (d: { tag: string; reports: boolean; only9989: boolean }) =>
        `Nothing stands after \`${d.tag}=\`. Therefore ${consequence(d.reports, d.only9989)}`,
      fix: (d: { governing: GoverningRecord }) => corrected(d.governing),
    },
    separator: {
      severity: 'high',
      says: (d: { tag: string; meant: string; reports: boolean; only9989: boolean }) =>
        `The semicolon after \`${d.tag}=${d.meant}\` is missing, so what follows becomes part of the policy and spoils it. Therefore ${consequence(d.reports, d.only9989)}`,
      fix: (d: { governing: GoverningRecord }) => corrected(d.governing),
    },
  },
  judge({ dmarcRecord }) {
    if (dmarcRecord === undefined)
      return { is: 'not-applicable', because: 'No DMARC record governs the domain.' };
    const { record } = dmarcRecord;
    const faults = record.faults.filter(({ kind }) => BAD.has(kind));
    const [fault] = faults;
    if (fault === undefined) {
      const order = record.faults.filter(({ kind }) => kind === 'policy-not-second');
      return { is: order.length > 0 ? 'p-order' : 'valid', shows: excerptOf(dmarcRecord, []) };
    }
    const shows = excerptOf(dmarcRecord, faults);
    const reports = record.rua.some(isValidAddress);
    const tag = fault.tag ?? 'p';
    const data = {
      governing: dmarcRecord,
      reports,
      tag,
      only9989: record.badPolicies.every((bad) => bad === 'np'),
    };
    switch (fault.kind) {
      case 'policy-missing': {
        const instead = insteadOf(record);
        return {
          is: 'policy-missing',
          data: { ...data, ...(instead === undefined ? {} : { instead }) },
          shows,
        };
      }
      case 'policy-empty':
        return { is: 'empty-value', data, shows };
      case 'separator':
        return { is: 'separator', data: { ...data, meant: fault.meant ?? '' }, shows };
      default:
        return {
          is: 'policy-invalid',
          data: { ...data, value: record.text.slice(fault.from, fault.to) },
          shows,
        };
    }
  },
});

export default policyValue;

/** What was written where `p` is missing: its name spelt out, behind a blank of another kind, or with a colon. */
function insteadOf({ text, faults }: DmarcRecord): string | undefined {
  const { tags } = parseTagList(text);
  const slip = faults.find(({ kind, meant }) => kind === 'tag-unknown' && meant === 'p');
  const spelt = slip && tags.find((tag) => tag.from <= slip.from && slip.to <= tag.to);
  if (spelt) return `\`${excerpt(text.slice(spelt.from, spelt.to), 40)}\``;
  const behind = tags.find(({ name }) => name.length > 1 && /^[^!-~]+p$/i.test(name));
  if (behind) return 'what stands behind a no-break space or another invisible character';
  const colon = faults.find(
    ({ kind, from, to }) => kind === 'no-equals' && /^p\s*:/i.test(text.slice(from, to)),
  );
  return colon && `\`${excerpt(text.slice(colon.from, colon.to), 40)}\` with its colon`;
}

function consequence(reports: boolean, only9989 = false): string {
  const effect = reports
    ? 'the record counts as `p=none`: reports are sent, and forgeries are let through.'
    : 'the record counts as none at all.';
  return only9989 ? `for receivers that follow RFC 9989 ${effect}` : effect;
}

function corrected(governing: GoverningRecord) {
  const value = mended(governing.record.text);
  const policy = parseDmarcRecord(value).p ?? 'none';
  const warning =
    policy === 'none'
      ? ''
      : ` This puts the policy \`${policy}\` in force, so see first that your own mail passes SPF or DKIM.`;
  return rewriting(governing, value, {
    stage: 'mend',
    effort: 'minutes',
    text: `Replace the record by \`${excerpt(value, 300)}\`.${warning}`,
  });
}

const BAD: ReadonlySet<DmarcFault['kind']> = new Set([
  'policy-missing',
  'policy-value',
  'policy-empty',
  'separator',
]);

export const weighs = {
  high: 'Receivers do nothing against forgeries, although the record looks complete.',
} satisfies Weights<typeof policyValue>;

export const examples = [
  { name: 'valid', zone: '_dmarc.example.com TXT "v=DMARC1; p=Reject; sp=none"', expect: 'valid' },
  {
    name: 'p after rua',
    zone: '_dmarc.example.com TXT "v=DMARC1; rua=mailto:a@example.com; p=none"',
    expect: 'p-order',
  },
  {
    name: 'no p',
    zone: '_dmarc.example.com TXT "v=DMARC1; rua=mailto:a@example.com"',
    expect: 'policy-missing',
  },
  { name: 'only the version', zone: '_dmarc.example.com TXT "v=DMARC1"', expect: 'policy-missing' },
  { name: 'misspelt', zone: '_dmarc.example.com TXT "v=DMARC1; p=rejected"', expect: 'policy-invalid' },
  {
    name: 'a bad sp',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=reject; sp=all; rua=mailto:a@example.com"',
    expect: 'policy-invalid',
  },
  {
    name: 'a bad np',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=reject; np=block"',
    expect: 'policy-invalid',
  },
  { name: 'empty', zone: '_dmarc.example.com TXT "v=DMARC1; p=; sp=none"', expect: 'empty-value' },
  {
    name: 'a comma',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=reject, rua=mailto:a@example.com"',
    expect: 'separator',
  },
  {
    name: 'inherited',
    domain: 'news.example.com',
    zone: `_dmarc.example.com TXT "v=DMARC1; p=rejct"
           news.example.com A 192.0.2.1`,
    expect: 'policy-invalid',
  },
  {
    name: 'hosted elsewhere',
    zone: `_dmarc.example.com CNAME dmarc.example.net
           dmarc.example.net TXT "v=DMARC1; p=rejct"`,
    expect: 'policy-invalid',
  },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'no answer', zone: '_dmarc.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof policyValue>;
