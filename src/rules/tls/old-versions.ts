import { those } from '../../engine/agreement.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { opened, placesOf, smtp } from '../../topics/smtp.ts';
import { expectedOf, tlsContext, tlsDemand } from '../../topics/tls-context.ts';

export const covers = ['tls-version-legacy'];

const fix: Fix = {
  stage: 'transport',
  effort: 'minutes',
  text: 'Allow TLS 1.2 and newer only (`smtpd_tls_protocols = >=TLSv1.2` in Postfix, `tls_require_ciphers` or `openssl_options = +no_tlsv1 +no_tlsv1_1` in Exim).',
};

const oldVersions = rule({
  title: 'Mail servers refuse TLS 1.1 and older',
  why: 'Versions before 1.2 have known weaknesses and must not be used any more. Somebody who interferes can try to force a sender down to them.',
  bears: ['interception'],
  cites: [
    { rfc: 8996, section: '4', level: 'MUST' },
    { rfc: 8996, section: '5', level: 'MUST' },
    { rfc: 9325, section: '5.2' },
  ],
  reads: { smtp, tlsContext },
  partial: ['smtp'],
  cases: {
    sslv3: {
      severity: 'critical',
      says: (d: { hosts: readonly string[] }) => `${those(d.hosts, 'takes')} even SSL 3, which is broken.`,
      fix,
    },
    binding: {
      severity: 'medium',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'takes')} TLS 1.1 or older, although a policy or TLSA records promise senders good encryption.`,
      fix,
    },
    taken: {
      severity: 'low',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'takes')} TLS 1.1 or older. On port 25 a refusal can mean clear text for very old senders, but hardly any are left.`,
      fix,
    },
    refused: { passes: true, says: 'TLS 1.1 and older are refused.' },
  },
  judge({ smtp, tlsContext }) {
    const { because, visits, missing } = opened(smtp);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      visits,
      ['sslv3', 'binding', 'taken', 'refused'],
      ({ tls, host }) => {
        if (tls === undefined || 'reason' in tls) return tls;
        if (tls.state !== 'works') return undefined;
        if (tls.old === undefined)
          return { reason: 'relay-cannot', detail: 'it could not offer old versions' } as const;
        if (tls.old === 'none') return 'refused';
        if (tls.old === 'SSLv3') return 'sslv3';
        const demand = tlsDemand(expectedOf(tlsContext, host));
        if (typeof demand === 'object') return demand;
        return demand === 'free' ? 'taken' : 'binding';
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'TLS did not come about with any mail server.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'refused') return { is: 'refused' };
    return { is: found.is, data: { hosts: placesOf(found.of, visits) } };
  },
});

export default oldVersions;

const OLD = 'old TLSv1 TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA';
const POLICY =
  '_mta-sts.example.com TXT "v=STSv1; id=1;"\nexample.com POLICY 200 "text/plain" "version: STSv1" "mode: enforce" "mx: mx.example.com" "max_age: 604800"\n';

export const weighs = {
  critical: 'SSL 3 is broken in practice: whoever forces a sender down to it reads the mail.',
  medium: 'A policy promises more than the server keeps, and the standard forbids these versions.',
  low: 'On port 25 the choice is often between old encryption and none.',
} satisfies Weights<typeof oldVersions>;

export const examples = [
  { name: 'refused', zone: mxVisit(), expect: 'refused' },
  { name: '1.0 taken', zone: mxVisit({ second: OLD }), expect: 'taken' },
  { name: '1.0 taken under a policy', zone: POLICY + mxVisit({ second: OLD }), expect: 'binding' },
  { name: 'SSL 3', zone: mxVisit({ tls: 'SSLv3 TLS_RSA_WITH_RC4_128_SHA' }), expect: 'sslv3' },
  { name: 'not tried', zone: mxVisit({ second: 'old !timeout' }), expect: 'unknown' },
  { name: 'no TLS', zone: mxVisit({ ehlo: ['SIZE'] }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof oldVersions>;
