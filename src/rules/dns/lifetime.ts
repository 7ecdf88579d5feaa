import { counted } from '../../engine/prose.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { apexTxt } from '../../topics/apex-txt.ts';
import { dmarcHere } from '../../topics/dmarc-record.ts';
import { mtaSts } from '../../topics/mta-sts.ts';
import { mx } from '../../topics/mx.ts';

export const covers = ['dns-ttl-range'];

const lifetime = rule({
  title: 'Mail records can be changed within a day',
  why: 'Resolvers keep a record as long as its TTL says. With a long one, a mistake, or a move to another provider, takes days to be seen everywhere.',
  bears: ['acceptance'],
  cites: [
    { rfc: 1035, section: '3.2.1' },
    { rfc: 2181, section: '8' },
  ],
  reads: { mx, apexTxt, dmarcHere, mtaSts },
  cases: {
    short: {
      passes: true,
      says: 'MX, SPF, DMARC and MTA-STS records of the domain are kept for at most a day.',
    },
    long: {
      passes: true,
      says: (d: { type: string; hours: number }) =>
        `The ${d.type} records of the domain are kept for ${counted(d.hours, 'hour')}. Lower the TTL to 3600 a few days before you change them.`,
    },
  },
  judge({ mx, apexTxt, dmarcHere, mtaSts }) {
    const found = [
      { type: 'MX', ttl: Math.max(0, ...mx.hosts.map((host) => host.ttl)) },
      { type: 'TXT', ttl: apexTxt.ttl ?? 0 },
      { type: 'DMARC', ttl: dmarcHere.ttl ?? 0 },
      { type: 'MTA-STS', ttl: mtaSts.ttl ?? 0 },
    ];
    const all = [apexTxt, dmarcHere, mtaSts];
    if (mx.hosts.length === 0 && all.every(({ ttl }) => ttl === undefined))
      return { is: 'not-applicable', because: 'The domain has none of these records.' };
    // A resolver counts the TTL down, so only a long one tells anything about the zone.
    const long = found.find(({ ttl }) => ttl > 86_400);
    return long
      ? { is: 'long', data: { type: long.type, hours: Math.round(long.ttl / 3600) } }
      : { is: 'short' };
  },
});

export default lifetime;

export const examples = [
  { name: 'an hour', zone: 'example.com 3600 IN MX 10 mail.example.com', expect: 'short' },
  { name: 'no records', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'two days', zone: 'example.com 172800 IN MX 10 mail.example.com', expect: 'long' },
  {
    name: 'a DMARC record for a week',
    zone: `example.com 3600 IN MX 10 mail.example.com
           _dmarc.example.com 604800 IN TXT "v=DMARC1; p=none"`,
    expect: 'long',
  },
  {
    name: 'an MTA-STS record for two days',
    zone: `example.com 3600 IN MX 10 mail.example.com
           _mta-sts.example.com 172800 IN TXT "v=STSv1; id=1;"`,
    expect: 'long',
  },
  { name: 'no answer', zone: 'example.com MX !timeout', expect: 'unknown' },
] satisfies Examples<typeof lifetime>;
