import { those } from '../../engine/agreement.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { mechanismsOf, PLAIN_MECHANISMS } from '../../mail/smtp/reply.ts';
import { opened, placesOf, smtp } from '../../topics/smtp.ts';

export const covers = ['smtp-auth-before-tls'];

const fix: Fix = {
  stage: 'mend',
  effort: 'minutes',
  text: 'Offer no login on port 25, or only inside TLS (`smtpd_tls_auth_only = yes` in Postfix).',
};

const authInClear = rule({
  title: 'Mail servers offer no login in clear text on port 25',
  why: 'A mail program that logs in there sends its password readable for everybody on the path.',
  bears: ['submission'],
  cites: [
    { rfc: 4954, section: '4' },
    { rfc: 4616, section: '5' },
  ],
  reads: { smtp },
  partial: ['smtp'],
  cases: {
    readable: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'invites')} passwords on port 25 before encryption begins.`,
      fix,
    },
    other: {
      severity: 'low',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'offers')} a login on port 25 before encryption begins, if only with mechanisms that hide the password.`,
      fix,
    },
    none: { passes: true, says: 'No login is offered before encryption begins.' },
  },
  judge({ smtp }) {
    const { because, visits, missing } = opened(smtp);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      visits,
      ['readable', 'other', 'none'],
      ({ ehlo, speaksEhlo }) => {
        if (typeof speaksEhlo === 'object') return speaksEhlo;
        if (!speaksEhlo || ehlo === undefined) return undefined;
        const mechanisms = mechanismsOf(ehlo);
        if (mechanisms.some((each) => PLAIN_MECHANISMS.has(each))) return 'readable';
        return mechanisms.length > 0 ? 'other' : 'none';
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'No mail server could be asked for its extensions.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'none') return { is: 'none' };
    return { is: found.is, data: { hosts: placesOf(found.of, visits) } };
  },
});

export default authInClear;

export const weighs = {
  high: 'Passwords go readable over the network.',
  low: 'The mechanisms hide the password, and only clients that log in there are concerned.',
} satisfies Weights<typeof authInClear>;

export const examples = [
  { name: 'none', zone: mxVisit(), expect: 'none' },
  { name: 'PLAIN', zone: mxVisit({ ehlo: ['STARTTLS', 'AUTH PLAIN LOGIN'] }), expect: 'readable' },
  { name: 'the old form', zone: mxVisit({ ehlo: ['STARTTLS', 'AUTH=LOGIN'] }), expect: 'readable' },
  { name: 'CRAM-MD5 only', zone: mxVisit({ ehlo: ['STARTTLS', 'AUTH CRAM-MD5'] }), expect: 'other' },
  { name: 'silence', zone: mxVisit({ ehlo: [], ehloReply: '!timeout' }), expect: 'unknown' },
  { name: 'no EHLO', zone: mxVisit({ ehlo: [], ehloReply: '"500 what"' }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof authInClear>;
