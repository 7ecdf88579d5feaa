import { those } from '../../engine/agreement.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { submissionVisit, submissionZone } from '../../mail/smtp/example-visits.ts';
import { mechanismsOf, PLAIN_MECHANISMS } from '../../mail/smtp/reply.ts';
import { placesOf } from '../../topics/smtp.ts';
import { atPorts, submission } from '../../topics/submission.ts';

export const covers = ['sub-auth-cleartext'];

const fix: Fix = {
  stage: 'mend',
  effort: 'minutes',
  text: 'Offer the login inside TLS only (`smtpd_tls_auth_only = yes` in Postfix; a condition on `$tls_in_cipher` in `auth_advertise_hosts` of Exim).',
};

const authInClear = rule({
  title: 'Sending ports ask for the password only inside TLS',
  why: 'A mail program set to “TLS if available” sends its password readable where a login is offered before TLS, and whoever interferes can make it do so.',
  bears: ['submission'],
  cites: [
    { rfc: 4954, section: '4' },
    { rfc: 4954, section: '6' },
    { rfc: 8314, section: '4.1' },
    { rfc: 4616, section: '5' },
  ],
  reads: { submission },
  cases: {
    readable: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'invites')} passwords before encryption begins.`,
      fix,
    },
    other: {
      severity: 'low',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'offers')} a login before encryption begins, if only with mechanisms that hide the password.`,
      fix,
    },
    inside: { passes: true, says: 'No login is offered before encryption begins.' },
  },
  judge({ submission }) {
    const { because, visits, missing } = atPorts(submission, [587, 2525]);
    if (because !== undefined) return { is: 'not-applicable', because };
    if (visits.length === 0 && missing) return { is: 'unknown', because: missing };
    const found = gravest(
      visits,
      ['readable', 'other', 'inside'],
      ({ ehlo, speaksEhlo }) => {
        if (typeof speaksEhlo === 'object') return speaksEhlo;
        if (!speaksEhlo || ehlo === undefined) return undefined;
        const mechanisms = mechanismsOf(ehlo);
        if (mechanisms.some((each) => PLAIN_MECHANISMS.has(each))) return 'readable';
        return mechanisms.length > 0 ? 'other' : 'inside';
      },
      missing,
    );
    if (found === undefined) return { is: 'not-applicable', because: 'Neither port 587 nor 2525 is open.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'inside') return { is: 'inside' };
    return { is: found.is, data: { hosts: placesOf(found.of, visits) } };
  },
});

export default authInClear;

export const weighs = {
  high: 'Passwords go readable over the network.',
  low: 'The mechanisms hide the password; its holder can still be posed as.',
} satisfies Weights<typeof authInClear>;

export const examples = [
  { name: 'inside TLS only', zone: submissionZone(submissionVisit(587)), expect: 'inside' },
  {
    name: 'PLAIN before TLS',
    zone: submissionZone(submissionVisit(587, { ehlo: ['STARTTLS', 'AUTH PLAIN LOGIN'] })),
    expect: 'readable',
  },
  {
    name: 'on 2525',
    zone: submissionZone(submissionVisit(587), submissionVisit(2525, { ehlo: ['STARTTLS', 'AUTH LOGIN'] })),
    expect: 'readable',
  },
  {
    name: 'CRAM-MD5 before TLS',
    zone: submissionZone(submissionVisit(587, { ehlo: ['STARTTLS', 'AUTH CRAM-MD5'] })),
    expect: 'other',
  },
  {
    name: 'silence',
    zone: submissionZone('smtp.example.com SMTP 587 192.0.2.87 open greeting !timeout'),
    expect: 'unknown',
  },
  { name: '465 only', zone: submissionZone(submissionVisit(465)), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof authInClear>;
