import { ROOT } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { hosts } from '../../topics/hosts.ts';
import { mx } from '../../topics/mx.ts';

export const covers = ['mx-ipv6-only', 'mx-ipv6'];

const addressFamilies = rule({
  title: 'Senders with IPv4 can reach a mail server',
  why: 'Many mail servers still have no IPv6. If none of your servers has an IPv4 address, those senders cannot deliver to you.',
  bears: ['interception'],
  cites: [{ rfc: 5321, section: '5.2' }],
  reads: { mx, hosts },
  cases: {
    both: { passes: true, says: 'The mail servers can be reached over IPv4 and IPv6.' },
    ipv4: {
      passes: true,
      says: 'The mail servers have IPv4 addresses only. That is enough today; IPv6 would serve senders that prefer it.',
    },
    'mx-ipv6-only': {
      severity: 'high',
      says: 'The mail servers have IPv6 addresses only. Senders without IPv6 cannot deliver.',
      fix: {
        stage: 'mend',
        effort: 'hour',
        text: 'Give at least one mail server an IPv4 address (A record).',
      },
    },
  },
  judge({ mx, hosts }) {
    if (!mx.hosts.some((host) => host.exchange !== ROOT))
      return { is: 'not-applicable', because: 'The domain names no mail server.' };
    const v4 = hosts.some((host) => host.a.length > 0);
    const v6 = hosts.some((host) => host.aaaa.length > 0);
    if (!v4 && !v6) return { is: 'not-applicable', because: 'No mail server has an address.' };
    return { is: v4 ? (v6 ? 'both' : 'ipv4') : 'mx-ipv6-only' };
  },
});

export default addressFamilies;

export const weighs = {
  high: 'Senders without IPv6, of which there are many, cannot deliver.',
} satisfies Weights<typeof addressFamilies>;

export const examples = [
  {
    name: 'both',
    zone: 'example.com MX 1 m.example.com\nm.example.com A 45.0.0.25\nm.example.com AAAA 2600::25',
    expect: 'both',
  },
  { name: 'IPv4', zone: 'example.com MX 1 m.example.com\nm.example.com A 45.0.0.25', expect: 'ipv4' },
  {
    name: 'IPv6',
    zone: 'example.com MX 1 m.example.com\nm.example.com AAAA 2600::25',
    expect: 'mx-ipv6-only',
  },
  { name: 'no address', zone: 'example.com MX 1 m.example.com', expect: 'not-applicable' },
  { name: 'a null MX', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  {
    name: 'not answered',
    zone: 'example.com MX 1 m.example.com\nm.example.com A !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof addressFamilies>;
