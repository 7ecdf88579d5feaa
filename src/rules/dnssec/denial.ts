import type { Name } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { delegation, denialProof, dnssec, whyNoChain } from '../../topics/dnssec.ts';

export const covers = ['dnssec-denial'];

const denial = rule({
  title: 'The zone proves what it does not have',
  why: 'Senders that use DANE and authorities that issue certificates ask for records that most zones lack. When the zone cannot prove that, they give up, although everything else works.',
  bears: ['interception', 'acceptance'],
  cites: [
    { rfc: 4035, section: '3.1.3' },
    { rfc: 4035, section: '5.4' },
  ],
  reads: { dnssec, delegation, denialProof },
  cases: {
    proved: { passes: true, says: 'A negative answer came with a proof that the resolver verified.' },
    'opt-out': {
      passes: true,
      says: 'A negative answer came without a verified proof, as zones may do that leave unsigned names out of it.',
    },
    broken: {
      severity: 'high',
      says: (d: { zone: Name }) =>
        `Resolvers refuse negative answers of \`${d.zone}\`: the proof does not verify, though other answers do.`,
      fix: {
        stage: 'mend',
        effort: 'provider',
        text: 'Ask your DNS host to sign the zone anew; its chain of NSEC or NSEC3 records is broken.',
      },
    },
  },
  judge({ dnssec, delegation, denialProof, scope }) {
    const because = whyNoChain(dnssec, delegation);
    if (because !== undefined) return { is: 'not-applicable', because };
    if (denialProof.bogus) return { is: 'broken', data: { zone: delegation.apex ?? scope.domain } };
    if (!dnssec.authentic)
      return { is: 'not-applicable', because: 'The resolver did not verify any signature of this zone.' };
    if (denialProof.cds.length > 0)
      return { is: 'not-applicable', because: 'The record asked for is there, so nothing was denied.' };
    return { is: denialProof.authentic ? 'proved' : 'opt-out' };
  },
});

export default denial;

const ZONE = `example.com SOA ns.example.com root.example.com 1 7200 3600 1209600 3600
  example.com DS 37478 13 2 0616986DA2358D246CE810BC0680FE4D71464B07CD741F782A4608145DA63743
  example.com DNSKEY 257 3 13 aL6N9JXozmb4s742Wex6sHPOoVVuClQeC12YAMCgENafMv4sdFcZfRq3LJ9sEL4uA4D0twm7Y3MiCVUakshPkQ==`;

export const weighs = {
  high: 'Senders that use DANE and authorities give up, although all else works.',
} satisfies Weights<typeof denial>;

export const examples = [
  { name: 'proved', zone: `${ZONE}\n$SIGNED example.com`, expect: 'proved' },
  {
    name: 'not verified below',
    domain: 'mail.example.com',
    zone: `${ZONE}
           $SIGNED mail.example.com
           mail.example.com A 192.0.2.1`,
    expect: 'opt-out',
  },
  { name: 'refused', zone: `${ZONE}\n$SIGNED example.com\nexample.com CDS !bogus`, expect: 'broken' },
  {
    name: 'CDS there',
    zone: `${ZONE}\n$SIGNED example.com\nexample.com CDS 0 0 0 00`,
    expect: 'not-applicable',
  },
  { name: 'unsigned', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'not verified', zone: ZONE, expect: 'not-applicable' },
  { name: 'not answered', zone: `${ZONE}\n$SIGNED example.com\nexample.com CDS !timeout`, expect: 'unknown' },
] satisfies Examples<typeof denial>;
