import { those } from '../../engine/agreement.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { chainOrder } from '../../mail/certificate/certificate.ts';
import { trustVerdict } from '../../mail/certificate/trust.ts';
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

export const covers = ['cert-chain-complete'];

const fix: Fix = {
  stage: 'transport',
  effort: 'minutes',
  cause: 'certificate-chain',
  text: 'Let the server send its own certificate first and its issuer’s after it (the file your authority calls “full chain”).',
};

const chain = rule({
  title: 'Mail servers send their certificate with its chain, their own first',
  why: 'Web browsers fetch what is missing of a chain; mail servers do not. Those that check certificates then take yours for one of an unknown authority.',
  bears: ['interception'],
  cites: [
    { rfc: 8446, section: '4.4.2' },
    { rfc: 8461, section: '4.2' },
  ],
  reads: { certificates, tlsContext },
  partial: ['certificates'],
  cases: {
    binding: {
      severity: 'high',
      says: (d: Broken) =>
        `${those(d.hosts, d.what)}. Your policy is enforced, so senders that honour it do not deliver there.`,
      fix,
    },
    testing: {
      severity: 'medium',
      says: (d: Broken) =>
        `${those(d.hosts, d.what)}. In testing mode mail still arrives; enforced, it would not.`,
      fix,
    },
    free: {
      severity: 'low',
      says: (d: Broken) =>
        `${those(d.hosts, d.what)}. Mail arrives, because no policy asks senders to check.`,
      fix,
    },
    ignored: {
      passes: true,
      says: (d: Broken) => `${those(d.hosts, d.what)}. Senders that see your TLSA records go by these.`,
    },
    complete: { passes: true, says: 'Each server sends its certificate with its chain.' },
  },
  judge({ certificates, tlsContext }) {
    const { because, shown, missing } = inHand(certificates);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      shown,
      ['binding', 'testing', 'free', 'ignored', 'complete'],
      (one) => {
        const chain = chainIn(one);
        if (chain !== undefined && !isChain(chain)) return chain;
        return faultOf(one) === undefined ? 'complete' : publicDemand(expectedOf(tlsContext, one.visit.host));
      },
      missing,
    );
    if (found === undefined) return { is: 'not-applicable', because: 'No mail server showed a certificate.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'complete') return { is: 'complete' };
    return { is: found.is, data: { hosts: placesShown(found.of, shown), what: faultOf(found.of[0]) ?? '' } };
  },
});

export default chain;

interface Broken {
  readonly hosts: readonly string[];
  readonly what: string;
}

function faultOf(one: Shown): string | undefined {
  const chain = chainIn(one);
  if (chain === undefined) return 'sends something that is no certificate';
  if (!isChain(chain)) return undefined;
  if (!chainOrder(chain).leafFirst) return 'sends another certificate before the server’s own';
  const verdict = trustVerdict(one.tls.trust?.chain, chain);
  return verdict === 'incomplete' ? 'sends a certificate without its issuer’s' : undefined;
}

const POLICY = (mode: string) =>
  `_mta-sts.example.com TXT "v=STSv1; id=1;"\nexample.com POLICY 200 "text/plain" "version: STSv1" "mode: ${mode}" "mx: mx.example.com" "max_age: 604800"\n`;
const ALONE = mxVisit({ chain: ['good'], trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });

export const weighs = {
  high: 'Senders that honour an enforced policy deliver nothing there.',
  medium: 'Mail arrives while the policy is on trial, and would stop the day it is enforced.',
  low: 'No sender checks, so nothing is lost; a policy would change that.',
} satisfies Weights<typeof chain>;

export const examples = [
  { name: 'complete', zone: mxVisit(), expect: 'complete' },
  { name: 'its own only', zone: ALONE, expect: 'free' },
  { name: 'its own only, under a policy', zone: POLICY('enforce') + ALONE, expect: 'binding' },
  { name: 'its own only, in testing', zone: POLICY('testing') + ALONE, expect: 'testing' },
  {
    name: 'issuer first',
    zone: mxVisit({ chain: ['issuer', 'good'], trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }),
    expect: 'free',
  },
  {
    name: 'with TLSA records',
    zone: `$SIGNED example.com\nmx.example.com A 192.0.2.25\n_25._tcp.mx.example.com TLSA 3 1 1 ${'ab'.repeat(32)}\n${ALONE}`,
    expect: 'ignored',
  },
  {
    name: 'vouches for itself',
    zone: mxVisit({ chain: ['self'], trust: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
    expect: 'complete',
  },
  { name: 'no TLS', zone: mxVisit({ ehlo: ['SIZE'] }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof chain>;
