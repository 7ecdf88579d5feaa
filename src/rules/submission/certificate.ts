import type { Name } from '../../dns/name.ts';
import { those } from '../../engine/agreement.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { chainOrder, nameMatch, pathOf } from '../../mail/certificate/certificate.ts';
import { trustVerdict } from '../../mail/certificate/trust.ts';
import { submissionVisit, submissionZone } from '../../mail/smtp/example-visits.ts';
import { chainIn, inHand, isChain, placesShown, type Shown } from '../../topics/certificates.ts';
import { submissionCertificates } from '../../topics/submission.ts';

export const covers = ['sub-cert'];

const certificate = rule({
  title: 'Sending ports show a valid certificate with their name',
  why: 'Mail programs must check the certificate before they send the password. They warn or refuse where it is out of date, of another name, or of nobody they know.',
  bears: ['submission'],
  cites: [
    { rfc: 8314, section: '4.4' },
    { rfc: 8314, section: '5.3' },
    { rfc: 7817, section: '3', level: 'MUST' },
  ],
  reads: { submissionCertificates },
  partial: ['submissionCertificates'],
  cases: {
    dates: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) => `The certificate of ${enumerated(d.hosts)} is out of date.`,
      fix: {
        stage: 'mend',
        effort: 'minutes',
        text: 'Renew the certificate, have the server load it, and let an ACME client renew it from now on.',
      },
    },
    name: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) =>
        `The certificate of ${enumerated(d.hosts)} does not name the server.`,
      fix: {
        stage: 'mend',
        effort: 'hour',
        text: 'Get a certificate with the name that people enter as outgoing server, and your domain’s beside it.',
      },
    },
    chain: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'does not send')} the certificate’s chain in order.`,
      fix: {
        stage: 'mend',
        effort: 'minutes',
        text: 'Let the server send its own certificate first and its issuer’s after it.',
      },
    },
    untrusted: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) =>
        `No public authority vouches for the certificate of ${enumerated(d.hosts)}.`,
      fix: {
        stage: 'mend',
        effort: 'hour',
        text: 'Get a certificate from a public authority, free by ACME.',
      },
    },
    'host-only': {
      passes: true,
      says: (d: { hosts: readonly string[] }) =>
        `The certificate of ${enumerated(d.hosts)} is valid. It does not name your domain, which some programs would like beside the server’s name.`,
    },
    valid: { passes: true, says: 'Each certificate is valid and names its server.' },
  },
  judge({ submissionCertificates, scope }) {
    const { because, shown, missing } = inHand(submissionCertificates);
    if (because !== undefined) return { is: 'not-applicable', because };
    if (shown.length === 0 && missing) return { is: 'unknown', because: missing };
    const found = gravest(
      shown,
      ['dates', 'name', 'chain', 'untrusted', 'host-only', 'valid'],
      (one) => gradeOf(one, scope.domain, scope.now),
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'Neither port 465 nor port 587 showed a certificate.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'valid') return { is: 'valid' };
    return { is: found.is, data: { hosts: placesShown(found.of, shown) } };
  },
});

export default certificate;

function gradeOf(one: Shown, domain: Name, now: number) {
  const chain = chainIn(one);
  if (chain === undefined) return 'chain' as const;
  if (!isChain(chain)) return chain;
  const { host } = one.visit;
  if (pathOf(chain).some(({ notBefore, notAfter }) => now < notBefore || now > notAfter))
    return 'dates' as const;
  const byHost = nameMatch(chain[0], [host]);
  const byDomain = nameMatch(chain[0], [domain]) === 'matches';
  // RFC 7817 §3: the common name still counts where there is no DNS name at all.
  if (byHost !== 'matches' && byHost !== 'common-name' && !byDomain) return 'name' as const;
  if (!chainOrder(chain).leafFirst) return 'chain' as const;
  const verdict = trustVerdict(one.tls.trust?.chain, chain);
  if (verdict === undefined)
    return { reason: 'relay-cannot', detail: 'it gives no verdict on certificates' } as const;
  if (verdict === 'incomplete') return 'chain' as const;
  if (verdict !== 'trusted') return 'untrusted' as const;
  return byDomain ? ('valid' as const) : ('host-only' as const);
}

const at = (change: object) => submissionZone(submissionVisit(587, change));

export const weighs = {
  high: 'Programs refuse to send, or people learn to click warnings away and give their password to anybody.',
} satisfies Weights<typeof certificate>;

export const examples = [
  { name: 'valid', zone: at({}), expect: 'valid' },
  { name: 'the host’s name only', zone: at({ chain: ['mail', 'issuer'] }), expect: 'host-only' },
  { name: 'ran out', zone: at({ chain: ['lapsed', 'issuer'], trust: 'CERT_HAS_EXPIRED' }), expect: 'dates' },
  {
    name: 'another name',
    zone: at({ chain: ['foreign', 'issuer'], trust: 'trusted wrong-name' }),
    expect: 'name',
  },
  {
    name: 'without its issuer',
    zone: at({ chain: ['submission'], trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }),
    expect: 'chain',
  },
  { name: 'of a private authority', zone: at({ trust: 'SELF_SIGNED_CERT_IN_CHAIN' }), expect: 'untrusted' },
  { name: 'no verdict', zone: at({ trust: '' }), expect: 'unknown' },
  { name: 'no TLS', zone: at({ ehlo: ['AUTH PLAIN'] }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
] satisfies Examples<typeof certificate>;
