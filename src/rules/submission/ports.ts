import { those } from '../../engine/agreement.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { submissionVisit, submissionZone } from '../../mail/smtp/example-visits.ts';
import { atPorts, submission } from '../../topics/submission.ts';

export const covers = ['sub-both-ports', 'sub-no-server', 'sub-2525'];

const ports = rule({
  title: 'Mail programs find port 465, and 587 beside it',
  why: 'Port 465 speaks TLS from the first byte, so nobody can talk a mail program out of it. Port 587 is for programs that do not know 465 yet.',
  bears: ['submission'],
  cites: [
    { rfc: 8314, section: '3.3' },
    { rfc: 8314, section: '4' },
    { rfc: 9325, section: '3.2' },
  ],
  reads: { submission },
  cases: {
    'no-465': {
      severity: 'low',
      says: (d: Open) => `${those(d.hosts, 'takes')} mail on port 587 and not on 465.`,
      fix: {
        stage: 'transport',
        effort: 'hour',
        text: 'Open port 465 with TLS from the first byte (the `submissions` service in Postfix) and name it first in your instructions.',
      },
    },
    'only-465': {
      passes: true,
      says: (d: Open) =>
        `${those(d.hosts, 'takes')} mail on port 465 only, which is enough for all but old programs.`,
    },
    both: {
      passes: true,
      says: (d: Open) =>
        `${those(d.hosts, 'takes')} mail on ports 465 and 587${d.extra ? ', and on 2525, which no standard has and which helps where 587 is shut' : ''}.`,
    },
    other: {
      passes: true,
      says: (d: Open) =>
        `${those(d.hosts, 'takes')} mail on port 2525 only, which no standard has. Programs look for 465 and 587.`,
    },
  },
  judge({ submission }) {
    if (submission.because !== undefined) return { is: 'not-applicable', because: submission.because };
    const [implicit, explicit, extra] = ([465, 587, 2525] as const).map((port) =>
      atPorts(submission, [port]),
    );
    const missing = implicit?.missing ?? explicit?.missing;
    if (missing) return { is: 'unknown', because: missing };
    const hosts = [
      ...new Set([implicit, explicit, extra].flatMap((each) => (each?.visits ?? []).map(({ host }) => host))),
    ];
    const opens = (seen: typeof implicit) => (seen?.visits.length ?? 0) > 0;
    const data = { hosts, extra: opens(extra) };
    const faults = implicit?.visits.filter(({ tls }) => tls && 'state' in tls && tls.state !== 'works');
    if (opens(implicit) && faults?.length === implicit?.visits.length)
      return {
        is: 'not-applicable',
        because: 'Port 465 is open and TLS does not come about, which is judged by itself.',
      };
    if (opens(implicit)) return { is: opens(explicit) ? 'both' : 'only-465', data };
    if (opens(explicit)) return { is: 'no-465', data };
    if (extra?.missing) return { is: 'unknown', because: extra.missing };
    if (opens(extra)) return { is: 'other', data };
    const because =
      submission.by === 'guess'
        ? 'No sending port was found at the names people usually give it. Your provider may have others.'
        : `No sending port is open at ${enumerated(submission.hosts)}.`;
    return { is: 'not-applicable', because };
  },
});

export default ports;

interface Open {
  readonly hosts: readonly string[];
  readonly extra: boolean;
}

const PLAIN = 'smtp.example.com SMTP 465 192.0.2.87 open tls !not-tls "220 smtp.example.com ESMTP"';

export const weighs = {
  low: 'Port 587 is as safe where both ends insist on TLS.',
} satisfies Weights<typeof ports>;

export const examples = [
  { name: 'both', zone: submissionZone(submissionVisit(465), submissionVisit(587)), expect: 'both' },
  {
    name: 'all three',
    zone: submissionZone(submissionVisit(465), submissionVisit(587), submissionVisit(2525)),
    expect: 'both',
  },
  { name: '465', zone: submissionZone(submissionVisit(465)), expect: 'only-465' },
  { name: '587', zone: submissionZone(submissionVisit(587)), expect: 'no-465' },
  { name: '465 in clear text', zone: submissionZone(PLAIN), expect: 'not-applicable' },
  {
    name: '465 in clear text, 587 in order',
    zone: submissionZone(PLAIN, submissionVisit(587)),
    expect: 'not-applicable',
  },
  { name: '2525', zone: submissionZone(submissionVisit(2525)), expect: 'other' },
  {
    name: '465 filtered',
    zone: submissionZone(submissionVisit(587), 'smtp.example.com SMTP 465 192.0.2.87 timeout'),
    expect: 'unknown',
  },
  {
    name: 'the host the user names',
    zone: 'example.com MX 10 mx.example.com\nout.example.net SMTP 465 none\nout.example.net SMTP 587 192.0.2.87 open tls TLSv1.2\nout.example.net SMTP 2525 none',
    submission: 'out.example.net',
    expect: 'no-465',
  },
  {
    name: 'by SRV records',
    zone: `_submissions._tcp.example.com SRV 0 1 465 out.example.com\n${submissionZone('out.example.com SMTP 465 192.0.2.87 open tls TLSv1.2', 'out.example.com SMTP 587 none', 'out.example.com SMTP 2525 none')}`,
    expect: 'only-465',
  },
  {
    name: 'not offered by SRV records',
    zone: `_submissions._tcp.example.com SRV 0 0 0 .\n${submissionZone(submissionVisit(587))}`,
    expect: 'not-applicable',
  },
  { name: 'nobody', zone: submissionZone(), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof ports>;
