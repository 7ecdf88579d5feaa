import { purposeOf } from '../../dns/address.ts';
import { type Name, ROOT } from '../../dns/name.ts';
import { dns } from '../../dns/record.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { hosts, isMisnamed, type MailHost } from '../../topics/hosts.ts';
import { mx } from '../../topics/mx.ts';

export const covers = ['mx-target-nxdomain', 'mx-target-noaddress', 'mx-all-unusable', 'mx-target-special'];

const targetAddress = rule({
  title: 'Every mail server has an address that can be reached',
  why: 'Senders need an address to connect to. They may not fall back on the web site when MX records exist: if no listed server can be reached, the mail is returned.',
  bears: ['interception'],
  cites: [
    { rfc: 5321, section: '5.1', level: 'MUST' },
    { rfc: 2181, section: '10.3' },
    { rfc: 6890, section: '2.2.2' },
  ],
  reads: { mx, hosts },
  cases: {
    reachable: {
      passes: true,
      says: (d: { hosts: number }) =>
        d.hosts === 1
          ? 'The mail server has a public address.'
          : `${d.hosts === 2 ? 'Both' : `All ${d.hosts}`} mail servers have public addresses.`,
    },
    'mx-all-unusable': {
      severity: 'critical',
      says: (d: { names: readonly string[] }) =>
        `No mail server of the domain can be reached (${enumerated(d.names)}). Mail to it is returned.`,
      fix: {
        stage: 'mend',
        effort: 'minutes',
        cause: 'mail-server',
        text: 'Name a server that exists and has an address in the MX record, or publish the null MX `0 .` if the domain takes no mail.',
      },
    },
    'mx-target-nxdomain': {
      severity: 'high',
      says: (d: { names: readonly string[] }) =>
        d.names.length === 1
          ? `The mail server ${enumerated(d.names)} does not exist. Mail waits or is lost when senders choose it.`
          : `The mail servers ${enumerated(d.names)} do not exist. Mail waits or is lost when senders choose them.`,
      fix: (d: Removal) => removal(d),
    },
    'mx-target-noaddress': {
      severity: 'high',
      says: (d: { names: readonly string[] }) =>
        `${enumerated(d.names)} ${d.names.length === 1 ? 'has' : 'have'} no address. Mail waits or is lost when senders choose ${d.names.length === 1 ? 'it' : 'them'}.`,
      fix: (d: Removal) => removal(d),
    },
    'mx-target-special': {
      severity: 'high',
      says: (d: { names: readonly string[]; address: string; purpose: string }) =>
        `${enumerated(d.names)} ${d.names.length === 1 ? 'has' : 'have'} no address that can be reached from outside: \`${d.address}\` is set aside for ${d.purpose}.`,
      fix: (d: Removal) => removal(d),
    },
    'mx-target-special-too': {
      severity: 'medium',
      says: (d: { name: string; address: string; purpose: string }) =>
        `One address of \`${d.name}\`, \`${d.address}\`, is set aside for ${d.purpose}. Senders that choose it cannot deliver.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Delete that address record.',
        changes: d.changes,
      }),
    },
  },
  judge({ mx, hosts, scope }) {
    const all = hosts.filter((host) => host.exchange !== ROOT);
    if (mx.hosts.length === 0 || all.length === 0)
      return { is: 'not-applicable', because: 'The domain names no mail server.' };
    const named = all.filter((host) => !isMisnamed(host, scope.domain));
    if (named.length === 0)
      return { is: 'not-applicable', because: 'The MX records do not hold names of hosts.' };
    const open = named.every((host) => addressesOf(host).length > 0 && addressesOf(host).every(isPublic));
    if (open) return { is: 'reachable', data: { hosts: named.length } };
    const rests = (found: readonly MailHost[]) =>
      found.flatMap(({ exchange }) => [dns(exchange, 'A'), dns(exchange, 'AAAA')]);
    const names = (found: readonly MailHost[]) => found.map((host) => host.exchange);
    if (!named.some((host) => addressesOf(host).some(isPublic)))
      return { is: 'mx-all-unusable', data: { names: names(named) }, rests: rests(named) };
    const data = (found: readonly MailHost[]) => ({
      names: names(found),
      domain: scope.domain,
      hosts: found,
    });
    // A dead alias is found by the rule about aliases.
    const empty = named.filter((host) => addressesOf(host).length === 0 && host.chain.length === 0);
    const missing = empty.filter((host) => !host.exists);
    if (missing.length > 0) return { is: 'mx-target-nxdomain', data: data(missing), rests: rests(missing) };
    if (empty.length > 0) return { is: 'mx-target-noaddress', data: data(empty), rests: rests(empty) };
    const special = named.filter((host) => addressesOf(host).length > 0 && !addressesOf(host).some(isPublic));
    if (special[0]) {
      const address = addressesOf(special[0])[0] as string;
      const purpose = purposeOf(address) ?? '';
      return { is: 'mx-target-special', data: { ...data(special), address, purpose } };
    }
    for (const host of named)
      for (const address of addressesOf(host)) {
        const purpose = purposeOf(address);
        if (purpose === undefined) continue;
        const name = host.chain.at(-1) ?? host.exchange;
        const type = host.a.includes(address) ? 'A' : 'AAAA';
        const changes = [{ op: 'delete', name, type, was: address } as const];
        return { is: 'mx-target-special-too', data: { name: host.exchange, address, purpose, changes } };
      }
    return { is: 'reachable', data: { hosts: named.length } };
  },
});

export default targetAddress;

interface Removal {
  readonly domain: Name;
  readonly hosts: readonly MailHost[];
}

function removal({ domain, hosts }: Removal) {
  return {
    stage: 'mend',
    effort: 'minutes',
    cause: 'mail-server',
    text:
      hosts.length === 1
        ? 'Give the server a public address, or remove its MX record.'
        : 'Give the servers public addresses, or remove their MX records.',
    changes: hosts.map(
      ({ exchange, preference }) =>
        ({ op: 'delete', name: domain, type: 'MX', was: `${preference} ${exchange}` }) as const,
    ),
  } as const;
}

function addressesOf(host: MailHost): string[] {
  return [...host.a, ...host.aaaa];
}

function isPublic(address: string): boolean {
  return purposeOf(address) === undefined;
}

const MAIL = 'example.com MX 10 mail.example.com\nmail.example.com A 45.0.0.25\n';

export const weighs = {
  critical: 'No server can be reached: mail is returned.',
  high: 'Senders that choose this server wait or fail; others get through.',
  medium: 'One address of several fails, and senders try the next.',
} satisfies Weights<typeof targetAddress>;

export const examples = [
  { name: 'one server', zone: MAIL, expect: 'reachable' },
  {
    name: 'two servers',
    zone: `${MAIL}example.com MX 20 b.example.com\nb.example.com AAAA 2600::25`,
    expect: 'reachable',
  },
  { name: 'no MX', zone: 'example.com A 45.0.0.1', expect: 'not-applicable' },
  { name: 'a null MX', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'an address for a name', zone: 'example.com MX 10 45.0.0.25', expect: 'not-applicable' },
  {
    name: 'the domain doubled',
    zone: 'example.com MX 10 mail.example.com.example.com\nmail.example.com A 45.0.0.25',
    expect: 'not-applicable',
  },
  { name: 'the only server is gone', zone: 'example.com MX 10 mail.example.com', expect: 'mx-all-unusable' },
  {
    name: 'the only server is localhost',
    zone: 'example.com MX 10 mail.example.com\nmail.example.com A 127.0.0.1',
    expect: 'mx-all-unusable',
  },
  {
    name: 'a second server is gone',
    zone: `${MAIL}example.com MX 20 old.example.com`,
    expect: 'mx-target-nxdomain',
  },
  {
    name: 'a second server without address',
    zone: `${MAIL}example.com MX 20 old.example.com\nold.example.com TXT "moved"`,
    expect: 'mx-target-noaddress',
  },
  {
    name: 'a second server in a private network',
    zone: `${MAIL}example.com MX 20 in.example.com\nin.example.com A 10.0.0.5`,
    expect: 'mx-target-special',
  },
  {
    name: 'a private address beside a public one',
    zone: `${MAIL}mail.example.com A 192.168.1.5`,
    expect: 'mx-target-special-too',
  },
  { name: 'an address not answered', zone: `${MAIL}mail.example.com AAAA !timeout`, expect: 'unknown' },
] satisfies Examples<typeof targetAddress>;
