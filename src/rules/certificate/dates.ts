import { enumerated } from '../../engine/prose.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { type Certificate, pathOf } from '../../mail/certificate/certificate.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { certificates, chainIn, inHand, isChain, placesShown } from '../../topics/certificates.ts';
import { expectedOf, nameDemand, tlsContext } from '../../topics/tls-context.ts';

export const covers = ['cert-dates'];

const fix: Fix = {
  stage: 'transport',
  effort: 'minutes',
  cause: 'certificate-dates',
  text: 'Renew the certificate, have the mail server load it, and let an ACME client renew it from now on.',
};

const dates = rule({
  title: 'Certificates of the mail servers are valid today',
  why: 'An expired certificate still encrypts, but senders that check certificates do not deliver, and it shows that nobody looks after the server.',
  bears: ['interception'],
  cites: [
    { rfc: 5280, section: '4.1.2.5' },
    { rfc: 8461, section: '4.2' },
    { rfc: 7672, section: '3.1.1' },
  ],
  reads: { certificates, tlsContext },
  partial: ['certificates'],
  cases: {
    binding: {
      severity: 'high',
      says: (d: OutOfDate) =>
        `${sentence(d)} Senders that go by your policy or TLSA records do not deliver there.`,
      fix,
    },
    testing: {
      severity: 'medium',
      says: (d: OutOfDate) => `${sentence(d)} In testing mode mail still arrives; enforced, it would not.`,
      fix,
    },
    free: {
      severity: 'low',
      says: (d: OutOfDate) =>
        `${sentence(d)} Mail still arrives encrypted, because nothing asks senders to check.`,
      fix,
    },
    ignored: {
      passes: true,
      says: (d: OutOfDate) => `${sentence(d)} Senders that see your TLSA records do not mind.`,
    },
    valid: {
      passes: true,
      says: (d: { until: string }) => `All are valid, the first to run out until ${d.until}.`,
    },
  },
  judge({ certificates, tlsContext, scope }) {
    const { because, shown, missing } = inHand(certificates);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      shown,
      ['binding', 'testing', 'free', 'ignored', 'valid'],
      (one) => {
        const chain = chainIn(one);
        if (chain === undefined || !isChain(chain)) return chain;
        return outOfDate(chain, scope.now) === undefined
          ? 'valid'
          : nameDemand(expectedOf(tlsContext, one.visit.host));
      },
      missing,
    );
    if (found === undefined) return { is: 'not-applicable', because: 'No mail server showed a certificate.' };
    if (found.is === 'unknown') return found;
    const chains = found.of.flatMap((one) => {
      const chain = chainIn(one);
      return chain && isChain(chain) ? [chain] : [];
    });
    if (found.is === 'valid') {
      const until = Math.min(...chains.map(([leaf]) => leaf.notAfter));
      return { is: 'valid', data: { until: day(until) } };
    }
    const [first] = chains;
    const faulty = first && outOfDate(first, scope.now);
    const future = (faulty?.notBefore ?? 0) > scope.now;
    return {
      is: found.is,
      data: {
        hosts: placesShown(found.of, shown),
        whose: faulty === first?.[0] ? 'The certificate' : 'A certificate in the chain',
        what: future
          ? `is valid only from ${day(faulty?.notBefore ?? 0)}`
          : `ran out on ${day(faulty?.notAfter ?? 0)}`,
      },
    };
  },
});

export default dates;

interface OutOfDate {
  readonly hosts: readonly string[];
  readonly whose: string;
  readonly what: string;
}

function sentence(d: OutOfDate): string {
  return `${d.whose} of ${enumerated(d.hosts)} ${d.what}.`;
}

function outOfDate(chain: readonly Certificate[], now: number): Certificate | undefined {
  return pathOf(chain).find(({ notBefore, notAfter }) => now < notBefore || now > notAfter);
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

const POLICY = (mode: string) =>
  `_mta-sts.example.com TXT "v=STSv1; id=1;"\nexample.com POLICY 200 "text/plain" "version: STSv1" "mode: ${mode}" "mx: mx.example.com" "max_age: 604800"\n`;
const EXPIRED = mxVisit({ chain: ['expired', 'issuer'], trust: 'CERT_HAS_EXPIRED' });
const tlsa = (usage: number) =>
  `$SIGNED example.com\nmx.example.com A 192.0.2.25\n_25._tcp.mx.example.com TLSA ${usage} 1 1 ${'ab'.repeat(32)}\n`;

export const weighs = {
  high: 'Senders that honour an enforced policy or TLSA records deliver nothing there.',
  medium: 'Mail arrives while the policy is on trial, and would stop the day it is enforced.',
  low: 'No sender checks, so mail arrives and is encrypted all the same.',
} satisfies Weights<typeof dates>;

export const examples = [
  { name: 'valid', zone: mxVisit(), expect: 'valid' },
  { name: 'ran out', zone: EXPIRED, expect: 'free' },
  {
    name: 'not yet',
    zone: mxVisit({ chain: ['future', 'issuer'], trust: 'CERT_NOT_YET_VALID' }),
    expect: 'free',
  },
  { name: 'ran out, under a policy', zone: POLICY('enforce') + EXPIRED, expect: 'binding' },
  { name: 'ran out, in testing', zone: POLICY('testing') + EXPIRED, expect: 'testing' },
  { name: 'ran out, TLSA of its issuer', zone: tlsa(2) + EXPIRED, expect: 'binding' },
  { name: 'ran out, TLSA of its own key', zone: tlsa(3) + EXPIRED, expect: 'ignored' },
  {
    name: 'TLSA not answered',
    zone: `${EXPIRED}\n_25._tcp.mx.example.com TLSA !timeout\n$SIGNED example.com`,
    expect: 'unknown',
  },
  { name: 'no TLS', zone: mxVisit({ ehlo: ['SIZE'] }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof dates>;
