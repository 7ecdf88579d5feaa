import { those } from '../../engine/agreement.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { mechanismsOf, offers } from '../../mail/smtp/reply.ts';
import { opened, placesOf, smtp } from '../../topics/smtp.ts';

export const covers = ['smtp-starttls-again', 'smtp-ehlo-after-tls', 'smtp-ehlo-reset'];

const insideTls = rule({
  title: 'Mail servers go on properly after TLS began',
  why: 'Once TLS stands, the conversation begins anew. A server that refuses to go on takes no encrypted mail at all.',
  bears: ['interception'],
  cites: [
    { rfc: 3207, section: '4.1' },
    { rfc: 3207, section: '4.2', level: 'MUST' },
  ],
  reads: { smtp },
  partial: ['smtp'],
  cases: {
    refused: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'refuses')} to go on after TLS was agreed on, so no encrypted mail gets in.`,
      fix: {
        stage: 'transport',
        effort: 'hour',
        text: 'Read the server’s log: it may find the agreed cipher too weak, or something in front of it ends the connection.',
      },
    },
    again: {
      severity: 'low',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'offers')} STARTTLS once more inside TLS, which is forbidden.`,
      fix: {
        stage: 'tidy',
        effort: 'hour',
        text: 'Update the mail server or the proxy that ends TLS for it.',
      },
    },
    'auth-gone': {
      severity: 'low',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'offers')} a login in clear text only, and none inside TLS.`,
      fix: {
        stage: 'tidy',
        effort: 'minutes',
        text: 'Switch AUTH off on port 25, or offer it inside TLS only (`smtpd_tls_auth_only = yes` in Postfix).',
      },
    },
    proper: { passes: true, says: 'Each server answers EHLO again inside TLS.' },
  },
  judge({ smtp }) {
    const { because, visits, missing } = opened(smtp);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      visits,
      ['refused', 'again', 'auth-gone', 'proper'],
      ({ tls, afterTls, after, ehlo }) => {
        if (tls === undefined || 'reason' in tls) return tls;
        // A handshake that fails is judged by itself.
        if (tls.state !== 'works') return undefined;
        if (afterTls === undefined)
          return { reason: 'relay-cannot', detail: 'it does not look inside TLS' } as const;
        if (typeof afterTls === 'object') return afterTls;
        if (afterTls !== 'answered') return 'refused';
        if (after && offers(after, 'STARTTLS')) return 'again';
        const before = ehlo ? mechanismsOf(ehlo) : [];
        return before.length > 0 && after && mechanismsOf(after).length === 0 ? 'auth-gone' : 'proper';
      },
      missing,
    );
    if (found === undefined) return { is: 'not-applicable', because: 'No mail server speaks TLS.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'proper') return { is: 'proper' };
    return { is: found.is, data: { hosts: placesOf(found.of, visits) } };
  },
});

export default insideTls;

export const weighs = {
  high: 'No encrypted mail gets in.',
  low: 'Mail is taken all the same; senders skip what is wrong.',
} satisfies Weights<typeof insideTls>;

export const examples = [
  { name: 'answered', zone: mxVisit(), expect: 'proper' },
  { name: 'too weak', zone: mxVisit({ afterReply: '"554 security too low"' }), expect: 'refused' },
  { name: 'closed', zone: mxVisit({ afterReply: '!closed' }), expect: 'refused' },
  { name: 'STARTTLS again', zone: mxVisit({ after: ['SIZE', 'STARTTLS'] }), expect: 'again' },
  {
    name: 'AUTH before only',
    zone: mxVisit({ ehlo: ['STARTTLS', 'AUTH CRAM-MD5'], after: ['SIZE'] }),
    expect: 'auth-gone',
  },
  { name: 'silence', zone: mxVisit({ afterReply: '!timeout' }), expect: 'unknown' },
  { name: 'a relay that does not look inside', zone: mxVisit({ afterReply: '' }), expect: 'unknown' },
  { name: 'no TLS', zone: mxVisit({ ehlo: ['SIZE'] }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof insideTls>;
