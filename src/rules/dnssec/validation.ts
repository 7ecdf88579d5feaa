import type { Name } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { delegation, dnssec } from '../../topics/dnssec.ts';

export const covers = ['dnssec-bogus'];

const validation = rule({
  title: 'The signatures of the zone verify',
  why: 'Resolvers that check signatures hand out nothing from a zone that does not verify. Large mail providers use such resolvers: their users’ mail does not reach you, and they cannot verify yours.',
  bears: ['interception', 'acceptance'],
  cites: [
    { rfc: 4035, section: '5.5' },
    { rfc: 4035, section: '3.2.2' },
    { rfc: 8914, section: '4.7' },
  ],
  reads: { dnssec, delegation },
  partial: ['delegation'],
  cases: {
    verifies: { passes: true, says: 'The resolver has verified the signatures.' },
    bogus: {
      severity: 'critical',
      says: (d: { zone?: Name; cause: string }) =>
        `The DNS signatures of ${d.zone ? `\`${d.zone}\`` : 'this domain'} do not verify: whoever checks them gets no answer, and who does not check gets one. ${d.cause}`,
      fix: (d: { advice: string }) => ({ stage: 'mend', effort: 'provider', text: d.advice }),
    },
  },
  judge({ dnssec, delegation, scope }) {
    if (!dnssec.bogus)
      return dnssec.authentic
        ? { is: 'verifies' }
        : { is: 'not-applicable', because: 'The resolver did not verify any signature of this zone.' };
    const zone = dnssec.apex ? { zone: dnssec.apex } : {};
    const link = delegation.got === 'whole' ? delegation.value : undefined;
    const usable = link?.ds.filter((one) => one.match.how !== 'unsupported') ?? [];
    if (link && usable.length > 0 && !usable.some((one) => one.match.how === 'matches'))
      return {
        is: 'bogus',
        data: {
          ...zone,
          cause: 'The parent’s DS records match none of the zone’s keys.',
          advice:
            link.keys.length === 0
              ? 'The zone is no longer signed. Ask the company where the domain is registered to delete the DS records, or turn signing on again at the DNS host.'
              : 'Give the DS record of the key in use, as your DNS host shows it, to the company where the domain is registered. If you changed DNS hosts and the new one does not sign, have the DS records deleted.',
        },
      };
    const all = [...dnssec.signatures, ...(link?.signatures ?? [])];
    const now = scope.now / 1000;
    const last = Math.max(...all.map((signature) => signature.expiration));
    if (all.length > 0 && last < now)
      return {
        is: 'bogus',
        data: {
          ...zone,
          cause: `The signatures expired on ${new Date(last * 1000).toISOString().slice(0, 10)}.`,
          advice: 'Sign the zone again at the DNS host, and see that it signs by itself from now on.',
        },
      };
    return {
      is: 'bogus',
      data: {
        ...zone,
        cause: 'What is wrong cannot be seen from here.',
        advice:
          'Ask your DNS host at once. Where the cause is not found quickly, have the DS records deleted where the domain is registered: the zone then works unsigned.',
      },
    };
  },
});

export default validation;

const ZONE = `example.com SOA ns.example.com root.example.com 1 7200 3600 1209600 3600
              example.com MX 10 mail.example.com`;
const DS = 'example.com DS 37478 13 2 0616986DA2358D246CE810BC0680FE4D71464B07CD741F782A4608145DA63743';
const KEY =
  'example.com DNSKEY 257 3 13 aL6N9JXozmb4s742Wex6sHPOoVVuClQeC12YAMCgENafMv4sdFcZfRq3LJ9sEL4uA4D0twm7Y3MiCVUakshPkQ==';
const OTHER = 'example.com DNSKEY 257 3 15 NKwjT4Njheqyf5toBrVRCRsW0iaWQrZZpY+P+vyuS9E=';
const BOGUS = `example.com SOA !bogus
               example.com MX !bogus
               example.com DNSKEY !bogus`;

export const weighs = {
  critical: 'Resolvers that check hand out nothing: mail is being lost now.',
} satisfies Weights<typeof validation>;

export const examples = [
  { name: 'verifies', zone: `${ZONE}\n$SIGNED example.com\n${DS}\n${KEY}`, expect: 'verifies' },
  { name: 'DS of another key', zone: `${ZONE}\n${DS}\n${OTHER}\n${BOGUS}`, expect: 'bogus' },
  { name: 'DS, but no longer signed', zone: `${ZONE}\n${DS}\n${BOGUS}`, expect: 'bogus' },
  {
    name: 'expired',
    zone: `${ZONE}\n${DS}\n${KEY}\n${BOGUS}
           example.com RRSIG SOA 13 2 3600 20261101000000 20261001000000 37478 example.com c2ln`,
    expect: 'bogus',
  },
  { name: 'no cause to be seen', zone: `${ZONE}\n${DS}\n${KEY}\n${BOGUS}`, expect: 'bogus' },
  { name: 'unsigned', zone: ZONE, expect: 'not-applicable' },
  { name: 'one failure by chance', zone: `${ZONE}\nexample.com SOA !bogus`, expect: 'unknown' },
  { name: 'name servers down', zone: `${ZONE}\nexample.com * !servfail`, expect: 'unknown' },
] satisfies Examples<typeof validation>;
