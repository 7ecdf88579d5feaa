import { enumerated } from '../../engine/prose.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import type { Certificate } from '../../mail/certificate/certificate.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { isNamed } from '../../topics/certificate-name.ts';
import { certificates, chainIn, inHand, isChain, placesShown } from '../../topics/certificates.ts';
import { expectedOf, nameDemand, tlsContext } from '../../topics/tls-context.ts';

export const covers = ['cert-name', 'cert-name-domain-only', 'cert-san-missing'];

const fix = (d: Misnamed): Fix => ({
  stage: 'transport',
  effort: 'hour',
  cause: 'certificate-name',
  text: `Get a certificate with ${enumerated(d.wanted)} among its DNS names (subjectAltName). Your domain’s own name is not enough.`,
});

const names = rule({
  title: 'Certificates name the mail servers they are shown for',
  why: 'Senders that honour a policy want the name of the mail server in its certificate, as it stands in the MX record. A certificate for another name proves nothing to them.',
  bears: ['interception'],
  cites: [
    { rfc: 8461, section: '4.2', level: 'MUST' },
    { rfc: 7672, section: '3.2.2' },
    { rfc: 7672, section: '3.2.3' },
    { rfc: 6125, section: '6.4.4' },
  ],
  reads: { certificates, tlsContext },
  partial: ['certificates'],
  cases: {
    binding: {
      severity: 'high',
      says: (d: Misnamed) =>
        `The certificate of ${enumerated(d.hosts)} ${d.what}. Senders that go by your policy or TLSA records do not deliver there.`,
      fix,
    },
    testing: {
      severity: 'medium',
      says: (d: Misnamed) =>
        `The certificate of ${enumerated(d.hosts)} ${d.what}. In testing mode mail still arrives; enforced, it would not.`,
      fix,
    },
    free: {
      passes: true,
      says: (d: Misnamed) =>
        `The certificate of ${enumerated(d.hosts)} ${d.what}. It encrypts all the same, and nothing asks senders to look.`,
    },
    ignored: {
      passes: true,
      says: (d: Misnamed) =>
        `The certificate of ${enumerated(d.hosts)} ${d.what}. Senders that see your TLSA records do not look at names.`,
    },
    named: { passes: true, says: 'Each certificate names its mail server.' },
  },
  judge({ certificates, tlsContext, scope }) {
    const { because, shown, missing } = inHand(certificates);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      shown,
      ['binding', 'testing', 'free', 'ignored', 'named'],
      (one) => {
        const chain = chainIn(one);
        if (chain === undefined || !isChain(chain)) return chain;
        const { host } = one.visit;
        const expected = expectedOf(tlsContext, host);
        const named = isNamed(chain[0], host, scope.domain, expected);
        if (typeof named === 'object') return named;
        return named ? 'named' : nameDemand(expected);
      },
      missing,
    );
    if (found === undefined) return { is: 'not-applicable', because: 'No mail server showed a certificate.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'named') return { is: 'named' };
    const chain = chainIn(found.of[0]);
    const leaf = chain && isChain(chain) ? chain[0] : undefined;
    return {
      is: found.is,
      data: {
        hosts: placesShown(found.of, shown),
        wanted: [...new Set(found.of.map(({ visit }) => visit.host))],
        what: leaf ? instead(leaf) : '',
      },
    };
  },
});

export default names;

interface Misnamed {
  readonly hosts: readonly string[];
  readonly wanted: readonly string[];
  readonly what: string;
}

/** What the certificate names instead. */
function instead({ dnsNames, commonNames }: Certificate): string {
  if (dnsNames !== undefined && dnsNames.length > 0) return `names ${enumerated(dnsNames)} instead`;
  return commonNames.length > 0
    ? `has no DNS names, only the common name ${enumerated(commonNames)}, which does not count`
    : 'has no name at all';
}

const POLICY = (mode: string) =>
  `_mta-sts.example.com TXT "v=STSv1; id=1;"\nexample.com POLICY 200 "text/plain" "version: STSv1" "mode: ${mode}" "mx: mx.example.com" "max_age: 604800"\n`;
const tlsa = (usage: number) =>
  `$SIGNED example.com\nmx.example.com A 192.0.2.25\n_25._tcp.mx.example.com TLSA ${usage} 1 1 ${'ab'.repeat(32)}\n`;
const shows = (name: 'foreign' | 'domain' | 'named' | 'nameless') =>
  mxVisit({ chain: [name, 'issuer'], trust: 'trusted wrong-name' });

export const weighs = {
  high: 'Senders that honour an enforced policy or TLSA records deliver nothing there.',
  medium: 'Mail arrives while the policy is on trial, and would stop the day it is enforced.',
} satisfies Weights<typeof names>;

export const examples = [
  { name: 'its name', zone: mxVisit(), expect: 'named' },
  { name: 'another name', zone: shows('foreign'), expect: 'free' },
  { name: 'another name, under a policy', zone: POLICY('enforce') + shows('foreign'), expect: 'binding' },
  { name: 'the domain’s name, under a policy', zone: POLICY('enforce') + shows('domain'), expect: 'binding' },
  { name: 'common name only, in testing', zone: POLICY('testing') + shows('named'), expect: 'testing' },
  { name: 'no name, TLSA of its own key', zone: tlsa(3) + shows('nameless'), expect: 'ignored' },
  { name: 'the domain’s name, TLSA of its issuer', zone: tlsa(2) + shows('domain'), expect: 'named' },
  { name: 'common name only, TLSA of its issuer', zone: tlsa(2) + shows('named'), expect: 'named' },
  { name: 'another name, TLSA of its issuer', zone: tlsa(2) + shows('foreign'), expect: 'binding' },
  { name: 'no TLS', zone: mxVisit({ ehlo: ['SIZE'] }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof names>;
