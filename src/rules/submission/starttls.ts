import { those } from '../../engine/agreement.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { submissionVisit, submissionZone } from '../../mail/smtp/example-visits.ts';
import { placesOf } from '../../topics/smtp.ts';
import { atPorts, submission } from '../../topics/submission.ts';

export const covers = ['sub-587-starttls'];

const starttls = rule({
  title: 'Port 587 offers STARTTLS, and it works',
  why: 'Mail programs begin in clear text on port 587 and switch to TLS before they send the password. Without STARTTLS the password goes readable, or not at all.',
  bears: ['submission'],
  cites: [
    { rfc: 8314, section: '3.3' },
    { rfc: 8314, section: '4' },
    { rfc: 3207, section: '4.3' },
  ],
  reads: { submission },
  cases: {
    missing: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) => `${those(d.hosts, 'does not offer')} STARTTLS.`,
      fix: {
        stage: 'mend',
        effort: 'hour',
        text: 'Switch TLS on for the submission service and demand it (`smtpd_tls_security_level = encrypt` in Postfix).',
      },
    },
    fails: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'offers')} STARTTLS, but TLS does not come about.`,
      fix: {
        stage: 'mend',
        effort: 'hour',
        text: 'Read the server’s log: usually certificate and key do not fit together or cannot be read.',
      },
    },
    implicit: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'does not speak')} SMTP in clear text, as if TLS were to come from the first byte, which belongs on port 465.`,
      fix: {
        stage: 'mend',
        effort: 'minutes',
        text: 'Switch the wrapper mode off for port 587 and on for port 465.',
      },
    },
    works: {
      passes: true,
      says: (d: { hosts: readonly string[] }) => `${those(d.hosts, 'offers')} STARTTLS, and it works.`,
    },
  },
  judge({ submission }) {
    const { because, visits, missing } = atPorts(submission, [587]);
    if (because !== undefined) return { is: 'not-applicable', because };
    if (visits.length === 0 && missing) return { is: 'unknown', because: missing };
    const found = gravest(
      visits,
      ['missing', 'fails', 'implicit', 'works'],
      ({ welcome, starttls, starttlsReply, tls }) => {
        if (welcome === 'not-smtp') return 'implicit';
        if (starttls === undefined || typeof starttls === 'object') return starttls;
        if (!starttls) return 'missing';
        if (starttlsReply === 'no') return 'fails';
        if (starttlsReply === 'later') return { reason: 'turned-away' } as const;
        if (typeof starttlsReply === 'object') return starttlsReply;
        if (tls === undefined || 'reason' in tls) return tls ?? ({ reason: 'timeout' } as const);
        return tls.state === 'works' ? 'works' : 'fails';
      },
      missing,
    );
    if (found === undefined) return { is: 'not-applicable', because: 'Port 587 is not open.' };
    if (found.is === 'unknown') return found;
    return { is: found.is, data: { hosts: placesOf(found.of, visits) } };
  },
});

export default starttls;

export const weighs = {
  high: 'The password goes readable, or nobody can send by the port.',
} satisfies Weights<typeof starttls>;

export const examples = [
  { name: 'works', zone: submissionZone(submissionVisit(587)), expect: 'works' },
  {
    name: 'missing',
    zone: submissionZone(submissionVisit(587, { ehlo: ['AUTH PLAIN'] })),
    expect: 'missing',
  },
  { name: 'refused', zone: submissionZone(submissionVisit(587, { starttls: '"502 no"' })), expect: 'fails' },
  {
    name: 'expects TLS',
    zone: submissionZone('smtp.example.com SMTP 587 192.0.2.87 open greeting "\\021\\003" !not-smtp'),
    expect: 'implicit',
  },
  {
    name: 'turned away',
    zone: submissionZone('smtp.example.com SMTP 587 192.0.2.87 open greeting "554 no"'),
    expect: 'unknown',
  },
  {
    name: 'silence',
    zone: submissionZone('smtp.example.com SMTP 587 192.0.2.87 open greeting !timeout'),
    expect: 'unknown',
  },
  {
    name: 'closed',
    zone: submissionZone('smtp.example.com SMTP 587 192.0.2.87 refused'),
    expect: 'not-applicable',
  },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
] satisfies Examples<typeof starttls>;
