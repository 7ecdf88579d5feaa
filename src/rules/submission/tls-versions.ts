import { those } from '../../engine/agreement.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { submissionVisit, submissionZone } from '../../mail/smtp/example-visits.ts';
import { suiteGrade } from '../../mail/tls/suite.ts';
import { placesOf } from '../../topics/smtp.ts';
import { atPorts, submission } from '../../topics/submission.ts';

export const covers = ['sub-tls-min', 'tls-cipher'];

const fix: Fix = {
  stage: 'transport',
  effort: 'minutes',
  text: 'Allow TLS 1.2 and newer only, with ECDHE and AES-GCM or ChaCha20 (`smtpd_tls_mandatory_protocols = >=TLSv1.2` in Postfix).',
};

const tlsVersions = rule({
  title: 'Sending ports take TLS 1.2 and newer only, with good ciphers',
  why: 'Passwords pass here. Every mail program in use speaks TLS 1.2 or newer, so older versions serve only those who want to break in.',
  bears: ['submission'],
  cites: [
    { rfc: 8997, section: '3', level: 'MUST' },
    { rfc: 8996, section: '4', level: 'MUST' },
    { rfc: 8314, section: '4' },
    { rfc: 9325, section: '4.1' },
  ],
  reads: { submission },
  cases: {
    outdated: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) => `${those(d.hosts, 'speaks')} nothing newer than TLS 1.1.`,
      fix,
    },
    old: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) => `${those(d.hosts, 'takes')} TLS 1.1 or older.`,
      fix,
    },
    cipher: {
      severity: 'medium',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'chose')} a cipher that is broken, without fresh keys, or without a certificate, although good ones were offered.`,
      fix,
    },
    current: { passes: true, says: 'Only TLS 1.2 and newer is taken, with good ciphers.' },
  },
  judge({ submission }) {
    const { because, visits, missing } = atPorts(submission, [465, 587]);
    if (because !== undefined) return { is: 'not-applicable', because };
    if (visits.length === 0 && missing) return { is: 'unknown', because: missing };
    const found = gravest(
      visits,
      ['outdated', 'old', 'cipher', 'current'],
      ({ tls }) => {
        if (tls === undefined || 'reason' in tls) return tls;
        if (tls.state !== 'works') return undefined;
        if (tls.newest !== 'TLSv1.2' && tls.newest !== 'TLSv1.3') return 'outdated';
        if (tls.old === undefined)
          return { reason: 'relay-cannot', detail: 'it could not offer old versions' } as const;
        if (tls.old !== 'none') return 'old';
        return ['broken', 'static', 'open'].includes(suiteGrade(tls.shown?.cipher ?? ''))
          ? 'cipher'
          : 'current';
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'TLS came about neither on port 465 nor on 587.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'current') return { is: 'current' };
    return { is: found.is, data: { hosts: placesOf(found.of, visits) } };
  },
});

export default tlsVersions;

const OLD = 'old TLSv1 TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA';

export const weighs = {
  high: 'Passwords pass under encryption that can be broken, or current programs cannot connect.',
  medium: 'Passwords are encrypted, less well than both ends can do.',
} satisfies Weights<typeof tlsVersions>;

export const examples = [
  { name: 'current', zone: submissionZone(submissionVisit(465), submissionVisit(587)), expect: 'current' },
  {
    name: '1.0 taken',
    zone: submissionZone(submissionVisit(465), submissionVisit(587, { second: OLD })),
    expect: 'old',
  },
  {
    name: '1.0 taken on both ports',
    zone: submissionZone(submissionVisit(465, { second: OLD }), submissionVisit(587, { second: OLD })),
    expect: 'old',
  },
  {
    name: '1.0 only',
    zone: submissionZone(submissionVisit(465, { tls: 'TLSv1 TLS_RSA_WITH_AES_128_CBC_SHA', second: OLD })),
    expect: 'outdated',
  },
  {
    name: '3DES',
    zone: submissionZone(submissionVisit(587, { tls: 'TLSv1.2 TLS_RSA_WITH_3DES_EDE_CBC_SHA' })),
    expect: 'cipher',
  },
  {
    name: 'old versions not tried',
    zone: submissionZone(submissionVisit(587, { second: 'old !timeout' })),
    expect: 'unknown',
  },
  {
    name: 'no TLS',
    zone: submissionZone(submissionVisit(587, { ehlo: ['SIZE'] })),
    expect: 'not-applicable',
  },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof tlsVersions>;
