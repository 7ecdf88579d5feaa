import type { Name } from '../../dns/name.ts';
import { dns, RETIRED_ALGORITHMS } from '../../dns/record.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { delegation, dnssec } from '../../topics/dnssec.ts';
import { inbound } from '../../topics/inbound.ts';

export const covers = ['dnssec-secure', 'dnssec-ad-trust'];

const signed = rule({
  title: 'The domain’s DNS answers are signed',
  why: 'Without signatures somebody between a sender and its resolver can answer in your place and name another mail server. It also takes them to use DANE.',
  bears: ['interception'],
  cites: [{ rfc: 9364 }, { rfc: 4035, section: '4.3' }, { rfc: 6840, section: '5.7' }],
  reads: { dnssec, delegation, inbound },
  cases: {
    validated: {
      passes: true,
      says: 'The answers are signed, and the resolver has verified them.',
    },
    unsigned: {
      severity: 'info',
      says: (d: { zone: Name }) =>
        `The zone \`${d.zone}\` is not signed. That is usual, and mail works without; signing adds protection.`,
      fix: {
        stage: 'transport',
        effort: 'provider',
        text: 'Many DNS hosts sign with one switch. Turn it on there, then give the DS record they show you to the company where the domain is registered.',
      },
    },
  },
  judge({ dnssec, delegation, inbound }) {
    if (dnssec.bogus)
      return { is: 'not-applicable', because: 'The zone does not validate; that comes first.' };
    if (dnssec.authentic) return { is: 'validated' };
    const { apex, ds, keys } = delegation;
    if (apex === undefined)
      return { is: 'not-applicable', because: 'The domain is an alias; its answers come from another zone.' };
    if (ds.length > 0) {
      const ignored = ds.every(
        (one) => one.match.how === 'unsupported' || RETIRED_ALGORITHMS.has(one.data.algorithm),
      );
      return ignored
        ? {
            is: 'not-applicable',
            because: 'Resolvers cannot verify this zone’s algorithms and take it as unsigned.',
          }
        : {
            is: 'unknown',
            because: { reason: 'not-provable', detail: 'the resolver does not say that it verified' },
          };
    }
    if (keys.length > 0)
      return { is: 'not-applicable', because: 'The zone is signed, but its parent does not say so.' };
    if (!inbound.takes) return { is: 'not-applicable', because: inbound.because };
    return { is: 'unsigned', data: { zone: apex }, rests: [dns(apex, 'DS')] };
  },
});

export default signed;

const ZONE = `example.com SOA ns.example.com root.example.com 1 7200 3600 1209600 3600
              example.com MX 10 mail.example.com
              mail.example.com A 192.0.2.1`;
const DS = 'example.com DS 37478 13 2 0616986DA2358D246CE810BC0680FE4D71464B07CD741F782A4608145DA63743';
const KEY =
  'example.com DNSKEY 257 3 13 aL6N9JXozmb4s742Wex6sHPOoVVuClQeC12YAMCgENafMv4sdFcZfRq3LJ9sEL4uA4D0twm7Y3MiCVUakshPkQ==';
const SIGNATURE = 'example.com RRSIG SOA 13 2 3600 20261207000000 20261107000000 37478 example.com c2ln';

export const examples = [
  { name: 'signed', zone: `${ZONE}\n$SIGNED example.com\n${DS}\n${KEY}`, expect: 'validated' },
  {
    name: 'signed above',
    domain: 'mail.example.com',
    zone: `${ZONE}\n$SIGNED example.com\n${DS}\n${KEY}`,
    expect: 'validated',
  },
  { name: 'unsigned', zone: ZONE, expect: 'unsigned' },
  { name: 'unsigned, no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'keys without DS', zone: `${ZONE}\n${KEY}\n${SIGNATURE}`, expect: 'not-applicable' },
  {
    name: 'an alias',
    zone: 'example.com CNAME example.net\nexample.net MX 10 mx.example.net',
    expect: 'not-applicable',
  },
  { name: 'does not validate', zone: `${ZONE}\nexample.com * !bogus`, expect: 'unknown' },
  { name: 'DS and key, but no word of the resolver', zone: `${ZONE}\n${DS}\n${KEY}`, expect: 'unknown' },
  { name: 'not answered', zone: `${ZONE}\nexample.com SOA !timeout`, expect: 'unknown' },
] satisfies Examples<typeof signed>;
