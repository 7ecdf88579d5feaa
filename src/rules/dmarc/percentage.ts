import { excerpt } from '../../dns/text.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { edited } from '../../mail/dmarc/mending.ts';
import { lowered, type Policy, STRENGTH } from '../../mail/dmarc/policy.ts';
import { dmarcRecord, excerptOf, type GoverningRecord, rewriting } from '../../topics/dmarc-record.ts';

export const covers = ['dmarc-pct'];

const percentage = rule({
  title: 'The policy applies to all mail',
  why: 'RFC 9989 removed `pct`: new receivers apply the policy to all mail that fails, older ones to the stated share only. With a number below 100 the two do different things.',
  bears: ['impersonation'],
  cites: [
    { rfc: 9989, section: 'A.6' },
    { rfc: 9989, section: 'C.5.2' },
    { rfc: 7489, section: '6.6.4' },
  ],
  reads: { dmarcRecord },
  cases: {
    all: { passes: true, says: 'The policy holds for all mail that fails, not for a share of it.' },
    full: {
      passes: true,
      says: 'The record says `pct=100`, which is the default of older receivers; new ones no longer read it.',
    },
    idle: { passes: true, says: 'The record sets `pct`, which changes nothing while it asks for no action.' },
    pct: {
      severity: 'medium',
      says: (d: { pct: number; policy: Policy }) =>
        `Receivers on RFC 9989 ignore \`pct=${d.pct}\` and apply \`${d.policy}\` to all mail that fails. ${older(d)}`,
      fix: (d: { governing: GoverningRecord }) =>
        rewriting(d.governing, edited(d.governing.record.text, { pct: null }), {
          stage: 'enforce',
          effort: 'days',
          text: 'New receivers already apply the policy in full. When the reports show that your own mail passes, delete `pct`.',
        }),
    },
    'pct-invalid': {
      severity: 'medium',
      says: (d: { value: string }) =>
        `\`pct=${excerpt(d.value, 40)}\` is no whole number from 0 to 100. Older receivers take it for 100, and some discard the record.`,
      fix: (d: { governing: GoverningRecord }) =>
        rewriting(d.governing, edited(d.governing.record.text, { pct: null }), {
          stage: 'mend',
          effort: 'minutes',
          text: 'Delete `pct`.',
        }),
    },
  },
  judge({ dmarcRecord }) {
    if (dmarcRecord === undefined)
      return { is: 'not-applicable', because: 'No DMARC record governs the domain.' };
    const { record } = dmarcRecord;
    const tag = record.settings.find(({ name }) => name === 'pct')?.tag;
    if (tag === undefined) return { is: 'all' };
    const shows = excerptOf(dmarcRecord, [tag]);
    if (record.faults.some(({ kind, tag }) => kind === 'value' && tag === 'pct'))
      return { is: 'pct-invalid', data: { value: tag.value, governing: dmarcRecord }, shows };
    const policies = [record.p, record.sp].filter((policy) => policy !== undefined);
    const policy = policies.sort((a, b) => STRENGTH[b] - STRENGTH[a])[0] ?? 'none';
    if (policy === 'none' || record.badPolicies.length > 0) return { is: 'idle', shows };
    if (record.pct === 100) return { is: 'full', shows };
    return { is: 'pct', data: { governing: dmarcRecord, pct: record.pct, policy }, shows };
  },
});

export default percentage;

function older({ pct, policy }: { pct: number; policy: Policy }): string {
  const less = lowered(policy) === 'none' ? 'deliver it as usual' : 'quarantine it';
  return pct === 0
    ? `Older ones ${less} instead.`
    : `Older ones do so with ${pct} percent of it and ${less} for the rest.`;
}

export const weighs = {
  medium: 'Half of the receivers apply the policy in full, the other half to a share or a step lower.',
} satisfies Weights<typeof percentage>;

export const examples = [
  { name: 'absent', zone: '_dmarc.example.com TXT "v=DMARC1; p=reject"', expect: 'all' },
  { name: '100', zone: '_dmarc.example.com TXT "v=DMARC1; p=reject; pct=100"', expect: 'full' },
  { name: 'with none', zone: '_dmarc.example.com TXT "v=DMARC1; p=none; pct=20"', expect: 'idle' },
  { name: '0', zone: '_dmarc.example.com TXT "v=DMARC1; p=reject; pct=0"', expect: 'pct' },
  { name: '25', zone: '_dmarc.example.com TXT "v=DMARC1; p=quarantine; pct=25"', expect: 'pct' },
  { name: 'no number', zone: '_dmarc.example.com TXT "v=DMARC1; p=reject; pct=50%"', expect: 'pct-invalid' },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'no answer', zone: '_dmarc.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof percentage>;
