import { counted, enumerated } from '../../engine/prose.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import type { Certificate } from '../../mail/certificate/certificate.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { certificates, chainIn, inHand, isChain, placesShown } from '../../topics/certificates.ts';
import { expectedOf, nameDemand, tlsContext } from '../../topics/tls-context.ts';

export const covers = ['cert-expiring'];

const DAY = 86_400_000;

const fix: Fix = {
  stage: 'transport',
  effort: 'minutes',
  text: 'Renew the certificate now, and see why it was not renewed by itself: usually the renewal runs but the mail server does not load the new file.',
};

const renewal = rule({
  title: 'Certificates of the mail servers are renewed in time',
  why: 'A renewal that runs by itself happens when a third of the time is left. One that is late will usually not happen at all.',
  bears: ['interception'],
  cites: [{ rfc: 5280, section: '4.1.2.5' }],
  reads: { certificates, tlsContext },
  partial: ['certificates'],
  cases: {
    soon: {
      severity: 'medium',
      says: (d: Ending) =>
        `The certificate of ${enumerated(d.hosts)} runs out in ${counted(d.days, 'day')}, and senders go by it.`,
      fix,
    },
    free: {
      severity: 'low',
      says: (d: Ending) => `The certificate of ${enumerated(d.hosts)} runs out in ${counted(d.days, 'day')}.`,
      fix,
    },
    late: {
      severity: 'info',
      says: (d: Ending) =>
        `The certificate of ${enumerated(d.hosts)} has ${counted(d.days, 'day')} left, less than a third of its time. A renewal that runs by itself would have happened.`,
      fix,
    },
    ample: { passes: true, says: 'No certificate is about to run out.' },
  },
  judge({ certificates, tlsContext, scope }) {
    const { because, shown, missing } = inHand(certificates);
    if (because !== undefined) return { is: 'not-applicable', because };
    const left = ({ notAfter }: Certificate) => Math.floor((notAfter - scope.now) / DAY);
    const found = gravest(
      shown,
      ['soon', 'free', 'late', 'ample'],
      (one) => {
        const chain = chainIn(one);
        if (chain === undefined || !isChain(chain)) return chain;
        const [leaf] = chain;
        const life = Math.floor((leaf.notAfter - leaf.notBefore) / DAY);
        // What ran out, or is not valid yet, is judged by its dates.
        if (scope.now > leaf.notAfter || scope.now < leaf.notBefore) return undefined;
        if (left(leaf) > 14 && (life <= 30 || left(leaf) * 3 >= life - 3)) return 'ample';
        const demand = nameDemand(expectedOf(tlsContext, one.visit.host));
        if (typeof demand === 'object') return demand;
        if (demand === 'ignored') return 'ample';
        // Certificates made for a week or less are renewed every other day.
        if (left(leaf) > 14 || life <= 30) return life <= 30 ? 'ample' : 'late';
        return demand === 'free' ? 'free' : 'soon';
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'No mail server showed a certificate that is valid today.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'ample') return { is: 'ample' };
    const days = Math.min(
      ...found.of.flatMap((one) => {
        const chain = chainIn(one);
        return chain && isChain(chain) ? [left(chain[0])] : [];
      }),
    );
    return { is: found.is, data: { hosts: placesShown(found.of, shown), days } };
  },
});

export default renewal;

interface Ending {
  readonly hosts: readonly string[];
  readonly days: number;
}

const POLICY =
  '_mta-sts.example.com TXT "v=STSv1; id=1;"\nexample.com POLICY 200 "text/plain" "version: STSv1" "mode: enforce" "mx: mx.example.com" "max_age: 604800"\n';
const ENDING = mxVisit({ chain: ['ending', 'issuer'] });

export const weighs = {
  medium: 'Nothing fails yet, and the day on which mail stops is known.',
  low: 'Nothing fails yet, and little would, because no sender checks.',
} satisfies Weights<typeof renewal>;

export const examples = [
  { name: 'two months left', zone: mxVisit(), expect: 'ample' },
  { name: 'three days left', zone: ENDING, expect: 'free' },
  { name: 'three days left, under a policy', zone: POLICY + ENDING, expect: 'soon' },
  { name: 'less than a third left', zone: mxVisit({ chain: ['late', 'issuer'] }), expect: 'late' },
  {
    name: 'ran out',
    zone: mxVisit({ chain: ['expired', 'issuer'], trust: 'CERT_HAS_EXPIRED' }),
    expect: 'not-applicable',
  },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof renewal>;
