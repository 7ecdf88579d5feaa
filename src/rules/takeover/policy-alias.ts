import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import {
  type AliasReference,
  dmarcTarget,
  type Gone,
  gravest,
  restsOf,
  takers,
} from '../../topics/takeover.ts';

export const covers = ['take-dmarc-cname'];

const fix = (d: { gone: Gone<AliasReference>; own: string }) =>
  ({
    stage: 'mend',
    effort: 'minutes',
    text: 'Delete the CNAME record now and publish a record of your own in its place.',
    changes: [
      { op: 'delete', name: d.gone.from.name, type: 'CNAME', was: d.gone.from.alias },
      { op: 'add', name: d.gone.from.name, type: 'TXT', value: d.own },
    ],
  }) as const;

const policyAlias = rule({
  title: 'An alias at `_dmarc` leads to a name that belongs to somebody',
  why: 'Whoever holds the name that `_dmarc` leads to sets your DMARC policy: they can switch it off, and have the reports about your mail sent to themselves.',
  bears: ['impersonation'],
  cites: [
    { rfc: 9989, section: '4.10' },
    { rfc: 1034, section: '3.6.2' },
  ],
  reads: { dmarcTarget },
  partial: ['dmarcTarget'],
  cases: {
    held: { passes: true, says: 'The name that `_dmarc` leads to stands in a domain that exists.' },
    unregistered: {
      severity: 'critical',
      says: (d: { gone: Gone<AliasReference> }) =>
        `\`_dmarc\` leads to \`${d.gone.name}\`, which is nobody’s. ${takers(d.gone)} Its new holder would set your policy.`,
      fix,
    },
    claimable: {
      severity: 'high',
      says: (d: { gone: Gone<AliasReference> }) =>
        `\`_dmarc\` leads to a name that is gone. ${takers(d.gone)}`,
      fix,
    },
  },
  judge({ dmarcTarget, scope }) {
    if (dmarcTarget.got === 'none') return { is: 'unknown', because: dmarcTarget.because };
    const gone = gravest(dmarcTarget.value);
    const found = gone && {
      data: { gone, own: `v=DMARC1; p=none; rua=mailto:dmarc-reports@${scope.domain}` },
      shows: [{ name: gone.from.name, type: 'CNAME' as const, text: gone.from.alias }],
      rests: restsOf(dmarcTarget.value),
    };
    if (found && gone.standing === 'unregistered') return { is: 'unregistered', ...found };
    if (dmarcTarget.got === 'part') return { is: 'unknown', because: dmarcTarget.because };
    if (found && gone.standing === 'claimable') return { is: 'claimable', ...found };
    return dmarcTarget.value.count === 0
      ? { is: 'not-applicable', because: '`_dmarc` is no alias.' }
      : { is: 'held' };
  },
});

export default policyAlias;

export const weighs = {
  critical: 'Anybody can register the name and switch the policy off, today.',
  high: 'A customer of the same service may be able to set the policy; DNS does not prove it.',
} satisfies Weights<typeof policyAlias>;

export const examples = [
  {
    name: 'a service that publishes the record',
    zone: `_dmarc.example.com CNAME example-com.dmarc.vendor.example
           example-com.dmarc.vendor.example TXT "v=DMARC1; p=reject"`,
    expect: 'held',
  },
  {
    name: 'the service gave its domain up',
    zone: '_dmarc.example.com CNAME example-com.lapsed-dmarc.com',
    expect: 'unregistered',
  },
  {
    name: 'a cloud name that was given back',
    zone: '_dmarc.example.com CNAME our-dmarc.azurewebsites.net',
    expect: 'claimable',
  },
  { name: 'a record', zone: '_dmarc.example.com TXT "v=DMARC1; p=none"', expect: 'not-applicable' },
  { name: 'not answered', zone: '_dmarc.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof policyAlias>;
