import { enumerated } from '../../engine/prose.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { type Certificate, usageFault } from '../../mail/certificate/certificate.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { certificates, chainIn, inHand, isChain, placesShown } from '../../topics/certificates.ts';
import { expectedOf, nameDemand, tlsContext } from '../../topics/tls-context.ts';

export const covers = ['cert-eku', 'cert-key-usage', 'cert-is-ca'];

const fix: Fix = {
  stage: 'transport',
  effort: 'hour',
  text: 'Have a certificate issued for a TLS server: purpose serverAuth, key usage digitalSignature, no authority.',
};

const usage = rule({
  title: 'Certificates are made for servers',
  why: 'A certificate says what it may be used for. Senders that check certificates refuse one made for something else.',
  bears: ['interception'],
  cites: [
    { rfc: 5280, section: '4.2.1.12' },
    { rfc: 5280, section: '4.2.1.3' },
    { rfc: 5280, section: '4.2.1.9' },
  ],
  reads: { certificates, tlsContext },
  partial: ['certificates'],
  cases: {
    purpose: {
      severity: 'high',
      says: (d: Use) =>
        `The certificate of ${enumerated(d.hosts)} is not made for servers (no serverAuth), and senders go by it.`,
      fix,
    },
    signing: {
      severity: 'medium',
      says: (d: Use) =>
        `The certificate of ${enumerated(d.hosts)} does not allow its key to sign (no digitalSignature), which today’s TLS needs.`,
      fix,
    },
    loose: {
      severity: 'low',
      says: (d: Use) =>
        `The certificate of ${enumerated(d.hosts)} is made for more than a server (${d.what}); strict senders may refuse it.`,
      fix,
    },
    tolerated: {
      passes: true,
      says: (d: Use) =>
        `The certificate of ${enumerated(d.hosts)} is not made for servers (${d.what}), but nothing asks senders to look.`,
    },
    right: { passes: true, says: 'Each certificate is made for a server.' },
  },
  judge({ certificates, tlsContext }) {
    const { because, shown, missing } = inHand(certificates);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      shown,
      ['purpose', 'signing', 'loose', 'tolerated', 'right'],
      (one) => {
        const chain = chainIn(one);
        if (chain === undefined || !isChain(chain)) return chain;
        const fault = faultOf(chain[0]);
        if (fault === undefined) return 'right';
        const demand = nameDemand(expectedOf(tlsContext, one.visit.host));
        if (typeof demand === 'object') return demand;
        if (demand === 'ignored') return undefined;
        return demand === 'free' ? 'tolerated' : fault;
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'No mail server showed a certificate that senders judge so.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'right') return { is: 'right' };
    const chain = chainIn(found.of[0]);
    const leaf = chain && isChain(chain) ? chain[0] : undefined;
    const what =
      leaf?.authority === true
        ? 'it is an authority'
        : leaf && usageFault(leaf) === 'any-purpose'
          ? 'any purpose'
          : leaf && usageFault(leaf) === 'no-signing'
            ? 'its key may not sign'
            : 'no serverAuth';
    return { is: found.is, data: { hosts: placesShown(found.of, shown), what } };
  },
});

export default usage;

interface Use {
  readonly hosts: readonly string[];
  readonly what: string;
}

function faultOf(leaf: Certificate): 'purpose' | 'signing' | 'loose' | undefined {
  const fault = usageFault(leaf);
  if (fault === 'purpose') return 'purpose';
  if (fault === 'no-signing') return 'signing';
  return fault === 'any-purpose' || leaf.authority ? 'loose' : undefined;
}

const POLICY =
  '_mta-sts.example.com TXT "v=STSv1; id=1;"\nexample.com POLICY 200 "text/plain" "version: STSv1" "mode: enforce" "mx: mx.example.com" "max_age: 604800"\n';
const shows = (name: 'client' | 'unsigning' | 'any' | 'authority') => mxVisit({ chain: [name, 'issuer'] });

export const weighs = {
  high: 'Senders that check certificates refuse it, and a policy or TLSA records make them check.',
  medium: 'Only strict programs stop there; the others do not look at this limit.',
  low: 'Standards let programs refuse, but hardly any does.',
} satisfies Weights<typeof usage>;

export const examples = [
  { name: 'a server’s', zone: mxVisit(), expect: 'right' },
  { name: 'a client’s', zone: shows('client'), expect: 'tolerated' },
  { name: 'a client’s, under a policy', zone: POLICY + shows('client'), expect: 'purpose' },
  { name: 'a key that may not sign', zone: POLICY + shows('unsigning'), expect: 'signing' },
  { name: 'any purpose', zone: POLICY + shows('any'), expect: 'loose' },
  { name: 'an authority', zone: POLICY + shows('authority'), expect: 'loose' },
  { name: 'no TLS', zone: mxVisit({ ehlo: ['SIZE'] }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof usage>;
