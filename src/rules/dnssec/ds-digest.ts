import type { Name } from '../../dns/name.ts';
import { presentation } from '../../dns/presentation.ts';
import { type Change, type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { delegation, dnssec, whyNoChain } from '../../topics/dnssec.ts';

export const covers = ['dnssec-ds-digest'];

const fix =
  (text: string) =>
  (d: { zone: Name; changes: readonly Change[] }): Fix => ({
    stage: 'transport',
    effort: 'provider',
    text,
    ...(d.changes.length > 0 ? { changes: d.changes } : {}),
  });

const dsDigest = rule({
  title: 'The DS records use a digest that resolvers accept',
  why: 'SHA-1 digests are no longer to be published, and resolvers will stop accepting them; the zone then counts as unsigned.',
  bears: ['interception'],
  cites: [{ rfc: 9905 }, { rfc: 9904 }],
  reads: { dnssec, delegation },
  cases: {
    current: { passes: true, says: 'The DS records use SHA-256 or SHA-384.' },
    beside: {
      severity: 'low',
      says: 'A DS record with a SHA-1 digest stands beside a current one. It does nothing and is no longer to be published.',
      fix: fix('Have the DS record with digest type 1 deleted where the domain is registered.'),
    },
    'sha1-only': {
      severity: 'medium',
      says: 'The only DS digest is SHA-1. Resolvers that no longer accept it take the zone as unsigned.',
      fix: fix(
        'Have a DS record with digest type 2 (SHA-256) put in its place where the domain is registered.',
      ),
    },
    unsupported: {
      severity: 'medium',
      says: (d: { types: readonly number[] }) =>
        `The DS records use only digest type ${d.types.join(' and ')}, which resolvers do not know; they take the zone as unsigned.`,
      fix: fix(
        'Have a DS record with digest type 2 (SHA-256) put in its place where the domain is registered.',
      ),
    },
  },
  judge({ dnssec, delegation }) {
    const because = whyNoChain(dnssec, delegation);
    if (because !== undefined) return { is: 'not-applicable', because };
    const { apex, ds, offers } = delegation;
    const zone = apex as Name;
    const types = [...new Set(ds.map((one) => one.data.digestType))].sort((a, b) => a - b);
    const current = types.includes(2) || types.includes(4);
    if (current && !types.includes(1)) return { is: 'current' };
    const old = ds.filter((one) => one.data.digestType !== 2 && one.data.digestType !== 4);
    const asText = (one: (typeof ds)[number]) => presentation({ type: 'DS', data: one.data });
    const shows = old.map((one) => ({ name: zone, type: 'DS', text: asText(one) }) as const);
    if (current) {
      const sha1 = old.filter((one) => one.data.digestType === 1);
      const changes = sha1.map((one): Change => ({ op: 'delete', name: zone, type: 'DS', was: asText(one) }));
      return { is: 'beside', data: { zone, changes }, shows };
    }
    const changes = old.flatMap((one): Change[] => {
      const offer = offers.find(
        ({ key }) => key.tag === one.data.keyTag && key.algorithm === one.data.algorithm,
      );
      return offer ? [{ op: 'replace', name: zone, type: 'DS', was: asText(one), value: offer.ds }] : [];
    });
    const data = { zone, changes: changes.length === old.length ? changes : [], types };
    return { is: types.includes(1) ? 'sha1-only' : 'unsupported', data, shows };
  },
});

export default dsDigest;

const ZONE = 'example.com SOA ns.example.com root.example.com 1 7200 3600 1209600 3600\n$SIGNED example.com';
const KEY =
  'example.com DNSKEY 257 3 13 aL6N9JXozmb4s742Wex6sHPOoVVuClQeC12YAMCgENafMv4sdFcZfRq3LJ9sEL4uA4D0twm7Y3MiCVUakshPkQ==';
const SHA1 = 'example.com DS 37478 13 1 D465A0FB4A4BB1451005049E257DF5BD30A0FC29';
const SHA256 = 'example.com DS 37478 13 2 0616986DA2358D246CE810BC0680FE4D71464B07CD741F782A4608145DA63743';
const SHA384 =
  'example.com DS 37478 13 4 9776E899A38175B4F525A7DB77A337A43CC51139C9E1F7BB6551C273B6EC889F8D86E1ED00624485325775EAD8836037';

export const weighs = {
  medium: 'Some resolvers take the zone as unsigned already, and more will.',
  low: 'The record beside it does the work.',
} satisfies Weights<typeof dsDigest>;

export const examples = [
  { name: 'SHA-256', zone: `${ZONE}\n${KEY}\n${SHA256}`, expect: 'current' },
  { name: 'SHA-384', zone: `${ZONE}\n${KEY}\n${SHA384}`, expect: 'current' },
  { name: 'SHA-1 beside SHA-256', zone: `${ZONE}\n${KEY}\n${SHA1}\n${SHA256}`, expect: 'beside' },
  { name: 'only SHA-1', zone: `${ZONE}\n${KEY}\n${SHA1}`, expect: 'sha1-only' },
  { name: 'only GOST', zone: `${ZONE}\n${KEY}\nexample.com DS 37478 13 3 00ff`, expect: 'unsupported' },
  { name: 'unsigned', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'not answered', zone: `${ZONE}\nexample.com DS !servfail`, expect: 'unknown' },
] satisfies Examples<typeof dsDigest>;
