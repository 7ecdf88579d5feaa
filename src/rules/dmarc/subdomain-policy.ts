import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { edited } from '../../mail/dmarc/mending.ts';
import { STRENGTH } from '../../mail/dmarc/policy.ts';
import { dmarc } from '../../topics/dmarc.ts';
import { dmarcRecord, excerptOf, type GoverningRecord, rewriting } from '../../topics/dmarc-record.ts';

export const covers = ['dmarc-sp-weaker', 'dmarc-sp-ignored'];

const subdomainPolicy = rule({
  title: 'Subdomains are protected as well as the domain',
  why: 'A forger who is kept from your domain takes a subdomain instead: to readers, mail from `billing.` in front of your name looks just as genuine.',
  bears: ['impersonation'],
  cites: [
    { rfc: 9989, section: '4.7' },
    { rfc: 7489, section: '6.3' },
  ],
  reads: { dmarc, dmarcRecord },
  cases: {
    covered: {
      passes: true,
      says: 'The policy for subdomains is at least as strict as the one for the domain.',
    },
    'sp-ignored': {
      passes: true,
      says: 'The record sets `sp`, which nobody reads here: subdomains follow the record of the domain above. It does no harm.',
    },
    'sp-none': {
      severity: 'high',
      says: (d: { p: string }) =>
        `The domain asks for \`${d.p}\`, but \`sp=none\` exempts its subdomains: forgeries in their names are delivered.`,
      fix: (d: { governing: GoverningRecord }) => without(d.governing),
    },
    'sp-weaker': {
      severity: 'low',
      says: 'The domain asks for `reject`, its subdomains only for `quarantine`: forgeries in their names land in the junk folder.',
      fix: (d: { governing: GoverningRecord }) => without(d.governing),
    },
  },
  judge({ dmarc, dmarcRecord }) {
    if (dmarcRecord === undefined)
      return { is: 'not-applicable', because: 'No DMARC record governs the domain.' };
    const { record, domain } = dmarcRecord;
    if (record.badPolicies.length > 0 || record.p === undefined)
      return { is: 'not-applicable', because: 'The record’s policy cannot be read.' };
    const marks = record.settings.flatMap(({ name, tag }) => (name === 'sp' && tag ? [tag] : []));
    const shows = excerptOf(dmarcRecord, marks);
    const organizational = [dmarc.rfc9989.organizationalDomain, dmarc.rfc7489.organizationalDomain];
    if (record.sp !== undefined && organizational.every((name) => name !== domain))
      return { is: 'sp-ignored', shows };
    if (record.p === 'none')
      return { is: 'not-applicable', because: 'The domain itself asks for no action.' };
    const sp = record.sp ?? record.p;
    if (STRENGTH[sp] >= STRENGTH[record.p]) return { is: 'covered', shows };
    const data = { governing: dmarcRecord, p: record.p };
    return sp === 'none' ? { is: 'sp-none', data, shows } : { is: 'sp-weaker', data, shows };
  },
});

export default subdomainPolicy;

function without(governing: GoverningRecord) {
  const { record } = governing;
  const np =
    record.np !== undefined && STRENGTH[record.np] < STRENGTH[record.p ?? 'none'] ? { np: null } : {};
  return rewriting(governing, edited(record.text, { sp: null, ...np }), {
    stage: 'enforce',
    effort: 'days',
    text: 'See in the reports which subdomains send mail of yours and whether it passes. Then delete `sp`, so that they follow `p`.',
  });
}

export const weighs = {
  high: 'Forgeries in the names of subdomains are delivered.',
  low: 'Forgeries go to the junk folder instead of being refused, as they do for every domain at `quarantine`.',
} satisfies Weights<typeof subdomainPolicy>;

export const examples = [
  { name: 'p for all', zone: '_dmarc.example.com TXT "v=DMARC1; p=reject"', expect: 'covered' },
  {
    name: 'sp stricter',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=quarantine; sp=reject"',
    expect: 'covered',
  },
  { name: 'sp=none', zone: '_dmarc.example.com TXT "v=DMARC1; p=reject; sp=none"', expect: 'sp-none' },
  {
    name: 'sp weaker',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=reject; sp=quarantine"',
    expect: 'sp-weaker',
  },
  {
    name: 'sp below the organizational domain',
    domain: 'news.example.com',
    zone: `_dmarc.example.com TXT "v=DMARC1; p=reject"
           _dmarc.news.example.com TXT "v=DMARC1; p=reject; sp=none"`,
    expect: 'sp-ignored',
  },
  {
    name: 'a subdomain that sp exempts',
    domain: 'news.example.com',
    zone: `_dmarc.example.com TXT "v=DMARC1; p=reject; sp=none"
           news.example.com A 192.0.2.1`,
    expect: 'sp-none',
  },
  { name: 'none for all', zone: '_dmarc.example.com TXT "v=DMARC1; p=none"', expect: 'not-applicable' },
  { name: 'no answer', zone: '_dmarc.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof subdomainPolicy>;
