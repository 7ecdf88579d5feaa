import { those } from '../../engine/agreement.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { submissionVisit, submissionZone } from '../../mail/smtp/example-visits.ts';
import { placesOf } from '../../topics/smtp.ts';
import { atPorts, submission } from '../../topics/submission.ts';

export const covers = ['sub-465-implicit'];

const implicitTls = rule({
  title: 'Port 465 speaks TLS from the first byte',
  why: 'Mail programs that connect to port 465 begin with TLS at once. A server that answers in clear text there cannot be used, and old programs might send the password in clear text.',
  bears: ['submission'],
  cites: [
    { rfc: 8314, section: '3.3' },
    { rfc: 8314, section: '7.3' },
  ],
  reads: { submission },
  cases: {
    plain: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) => `${those(d.hosts, 'answers')} in clear text.`,
      fix: {
        stage: 'mend',
        effort: 'minutes',
        text: 'Wrap the port in TLS (`smtpd_tls_wrappermode = yes` for the `submissions` service in Postfix, `tls_on_connect_ports = 465` in Exim).',
      },
    },
    fails: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) =>
        `TLS fails at ${enumerated(d.hosts)}, whatever version is offered.`,
      fix: {
        stage: 'mend',
        effort: 'hour',
        text: 'Read the server’s log: usually certificate and key do not fit together.',
      },
    },
    implicit: {
      passes: true,
      says: (d: { hosts: readonly string[] }) => `${those(d.hosts, 'speaks')} TLS at once.`,
    },
  },
  judge({ submission }) {
    const { because, visits, missing } = atPorts(submission, [465]);
    if (because !== undefined) return { is: 'not-applicable', because };
    if (visits.length === 0 && missing) return { is: 'unknown', because: missing };
    const found = gravest(
      visits,
      ['plain', 'fails', 'implicit'],
      ({ tls }) => {
        if (tls === undefined || 'reason' in tls) return tls;
        return tls.state === 'works' ? 'implicit' : tls.state;
      },
      missing,
    );
    if (found === undefined) return { is: 'not-applicable', because: 'Port 465 is not open.' };
    if (found.is === 'unknown') return found;
    return { is: found.is, data: { hosts: placesOf(found.of, visits) } };
  },
});

export default implicitTls;

export const weighs = {
  high: 'Programs that use the port cannot send at all.',
} satisfies Weights<typeof implicitTls>;

export const examples = [
  { name: 'TLS at once', zone: submissionZone(submissionVisit(465)), expect: 'implicit' },
  {
    name: 'clear text',
    zone: submissionZone(
      'smtp.example.com SMTP 465 192.0.2.87 open tls !not-tls "220 smtp.example.com ESMTP"',
    ),
    expect: 'plain',
  },
  {
    name: 'TLS fails',
    zone: submissionZone(
      'smtp.example.com SMTP 465 192.0.2.87 open tls !alert:internal_error tls13 !alert:internal_error',
    ),
    expect: 'fails',
  },
  {
    name: 'silence',
    zone: submissionZone('smtp.example.com SMTP 465 192.0.2.87 open tls !timeout'),
    expect: 'unknown',
  },
  {
    name: 'refused',
    zone: submissionZone('smtp.example.com SMTP 465 192.0.2.87 refused'),
    expect: 'not-applicable',
  },
  {
    name: 'filtered',
    zone: submissionZone('smtp.example.com SMTP 465 192.0.2.87 timeout'),
    expect: 'unknown',
  },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
] satisfies Examples<typeof implicitTls>;
