import { isWithin, labelCount, type Name } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { edited } from '../../mail/dmarc/mending.ts';
import { dmarc } from '../../topics/dmarc.ts';
import { dmarcRecord, type GoverningRecord, rewriting } from '../../topics/dmarc-record.ts';

export const covers = ['dmarc-psd-parent'];

const registryAbove = rule({
  title: 'No record of a registry stands in for the domain',
  why: 'When a registry publishes a DMARC record without saying that it is a registry, receivers on RFC 9989 take it for your organization: anybody who holds a name beside yours can then pass as you.',
  bears: ['impersonation'],
  cites: [
    { rfc: 9989, section: '11.8' },
    { rfc: 9989, section: '4.10.2' },
  ],
  reads: { dmarc, dmarcRecord },
  cases: {
    declared: {
      passes: true,
      says: (d: { registry: Name }) =>
        `The registry \`${d.registry}\` publishes a DMARC record and says that it is a registry.`,
    },
    shielded: {
      passes: true,
      says: (d: { registry: Name }) =>
        `The registry \`${d.registry}\` publishes a DMARC record without \`psd=y\`; \`psd=n\` in your own record keeps it out.`,
    },
    undeclared: {
      severity: 'medium',
      says: (d: { registry: Name }) =>
        `The registry \`${d.registry}\` publishes a DMARC record without \`psd=y\`. Receivers on RFC 9989 may take \`${d.registry}\` for your organization.`,
      fix: (d: { governing: GoverningRecord | undefined; domain: Name }) => {
        const text = `Say \`psd=n\` in the record of \`${d.domain}\`, which then counts as the organization.`;
        const fix = { stage: 'mend', effort: 'minutes', text } as const;
        return d.governing && d.governing.domain === d.domain
          ? rewriting(d.governing, edited(d.governing.record.text, { psd: 'n' }), fix)
          : fix;
      },
    },
  },
  judge({ dmarc, dmarcRecord, scope }) {
    const { suffix, section } = dmarc.publicSuffix;
    if (suffix === scope.domain)
      return { is: 'not-applicable', because: 'No registry is known above the domain.' };
    const above = dmarc.records.filter(
      ({ domain }) => domain !== scope.domain && isWithin(suffix, domain) && labelCount(domain) > 0,
    );
    const [nearest] = above;
    if (nearest === undefined)
      return { is: 'not-applicable', because: 'No registry above publishes a DMARC record.' };
    if (section === undefined || section === 'unlisted')
      return { is: 'not-applicable', because: 'No registry is known above the domain.' };
    const shows = above.map(({ domain, text }) => ({ name: domain, type: 'TXT' as const, text }));
    const registry = nearest.domain;
    if (nearest.record.psd === 'y') return { is: 'declared', data: { registry }, shows };
    const own = dmarc.records.find(
      ({ domain, record }) =>
        record.psd === 'n' && isWithin(scope.domain, domain) && !isWithin(suffix, domain),
    );
    if (own) return { is: 'shielded', data: { registry }, shows };
    return {
      is: 'undeclared',
      data: { registry, governing: dmarcRecord, domain: dmarc.rfc7489.organizationalDomain },
      shows,
    };
  },
});

export default registryAbove;

export const weighs = {
  medium: 'Strangers with a name beside this one may pass at new receivers; only the registry can end it.',
} satisfies Weights<typeof registryAbove>;

export const examples = [
  {
    name: 'a registry that says so',
    domain: 'example.co.uk',
    zone: `_dmarc.example.co.uk TXT "v=DMARC1; p=reject"
           _dmarc.co.uk TXT "v=DMARC1; p=reject; psd=y"`,
    expect: 'declared',
  },
  {
    name: 'a registry that does not',
    domain: 'example.co.uk',
    zone: `_dmarc.example.co.uk TXT "v=DMARC1; p=reject"
           _dmarc.co.uk TXT "v=DMARC1; p=reject"`,
    expect: 'undeclared',
  },
  {
    name: 'kept out',
    domain: 'example.co.uk',
    zone: `_dmarc.example.co.uk TXT "v=DMARC1; p=reject; psd=n"
           _dmarc.co.uk TXT "v=DMARC1; p=reject"`,
    expect: 'shielded',
  },
  {
    name: 'no record of the registry',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=reject"',
    expect: 'not-applicable',
  },
  { name: 'no answer', zone: '_dmarc.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof registryAbove>;
