import type { Name } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { dmarcRecord, excerptOf } from '../../topics/dmarc-record.ts';
import { dmarcReportMail, dmarcReports, type ReportHost } from '../../topics/dmarc-reports.ts';

export const covers = ['dmarc-rua-external'];

const reportAuthorization = rule({
  title: 'Other organizations have agreed to take your reports',
  why: 'Receivers send reports to another organization only when it says in its own DNS that it wants them. Otherwise they drop the address, and you get nothing. An address outside is usual and no fault in itself. A missing permission weighs medium: protection stays, only your sight of it is lost.',
  bears: ['impersonation'],
  cites: [{ rfc: 7489, section: '7.1', level: 'MUST' }, { rfc: 9989, section: '11.6' }, { rfc: 9990 }],
  reads: { dmarcRecord, dmarcReportMail, dmarcReports },
  partial: ['dmarcReportMail', 'dmarcReports'],
  cases: {
    inside: { passes: true, says: 'All reports stay with your own organization.' },
    authorized: {
      passes: true,
      says: (d: { hosts: readonly Name[]; loosely: boolean }) =>
        `${list(d.hosts)} ${d.hosts.length === 1 ? 'agrees' : 'agree'} to take reports about this domain.${d.loosely ? ' Its word lacks the semicolon that strict older receivers want.' : ''}`,
    },
    'not-authorized': {
      severity: 'medium',
      says: (d: { hosts: readonly Name[] }) =>
        `${list(d.hosts)} ${d.hosts.length === 1 ? 'does' : 'do'} not say that ${d.hosts.length === 1 ? 'it takes' : 'they take'} reports about this domain, so receivers send none there.`,
      fix: (d: { records: readonly Name[] }) => ({
        stage: 'report',
        effort: 'provider',
        text: `Ask whoever runs the mailbox to publish a TXT record with \`v=DMARC1;\` at ${list(d.records)}. Report services do it when you register the domain with them. Or use a mailbox of your own domain.`,
      }),
    },
    diverted: {
      severity: 'medium',
      says: (d: { hosts: readonly Name[] }) =>
        `${list(d.hosts)} ${d.hosts.length === 1 ? 'redirects' : 'redirect'} your reports to another host, which receivers do not accept: they send none.`,
      fix: {
        stage: 'report',
        effort: 'provider',
        text: 'Ask whoever runs the mailbox for the address to use, and write that one in `rua`.',
      },
    },
    'too-long': {
      severity: 'medium',
      says: (d: { hosts: readonly Name[] }) =>
        `${list(d.hosts)} cannot agree to take your reports: the name at which it would say so is longer than a DNS name can be.`,
      fix: {
        stage: 'report',
        effort: 'minutes',
        text: 'Use a mailbox of your own domain, or one at a shorter name.',
      },
    },
  },
  judge({ dmarcRecord, dmarcReportMail, dmarcReports }) {
    if (dmarcReports.got === 'none') return { is: 'unknown', because: dmarcReports.because };
    const hosts = (dmarcReports.value?.hosts ?? []).filter(({ rua }) => rua.length > 0);
    const domain = dmarcReports.value?.domain;
    const which = (...kinds: ReportHost['authorization'][]) =>
      hosts.filter(({ authorization }) => kinds.includes(authorization));
    const show = (some: readonly ReportHost[]) =>
      dmarcRecord
        ? excerptOf(
            dmarcRecord,
            some.flatMap(({ rua }) => rua),
          )
        : [];
    // A host that does not exist cannot agree either; that it is missing has its own finding.
    const mail = dmarcReportMail.got === 'none' ? undefined : dmarcReportMail.value;
    const takes = (host: ReportHost) => mail?.find((entry) => entry.host === host.host)?.takes;
    const refusing = which('silent');
    if (refusing.length > 0 && refusing.every((host) => takes(host) === undefined))
      return {
        is: 'unknown',
        because: dmarcReportMail.got === 'whole' ? { reason: 'over-budget' } : dmarcReportMail.because,
      };
    const silent = refusing.filter((host) => takes(host) !== undefined && takes(host) !== 'missing');
    if (silent.length > 0)
      return {
        is: 'not-authorized',
        data: { hosts: names(silent), records: silent.flatMap(({ question }) => question?.name ?? []) },
        shows: show(silent),
        rests: silent.flatMap(({ question }) => question ?? []),
      };
    const diverted = which('diverted');
    if (diverted.length > 0)
      return { is: 'diverted', data: { hosts: names(diverted) }, shows: show(diverted) };
    const long = which('too-long');
    if (long.length > 0) return { is: 'too-long', data: { hosts: names(long) }, shows: show(long) };
    if (dmarcReports.got === 'part') return { is: 'unknown', because: dmarcReports.because };
    if (domain === undefined || hosts.length === 0)
      return { is: 'not-applicable', because: 'No reports are asked for.' };
    const outside = which('authorized', 'loosely', 'redirected');
    if (refusing.length > 0)
      return dmarcReportMail.got === 'part'
        ? { is: 'unknown', because: dmarcReportMail.because }
        : { is: 'not-applicable', because: 'The host that reports go to does not exist.' };
    if (outside.length === 0) return { is: 'inside' };
    return {
      is: 'authorized',
      data: {
        hosts: names(outside),
        loosely: outside.some(({ authorization }) => authorization === 'loosely'),
      },
      shows: show(outside),
    };
  },
});

