import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import {
  type AliasReference,
  type Gone,
  gravest,
  policyTarget,
  restsOf,
  takers,
} from '../../topics/takeover.ts';

export const covers = ['take-mtasts'];

const fix = (d: { gone: Gone<AliasReference> }) =>
  ({
    stage: 'mend',
    effort: 'minutes',
    text: 'Delete the CNAME record now. Senders that hold a policy keep it until its `max_age` has passed; serve it from a host of yours before that, or announce none.',
    changes: [{ op: 'delete', name: d.gone.from.name, type: 'CNAME', was: d.gone.from.alias }],
  }) as const;

const policyHost = rule({
  title: 'The MTA-STS policy is served from a name that belongs to somebody',
  why: 'While the record stands, whoever holds the name behind `mta-sts` can serve a policy of theirs: one that switches protection off, or one whose servers are not yours, so that mail to you is held back for as long as it says.',
  bears: ['interception'],
  cites: [
    { rfc: 8461, section: '10.3' },
    { rfc: 8461, section: '3.3' },
  ],
  reads: { policyTarget },
  partial: ['policyTarget'],
  cases: {
    held: { passes: true, says: 'The name that `mta-sts` leads to stands in a domain that exists.' },
    unregistered: {
      severity: 'high',
      says: (d: { gone: Gone<AliasReference> }) =>
        `\`${d.gone.from.name}\` leads to \`${d.gone.name}\`, which is nobody’s. ${takers(d.gone)} Its new holder would set your policy.`,
      fix,
    },
    claimable: {
      severity: 'high',
      says: (d: { gone: Gone<AliasReference> }) =>
        `\`${d.gone.from.name}\` leads to a name that is gone. ${takers(d.gone)}`,
      fix,
    },
  },
  judge({ policyTarget }) {
    if (policyTarget.got === 'none') return { is: 'unknown', because: policyTarget.because };
    const gone = gravest(policyTarget.value);
    const found = gone && {
      data: { gone },
      shows: [{ name: gone.from.name, type: 'CNAME' as const, text: gone.from.alias }],
      rests: restsOf(policyTarget.value),
    };
    if (found && gone.standing === 'unregistered') return { is: 'unregistered', ...found };
    if (policyTarget.got === 'part') return { is: 'unknown', because: policyTarget.because };
    if (found && gone.standing === 'claimable') return { is: 'claimable', ...found };
    return policyTarget.value.count === 0
      ? { is: 'not-applicable', because: 'No policy is announced at a name that is an alias.' }
      : { is: 'held' };
  },
});

export default policyHost;

const RECORD = `example.com MX 10 mail.example.com
  mail.example.com A 45.0.0.25
  _mta-sts.example.com TXT "v=STSv1; id=20261101"`;

export const weighs = {
  high: 'Whoever takes the name can hold mail back or end the protection; mail itself goes elsewhere.',
} satisfies Weights<typeof policyHost>;

export const examples = [
  {
    name: 'a service that serves the policy',
    zone: `${RECORD}\nmta-sts.example.com CNAME sts.vendor.example\nsts.vendor.example A 45.0.0.80`,
    expect: 'held',
  },
  {
    name: 'the service gave its domain up',
    zone: `${RECORD}\nmta-sts.example.com CNAME sts.lapsed-policies.com`,
    expect: 'unregistered',
  },
  {
    name: 'a cloud name that was given back',
    zone: `${RECORD}\nmta-sts.example.com CNAME our-policy.azurewebsites.net`,
    expect: 'claimable',
  },
  { name: 'a host', zone: `${RECORD}\nmta-sts.example.com A 45.0.0.80`, expect: 'not-applicable' },
  { name: 'no policy', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  { name: 'not answered', zone: `${RECORD}\nmta-sts.example.com A !timeout`, expect: 'unknown' },
] satisfies Examples<typeof policyHost>;
