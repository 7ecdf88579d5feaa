import { those } from '../../engine/agreement.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { submissionVisit, submissionZone } from '../../mail/smtp/example-visits.ts';
import { placesOf } from '../../topics/smtp.ts';
import { atPorts, submission } from '../../topics/submission.ts';

export const covers = ['sub-2525'];

const port2525 = rule({
  title: 'Port 2525, where it is open, is as safe as 587',
  why: 'Some services offer port 2525 where networks shut 587. It is in no standard, but passwords pass there too.',
  bears: ['submission'],
  cites: [
    { rfc: 8314, section: '3.3' },
    { rfc: 8997, section: '3' },
  ],
  reads: { submission },
  cases: {
    clear: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) => `${those(d.hosts, 'does not offer')} STARTTLS.`,
      fix: {
        stage: 'mend',
        effort: 'hour',
        text: 'Demand TLS on port 2525 as on 587, or close it (`smtpd_tls_security_level = encrypt` for that service in Postfix).',
      },
    },
    fails: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'offers')} STARTTLS, but TLS does not come about.`,
      fix: {
        stage: 'mend',
        effort: 'hour',
        text: 'Read the server’s log: usually certificate and key do not fit together. Or close the port.',
      },
    },
    old: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) => `${those(d.hosts, 'takes')} TLS 1.1 or older.`,
      fix: {
        stage: 'transport',
        effort: 'minutes',
        text: 'Allow TLS 1.2 and newer only on port 2525 too, or close it.',
      },
    },
    safe: {
      passes: true,
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'offers')} STARTTLS with TLS 1.2 or newer.`,
    },
  },
  judge({ submission }) {
    const { because, visits, missing } = atPorts(submission, [2525]);
    if (because !== undefined) return { is: 'not-applicable', because };
    if (visits.length === 0 && missing) return { is: 'unknown', because: missing };
    const found = gravest(
      visits,
      ['clear', 'fails', 'old', 'safe'],
      ({ starttls, starttlsReply, tls }) => {
        if (starttls === undefined || typeof starttls === 'object') return starttls;
        if (!starttls) return 'clear';
        if (starttlsReply === 'no') return 'fails';
        if (tls === undefined || 'reason' in tls) return tls ?? ({ reason: 'turned-away' } as const);
        if (tls.state !== 'works') return 'fails';
        if (tls.old === undefined)
          return { reason: 'relay-cannot', detail: 'it could not offer old versions' } as const;
        return tls.old === 'none' ? 'safe' : 'old';
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'Port 2525 is not open, and nobody needs it.' };
    if (found.is === 'unknown') return found;
    return { is: found.is, data: { hosts: placesOf(found.of, visits) } };
  },
});

export default port2525;

const at = (change: object) => submissionZone(submissionVisit(2525, change));

export const weighs = {
  high: 'Passwords go readable or badly encrypted, or nobody can send by the port.',
} satisfies Weights<typeof port2525>;

export const examples = [
  { name: 'like 587', zone: at({}), expect: 'safe' },
  { name: 'no STARTTLS', zone: at({ ehlo: ['AUTH PLAIN'] }), expect: 'clear' },
  { name: 'refused', zone: at({ starttls: '"502 no"' }), expect: 'fails' },
  { name: 'later', zone: at({ starttls: '"454 not now"' }), expect: 'unknown' },
  { name: '1.0 taken', zone: at({ second: 'old TLSv1 TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA' }), expect: 'old' },
  { name: '1.0 only', zone: at({ tls: 'TLSv1 TLS_RSA_WITH_AES_128_CBC_SHA' }), expect: 'old' },
  { name: 'old versions not tried', zone: at({ second: 'old !timeout' }), expect: 'unknown' },
  { name: 'closed', zone: submissionZone(submissionVisit(587)), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof port2525>;
