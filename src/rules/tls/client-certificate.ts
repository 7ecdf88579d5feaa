import { those } from '../../engine/agreement.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { opened, placesOf, smtp } from '../../topics/smtp.ts';

export const covers = ['tls-client-cert'];

const clientCertificate = rule({
  title: 'Mail servers take strangers without a client certificate',
  why: 'Hardly any sending server has a certificate of its own. A receiving server that insists on one gets its mail in clear text or not at all.',
  bears: ['interception'],
  cites: [
    { rfc: 3207, section: '4' },
    { rfc: 8446, section: '4.4.2' },
  ],
  reads: { smtp },
  partial: ['smtp'],
  cases: {
    demanded: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'asks')} for a client certificate, and TLS ends without one.`,
      fix: {
        stage: 'transport',
        effort: 'minutes',
        text: 'Make the client certificate optional on port 25 (`smtpd_tls_req_ccert = no` in Postfix).',
      },
    },
    asked: {
      passes: true,
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'asks')} for a client certificate, and TLS goes on without one, which is allowed.`,
    },
    none: { passes: true, says: 'No client certificate is asked for.' },
  },
  judge({ smtp }) {
    const { because, visits, missing } = opened(smtp);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      visits,
      ['demanded', 'asked', 'none'],
      ({ tls, afterTls }) => {
        if (tls === undefined || 'reason' in tls) return tls;
        const { shown } = tls;
        if (tls.state !== 'works' || shown === undefined) return undefined;
        if (!shown.asksCertificate)
          // TLS 1.3 asks in secret.
          return shown.version === 'TLSv1.3' ? ({ reason: 'relay-cannot' } as const) : 'none';
        return CERTIFICATE_ALERT.test(shown.failure ?? '') && afterTls === undefined ? 'demanded' : 'asked';
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'TLS did not come about with any mail server.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'none') return { is: 'none' };
    return { is: found.is, data: { hosts: placesOf(found.of, visits) } };
  },
});

export default clientCertificate;

/** What TLS libraries call an alert that asks for the certificate that was not sent. */
const CERTIFICATE_ALERT = /HANDSHAKE_FAILURE|CERTIFICATE_REQUIRED|BAD_CERTIFICATE|NO_CERTIFICATE/i;

const ASKS = 'TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 newer TLSv1.3 group x25519 asks-certificate';

export const weighs = {
  high: 'Nearly every sender falls back to clear text, or does not deliver.',
} satisfies Weights<typeof clientCertificate>;

export const examples = [
  { name: 'not asked', zone: mxVisit(), expect: 'none' },
  { name: 'asked', zone: mxVisit({ tls: ASKS }), expect: 'asked' },
  {
    name: 'demanded',
    zone: mxVisit({
      tls: `${ASKS} failure ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE`,
      trust: '',
      afterReply: '',
    }),
    expect: 'demanded',
  },
  { name: 'no TLS', zone: mxVisit({ ehlo: ['SIZE'] }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof clientCertificate>;