export default reportAuthorization;

function names(hosts: readonly ReportHost[]): Name[] {
  return hosts.map(({ host }) => host);
}

function list(items: readonly Name[]): string {
  const some = items.slice(0, 5).map((name) => `\`${name}\``);
  if (items.length > 5) some.push(`${items.length - 5} more`);
  return some.length < 2 ? some.join('') : `${some.slice(0, -1).join(', ')} and ${some.at(-1)}`;
}

const OUTSIDE = '_dmarc.example.com TXT "v=DMARC1; p=none; rua=mailto:a@reports.example.net"';

const MAILBOX = 'reports.example.net MX 10 mail.example.net';

export const weighs = {
  medium: 'The policy protects all the same; its owner is blind to what it stops.',
} satisfies Weights<typeof reportAuthorization>;

export const examples = [
  {
    name: 'own mailbox',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; rua=mailto:a@mail.example.com"',
    expect: 'inside',
  },
  {
    name: 'agreed by wildcard',
    zone: `${OUTSIDE}
           *._report._dmarc.reports.example.net TXT "v=DMARC1"`,
    expect: 'authorized',
  },
  { name: 'not agreed', zone: `${OUTSIDE}\n${MAILBOX}`, expect: 'not-authorized' },
  { name: 'a host that does not exist', zone: OUTSIDE, expect: 'not-applicable' },
  {
    name: 'not agreed, and whether the host exists is not known',
    zone: `${OUTSIDE}
           reports.example.net MX !timeout`,
    expect: 'unknown',
  },
  {
    name: 'not agreed for a subdomain that inherits its record',
    domain: 'news.example.com',
    zone: `${OUTSIDE}
           ${MAILBOX}
           news.example.com A 192.0.2.1`,
    expect: 'not-authorized',
  },
  {
    name: 'redirected elsewhere',
    zone: `${OUTSIDE}
           example.com._report._dmarc.reports.example.net TXT "v=DMARC1; rua=mailto:a@example.org"`,
    expect: 'diverted',
  },
  {
    name: 'a name too long',
    domain: `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.example.com`,
    zone: `_dmarc.${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.example.com TXT "v=DMARC1; p=none; rua=mailto:a@${'d'.repeat(60)}.example.net"`,
    expect: 'too-long',
  },
  { name: 'no reports', zone: '_dmarc.example.com TXT "v=DMARC1; p=none"', expect: 'not-applicable' },
  {
    name: 'no answer of the host',
    zone: `${OUTSIDE}
           example.com._report._dmarc.reports.example.net TXT !timeout`,
    expect: 'unknown',
  },
] satisfies Examples<typeof reportAuthorization>;
