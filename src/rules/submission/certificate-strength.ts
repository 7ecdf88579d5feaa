import { enumerated } from '../../engine/prose.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { isSelfSigned, keyStrength, pathOf, usageFault } from '../../mail/certificate/certificate.ts';
import { submissionVisit, submissionZone } from '../../mail/smtp/example-visits.ts';
import { chainIn, inHand, isChain, placesShown, type Shown } from '../../topics/certificates.ts';
import { submissionCertificates } from '../../topics/submission.ts';

export const covers = ['cert-key', 'cert-signature', 'cert-eku', 'cert-key-usage'];

const fix: Fix = {
  stage: 'mend',
  effort: 'hour',
  text: 'Get a new certificate for a new key (ECDSA P-256, or RSA with 2048 bits or more) from a public authority.',
};

const certificateStrength = rule({
  title: 'Certificates of sending ports have strong keys and signatures',
  why: 'Mail programs refuse certificates with short keys, old signatures or another purpose, and who breaks one can collect passwords.',
  bears: ['submission'],
  cites: [
    { rfc: 9325, section: '4.5' },
    { rfc: 5280, section: '4.2.1.12' },
  ],
  reads: { submissionCertificates },
  partial: ['submissionCertificates'],
  cases: {
    weak: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) =>
        `The certificate of ${enumerated(d.hosts)} has a key that is too short, or is signed with SHA-1 or MD5.`,
      fix,
    },
    purpose: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) =>
        `The certificate of ${enumerated(d.hosts)} is not made for servers.`,
      fix,
    },
    strong: { passes: true, says: 'Keys and signatures are strong.' },
  },
  judge({ submissionCertificates }) {
    const { because, shown, missing } = inHand(submissionCertificates);
    if (because !== undefined) return { is: 'not-applicable', because };
    if (shown.length === 0 && missing) return { is: 'unknown', because: missing };
    const found = gravest(shown, ['weak', 'purpose', 'strong'], gradeOf, missing);
    if (found === undefined)
      return { is: 'not-applicable', because: 'Neither port 465 nor port 587 showed a certificate.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'strong') return { is: 'strong' };
    return { is: found.is, data: { hosts: placesShown(found.of, shown) } };
  },
});

export default certificateStrength;

function gradeOf(one: Shown) {
  const chain = chainIn(one);
  if (chain === undefined || !isChain(chain)) return chain;
  const old = pathOf(chain).some(
    (each) => !isSelfSigned(each) && ['MD5', 'SHA-1'].includes(each.signature.hash ?? ''),
  );
  if (old || keyStrength(chain[0].key) === 'weak') return 'weak' as const;
  const fault = usageFault(chain[0]);
  return fault === 'purpose' || fault === 'no-signing' ? ('purpose' as const) : ('strong' as const);
}

const at = (chain: readonly string[]) => submissionZone(submissionVisit(587, { chain } as object));

export const weighs = {
  high: 'Programs refuse the certificate, or somebody who breaks it collects passwords.',
} satisfies Weights<typeof certificateStrength>;

export const examples = [
  { name: 'strong', zone: submissionZone(submissionVisit(587)), expect: 'strong' },
  { name: '1024 bits', zone: at(['short', 'issuer']), expect: 'weak' },
  { name: 'SHA-1', zone: at(['sha1', 'issuer']), expect: 'weak' },
  { name: 'for clients', zone: at(['client', 'issuer']), expect: 'purpose' },
  {
    name: 'no TLS',
    zone: submissionZone(submissionVisit(587, { ehlo: ['SIZE'] })),
    expect: 'not-applicable',
  },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof certificateStrength>;
