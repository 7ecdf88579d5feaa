import { type Examples, rule } from '../../engine/rule.ts';
import { delegation, denialProof, dnssec, whyNoChain } from '../../topics/dnssec.ts';

export const covers = ['dnssec-cds'];

const childDs = rule({
  title: 'The zone does not ask its parent to stop vouching for it',
  why: 'A CDS record tells the parent which DS records to hold. Its delete form makes parents that follow it drop them all, and the zone is unsigned from then on.',
  bears: ['interception'],
  cites: [{ rfc: 8624, section: '3.3' }],
  reads: { dnssec, delegation, denialProof },
  cases: {
    keeps: {
      passes: true,
      says: 'The zone has CDS records for its parent, and none asks for deletion.',
    },
    deletes: {
      severity: 'info',
      says: 'The zone asks its parent to delete the DS records (CDS with algorithm 0).',
      fix: {
        stage: 'tidy',
        effort: 'provider',
        text: 'When you are giving up DNSSEC, wait. Otherwise turn this off at your DNS host.',
      },
    },
  },
  judge({ dnssec, delegation, denialProof }) {
    const because = whyNoChain(dnssec, delegation);
    if (because !== undefined) return { is: 'not-applicable', because };
    if (denialProof.cds.length === 0) return { is: 'not-applicable', because: 'The zone has no CDS record.' };
    return { is: denialProof.cds.some((cds) => cds.algorithm === 0) ? 'deletes' : 'keeps' };
  },
});

export default childDs;

const ZONE = `$SIGNED example.com
  example.com SOA ns.example.com root.example.com 1 7200 3600 1209600 3600
  example.com DS 37478 13 2 0616986DA2358D246CE810BC0680FE4D71464B07CD741F782A4608145DA63743
  example.com DNSKEY 257 3 13 aL6N9JXozmb4s742Wex6sHPOoVVuClQeC12YAMCgENafMv4sdFcZfRq3LJ9sEL4uA4D0twm7Y3MiCVUakshPkQ==`;

export const examples = [
  {
    name: 'the same as the DS',
    zone: `${ZONE}\nexample.com CDS 37478 13 2 0616986DA2358D246CE810BC0680FE4D71464B07CD741F782A4608145DA63743`,
    expect: 'keeps',
  },
  { name: 'deletion', zone: `${ZONE}\nexample.com CDS 0 0 0 00`, expect: 'deletes' },
  { name: 'none', zone: ZONE, expect: 'not-applicable' },
  { name: 'unsigned', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'not answered', zone: `${ZONE}\nexample.com CDS !timeout`, expect: 'unknown' },
] satisfies Examples<typeof childDs>;
