import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import {
  type Gone,
  gravest,
  type ReportReference,
  reportTargets,
  restsOf,
  takers,
} from '../../topics/takeover.ts';

export const covers = ['take-dmarc-rua'];

const fix = (d: { gone: Gone<ReportReference> }) =>
  ({
    stage: 'mend',
    effort: 'minutes',
    cause: 'report-host',
    text: `Write another address into the ${d.gone.from.kind} record, at a domain that you or a service of yours holds.`,
  }) as const;

const reportHosts = rule({
  title: 'Reports go to domains that belong to somebody',
  why: 'Reports tell which servers send in your name, how much and to whom. Whoever registers the domain they go to reads them all.',
  bears: ['impersonation'],
  cites: [
    { rfc: 9989, section: '11.6' },
    { rfc: 8460, section: '8' },
  ],
  reads: { reportTargets },
  partial: ['reportTargets'],
  cases: {
    held: { passes: true, says: 'The domains that reports go to exist.' },
    unregistered: {
      severity: 'high',
      says: (d: { gone: Gone<ReportReference> }) =>
        `${d.gone.from.kind} reports go to \`${d.gone.from.host}\`, which is nobody’s. ${takers(d.gone)} Its new holder would get your reports.`,
      fix,
    },
    claimable: {
      severity: 'medium',
      says: (d: { gone: Gone<ReportReference> }) =>
        `${d.gone.from.kind} reports go to a name that is gone. ${takers(d.gone)}`,
      fix,
    },
  },
  judge({ reportTargets }) {
    if (reportTargets.got === 'none') return { is: 'unknown', because: reportTargets.because };
    const gone = gravest(reportTargets.value);
    const found = gone && { data: { gone }, rests: restsOf(reportTargets.value) };
    if (found && gone.standing === 'unregistered') return { is: 'unregistered', ...found };
    if (reportTargets.got === 'part') return { is: 'unknown', because: reportTargets.because };
    if (found && gone.standing === 'claimable') return { is: 'claimable', ...found };
    return reportTargets.value.count === 0
      ? { is: 'not-applicable', because: 'No reports go to another domain by mail.' }
      : { is: 'held' };
  },
});

export default reportHosts;

export const weighs = {
  high: 'Anybody can register the name and read who mails in whose name.',
  medium: 'A customer of the same service may be able to read reports; DNS does not prove it.',
} satisfies Weights<typeof reportHosts>;

export const examples = [
  {
    name: 'a service that takes reports',
    zone: `_dmarc.example.com TXT "v=DMARC1; p=none; rua=mailto:a@vendor.example"
           example.com._report._dmarc.vendor.example TXT "v=DMARC1;"`,
    expect: 'held',
  },
  {
    name: 'a service that gave its domain up',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; rua=mailto:a@rua.lapsed-dmarc.com"',
    expect: 'unregistered',
  },
  {
    name: 'failure reports to a lapsed domain',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; ruf=mailto:a@lapsed-dmarc.com"',
    expect: 'unregistered',
  },
  {
    name: 'TLS reports to a lapsed domain',
    zone: '_smtp._tls.example.com TXT "v=TLSRPTv1; rua=mailto:a@lapsed-dmarc.com"',
    expect: 'unregistered',
  },
  {
    name: 'a cloud name that was given back',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; rua=mailto:a@our-reports.azurewebsites.net"',
    expect: 'claimable',
  },
  {
    name: 'a host without permission in a domain that exists',
    zone: `_dmarc.example.com TXT "v=DMARC1; p=none; rua=mailto:a@vendor.example"
           vendor.example MX 10 mx.vendor.example`,
    expect: 'held',
  },
  {
    name: 'the own domain',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; rua=mailto:a@example.com"',
    expect: 'not-applicable',
  },
  { name: 'not answered', zone: '_dmarc.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof reportHosts>;
