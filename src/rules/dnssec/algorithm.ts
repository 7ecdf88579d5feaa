import { algorithmName } from '../../dns/dnssec/algorithms.ts';
import { RETIRED_ALGORITHMS } from '../../dns/record.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { delegation, dnssec, whyNoChain } from '../../topics/dnssec.ts';

export const covers = ['dnssec-algorithm'];

const change: Fix = {
  stage: 'transport',
  effort: 'provider',
  text: 'Ask your DNS host to change the keys to algorithm 13 (ECDSAP256SHA256). The change has an order of steps; done in another order it makes the domain unreachable.',
};

const algorithm = rule({
  title: 'The zone is signed with an algorithm that resolvers verify',
  why: 'Resolvers are giving up old algorithms. A zone signed only with those counts as unsigned, and the protection is gone without a word.',
  bears: ['interception'],
  cites: [{ rfc: 9905 }, { rfc: 9906 }, { rfc: 9904 }],
  reads: { dnssec, delegation },
  cases: {
    current: {
      passes: true,
      says: (d: { names: string }) => `The zone is signed with ${d.names}.`,
    },
    retired: {
      severity: 'high',
      says: (d: { names: string }) =>
        `The zone is signed only with ${d.names}, which must not be used for signing any more.`,
      fix: change,
    },
    'retired-beside': {
      severity: 'low',
      says: (d: { names: string }) =>
        `Beside a current algorithm the zone still uses ${d.names}, which must not be used for signing any more.`,
      fix: {
        ...change,
        text: 'Ask your DNS host to finish the change of keys and to remove those of the old algorithm.',
      },
    },
    uncommon: {
      severity: 'low',
      says: (d: { names: string }) =>
        `The zone is signed with ${d.names}, which is not recommended or not verified everywhere.`,
      fix: change,
    },
  },
  judge({ dnssec, delegation }) {
    const because = whyNoChain(dnssec, delegation);
    if (because !== undefined) return { is: 'not-applicable', because };
    const keys = delegation.keys.filter((key) => key.zoneKey && !key.revoked).map((key) => key.algorithm);
    const used = [...new Set([...keys, ...delegation.ds.map((one) => one.data.algorithm)])].sort(
      (a, b) => a - b,
    );
    const named = (numbers: readonly number[]) =>
      numbers.map((n) => `${algorithmName(n)} (${n})`).join(' and ');
    const [retired, current] = [
      used.filter((n) => RETIRED_ALGORITHMS.has(n)),
      used.filter((n) => CURRENT.has(n)),
    ];
    if (retired.length === used.length) return { is: 'retired', data: { names: named(retired) } };
    if (retired.length > 0) return { is: 'retired-beside', data: { names: named(retired) } };
    return { is: current.length === 0 ? 'uncommon' : 'current', data: { names: named(used) } };
  },
});

export default algorithm;

const CURRENT: ReadonlySet<number> = new Set([8, 13, 14, 15, 16]);

const ZONE = 'example.com SOA ns.example.com root.example.com 1 7200 3600 1209600 3600\n$SIGNED example.com';
const MODERN = `example.com DS 37478 13 2 0616986DA2358D246CE810BC0680FE4D71464B07CD741F782A4608145DA63743
  example.com DNSKEY 257 3 13 aL6N9JXozmb4s742Wex6sHPOoVVuClQeC12YAMCgENafMv4sdFcZfRq3LJ9sEL4uA4D0twm7Y3MiCVUakshPkQ==`;
const SHA1_KEY =
  'example.com DNSKEY 257 3 5 AwEAAcKLzCuvNWQcaapYDVu7Bo36q9G8tfKKZoxyJMANG+SdL3JZSdS1vFvSj3cDtBU8Jx/7/G5ZTJczf2DrwYDZVFfil8F48gN/hEVcOvqLJZf02FbNOdYspRCgb8JDoIcDtMezMSLFMdGh5O6wfGTPQo0guldBq/VbHaJtrRbvniRz';
const SHA1_DS = 'example.com DS 44407 5 2 66EDE28FF4A9CE9EC2EF3095C5A9F6D0D95CB26F28C598F54E096E789CD72871';

export const weighs = {
  high: 'Resolvers take the zone as unsigned: the protection is gone without a word.',
  low: 'A current algorithm protects as well, or most resolvers still verify this one.',
} satisfies Weights<typeof algorithm>;

export const examples = [
  { name: 'ECDSA', zone: `${ZONE}\n${MODERN}`, expect: 'current' },
  { name: 'SHA-1', zone: `${ZONE}\n${SHA1_DS}\n${SHA1_KEY}`, expect: 'retired' },
  { name: 'SHA-1 beside ECDSA', zone: `${ZONE}\n${MODERN}\n${SHA1_KEY}`, expect: 'retired-beside' },
  {
    name: 'a private algorithm',
    zone: `${ZONE}\nexample.com DS 1 253 2 00ff\nexample.com DNSKEY 257 3 253 AAECAwQF`,
    expect: 'uncommon',
  },
  { name: 'unsigned', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'not answered', zone: `${ZONE}\nexample.com DS !servfail`, expect: 'unknown' },
] satisfies Examples<typeof algorithm>;
