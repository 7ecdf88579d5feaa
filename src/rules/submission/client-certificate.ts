import { those } from '../../engine/agreement.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { submissionVisit, submissionZone } from '../../mail/smtp/example-visits.ts';
import { placesOf } from '../../topics/smtp.ts';
import { atPorts, submission } from '../../topics/submission.ts';

export const covers = ['sub-client-cert'];

const clientCertificate = rule({
  title: 'It is known whether sending ports ask for client certificates',
  why: 'Some mail programs put a puzzling question to their users then. It is allowed only where a certificate can stand in for the password.',
  bears: ['submission'],
  cites: [{ rfc: 8314, section: '4.2' }],
  reads: { submission },
  cases: {
    asked: {
      passes: true,
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'asks')} for a client certificate. Switch that off unless people log in with one.`,
    },
    none: { passes: true, says: 'No client certificate is asked for.' },
  },
  judge({ submission }) {
    const { because, visits, missing } = atPorts(submission, [465, 587]);
    if (because !== undefined) return { is: 'not-applicable', because };
    if (visits.length === 0 && missing) return { is: 'unknown', because: missing };
    const found = gravest(
      visits,
      ['asked', 'none'],
      ({ tls }) => {
        if (tls === undefined || 'reason' in tls) return tls;
        if (tls.state !== 'works' || tls.shown === undefined) return undefined;
        if (tls.shown.asksCertificate) return 'asked';
        // TLS 1.3 asks in secret.
        return tls.shown.version === 'TLSv1.3' ? ({ reason: 'relay-cannot' } as const) : 'none';
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'TLS came about neither on port 465 nor on 587.' };
    if (found.is === 'unknown') return found;
    return found.is === 'asked'
      ? { is: 'asked', data: { hosts: placesOf(found.of, visits) } }
      : { is: 'none' };
  },
});

export default clientCertificate;

const ASKS = 'TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 newer TLSv1.3 asks-certificate';

export const examples = [
  { name: 'not asked', zone: submissionZone(submissionVisit(465)), expect: 'none' },
  { name: 'asked', zone: submissionZone(submissionVisit(587, { tls: ASKS })), expect: 'asked' },
  {
    name: 'no TLS',
    zone: submissionZone(submissionVisit(587, { ehlo: ['SIZE'] })),
    expect: 'not-applicable',
  },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof clientCertificate>;
