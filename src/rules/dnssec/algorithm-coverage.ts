import { algorithmName } from '../../dns/dnssec/algorithms.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { delegation, dnssec, whyNoChain } from '../../topics/dnssec.ts';

export const covers = ['dnssec-algorithm-complete'];

const algorithmCoverage = rule({
  title: 'Every algorithm of the zone’s keys signs its records',
  why: 'Most resolvers are content with one good signature; some insist on one of every algorithm the zone announces and refuse it otherwise.',
  bears: ['interception'],
  cites: [
    { rfc: 4035, section: '2.2', level: 'MUST' },
    { rfc: 6840, section: '5.11' },
  ],
  reads: { dnssec, delegation },
  cases: {
    complete: { passes: true, says: 'Every algorithm in use signs what was seen.' },
    incomplete: {
      severity: 'medium',
      says: (d: { names: string }) => `Nothing seen is signed with ${d.names}, which the zone announces.`,
      fix: {
        stage: 'mend',
        effort: 'provider',
        text: 'Ask your DNS host to finish the change of keys: sign with every algorithm announced, or take the announced one away.',
      },
    },
  },
  judge({ dnssec, delegation }) {
    const because = whyNoChain(dnssec, delegation);
    if (because !== undefined) return { is: 'not-applicable', because };
    const seen = [dnssec.signatures, delegation.signatures].filter((list) => list.length > 0);
    if (seen.length === 0) return { is: 'not-applicable', because: 'The resolver sent no signatures along.' };
    const announced = new Set(
      delegation.keys.filter((key) => key.zoneKey && !key.revoked).map((key) => key.algorithm),
    );
    const missing = [...announced].filter((algorithm) =>
      seen.every((list) => !list.some((signature) => signature.algorithm === algorithm)),
    );
    if (missing.length === 0) return { is: 'complete' };
    return { is: 'incomplete', data: { names: missing.map(algorithmName).join(' and ') } };
  },
});

export default algorithmCoverage;

const ZONE = `$SIGNED example.com
  example.com SOA ns.example.com root.example.com 1 7200 3600 1209600 3600
  example.com DS 37478 13 2 0616986DA2358D246CE810BC0680FE4D71464B07CD741F782A4608145DA63743
  example.com DNSKEY 257 3 13 aL6N9JXozmb4s742Wex6sHPOoVVuClQeC12YAMCgENafMv4sdFcZfRq3LJ9sEL4uA4D0twm7Y3MiCVUakshPkQ==`;
const SIGNATURE = 'example.com RRSIG SOA 13 2 3600 20261207000000 20261107000000 37478 example.com c2ln';
const SECOND = 'example.com DNSKEY 257 3 15 NKwjT4Njheqyf5toBrVRCRsW0iaWQrZZpY+P+vyuS9E=';

export const weighs = {
  medium: 'Most resolvers are content; those that are strict refuse the zone.',
} satisfies Weights<typeof algorithmCoverage>;

export const examples = [
  { name: 'one algorithm', zone: `${ZONE}\n${SIGNATURE}`, expect: 'complete' },
  { name: 'a second that signs nothing', zone: `${ZONE}\n${SIGNATURE}\n${SECOND}`, expect: 'incomplete' },
  { name: 'no signatures seen', zone: `${ZONE}\n${SECOND}`, expect: 'not-applicable' },
  { name: 'unsigned', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'not answered', zone: `${ZONE}\nexample.com DNSKEY !timeout`, expect: 'unknown' },
] satisfies Examples<typeof algorithmCoverage>;
