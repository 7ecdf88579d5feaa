import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { edited } from '../../mail/dmarc/mending.ts';
import { dmarc } from '../../topics/dmarc.ts';
import { dmarcRecord, excerptOf, type GoverningRecord, rewriting } from '../../topics/dmarc-record.ts';

export const covers = ['dmarc-registry-record'];

const registryRecord = rule({
  title: 'A registry’s record says that it is one',
  why: 'Under a registry’s name other people register theirs. Without `psd=y` receivers take the registry for the organization of them all, and one registrant’s mail can pass as another’s.',
  bears: ['impersonation'],
  cites: [
    { rfc: 9989, section: '5.2', level: 'MUST' },
    { rfc: 9989, section: '10.2' },
    { rfc: 9989, section: '11.8' },
  ],
  reads: { dmarc, dmarcRecord },
  cases: {
    declared: { passes: true, says: 'The record says `psd=y`.' },
    undeclared: {
      severity: 'medium',
      says: (d: { section: string }) =>
        `${d.section === 'icann' ? 'This is a registry' : 'The Public Suffix List has this name as one under which others have theirs'}, and its record does not say \`psd=y\`.`,
      fix: (d: { governing: GoverningRecord }) =>
        rewriting(d.governing, edited(d.governing.record.text, { psd: 'y', ruf: null }), {
          stage: 'mend',
          effort: 'minutes',
          text: 'Add `psd=y`.',
        }),
    },
    'failure-reports': {
      severity: 'medium',
      says: 'The record asks for failure reports with `ruf`, which would show the registry the mail of its registrants.',
      fix: (d: { governing: GoverningRecord }) =>
        rewriting(d.governing, edited(d.governing.record.text, { ruf: null }), {
          stage: 'mend',
          effort: 'minutes',
          text: 'Delete `ruf`.',
        }),
    },
  },
  judge({ dmarc, dmarcRecord, scope }) {
    const { suffix, section } = dmarc.publicSuffix;
    if (suffix !== scope.domain) return { is: 'not-applicable', because: 'The domain is no public suffix.' };
    if (dmarcRecord === undefined || dmarcRecord.inherited)
      return { is: 'not-applicable', because: 'The domain has no DMARC record of its own.' };
    if (section === undefined || section === 'unlisted')
      return { is: 'not-applicable', because: 'The domain is no public suffix.' };
    const { record } = dmarcRecord;
    const data = { governing: dmarcRecord, section };
    if (record.psd !== 'y') return { is: 'undeclared', data, shows: excerptOf(dmarcRecord, []) };
    if (record.ruf.length > 0)
      return { is: 'failure-reports', data, shows: excerptOf(dmarcRecord, record.ruf) };
    return { is: 'declared', shows: excerptOf(dmarcRecord, []) };
  },
});

export default registryRecord;

export const weighs = {
  medium:
    'One registrant may pass as another at new receivers, or the registry sees mail that is not its own.',
} satisfies Weights<typeof registryRecord>;

export const examples = [
  {
    name: 'declared',
    domain: 'co.uk',
    zone: '_dmarc.co.uk TXT "v=DMARC1; p=reject; psd=y"',
    expect: 'declared',
  },
  {
    name: 'not declared',
    domain: 'co.uk',
    zone: '_dmarc.co.uk TXT "v=DMARC1; p=reject"',
    expect: 'undeclared',
  },
  {
    name: 'a hosting name',
    domain: 'github.io',
    zone: '_dmarc.github.io TXT "v=DMARC1; p=reject"',
    expect: 'undeclared',
  },
  {
    name: 'with failure reports',
    domain: 'co.uk',
    zone: '_dmarc.co.uk TXT "v=DMARC1; p=reject; psd=y; ruf=mailto:a@co.uk"',
    expect: 'failure-reports',
  },
  {
    name: 'an ordinary domain',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=reject"',
    expect: 'not-applicable',
  },
  { name: 'no answer', domain: 'co.uk', zone: '_dmarc.co.uk TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof registryRecord>;
