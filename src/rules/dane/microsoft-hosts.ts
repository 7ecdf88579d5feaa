import { isWithin, type Name, parseName } from '../../dns/name.ts';
import { those } from '../../engine/agreement.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { inbound } from '../../topics/inbound.ts';
import { mx } from '../../topics/mx.ts';

export const covers = ['dane-m365', 'mx-m365-dane-host'];

const microsoftHosts = rule({
  title: 'Mail servers at Microsoft are of the kind that can do DANE',
  why: 'Microsoft signs only one of its two families of mail servers. With the other, senders that use DANE find nothing to hold on to, and nothing you publish changes that.',
  bears: ['interception'],
  cites: [
    { rfc: 7672, section: '2.2.2' },
    {
      document: 'Microsoft, how SMTP DANE works',
      href: 'https://learn.microsoft.com/en-us/purview/how-smtp-dane-works',
    },
  ],
  reads: { mx, inbound },
  cases: {
    signed: {
      passes: true,
      says: 'The mail servers are below `mx.microsoft`, which Microsoft signs: inbound DANE works there once it is switched on.',
    },
    unsigned: {
      passes: true,
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'is')} in the zone that Microsoft does not sign. Where you want DANE, let Exchange Online enable it; it then names a server below \`mx.microsoft\` for the MX record. MTA-STS works with either.`,
    },
  },
  judge({ mx, inbound }) {
    const hosts = mx.hosts.map(({ exchange }) => exchange).filter((host) => within(host, FAMILIES));
    if (!inbound.takes) return { is: 'not-applicable', because: inbound.because };
    if (hosts.length === 0) return { is: 'not-applicable', because: 'No mail server is one of Microsoft’s.' };
    const unsigned = hosts.filter((host) => within(host, UNSIGNED));
    return unsigned.length === 0 ? { is: 'signed' } : { is: 'unsigned', data: { hosts: unsigned } };
  },
});

export default microsoftHosts;

function within(host: Name, zones: readonly Name[]): boolean {
  return zones.some((zone) => isWithin(host, zone));
}

const named = (text: string) => parseName(text) ?? [];
const UNSIGNED = ['mail.protection.outlook.com', 'olc.protection.outlook.com'].flatMap(named);
const FAMILIES = [...UNSIGNED, ...['mx.microsoft'].flatMap(named)];

export const examples = [
  {
    name: 'signed',
    zone: 'example.com MX 0 example-com.k-v1.mx.microsoft',
    expect: 'signed',
  },
  {
    name: 'not signed',
    zone: 'example.com MX 0 example-com.mail.protection.outlook.com',
    expect: 'unsigned',
  },
  { name: 'elsewhere', zone: 'example.com MX 10 mx.example.com', expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'not answered', zone: 'example.com MX !timeout', expect: 'unknown' },
] satisfies Examples<typeof microsoftHosts>;
