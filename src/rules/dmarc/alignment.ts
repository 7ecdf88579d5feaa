import { excerpt } from '../../dns/text.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { edited } from '../../mail/dmarc/mending.ts';
import { dmarcRecord, excerptOf, type GoverningRecord, rewriting } from '../../topics/dmarc-record.ts';

export const covers = [
  'dmarc-alignment-values',
  'dmarc-strict-risk',
  'dmarc-relaxed-subdomain-risk',
  'dkim-alignment-hint',
];

const alignment = rule({
  title: 'The alignment modes are ones that receivers know',
  why: '`adkim` and `aspf` say whether a signature or an SPF pass of a subdomain counts for the domain. A value nobody knows is replaced by the default, relaxed. Relaxed, the default, is no fault: it lets services sign with a subdomain, and strict protects better only where subdomains are in other hands. A wrong value weighs little, for the default takes its place.',
  bears: ['impersonation', 'acceptance'],
  cites: [
    { rfc: 9989, section: '4.4' },
    { rfc: 9989, section: '4.8' },
    { rfc: 9989, section: '11.8' },
  ],
  reads: { dmarcRecord },
  cases: {
    relaxed: {
      passes: true,
      says: 'Alignment is relaxed: whoever controls SPF or DKIM of a subdomain can pass as the domain, which is fine as long as all subdomains are yours.',
    },
    strict: {
      passes: true,
      says: (d: { modes: string }) =>
        `Alignment is strict for ${d.modes}: only the exact domain counts. Services that sign or bounce with a subdomain do not pass for it.`,
    },
    'alignment-values': {
      severity: 'low',
      says: (d: { tag: string; value: string }) =>
        d.value === ''
          ? `Nothing stands after \`${d.tag}=\`, so receivers use the default, relaxed.`
          : `\`${d.tag}=${excerpt(d.value, 40)}\` means nothing; only \`r\` and \`s\` do. Receivers use the default, relaxed.`,
      fix: (d: { governing: GoverningRecord; edits: Readonly<Record<string, null>> }) =>
        rewriting(d.governing, edited(d.governing.record.text, d.edits), {
          stage: 'tidy',
          effort: 'minutes',
          text: 'Delete the tag, which keeps things as they are, or write `r` (relaxed) or `s` (strict).',
        }),
    },
  },
  judge({ dmarcRecord }) {
    if (dmarcRecord === undefined)
      return { is: 'not-applicable', because: 'No DMARC record governs the domain.' };
    const { record } = dmarcRecord;
    const tags = record.settings.filter(
      (setting) => (setting.name === 'adkim' || setting.name === 'aspf') && setting.tag,
    );
    const shows = excerptOf(
      dmarcRecord,
      tags.flatMap(({ tag }) => tag ?? []),
    );
    const bad = tags.filter(({ rfc9989 }) => rfc9989 === 'replaced');
    if (bad[0])
      return {
        is: 'alignment-values',
        data: {
          tag: bad[0].name,
          value: bad[0].tag?.value ?? '',
          governing: dmarcRecord,
          edits: Object.fromEntries(bad.map(({ name }) => [name, null])),
        },
        shows,
      };
    const modes = [record.adkim === 's' && 'DKIM', record.aspf === 's' && 'SPF'].filter(
      (mode) => mode !== false,
    );
    return modes.length === 0
      ? { is: 'relaxed', shows }
      : { is: 'strict', data: { modes: modes.join(' and ') }, shows };
  },
});

export default alignment;

export const weighs = {
  low: 'Receivers use the default, relaxed, which suits most domains.',
} satisfies Weights<typeof alignment>;

export const examples = [
  { name: 'default', zone: '_dmarc.example.com TXT "v=DMARC1; p=none"', expect: 'relaxed' },
  { name: 'strict', zone: '_dmarc.example.com TXT "v=DMARC1; p=none; adkim=s; aspf=S"', expect: 'strict' },
  {
    name: 'a word',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; adkim=strict; aspf=relaxed"',
    expect: 'alignment-values',
  },
  { name: 'empty', zone: '_dmarc.example.com TXT "v=DMARC1; p=none; aspf="', expect: 'alignment-values' },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'no answer', zone: '_dmarc.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof alignment>;
