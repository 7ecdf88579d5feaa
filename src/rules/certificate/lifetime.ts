import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { type Certificate, longestLifetime } from '../../mail/certificate/certificate.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { certificates, chainIn, inHand, isChain, placesShown } from '../../topics/certificates.ts';

export const covers = ['cert-lifetime'];

const lifetime = rule({
  title: 'Certificates of public authorities live no longer than allowed',
  why: 'Public authorities may issue for ever shorter times: 200 days since March 2026, 47 from 2029. By hand that cannot be kept up.',
  bears: ['interception'],
  cites: [
    {
      document: 'CA/Browser Forum, ballot SC-081v3',
      href: 'https://cabforum.org/2025/04/11/ballot-sc081v3-introduce-schedule-of-reducing-validity-and-data-reuse-periods/',
    },
  ],
  reads: { certificates },
  partial: ['certificates'],
  cases: {
    beyond: {
      severity: 'info',
      says: (d: Life) =>
        `The certificate of ${enumerated(d.hosts)} is valid for ${d.days} days; ${d.most} were allowed when it was issued.`,
      fix: {
        stage: 'tidy',
        effort: 'hour',
        text: 'Have it issued anew by an authority that keeps to the rules, and renewed by an ACME client.',
      },
    },
    within: {
      passes: true,
      says: (d: Life) =>
        `The longest-lived certificate is valid for ${d.days} days in all, which is allowed.`,
    },
  },
  judge({ certificates }) {
    const { because, shown, missing } = inHand(certificates);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      shown,
      ['beyond', 'within'],
      (one) => {
        const chain = chainIn(one);
        if (chain === undefined || !isChain(chain)) return chain;
        const verdict = one.tls.trust?.chain;
        if (verdict === undefined)
          return { reason: 'relay-cannot', detail: 'it gives no verdict on certificates' } as const;
        // Private authorities make rules of their own.
        if (verdict !== 'trusted') return undefined;
        return days(chain[0]) > longestLifetime(chain[0].notBefore) ? 'beyond' : 'within';
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'No mail server showed a certificate of a public authority.' };
    if (found.is === 'unknown') return found;
    const leaves = found.of.flatMap((one) => {
      const chain = chainIn(one);
      return chain && isChain(chain) ? [chain[0]] : [];
    });
    const longest = leaves.reduce((a, b) => (days(b) > days(a) ? b : a));
    return {
      is: found.is,
      data: {
        hosts: placesShown(found.of, shown),
        days: days(longest),
        most: longestLifetime(longest.notBefore),
      },
    };
  },
});

export default lifetime;

interface Life {
  readonly hosts: readonly string[];
  readonly days: number;
  readonly most: number;
}

/** Whole days; authorities count the last second in. */
function days({ notBefore, notAfter }: Certificate): number {
  return Math.floor((notAfter - notBefore) / 86_400_000);
}

export const examples = [
  { name: '90 days', zone: mxVisit(), expect: 'within' },
  { name: 'three years', zone: mxVisit({ chain: ['years', 'issuer'] }), expect: 'beyond' },
  {
    name: 'three years, privately',
    zone: mxVisit({ chain: ['years', 'issuer'], trust: 'SELF_SIGNED_CERT_IN_CHAIN' }),
    expect: 'not-applicable',
  },
  { name: 'no verdict', zone: mxVisit({ trust: '' }), expect: 'unknown' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof lifetime>;
