import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { delegation, dnssec, whyNoChain } from '../../topics/dnssec.ts';

export const covers = ['dnssec-sig-expiry'];

const DAY = 86400;

const signatureExpiry = rule({
  title: 'The zone’s signatures are renewed in time',
  why: 'When the signatures run out, resolvers refuse every answer of the zone at once, and mail stops.',
  bears: ['interception', 'acceptance'],
  cites: [
    { rfc: 4035, section: '5.3.1' },
    { rfc: 6840, section: '5.4' },
  ],
  reads: { dnssec, delegation },
  cases: {
    fresh: {
      passes: true,
      says: (d: { days: number }) =>
        `The signatures seen are valid for ${d.days < 1 ? 'less than a day' : d.days === 1 ? 'one more day' : `${d.days} more days`}, and their lifetime is not nearly over.`,
    },
    ending: {
      severity: 'medium',
      says: (d: { covered: string; until: string }) =>
        `The signature over the ${d.covered} record ends on ${d.until}, and most of its lifetime is over. Signers usually renew earlier.`,
      fix: {
        stage: 'mend',
        effort: 'provider',
        text: 'See today that the zone is being signed again, or ask your DNS host to do it.',
      },
    },
  },
  judge({ dnssec, delegation, scope }) {
    const because = whyNoChain(dnssec, delegation);
    if (because !== undefined) return { is: 'not-applicable', because };
    const now = scope.now / 1000;
    const best = ['SOA', 'DNSKEY'].flatMap((covered) => {
      const own = [...dnssec.signatures, ...delegation.signatures].filter((s) => s.covered === covered);
      return own.sort((a, b) => b.expiration - a.expiration).slice(0, 1);
    });
    const first = best.sort((a, b) => a.expiration - b.expiration)[0];
    if (first === undefined)
      return { is: 'not-applicable', because: 'The resolver sent no signatures along.' };
    const left = first.expiration - now;
    // Hosts that sign on the fly give a signature only days; what counts there is the share that is left.
    const lifetime = first.expiration - first.inception;
    if (left < 3 * DAY && left < lifetime * 0.15)
      return {
        is: 'ending',
        data: {
          covered: first.covered,
          until: new Date(first.expiration * 1000).toISOString().slice(0, 16).replace('T', ' at '),
        },
      };
    return { is: 'fresh', data: { days: Math.max(0, Math.floor(left / DAY)) } };
  },
});

export default signatureExpiry;

const ZONE = `$SIGNED example.com
  example.com SOA ns.example.com root.example.com 1 7200 3600 1209600 3600
  example.com DS 37478 13 2 0616986DA2358D246CE810BC0680FE4D71464B07CD741F782A4608145DA63743
  example.com DNSKEY 257 3 13 aL6N9JXozmb4s742Wex6sHPOoVVuClQeC12YAMCgENafMv4sdFcZfRq3LJ9sEL4uA4D0twm7Y3MiCVUakshPkQ==`;
const signature = (covered: string, from: string, to: string) =>
  `example.com RRSIG ${covered} 13 2 3600 ${to} ${from} 37478 example.com c2ln`;

export const weighs = {
  medium: 'Nothing fails yet, and the day on which all fails is known.',
} satisfies Weights<typeof signatureExpiry>;

export const examples = [
  {
    name: 'two weeks left',
    zone: `${ZONE}\n${signature('SOA', '20261107000000', '20261207000000')}`,
    expect: 'fresh',
  },
  {
    name: 'signed on the fly for two days',
    zone: `${ZONE}\n${signature('SOA', '20261122110000', '20261124110000')}`,
    expect: 'fresh',
  },
  {
    name: 'two days of thirty left',
    zone: `${ZONE}\n${signature('SOA', '20261120000000', '20261220000000')}\n${signature('DNSKEY', '20261026000000', '20261125000000')}`,
    expect: 'ending',
  },
  { name: 'no signatures seen', zone: ZONE, expect: 'not-applicable' },
  { name: 'unsigned', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'not answered', zone: `${ZONE}\nexample.com SOA !timeout`, expect: 'unknown' },
] satisfies Examples<typeof signatureExpiry>;
