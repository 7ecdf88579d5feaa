import { enumerated } from '../../engine/prose.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { type TrustVerdict, trustVerdict } from '../../mail/certificate/trust.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import {
  certificates,
  chainIn,
  inHand,
  isChain,
  placesShown,
  type Shown,
} from '../../topics/certificates.ts';
import { expectedOf, publicDemand, tlsContext } from '../../topics/tls-context.ts';

export const covers = ['cert-trusted', 'cert-self-signed'];

const fix: Fix = {
  stage: 'transport',
  effort: 'hour',
  cause: 'certificate-trust',
  text: 'Get a certificate from a public authority (free by ACME, Let’s Encrypt for example) that names the mail server, and let the server send it with its chain.',
};

const trust = rule({
  title: 'A public authority vouches for the certificates of the mail servers',
  why: 'Senders that honour your MTA-STS policy deliver only to servers whose certificate comes from an authority they know. Without a policy hardly any sender looks.',
  bears: ['interception'],
  cites: [
    { rfc: 8461, section: '4.2', level: 'MUST' },
    { rfc: 5280, section: '6.1' },
    { rfc: 9325, section: '5.2' },
  ],
  reads: { certificates, tlsContext },
  partial: ['certificates'],
  cases: {
    binding: {
      severity: 'high',
      says: (d: Distrust) =>
        `The certificate of ${enumerated(d.hosts)} ${d.what}. Your policy is enforced, so senders that honour it do not deliver there.`,
      fix,
    },
    testing: {
      severity: 'medium',
      says: (d: Distrust) =>
        `The certificate of ${enumerated(d.hosts)} ${d.what}. In testing mode mail still arrives; enforced, it would not.`,
      fix,
    },
    free: {
      passes: true,
      says: (d: Distrust) =>
        `The certificate of ${enumerated(d.hosts)} ${d.what}. It encrypts all the same, and no policy asks senders to look.`,
    },
    ignored: {
      passes: true,
      says: (d: Distrust) =>
        `The certificate of ${enumerated(d.hosts)} ${d.what}. Senders that see your TLSA records go by these.`,
    },
    trusted: { passes: true, says: 'A public authority vouches for each certificate that was seen.' },
  },
  judge({ certificates, tlsContext }) {
    const { because, shown, missing } = inHand(certificates);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      shown,
      ['binding', 'testing', 'free', 'ignored', 'trusted'],
      (one) => {
        const chain = chainIn(one);
        if (chain === undefined || !isChain(chain)) return chain;
        const verdict = verdictOf(one);
        if (verdict === undefined)
          return { reason: 'relay-cannot', detail: 'it gives no verdict on certificates' } as const;
        if (verdict === 'trusted') return 'trusted';
        // Dates, and what is missing of a chain, are judged by themselves.
        if (verdict === 'dates' || verdict === 'incomplete') return undefined;
        return publicDemand(expectedOf(tlsContext, one.visit.host));
      },
      missing,
    );
    if (found === undefined)
      return {
        is: 'not-applicable',
        because: 'No mail server showed a certificate that could be judged so.',
      };
    if (found.is === 'unknown') return found;
    if (found.is === 'trusted') return { is: 'trusted' };
    const what = WORDS[verdictOf(found.of[0]) ?? 'refused'] ?? '';
    return { is: found.is, data: { hosts: placesShown(found.of, shown), what } };
  },
});

export default trust;

interface Distrust {
  readonly hosts: readonly string[];
  readonly what: string;
}

function verdictOf(one: Shown): TrustVerdict | undefined {
  const chain = chainIn(one);
  return trustVerdict(one.tls.trust?.chain, chain && isChain(chain) ? chain : []);
}

const WORDS: Readonly<Partial<Record<TrustVerdict, string>>> = {
  'self-signed': 'vouches for itself',
  'unknown-issuer': 'comes from an authority that is not a public one',
  revoked: 'has been revoked',
  refused: 'was refused by the relay’s TLS library',
};

const POLICY = (mode: string) =>
  `_mta-sts.example.com TXT "v=STSv1; id=1;"\nexample.com POLICY 200 "text/plain" "version: STSv1" "mode: ${mode}" "mx: mx.example.com" "max_age: 604800"\n`;
const SELF = mxVisit({ chain: ['self'], trust: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
const SIGNED =
  '$SIGNED example.com\nmx.example.com A 192.0.2.25\n_25._tcp.mx.example.com TLSA 3 1 1 a72f8a2bce4a5e5b8f2e2c7d4e2b3d4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d\n';

export const weighs = {
  high: 'Senders that honour an enforced policy deliver nothing there.',
  medium: 'Mail arrives while the policy is on trial, and would stop the day it is enforced.',
} satisfies Weights<typeof trust>;

export const examples = [
  { name: 'trusted', zone: mxVisit(), expect: 'trusted' },
  { name: 'vouches for itself', zone: SELF, expect: 'free' },
  { name: 'under a policy', zone: POLICY('enforce') + SELF, expect: 'binding' },
  { name: 'under a policy in testing', zone: POLICY('testing') + SELF, expect: 'testing' },
  { name: 'with TLSA records', zone: SIGNED + SELF, expect: 'ignored' },
  {
    name: 'of a private authority',
    zone: mxVisit({ chain: ['good', 'issuer', 'root'], trust: 'SELF_SIGNED_CERT_IN_CHAIN' }),
    expect: 'free',
  },
  {
    name: 'out of date',
    zone: mxVisit({ chain: ['expired', 'issuer'], trust: 'CERT_HAS_EXPIRED' }),
    expect: 'not-applicable',
  },
  { name: 'no verdict', zone: mxVisit({ trust: '' }), expect: 'unknown' },
  {
    name: 'policy not fetched',
    zone: `_mta-sts.example.com TXT "v=STSv1; id=1;"\n${SELF}`,
    expect: 'unknown',
  },
  { name: 'no TLS', zone: mxVisit({ ehlo: ['SIZE'] }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
] satisfies Examples<typeof trust>;
