import type { Name } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { dmarcReportMail, type ReportMailHost } from '../../topics/dmarc-reports.ts';

export const covers = ['dmarc-rua-destination'];

const reportDestination = rule({
  title: 'The mailboxes for reports can take mail',
  why: 'Reports to a host that takes no mail are lost. If its name has lapsed, a stranger may register it and read who mails in your name.',
  bears: ['impersonation'],
  cites: [
    { rfc: 9989, section: '5.1.3' },
    { rfc: 5321, section: '5.1' },
    { rfc: 7505, section: '3' },
  ],
  reads: { dmarcReportMail },
  partial: ['dmarcReportMail'],
  cases: {
    reachable: { passes: true, says: 'Every host that reports go to can take mail.' },
    'no-mail': {
      severity: 'medium',
      says: (d: { host: Name; takes: ReportMailHost['takes'] }) =>
        `Reports go to \`${d.host}\`, which ${REASONS[d.takes]}.`,
      fix: (d: { host: Name }) => ({
        stage: 'report',
        effort: 'minutes',
        cause: 'report-host',
        text: `Write an address in \`rua\` that takes mail, or set up mail at \`${d.host}\`.`,
      }),
    },
  },
  judge({ dmarcReportMail }) {
    if (dmarcReportMail.got === 'none') return { is: 'unknown', because: dmarcReportMail.because };
    const hosts = dmarcReportMail.value;
    const dead = hosts?.filter(({ takes }) => takes !== 'mail') ?? [];
    // A name that does not exist may be for sale: say that first.
    const worst = dead.find(({ takes }) => takes === 'missing') ?? dead[0];
    if (worst)
      return {
        is: 'no-mail',
        data: { host: worst.host, takes: worst.takes },
        rests: dead.map(({ question }) => question),
      };
    if (dmarcReportMail.got === 'part') return { is: 'unknown', because: dmarcReportMail.because };
    if (hosts === undefined || hosts.length === 0)
      return { is: 'not-applicable', because: 'No reports are asked for by mail.' };
    return { is: 'reachable' };
  },
});

export default reportDestination;

const REASONS: Readonly<Record<ReportMailHost['takes'], string>> = {
  mail: 'takes mail',
  missing: 'does not exist',
  'null-mx': 'declares that it takes no mail',
  nowhere: 'has no mail server and no address',
};

const INSIDE = '_dmarc.example.com TXT "v=DMARC1; p=none; rua=mailto:a@example.com"';

export const weighs = {
  medium: 'The policy protects all the same; its owner is blind, and a lapsed name lets strangers read.',
} satisfies Weights<typeof reportDestination>;

export const examples = [
  { name: 'an MX', zone: `${INSIDE}\nexample.com MX 10 mail.example.com`, expect: 'reachable' },
  { name: 'an address', zone: `${INSIDE}\nexample.com AAAA 2001:db8::1`, expect: 'reachable' },
  {
    name: 'gone',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; rua=mailto:a@gone.example"',
    expect: 'no-mail',
  },
  { name: 'a null MX', zone: `${INSIDE}\nexample.com MX 0 .`, expect: 'no-mail' },
  { name: 'nothing', zone: INSIDE, expect: 'no-mail' },
  { name: 'no reports', zone: '_dmarc.example.com TXT "v=DMARC1; p=none"', expect: 'not-applicable' },
  { name: 'no answer', zone: `${INSIDE}\nexample.com MX !timeout`, expect: 'unknown' },
] satisfies Examples<typeof reportDestination>;
