import type { Name } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { ptr } from '../../topics/ptr.ts';

export const covers = ['ptr-generic'];

const generic = rule({
  title: 'Sending addresses have names of their own',
  why: 'A reverse name made from the address, as lines for homes have, looks like an infected home computer. Many receivers refuse or junk mail from such names.',
  bears: ['acceptance'],
  cites: [
    { rfc: 8601, section: '3' },
    {
      document: 'M3AAWG, sender best common practices',
      href: 'https://www.m3aawg.org/sites/default/files/document/M3AAWG_Senders_BCP_Ver3-2015-02.pdf',
    },
  ],
  reads: { ptr },
  cases: {
    own: { passes: true, says: 'No sending address has a name made from the address.' },
    'mail-host': {
      passes: true,
      says: (d: { address: string; name: Name }) =>
        `The mail server at \`${d.address}\` is called \`${d.name}\`, a name made from its address. That matters only if it also sends.`,
    },
    generic: {
      severity: 'medium',
      says: (d: { address: string; name: Name }) =>
        `The sending address \`${d.address}\` is called \`${d.name}\`, like a line for homes. Many receivers distrust such names.`,
      fix: {
        stage: 'authenticate',
        effort: 'provider',
        text: 'Ask whoever gave you the address to set its reverse name to the name of your mail server.',
      },
    },
  },
  judge({ ptr }) {
    const named = ptr.filter((entry) => entry.names.length > 0);
    if (named.length === 0)
      return { is: 'not-applicable', because: 'No address of your own has a reverse name.' };
    const found = named.filter((entry) => entry.names.every((name) => isGeneric(name, entry.address)));
    const first = found.find((entry) => entry.sender) ?? found[0];
    if (first === undefined) return { is: 'own' };
    const data = { address: first.address, name: first.names[0] as Name };
    return first.sender ? { is: 'generic', data } : { is: 'mail-host', data };
  },
});

export default generic;

/** The name carries at least three octets of an IPv4 address, in order or reversed, or all of its hex digits. */
function isGeneric(name: Name, address: string): boolean {
  const octets = address.split('.');
  if (octets.length !== 4) return LINE.test(name);
  const numbers: string[] = (name.match(/[0-9]+/g) ?? []).map((number) => number.replace(/^0+(?=.)/, ''));
  const runs = [octets, [...octets].reverse()].flatMap((order) => [order.slice(0, 3), order.slice(1)]);
  const spelt = runs.some((run) => numbers.some((_, i) => run.every((octet, j) => numbers[i + j] === octet)));
  const hex = octets.map((octet) => Number(octet).toString(16).padStart(2, '0')).join('');
  return spelt || name.includes(hex) || LINE.test(name);
}

const LINE = /(?:^|[.-])(?:dyn|dynamic|dsl|adsl|vdsl|dialup|dhcp|dynip)[0-9]*[.-]/;

const sender = (name: string) =>
  `example.com TXT "v=spf1 ip4:45.1.2.7 -all"\n7.2.1.45.in-addr.arpa PTR ${name}\n${name} A 45.1.2.7`;

export const weighs = {
  medium: 'Many receivers distrust such names, and none must.',
} satisfies Weights<typeof generic>;

export const examples = [
  { name: 'a name of its own', zone: sender('mail.example.com'), expect: 'own' },
  { name: 'a number in the name', zone: sender('mx7.example.com'), expect: 'own' },
  { name: 'the address in the name', zone: sender('45-1-2-7.example.net'), expect: 'generic' },
  { name: 'the address reversed', zone: sender('static.7.2.1.45.clients.example.net'), expect: 'generic' },
  { name: 'a home line', zone: sender('host7.dsl.example.net'), expect: 'generic' },
  {
    name: 'a mail server named by its address',
    zone: `example.com MX 10 mail.example.com
           mail.example.com A 45.1.2.25
           25.2.1.45.in-addr.arpa PTR ip-45-1-2-25.example.net
           ip-45-1-2-25.example.net A 45.1.2.25`,
    expect: 'mail-host',
  },
  { name: 'no reverse name', zone: 'example.com TXT "v=spf1 ip4:45.1.2.7 -all"', expect: 'not-applicable' },
  { name: 'not answered', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof generic>;
