import type { Name } from '../../dns/name.ts';
import { dns } from '../../dns/record.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { delegation, dnssec } from '../../topics/dnssec.ts';

export const covers = ['dnssec-island'];

const parentLink = rule({
  title: 'The parent zone vouches for the zone’s keys',
  why: 'Signatures count only when the zone above names the key in a DS record. Without it resolvers treat the zone as unsigned.',
  bears: ['interception'],
  cites: [
    { rfc: 4033, section: '2' },
    { rfc: 4035, section: '5.2' },
  ],
  reads: { dnssec, delegation },
  cases: {
    linked: { passes: true, says: 'The parent holds a DS record for the zone.' },
    island: {
      severity: 'low',
      says: (d: { zone: Name }) =>
        `The zone \`${d.zone}\` is signed, but its parent holds no DS record, so nobody verifies the signatures.`,
      fix: (d: { ds: readonly string[]; changes: readonly Change[] }) => ({
        stage: 'transport',
        effort: 'provider',
        text: `Give ${d.ds.length === 1 ? 'this DS record' : 'these DS records'} to the company where the domain is registered: ${d.ds.map((one) => `\`${one}\``).join(', ')}. Compare with what your DNS host shows first.`,
        changes: d.changes,
      }),
    },
  },
  judge({ dnssec, delegation }) {
    if (dnssec.bogus)
      return { is: 'not-applicable', because: 'The zone does not validate; that comes first.' };
    const { apex, ds, offers } = delegation;
    if (ds.length > 0) return { is: 'linked' };
    const entry = offers.filter((offer) => offer.key.entryPoint);
    const offered = (entry.length > 0 ? entry : offers).map((offer) => offer.ds).slice(0, 4);
    if (apex === undefined || offered.length === 0)
      return { is: 'not-applicable', because: 'The zone is not signed.' };
    const changes = offered.map((value): Change => ({ op: 'add', name: apex, type: 'DS', value }));
    return { is: 'island', data: { zone: apex, ds: offered, changes }, rests: [dns(apex, 'DS')] };
  },
});

export default parentLink;

const ZONE = 'example.com SOA ns.example.com root.example.com 1 7200 3600 1209600 3600';
const DS = 'example.com DS 37478 13 2 0616986DA2358D246CE810BC0680FE4D71464B07CD741F782A4608145DA63743';
const KEY =
  'example.com DNSKEY 257 3 13 aL6N9JXozmb4s742Wex6sHPOoVVuClQeC12YAMCgENafMv4sdFcZfRq3LJ9sEL4uA4D0twm7Y3MiCVUakshPkQ==';
const SIGNATURE = 'example.com RRSIG SOA 13 2 3600 20261207000000 20261107000000 37478 example.com c2ln';

export const weighs = {
  low: 'Mail works as it does without signatures; the protection that was meant is missing.',
} satisfies Weights<typeof parentLink>;

export const examples = [
  { name: 'linked', zone: `${ZONE}\n$SIGNED example.com\n${DS}\n${KEY}`, expect: 'linked' },
  { name: 'keys without DS', zone: `${ZONE}\n${KEY}\n${SIGNATURE}`, expect: 'island' },
  {
    name: 'keys without DS, seen from below',
    domain: 'mail.example.com',
    zone: `${ZONE}\n${KEY}\n${SIGNATURE}\nmail.example.com A 192.0.2.1`,
    expect: 'island',
  },
  { name: 'unsigned', zone: ZONE, expect: 'not-applicable' },
  {
    name: 'DS not answered',
    zone: `${ZONE}\n${KEY}\n${SIGNATURE}\nexample.com DS !timeout`,
    expect: 'unknown',
  },
] satisfies Examples<typeof parentLink>;
