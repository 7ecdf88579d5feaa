import { isWithin, mustName, type Name } from '../../dns/name.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { mx } from '../../topics/mx.ts';

export const covers = ['mx-m365-dane-host'];

const daneCapableHost = rule({
  title: 'Which of Microsoft’s hosts take the mail is known',
  why: 'Microsoft 365 takes mail under two kinds of names. Only those below `mx.microsoft` are signed and can be protected by DANE; the older ones never will be by anything you publish.',
  bears: ['interception'],
  cites: [
    {
      document: 'Exchange Online: inbound SMTP DANE with DNSSEC',
      href: 'https://learn.microsoft.com/en-us/purview/how-smtp-dane-works',
    },
  ],
  reads: { mx },
  cases: {
    capable: {
      passes: true,
      says: (d: { host: Name }) =>
        `Mail goes to \`${d.host}\`, which Microsoft signs and can protect by DANE.`,
    },
    older: {
      passes: true,
      says: (d: { host: Name }) =>
        `Mail goes to \`${d.host}\`, for which Microsoft publishes no DANE records. MTA-STS works there as it is; for DANE the administrator switches DNSSEC on in Exchange Online and changes the MX record to the host below \`mx.microsoft\` that is shown then.`,
    },
  },
  judge({ mx }) {
    const at = (suffix: Name) => mx.hosts.find(({ exchange }) => isWithin(exchange, suffix))?.exchange;
    const older = at(OLDER);
    if (older !== undefined) return { is: 'older', data: { host: older } };
    const host = at(CAPABLE);
    return host === undefined
      ? { is: 'not-applicable', because: 'No mailboxes at Microsoft 365 are named in MX records.' }
      : { is: 'capable', data: { host } };
  },
});

export default daneCapableHost;

const CAPABLE = mustName('mx.microsoft');
const OLDER = mustName('mail.protection.outlook.com');

export const examples = [
  { name: 'the signed host', zone: 'example.com MX 0 example-com.a-v1.mx.microsoft', expect: 'capable' },
  {
    name: 'the older host',
    zone: 'example.com MX 0 example-com.mail.protection.outlook.com',
    expect: 'older',
  },
  { name: 'another service', zone: 'example.com MX 1 smtp.google.com', expect: 'not-applicable' },
  { name: 'not answered', zone: 'example.com MX !timeout', expect: 'unknown' },
] satisfies Examples<typeof daneCapableHost>;
