import { enumerated } from '../../engine/prose.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { keyStrength, keyWords } from '../../mail/certificate/certificate.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { certificates, chainIn, inHand, isChain, placesShown } from '../../topics/certificates.ts';

export const covers = ['cert-key'];

const fix: Fix = {
  stage: 'transport',
  effort: 'hour',
  text: 'Make a new key (ECDSA P-256, or RSA with 2048 bits or more) and get a certificate for it. With TLSA records publish the new key’s first.',
};

const key = rule({
  title: 'Keys in certificates are long enough',
  why: 'Who computes the private key from a short public one can pose as your mail server.',
  bears: ['interception'],
  cites: [{ rfc: 9325, section: '4.5', level: 'MUST' }],
  reads: { certificates },
  partial: ['certificates'],
  cases: {
    weak: {
      severity: 'medium',
      says: (d: Key) => `The key of ${enumerated(d.hosts)} is too weak: ${d.key}.`,
      fix,
    },
    odd: {
      severity: 'low',
      says: (d: Key) => `The key of ${enumerated(d.hosts)} is weaker than usual: ${d.key}.`,
      fix,
    },
    strong: { passes: true, says: (d: Key) => `The keys are long enough (${d.key}).` },
  },
  judge({ certificates }) {
    const { because, shown, missing } = inHand(certificates);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      shown,
      ['weak', 'odd', 'strong'],
      (one) => {
        const chain = chainIn(one);
        if (chain === undefined || !isChain(chain)) return chain;
        const strength = keyStrength(chain[0].key);
        return strength === 'unknown' ? undefined : strength;
      },
      missing,
    );
    if (found === undefined) return { is: 'not-applicable', because: 'No mail server showed a certificate.' };
    if (found.is === 'unknown') return found;
    const chain = chainIn(found.of[0]);
    const words = chain && isChain(chain) ? keyWords(chain[0].key) : '';
    return { is: found.is, data: { hosts: placesShown(found.of, shown), key: words } };
  },
});

export default key;

interface Key {
  readonly hosts: readonly string[];
  readonly key: string;
}

export const weighs = {
  medium: 'Breaking such a key takes effort, and the attacker must also be on the path.',
  low: 'The key holds today; programs may give it up sooner than others.',
} satisfies Weights<typeof key>;

export const examples = [
  { name: 'P-256', zone: mxVisit(), expect: 'strong' },
  { name: '1024 bits', zone: mxVisit({ chain: ['short', 'issuer'] }), expect: 'weak' },
  { name: 'P-224', zone: mxVisit({ chain: ['narrow', 'issuer'] }), expect: 'odd' },
  { name: 'no TLS', zone: mxVisit({ ehlo: ['SIZE'] }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof key>;
