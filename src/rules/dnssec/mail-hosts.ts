import { ROOT } from '../../dns/name.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { hosts } from '../../topics/hosts.ts';
import { mx } from '../../topics/mx.ts';

export const covers = ['dnssec-mx-zones'];

const mailHosts = rule({
  title: 'The addresses of the mail servers are signed, too',
  why: 'A mail server has its addresses in a zone of its own, often that of a provider. Where that zone is not signed, nobody can be sure of the addresses, and DANE cannot protect the server, however well your own zone is signed.',
  bears: ['interception'],
  cites: [{ rfc: 7672, section: '2.2.2' }],
  reads: { mx, hosts },
  cases: {
    all: {
      passes: true,
      says: (d: { hosts: number }) =>
        d.hosts === 1
          ? 'The resolver has verified the addresses of the mail server.'
          : `The resolver has verified the addresses of all ${d.hosts} mail servers.`,
    },
    some: {
      passes: true,
      says: (d: { signed: readonly string[]; others: readonly string[] }) =>
        `The resolver has verified the addresses of ${enumerated(d.signed)}, not those of ${enumerated(d.others)}.`,
    },
    none: {
      passes: true,
      says: 'The resolver verified no signature over the addresses of the mail servers. Only whoever runs those names can sign them; MTA-STS protects mail without that.',
    },
  },
  judge({ mx, hosts }) {
    const named = hosts.filter(
      ({ exchange, special, a, aaaa }) =>
        special === undefined && exchange !== ROOT && a.length + aaaa.length > 0,
    );
    if (mx.hosts.length === 0 || named.length === 0)
      return { is: 'not-applicable', because: 'No MX record names a server that has an address.' };
    const signed = named.filter(({ authentic }) => authentic).map(({ exchange }) => exchange);
    if (signed.length === named.length) return { is: 'all', data: { hosts: signed.length } };
    if (signed.length === 0) return { is: 'none' };
    const others = named.filter(({ authentic }) => !authentic).map(({ exchange }) => exchange);
    return { is: 'some', data: { signed, others } };
  },
});

export default mailHosts;

export const examples = [
  {
    name: 'a signed host',
    zone: '$SIGNED example.com\nexample.com MX 10 mail.example.com\nmail.example.com A 192.0.2.25',
    expect: 'all',
  },
  {
    name: 'a backup elsewhere',
    zone: `$SIGNED example.com
      example.com MX 10 mail.example.com
      example.com MX 20 backup.example.net
      mail.example.com A 192.0.2.25
      backup.example.net A 198.51.100.25`,
    expect: 'some',
  },
  {
    name: 'a host nobody signs',
    zone: 'example.com MX 10 mail.example.com\nmail.example.com A 192.0.2.25',
    expect: 'none',
  },
  { name: 'no MX', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'a host without an address', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  { name: 'not answered', zone: 'example.com MX !timeout', expect: 'unknown' },
] satisfies Examples<typeof mailHosts>;
