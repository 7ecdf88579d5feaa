import type { Name } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { ptr } from '../../topics/ptr.ts';

export const covers = ['ptr-alias'];

const alias = rule({
  title: 'Reverse names are names of hosts, not aliases',
  why: 'A reverse name must be the real name of a host. Some receivers do not follow an alias (CNAME) and take the address for unnamed.',
  bears: ['acceptance'],
  cites: [{ rfc: 2181, section: '10.2', level: 'MUST' }],
  reads: { ptr },
  cases: {
    direct: { passes: true, says: 'No reverse name is an alias.' },
    alias: {
      severity: 'low',
      says: (d: { address: string; name: Name }) =>
        `The reverse name of \`${d.address}\`, \`${d.name}\`, is an alias of another name.`,
      fix: {
        stage: 'tidy',
        effort: 'provider',
        text: 'Give that name an address record of its own instead of the CNAME, or have the reverse name changed to the name behind it.',
      },
    },
  },
  judge({ ptr }) {
    if (!ptr.some((entry) => entry.names.length > 0))
      return { is: 'not-applicable', because: 'No address of your own has a reverse name.' };
    const found = ptr.find((entry) => entry.aliases.length > 0);
    if (found === undefined) return { is: 'direct' };
    return { is: 'alias', data: { address: found.address, name: found.aliases[0] as Name } };
  },
});

export default alias;

const zone = 'example.com TXT "v=spf1 ip4:45.0.0.7 -all"\n7.0.0.45.in-addr.arpa PTR mail.example.com\n';

export const weighs = {
  low: 'Most receivers follow the alias.',
} satisfies Weights<typeof alias>;

export const examples = [
  { name: 'a host', zone: `${zone}mail.example.com A 45.0.0.7`, expect: 'direct' },
  {
    name: 'an alias before the reverse name',
    zone: `example.com TXT "v=spf1 ip4:45.0.0.7 -all"
           7.0.0.45.in-addr.arpa CNAME 7.net.example.net
           7.net.example.net PTR mail.example.com
           mail.example.com A 45.0.0.7`,
    expect: 'direct',
  },
  {
    name: 'an alias behind it',
    zone: `${zone}mail.example.com CNAME h.example.net\nh.example.net A 45.0.0.7`,
    expect: 'alias',
  },
  { name: 'no reverse name', zone: 'example.com TXT "v=spf1 ip4:45.0.0.7 -all"', expect: 'not-applicable' },
  { name: 'not answered', zone: `${zone}mail.example.com A !timeout`, expect: 'unknown' },
] satisfies Examples<typeof alias>;
