import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { delegation, denialProof, dnssec, whyNoChain } from '../../topics/dnssec.ts';

export const covers = ['dnssec-nsec-ttl'];

const denialLifetime = rule({
  title: 'Proofs of absence are kept no longer than the zone wants',
  why: 'Resolvers reuse a proof that something is absent for as long as its TTL says. When that is longer than the zone’s own limit, a name you add stays invisible for longer than you reckon with.',
  bears: ['acceptance'],
  cites: [{ rfc: 9077, section: '3', level: 'MUST' }],
  reads: { dnssec, delegation, denialProof },
  cases: {
    within: { passes: true, says: 'Proofs of absence are kept no longer than the SOA record allows.' },
    longer: {
      severity: 'low',
      says: (d: { ttl: number; minimum: number }) =>
        `Proofs of absence are kept for ${d.ttl} seconds, the SOA record allows ${d.minimum}.`,
      fix: {
        stage: 'tidy',
        effort: 'provider',
        text: 'Ask your DNS host to update its signer, or give the SOA record the same number as TTL and as minimum.',
      },
    },
  },
  judge({ dnssec, delegation, denialProof }) {
    const because = whyNoChain(dnssec, delegation);
    if (because !== undefined) return { is: 'not-applicable', because };
    const { denial, minimum } = denialProof;
    if (denial.length === 0 || minimum === undefined)
      return { is: 'not-applicable', because: 'No negative answer with its proof was seen.' };
    // A resolver counts the TTL down, so only one that is too long tells anything.
    const ttl = Math.max(...denial.map((one) => one.ttl));
    return ttl > minimum ? { is: 'longer', data: { ttl, minimum } } : { is: 'within' };
  },
});

export default denialLifetime;

const ZONE = (minimum: number) => `$SIGNED example.com
  example.com SOA ns.example.com root.example.com 1 7200 3600 1209600 ${minimum}
  example.com DS 37478 13 2 0616986DA2358D246CE810BC0680FE4D71464B07CD741F782A4608145DA63743
  example.com DNSKEY 257 3 13 aL6N9JXozmb4s742Wex6sHPOoVVuClQeC12YAMCgENafMv4sdFcZfRq3LJ9sEL4uA4D0twm7Y3MiCVUakshPkQ==`;
const PROOF = 'example.com 3600 IN NSEC a.example.com A NS SOA RRSIG NSEC DNSKEY';

export const weighs = {
  low: 'Names that exist are found; only new ones are found late.',
} satisfies Weights<typeof denialLifetime>;

export const examples = [
  { name: 'an hour for both', zone: `${ZONE(3600)}\n${PROOF}`, expect: 'within' },
  { name: 'an hour where five minutes are wanted', zone: `${ZONE(300)}\n${PROOF}`, expect: 'longer' },
  { name: 'no proof seen', zone: ZONE(300), expect: 'not-applicable' },
  { name: 'unsigned', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'not answered', zone: `${ZONE(300)}\nexample.com CDS !timeout`, expect: 'unknown' },
] satisfies Examples<typeof denialLifetime>;
