import type { Name } from '../../dns/name.ts';
import { dns } from '../../dns/record.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { ptr } from '../../topics/ptr.ts';

export const covers = ['ptr-exists'];

const presence = rule({
  title: 'Every sending address has a reverse name',
  why: 'Gmail and other large receivers refuse mail from an address that has no reverse name (PTR). Mail servers that take your mail also send, when they return what they cannot deliver.',
  bears: ['acceptance'],
  cites: [
    { rfc: 8601, section: '3' },
    { document: 'Google, email sender guidelines', href: 'https://support.google.com/a/answer/81126' },
  ],
  reads: { ptr },
  cases: {
    named: {
      passes: true,
      says: (d: { addresses: number }) =>
        d.addresses === 1
          ? 'The address has a reverse name.'
          : `${d.addresses === 2 ? 'Both' : `All ${d.addresses}`} addresses have reverse names.`,
    },
    sender: {
      severity: 'high',
      says: (d: { addresses: readonly string[] }) =>
        `${enumerated(d.addresses)}, listed in your SPF record, ${d.addresses.length === 1 ? 'has' : 'have'} no reverse name. Large receivers refuse mail sent from there.`,
      fix: {
        stage: 'authenticate',
        effort: 'provider',
        text: 'Ask whoever gave you the address (your hosting or line provider) to set its reverse name to the name of your mail server. If nothing sends from the address any more, remove it from SPF.',
      },
    },
    'mail-host': {
      severity: 'low',
      says: (d: { addresses: readonly string[]; hosts: readonly Name[] }) =>
        `${enumerated(d.addresses)} of your mail server ${enumerated(d.hosts)} ${d.addresses.length === 1 ? 'has' : 'have'} no reverse name. It matters when that server sends, for example to return mail.`,
      fix: {
        stage: 'tidy',
        effort: 'provider',
        text: 'Ask whoever gave you the address (your hosting or line provider) to set its reverse name to the name of the mail server.',
      },
    },
  },
  judge({ ptr }) {
    if (ptr.length === 0)
      return { is: 'not-applicable', because: 'No address of your own sends or takes mail.' };
    const bare = ptr.filter((entry) => entry.names.length === 0);
    const senders = bare.filter((entry) => entry.sender);
    const found = senders.length > 0 ? senders : bare;
    const rests = found.map((entry) => dns(entry.at, 'PTR'));
    const addresses = found.map((entry) => entry.address);
    if (senders.length > 0) return { is: 'sender', data: { addresses }, rests };
    if (bare.length === 0) return { is: 'named', data: { addresses: ptr.length } };
    const hosts = [...new Set(bare.flatMap((entry) => entry.host ?? []))];
    return { is: 'mail-host', data: { addresses, hosts }, rests };
  },
});

export default presence;

const MAIL = 'example.com MX 10 mail.example.com\nmail.example.com A 45.0.0.25\n';

export const weighs = {
  high: 'Large receivers refuse mail from such an address.',
  low: 'The server takes mail all the same; only what it sends itself suffers.',
} satisfies Weights<typeof presence>;

export const examples = [
  {
    name: 'a named mail server',
    zone: `${MAIL}25.0.0.45.in-addr.arpa PTR mail.example.com`,
    expect: 'named',
  },
  {
    name: 'two named senders',
    zone: `example.com TXT "v=spf1 ip4:45.0.0.7 ip6:2600::7 -all"
           7.0.0.45.in-addr.arpa PTR a.example.com
           7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.2.ip6.arpa PTR a.example.com`,
    expect: 'named',
  },
  { name: 'a sender without name', zone: 'example.com TXT "v=spf1 ip4:45.0.0.7 -all"', expect: 'sender' },
  { name: 'a mail server without name', zone: MAIL, expect: 'mail-host' },
  {
    name: 'mail servers of a provider',
    zone: 'example.com MX 1 aspmx.l.google.com\naspmx.l.google.com A 45.0.0.25',
    expect: 'not-applicable',
  },
  { name: 'a web site', zone: 'example.com A 45.0.0.1', expect: 'not-applicable' },
  { name: 'not answered', zone: `${MAIL}25.0.0.45.in-addr.arpa PTR !servfail`, expect: 'unknown' },
] satisfies Examples<typeof presence>;
