import type { Name } from '../../dns/name.ts';
import { dns } from '../../dns/record.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { inbound } from '../../topics/inbound.ts';
import { reportDomains, tlsRpt } from '../../topics/tls-rpt.ts';

export const covers = ['tlsrpt-destination', 'tlsrpt-external', 'tlsrpt-same-domain'];

const destination = rule({
  title: 'The addresses for TLS reports take mail',
  why: 'Reports to a domain that takes no mail are lost, and with them the only word you would get of encryption failures.',
  bears: ['interception'],
  cites: [
    { rfc: 8460, section: '3' },
    { rfc: 8460, section: '5.3.1' },
    { rfc: 8460, section: '7' },
  ],
  reads: { inbound, tlsRpt, reportDomains },
  cases: {
    elsewhere: {
      passes: true,
      says: (d: { domains: readonly Name[] }) =>
        `Reports go to ${d.domains.map((domain) => `\`${domain}\``).join(' and ')}. That needs no permission record there.`,
    },
    own: {
      passes: true,
      says: 'Reports go to the domain itself. Senders must deliver them even when encryption fails; they are lost only while your mail servers are down.',
    },
    'no-mail': {
      severity: 'medium',
      says: (d: { domain: Name; declared: boolean }) =>
        `Reports are addressed to \`${d.domain}\`, which ${d.declared ? 'declares that it takes no mail' : 'has neither MX record nor address'}.`,
      fix: {
        stage: 'mend',
        effort: 'minutes',
        cause: 'report-host',
        text: 'Name an address at a domain that takes mail, or an `https://` address of a reporting service.',
      },
    },
  },
  judge({ inbound, tlsRpt, reportDomains, scope }) {
    if (!inbound.takes) return { is: 'not-applicable', because: inbound.because };
    if (tlsRpt.record === undefined)
      return { is: 'not-applicable', because: 'There is no single TLS-RPT record to read.' };
    if (reportDomains.length === 0)
      return { is: 'not-applicable', because: 'The record names no e-mail address.' };
    const dead = reportDomains.find((one) => one.takes !== 'mail');
    if (dead)
      return {
        is: 'no-mail',
        data: { domain: dead.domain, declared: dead.takes === 'null-mx' },
        rests: [dns(dead.domain, 'MX'), dns(dead.domain, 'A'), dns(dead.domain, 'AAAA')],
      };
    const domains = reportDomains.map((one) => one.domain);
    const web = tlsRpt.record.uris.some((uri) => uri.scheme === 'https');
    if (!web && domains.every((domain) => domain === scope.domain)) return { is: 'own' };
    return { is: 'elsewhere', data: { domains } };
  },
});

export default destination;

const zone = (uri: string) => `example.com MX 10 mail.example.com
  _smtp._tls.example.com TXT "v=TLSRPTv1; rua=${uri}"`;

export const weighs = {
  medium: 'Mail is untouched; failures of its encryption go unnoticed.',
} satisfies Weights<typeof destination>;

export const examples = [
  {
    name: 'a service',
    zone: `${zone('mailto:x@report.example.net')}\nreport.example.net MX 10 mx.example.net`,
    expect: 'elsewhere',
  },
  {
    name: 'a domain without MX but with an address',
    zone: `${zone('mailto:x@report.example.net')}\nreport.example.net AAAA 2001:db8::1`,
    expect: 'elsewhere',
  },
  { name: 'the domain itself', zone: zone('mailto:tls@example.com'), expect: 'own' },
  { name: 'nowhere', zone: zone('mailto:x@gone.example.net'), expect: 'no-mail' },
  {
    name: 'null MX',
    zone: `${zone('mailto:x@report.example.net')}\nreport.example.net MX 0 .`,
    expect: 'no-mail',
  },
  { name: 'only the web', zone: zone('https://report.example.net/'), expect: 'not-applicable' },
  { name: 'no record', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  {
    name: 'not answered',
    zone: `${zone('mailto:x@report.example.net')}\nreport.example.net MX !servfail`,
    expect: 'unknown',
  },
] satisfies Examples<typeof destination>;
