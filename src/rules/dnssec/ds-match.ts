import type { Name } from '../../dns/name.ts';
import { presentation } from '../../dns/presentation.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { delegation, dnssec, whyNoChain } from '../../topics/dnssec.ts';

export const covers = ['dnssec-ds-mismatch'];

const dsMatch = rule({
  title: 'Every DS record belongs to a key of the zone',
  why: 'A DS record without its key is a leftover. When the last one that fits is removed by mistake, resolvers refuse every answer of the zone.',
  bears: ['interception'],
  cites: [
    { rfc: 4035, section: '2.4' },
    { rfc: 4035, section: '5.2' },
    { rfc: 6840, section: '5.11' },
  ],
  reads: { dnssec, delegation },
  cases: {
    matched: {
      passes: true,
      says: (d: { count: number }) =>
        d.count === 1
          ? 'The DS record belongs to a key of the zone.'
          : `All ${d.count} DS records belong to keys of the zone.`,
    },
    stale: {
      severity: 'low',
      says: (d: { tags: readonly number[] }) =>
        `${d.tags.length === 1 ? `The DS record with key tag ${d.tags[0]} belongs` : `The DS records with key tags ${d.tags.join(', ')} belong`} to no key of the zone; another one does. That is right only while keys are being changed.`,
      fix: (d: { zone: Name; stale: readonly string[] }) => ({
        stage: 'tidy',
        effort: 'provider',
        text: 'When no change of keys is under way, have the leftover deleted where the domain is registered, and keep the one that fits.',
        changes: d.stale.map((was): Change => ({ op: 'delete', name: d.zone, type: 'DS', was })),
      }),
    },
  },
  judge({ dnssec, delegation }) {
    const because = whyNoChain(dnssec, delegation);
    if (because !== undefined) return { is: 'not-applicable', because };
    const { apex, ds } = delegation;
    const matched = ds.filter((one) => one.match.how === 'matches');
    const lost = ds.filter((one) => one.match.how === 'no-key' || one.match.how === 'differs');
    if (lost.length > 0 && (matched.length === 0 || apex === undefined))
      return {
        is: 'unknown',
        because: {
          reason: 'disagreement',
          detail: 'DS records and keys do not belong together, yet the zone is answered',
        },
      };
    if (matched.length === 0)
      return { is: 'not-applicable', because: 'The DS records use digests that cannot be compared here.' };
    if (lost.length === 0 || apex === undefined) return { is: 'matched', data: { count: matched.length } };
    const stale = lost.map(({ data }) => presentation({ type: 'DS', data }));
    const tags = lost.map(({ data }) => data.keyTag);
    return {
      is: 'stale',
      data: { zone: apex, stale, tags },
      shows: stale.map((text) => ({ name: apex, type: 'DS', text })),
    };
  },
});

export default dsMatch;

const ZONE = 'example.com SOA ns.example.com root.example.com 1 7200 3600 1209600 3600\n$SIGNED example.com';
const DS = 'example.com DS 37478 13 2 0616986DA2358D246CE810BC0680FE4D71464B07CD741F782A4608145DA63743';
const STALE = 'example.com DS 49891 15 2 B200454BBFB7E5D8FD0EE0070453775A7510A1F3F62A8C1F2C34A2B446316F4F';
const KEY =
  'example.com DNSKEY 257 3 13 aL6N9JXozmb4s742Wex6sHPOoVVuClQeC12YAMCgENafMv4sdFcZfRq3LJ9sEL4uA4D0twm7Y3MiCVUakshPkQ==';

export const weighs = {
  low: 'Another record fits, so all is verified; only the spare is gone.',
} satisfies Weights<typeof dsMatch>;

export const examples = [
  { name: 'matched', zone: `${ZONE}\n${DS}\n${KEY}`, expect: 'matched' },
  { name: 'a leftover', zone: `${ZONE}\n${DS}\n${STALE}\n${KEY}`, expect: 'stale' },
  {
    name: 'a digest that is wrong beside a right one',
    zone: `${ZONE}\n${DS}\n${DS.replace('0616', '0617')}\n${KEY}`,
    expect: 'stale',
  },
  { name: 'unsigned', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  {
    name: 'only an old digest type',
    zone: `${ZONE}\nexample.com DS 37478 13 3 00ff\n${KEY}`,
    expect: 'not-applicable',
  },
  { name: 'none fits, yet answered', zone: `${ZONE}\n${STALE}\n${KEY}`, expect: 'unknown' },
  { name: 'keys not answered', zone: `${ZONE}\n${DS}\nexample.com DNSKEY !timeout`, expect: 'unknown' },
] satisfies Examples<typeof dsMatch>;
