import { type Examples, rule } from '../../engine/rule.ts';
import { offered, services, settingsHosts } from '../../topics/discovery.ts';

export const covers = ['auto-autodiscover', 'auto-autoconfig'];

const hosts = rule({
  title: 'Mail programs can ask for their settings',
  why: 'Mail programs ask `autodiscover` (Outlook) or `autoconfig` (Thunderbird) for server names. Whoever answers there tells them where to send the password.',
  bears: ['submission'],
  cites: [
    {
      document: 'Microsoft, Autodiscover for Exchange',
      href: 'https://learn.microsoft.com/exchange/client-developer/exchange-web-services/autodiscover-for-exchange',
    },
    {
      document: 'Thunderbird, Autoconfiguration',
      href: 'https://wiki.mozilla.org/Thunderbird:Autoconfiguration',
    },
  ],
  reads: { settingsHosts, services },
  cases: {
    present: {
      passes: true,
      says: (d: { ways: string }) => `Mail programs that ask for their settings are led to ${d.ways}.`,
    },
    absent: {
      passes: true,
      says: 'The domain answers no questions of mail programs for their settings. They use what they know of your provider, or ask their user.',
    },
  },
  judge({ settingsHosts, services }) {
    if (services.because !== undefined) return { is: 'not-applicable', because: services.because };
    const ways = [
      ...settingsHosts.flatMap(({ exists, name, chain }) =>
        exists ? [`\`${chain.at(-1) ?? name}\` by \`${name}\``] : [],
      ),
      ...offered(services, '_autodiscover').map(({ name, target }) => `\`${target}\` by \`${name}\``),
    ];
    return ways.length === 0
      ? { is: 'absent' }
      : { is: 'present', data: { ways: [...new Set(ways)].join(' and ') } };
  },
});

export default hosts;

const MAIL = 'example.com MX 10 mail.example.com\nmail.example.com A 45.0.0.25\n';

export const examples = [
  {
    name: 'Outlook at Microsoft',
    zone: `${MAIL}autodiscover.example.com CNAME autodiscover.outlook.com\nautodiscover.outlook.com A 45.0.0.80`,
    expect: 'present',
  },
  {
    name: 'by SRV',
    zone: `${MAIL}_autodiscover._tcp.example.com SRV 0 0 443 mail.example.com`,
    expect: 'present',
  },
  { name: 'nothing', zone: MAIL, expect: 'absent' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'not answered', zone: `${MAIL}autodiscover.example.com A !timeout`, expect: 'unknown' },
] satisfies Examples<typeof hosts>;
