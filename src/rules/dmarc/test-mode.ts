import { excerpt } from '../../dns/text.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { edited } from '../../mail/dmarc/mending.ts';
import { lowered, type Policy, STRENGTH } from '../../mail/dmarc/policy.ts';
import { dmarcRecord, excerptOf, type GoverningRecord, rewriting } from '../../topics/dmarc-record.ts';

export const covers = ['dmarc-test-mode'];

const testMode = rule({
  title: 'The policy is in force, not on trial',
  why: 'With `t=y` receivers that follow RFC 9989 act one step below the policy. Older receivers do not know the tag and apply the policy in full, so nobody gets quite what the record says.',
  bears: ['impersonation'],
  cites: [
    { rfc: 9989, section: '4.7' },
    { rfc: 9989, section: 'A.6' },
  ],
  reads: { dmarcRecord },
  cases: {
    earnest: { passes: true, says: 'The record is not marked as a test.' },
    idle: { passes: true, says: 'The record is marked as a test, which changes nothing with `p=none`.' },
    testing: {
      severity: 'medium',
      says: (d: { policy: Policy }) =>
        `The record is marked as a test: receivers on RFC 9989 apply \`${lowered(d.policy)}\` where it says \`${d.policy}\`. Older ones apply \`${d.policy}\`.`,
      fix: (d: { governing: GoverningRecord }) =>
        rewriting(d.governing, edited(d.governing.record.text, { t: null }), {
          stage: 'enforce',
          effort: 'days',
          text: 'When the reports show that your own mail passes, delete `t=y`.',
        }),
    },
    'other-value': {
      severity: 'low',
      says: (d: { value: string }) =>
        `\`t=${excerpt(d.value, 40)}\` means nothing; only \`y\` and \`n\` do. Receivers act as if it were not there.`,
      fix: (d: { governing: GoverningRecord }) =>
        rewriting(d.governing, edited(d.governing.record.text, { t: null }), {
          stage: 'tidy',
          effort: 'minutes',
          text: 'Delete the tag `t`, or write `t=y` if the policy is only to be tried.',
        }),
    },
  },
  judge({ dmarcRecord }) {
    if (dmarcRecord === undefined)
      return { is: 'not-applicable', because: 'No DMARC record governs the domain.' };
    const { record } = dmarcRecord;
    const tag = record.settings.find(({ name }) => name === 't')?.tag;
    if (tag === undefined) return { is: 'earnest' };
    const shows = excerptOf(dmarcRecord, [tag]);
    if (!/^[yn]$/i.test(tag.value))
      return { is: 'other-value', data: { value: tag.value, governing: dmarcRecord }, shows };
    if (!record.test) return { is: 'earnest', shows };
    const policies = [record.p, record.sp, record.np].filter((policy) => policy !== undefined);
    const policy = policies.sort((a, b) => STRENGTH[b] - STRENGTH[a])[0] ?? 'none';
    if (policy === 'none' || record.badPolicies.length > 0) return { is: 'idle', shows };
    return { is: 'testing', data: { governing: dmarcRecord, policy }, shows };
  },
});

export default testMode;

export const weighs = {
  medium: 'New receivers act a step lower than the owner believes; old ones act in full.',
  low: 'Receivers act as if the tag were not there.',
} satisfies Weights<typeof testMode>;

export const examples = [
  { name: 'absent', zone: '_dmarc.example.com TXT "v=DMARC1; p=reject"', expect: 'earnest' },
  { name: 't=n', zone: '_dmarc.example.com TXT "v=DMARC1; p=reject; t=n"', expect: 'earnest' },
  { name: 'with none', zone: '_dmarc.example.com TXT "v=DMARC1; p=none; t=y"', expect: 'idle' },
  { name: 'with reject', zone: '_dmarc.example.com TXT "v=DMARC1; p=reject; t=y"', expect: 'testing' },
  { name: 'another value', zone: '_dmarc.example.com TXT "v=DMARC1; p=reject; t=1"', expect: 'other-value' },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'no answer', zone: '_dmarc.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof testMode>;
