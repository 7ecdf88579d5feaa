import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { delegation, denialProof, dnssec, whyNoChain } from '../../topics/dnssec.ts';

export const covers = ['dnssec-nsec3'];

const fix: Fix = {
  stage: 'tidy',
  effort: 'provider',
  text: 'Ask your DNS host to set the NSEC3 parameters to `1 0 0 -`, or to use NSEC.',
};

const nsec3 = rule({
  title: 'The zone hashes names once and without salt',
  why: 'More rounds of hashing protect nothing and cost every resolver work. Some take such a zone as unsigned, or refuse it.',
  bears: ['interception'],
  cites: [
    { rfc: 9276, section: '3.1' },
    { rfc: 9276, section: '3.2' },
  ],
  reads: { dnssec, delegation, denialProof },
  cases: {
    lean: { passes: true, says: 'Negative answers use NSEC, or NSEC3 without extra rounds.' },
    salted: {
      passes: true,
      says: 'NSEC3 is used without extra rounds; it also has a salt, which is of no use and does no harm.',
    },
    rounds: {
      severity: 'low',
      says: (d: { iterations: number }) =>
        `Names are hashed ${d.iterations === 1 ? 'one extra time' : `${d.iterations} extra times`}. Resolvers may take the zone as unsigned for that.`,
      fix,
    },
    many: {
      severity: 'medium',
      says: (d: { iterations: number }) =>
        `Names are hashed ${d.iterations} extra times. Common resolvers take such a zone as unsigned, or refuse its negative answers.`,
      fix,
    },
  },
  judge({ dnssec, delegation, denialProof }) {
    const because = whyNoChain(dnssec, delegation);
    if (because !== undefined) return { is: 'not-applicable', because };
    const { denial } = denialProof;
    if (denial.length === 0)
      return { is: 'not-applicable', because: 'No negative answer with its proof was seen.' };
    const hashed = denial.filter((one) => one.kind === 'nsec3');
    const iterations = Math.max(0, ...hashed.map((one) => one.iterations ?? 0));
    if (iterations > 100) return { is: 'many', data: { iterations } };
    if (iterations > 0) return { is: 'rounds', data: { iterations } };
    return { is: hashed.some((one) => (one.salt ?? '') !== '') ? 'salted' : 'lean' };
  },
});

export default nsec3;

const ZONE = `$SIGNED example.com
  example.com SOA ns.example.com root.example.com 1 7200 3600 1209600 3600
  example.com DS 37478 13 2 0616986DA2358D246CE810BC0680FE4D71464B07CD741F782A4608145DA63743
  example.com DNSKEY 257 3 13 aL6N9JXozmb4s742Wex6sHPOoVVuClQeC12YAMCgENafMv4sdFcZfRq3LJ9sEL4uA4D0twm7Y3MiCVUakshPkQ==`;
const hashed = (parameters: string) =>
  `${ZONE}\n0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.com NSEC3 ${parameters} 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR A NS SOA`;

export const weighs = {
  medium: 'Common resolvers take the zone as unsigned, or refuse what it denies.',
  low: 'Resolvers still verify it, at a cost.',
} satisfies Weights<typeof nsec3>;

export const examples = [
  {
    name: 'NSEC',
    zone: `${ZONE}\nexample.com NSEC a.example.com A NS SOA RRSIG NSEC DNSKEY`,
    expect: 'lean',
  },
  { name: 'NSEC3 as advised', zone: hashed('1 0 0 -'), expect: 'lean' },
  { name: 'a salt', zone: hashed('1 0 0 aabbccdd'), expect: 'salted' },
  { name: 'ten rounds', zone: hashed('1 0 10 aabbccdd'), expect: 'rounds' },
  { name: 'five hundred rounds', zone: hashed('1 1 500 -'), expect: 'many' },
  { name: 'no proof seen', zone: ZONE, expect: 'not-applicable' },
  { name: 'unsigned', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'not answered', zone: `${ZONE}\nexample.com CDS !timeout`, expect: 'unknown' },
] satisfies Examples<typeof nsec3>;
