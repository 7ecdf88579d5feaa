import { enumerated } from '../../engine/prose.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { type Certificate, isSelfSigned, pathOf } from '../../mail/certificate/certificate.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { certificates, chainIn, inHand, isChain, placesShown } from '../../topics/certificates.ts';
import { expectedOf, nameDemand, tlsContext } from '../../topics/tls-context.ts';

export const covers = ['cert-signature', 'cert-sha1-root-ignored'];

const fix: Fix = {
  stage: 'transport',
  effort: 'hour',
  text: 'Have the certificate issued anew. No public authority signs with SHA-1 or MD5 any more.',
};

const signature = rule({
  title: 'Certificates are signed with a digest that still holds',
  why: 'With SHA-1 and MD5 a second certificate with the same signature can be made. Senders that check certificates refuse them.',
  bears: ['interception'],
  cites: [{ rfc: 9325, section: '4.5' }],
  reads: { certificates, tlsContext },
  partial: ['certificates'],
  cases: {
    binding: {
      severity: 'high',
      says: (d: Signed) =>
        `A certificate of ${enumerated(d.hosts)} is signed by ${d.by}. Senders that go by your policy or TLSA records refuse it.`,
      fix,
    },
    testing: {
      severity: 'medium',
      says: (d: Signed) =>
        `A certificate of ${enumerated(d.hosts)} is signed by ${d.by}. In testing mode mail still arrives; enforced, it would not.`,
      fix,
    },
    free: {
      severity: 'low',
      says: (d: Signed) => `A certificate of ${enumerated(d.hosts)} is signed by ${d.by}.`,
      fix,
    },
    ignored: {
      passes: true,
      says: (d: Signed) =>
        `A certificate of ${enumerated(d.hosts)} is signed by ${d.by}. Senders that see your TLSA records do not mind.`,
    },
    sound: { passes: true, says: 'All signatures use SHA-256 or better.' },
  },
  judge({ certificates, tlsContext }) {
    const { because, shown, missing } = inHand(certificates);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      shown,
      ['binding', 'testing', 'free', 'ignored', 'sound'],
      (one) => {
        const chain = chainIn(one);
        if (chain === undefined || !isChain(chain)) return chain;
        return outdated(chain) === undefined ? 'sound' : nameDemand(expectedOf(tlsContext, one.visit.host));
      },
      missing,
    );
    if (found === undefined) return { is: 'not-applicable', because: 'No mail server showed a certificate.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'sound') return { is: 'sound' };
    const chain = chainIn(found.of[0]);
    const by = chain && isChain(chain) ? (outdated(chain)?.signature.name ?? '') : '';
    return { is: found.is, data: { hosts: placesShown(found.of, shown), by } };
  },
});

export default signature;

interface Signed {
  readonly hosts: readonly string[];
  readonly by: string;
}

/** The signature a certificate puts under itself proves nothing, so it may be of any kind (RFC 8446 §4.4.2.2). */
function outdated(chain: readonly Certificate[]): Certificate | undefined {
  return pathOf(chain).find(
    (one) => !isSelfSigned(one) && ['MD5', 'SHA-1', 'SHA-224'].includes(one.signature.hash ?? ''),
  );
}

const POLICY = (mode: string) =>
  `_mta-sts.example.com TXT "v=STSv1; id=1;"\nexample.com POLICY 200 "text/plain" "version: STSv1" "mode: ${mode}" "mx: mx.example.com" "max_age: 604800"\n`;
const SHA1 = mxVisit({ chain: ['sha1', 'issuer'] });

export const weighs = {
  high: 'Senders that honour an enforced policy or TLSA records refuse such a certificate.',
  medium: 'Mail arrives while the policy is on trial, and would stop the day it is enforced.',
  low: 'No sender checks, so nothing is lost today.',
} satisfies Weights<typeof signature>;

export const examples = [
  { name: 'SHA-256', zone: mxVisit(), expect: 'sound' },
  { name: 'SHA-1', zone: SHA1, expect: 'free' },
  { name: 'SHA-1, under a policy', zone: POLICY('enforce') + SHA1, expect: 'binding' },
  { name: 'SHA-1, in testing', zone: POLICY('testing') + SHA1, expect: 'testing' },
  {
    name: 'SHA-1, TLSA of its own key',
    zone: `$SIGNED example.com\nmx.example.com A 192.0.2.25\n_25._tcp.mx.example.com TLSA 3 1 1 ${'ab'.repeat(32)}\n${SHA1}`,
    expect: 'ignored',
  },
  { name: 'no TLS', zone: mxVisit({ ehlo: ['SIZE'] }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof signature>;
