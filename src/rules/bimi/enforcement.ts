import type { Name } from '../../dns/name.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { bimi } from '../../topics/bimi.ts';
import { dmarc } from '../../topics/dmarc.ts';

export const covers = ['bimi-dmarc'];

const fix = (text: string): Fix => ({ stage: 'tidy', effort: 'days', text });

const enforcement = rule({
  title: 'DMARC is strict enough for the logo to be shown',
  why: 'Mailbox providers show a logo only for domains whose DMARC policy has forged mail quarantined or rejected, without exception.',
  bears: ['acceptance'],
  cites: [
    {
      document: 'Brand Indicators for Message Identification (Internet-Draft)',
      href: 'https://datatracker.ietf.org/doc/draft-brand-indicators-for-message-identification/',
    },
    { rfc: 9989, section: '4.7' },
  ],
  reads: { bimi, dmarc },
  cases: {
    strict: { passes: true, says: 'The DMARC policy quarantines or rejects, without exception.' },
    absent: {
      severity: 'medium',
      says: 'No DMARC policy governs the domain, so no logo is shown.',
      fix: fix(
        'Start with DMARC reports, then bring the policy to `quarantine` or `reject`. The logo follows by itself.',
      ),
    },
    none: {
      severity: 'medium',
      says: (d: { at: Name }) => `The DMARC policy at \`${d.at}\` is \`none\`, so no logo is shown.`,
      fix: fix(
        'Bring the DMARC policy to `quarantine` or `reject` once its reports show that all your own mail passes.',
      ),
    },
    subdomains: {
      severity: 'medium',
      says: (d: { at: Name }) =>
        `The DMARC record at \`${d.at}\` leaves subdomains at \`sp=none\`, so no logo is shown.`,
      fix: fix(
        'Take `sp=none` out of the DMARC record once its reports show that the mail of your subdomains passes.',
      ),
    },
    test: {
      severity: 'medium',
      says: (d: { at: Name }) =>
        `The DMARC record at \`${d.at}\` says that it is a test (\`t=y\`), so providers may show no logo.`,
      fix: fix('Take `t=y` out of the DMARC record once its reports show that all your own mail passes.'),
    },
    sample: {
      severity: 'low',
      says: (d: { at: Name; pct: number }) =>
        `The DMARC record at \`${d.at}\` says \`pct=${d.pct}\`. Providers want the policy to apply to all mail before they show a logo.`,
      fix: fix('Take `pct` out of the DMARC record once its reports show that all your own mail passes.'),
    },
  },
  judge({ bimi, dmarc, scope }) {
    const { record } = bimi;
    if (record === undefined || !record.wellFormed)
      return { is: 'not-applicable', because: 'There is no readable BIMI record.' };
    if (record.declines) return { is: 'not-applicable', because: 'The domain wants no logo shown.' };
    const { applied, organizationalDomain } = dmarc.rfc9989;
    if (applied === undefined) return { is: 'absent' };
    // The draft asks the same of the domain and of its organizational domain (§7.1).
    const top = dmarc.records.find((one) => one.domain === organizationalDomain);
    const governing = [{ domain: applied.domain, record: applied.record }, ...(top ? [top] : [])];
    for (const { domain, record: policy } of governing) {
      const inherits = domain !== scope.domain && domain === applied.domain;
      if (policy.p === undefined) return { is: 'absent' };
      if (policy.p === 'none') return { is: 'none', data: { at: domain } };
      if (policy.sp === 'none') return { is: inherits ? 'none' : 'subdomains', data: { at: domain } };
      if (policy.test) return { is: 'test', data: { at: domain } };
      if (policy.pct < 100) return { is: 'sample', data: { at: domain, pct: policy.pct } };
    }
    return { is: 'strict' };
  },
});

export default enforcement;

const LOGO = 'default._bimi.example.com TXT "v=BIMI1; l=https://example.com/logo.svg"';
const zone = (text: string) => `${LOGO}\nexample.com A 192.0.2.1\n_dmarc.example.com TXT "${text}"`;

export const weighs = {
  medium: 'A logo that was set up and paid for is not shown, but no mail is lost.',
  low: 'Which share of the mail counts is read differently: the standard objects in one case, most providers always.',
} satisfies Weights<typeof enforcement>;

export const examples = [
  { name: 'reject', zone: zone('v=DMARC1; p=reject'), expect: 'strict' },
  { name: 'quarantine', zone: zone('v=DMARC1; p=quarantine; sp=reject'), expect: 'strict' },
  {
    name: 'inherited',
    domain: 'news.example.com',
    zone: `${zone('v=DMARC1; p=reject')}\nnews.example.com A 192.0.2.1`,
    expect: 'strict',
  },
  {
    name: 'strict below, none above',
    domain: 'news.example.com',
    zone: `${zone('v=DMARC1; p=none')}
           news.example.com A 192.0.2.1
           _dmarc.news.example.com TXT "v=DMARC1; p=reject"`,
    expect: 'none',
  },
  { name: 'no DMARC', zone: `${LOGO}\nexample.com A 192.0.2.1`, expect: 'absent' },
  { name: 'none', zone: zone('v=DMARC1; p=none'), expect: 'none' },
  { name: 'subdomains left out', zone: zone('v=DMARC1; p=reject; sp=none'), expect: 'subdomains' },
  { name: 'test', zone: zone('v=DMARC1; p=reject; t=y'), expect: 'test' },
  { name: 'half', zone: zone('v=DMARC1; p=reject; pct=50'), expect: 'sample' },
  { name: 'no BIMI', zone: '_dmarc.example.com TXT "v=DMARC1; p=none"', expect: 'not-applicable' },
  { name: 'not answered', zone: `${LOGO}\n_dmarc.example.com TXT !timeout`, expect: 'unknown' },
] satisfies Examples<typeof enforcement>;
