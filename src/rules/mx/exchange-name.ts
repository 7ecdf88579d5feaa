import { isHostName, type Name, parseName, prefixed, ROOT } from '../../dns/name.ts';
import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { hosts, isMisnamed, type MailHost } from '../../topics/hosts.ts';
import { mx } from '../../topics/mx.ts';

export const covers = ['mx-target-ip', 'mx-target-relative', 'mx-hostname-syntax'];

const exchangeName = rule({
  title: 'MX records name hosts in full',
  why: 'An MX record must hold the full name of a host. Senders do not connect to an address written there, and complete no short name.',
  bears: ['interception'],
  cites: [
    { rfc: 1035, section: '3.3.9' },
    { rfc: 5321, section: '2.3.5', level: 'MUST' },
    { rfc: 1123, section: '2.1' },
    { rfc: 5321, section: '5.1' },
  ],
  reads: { mx, hosts },
  cases: {
    full: { passes: true, says: 'Every MX record holds the full name of a host.' },
    'only-wrong-names': {
      severity: 'critical',
      says: (d: { exchange: string }) =>
        `No MX record holds the full name of a host (\`${excerpt(d.exchange)}\`). Mail to the domain is returned.`,
      fix: (d: Mending) => mending(d),
    },
    'mx-target-ip': {
      severity: 'high',
      says: (d: { exchange: string }) =>
        `An MX record holds the address \`${excerpt(d.exchange)}\` instead of a host name. Senders skip it or return the mail.`,
      fix: (d: Mending) => mending(d),
    },
    'mx-target-relative': {
      severity: 'high',
      says: (d: { exchange: string }) =>
        `An MX record names \`${excerpt(d.exchange)}\`, which is not the full name of a host. It leads nowhere.`,
      fix: (d: Mending) => mending(d),
    },
    'mx-hostname-syntax': {
      severity: 'medium',
      says: (d: { exchange: string }) =>
        `The mail server is called \`${excerpt(d.exchange)}\`, which is not a valid host name. Strict senders refuse it, and no certificate can be had for it.`,
      fix: {
        stage: 'mend',
        effort: 'hour',
        text: 'Give the server a name of letters, digits and inner hyphens only, and name that in the MX record.',
      },
    },
  },
  judge({ mx, hosts, scope }) {
    const named = hosts.filter((host) => host.exchange !== ROOT);
    if (mx.hosts.length === 0 || named.length === 0)
      return { is: 'not-applicable', because: 'The domain names no mail server.' };
    const wrong = named.filter((host) => isMisnamed(host, scope.domain));
    // Of a name under which nothing answers that is the fault.
    const odd = named.find(({ exchange, a, aaaa }) => !isHostName(exchange) && a.length + aaaa.length > 0);
    if (wrong.length === 0 && odd === undefined) return { is: 'full' };
    const [first] = wrong;
    if (first !== undefined) {
      const alone = wrong.length === named.length;
      const data = { exchange: first.exchange, domain: scope.domain, wrong, alone };
      const shows = wrong.map(({ exchange, preference }) => ({
        name: scope.domain,
        type: 'MX' as const,
        text: `${preference} ${exchange}`,
      }));
      if (alone) return { is: 'only-wrong-names', data, shows };
      return first.special === 'address-literal'
        ? { is: 'mx-target-ip', data, shows }
        : { is: 'mx-target-relative', data, shows };
    }
    return odd ? { is: 'mx-hostname-syntax', data: { exchange: odd.exchange } } : { is: 'full' };
  },
});

export default exchangeName;

interface Mending {
  readonly domain: Name;
  readonly wrong: readonly MailHost[];
  /** No other mail server is named. */
  readonly alone: boolean;
}

function mending({ domain, wrong, alone }: Mending) {
  const [first] = wrong;
  // An old way to refuse mail, from before the null MX (RFC 7505 §1).
  if (first?.exchange === 'localhost' && wrong.length === 1 && alone)
    return {
      stage: 'mend',
      effort: 'minutes',
      text: 'If the domain takes no mail, publish the null MX `0 .` instead, which says so. If it does, name its mail server in full.',
      changes: [
        { op: 'replace', name: domain, type: 'MX', was: `${first.preference} localhost`, value: '0 .' },
      ],
    } as const;
  const changes = wrong.flatMap(({ exchange, preference, special }): Change[] => {
    const was = `${preference} ${exchange}`;
    const mail = prefixed('mail', domain);
    if (special === 'address-literal') {
      if (mail === undefined || !/^[0-9.]+$/.test(exchange)) return [];
      return [
        { op: 'add', name: mail, type: 'A', value: exchange },
        { op: 'replace', name: domain, type: 'MX', was, value: `${preference} ${mail}` },
      ];
    }
    const full =
      special === 'one-label' ? prefixed(exchange, domain) : parseName(exchange.slice(0, -domain.length - 1));
    return full ? [{ op: 'replace', name: domain, type: 'MX', was, value: `${preference} ${full}` }] : [];
  });
  return {
    stage: 'mend',
    effort: 'minutes',
    text: 'Name the mail server in full in the MX record, and make sure that the name has an address.',
    ...(changes.length > 0 ? { changes } : {}),
  } as const;
}

export const weighs = {
  critical: 'No sender finds a server: mail is returned.',
  high: 'Senders that choose this record fail or give up; others get through.',
  medium: 'Strict senders refuse the name, and no certificate can name it.',
} satisfies Weights<typeof exchangeName>;

export const examples = [
  {
    name: 'a full name',
    zone: 'example.com MX 10 mail.example.com\nmail.example.com A 45.0.0.25',
    expect: 'full',
  },
  { name: 'a null MX', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'no MX', zone: 'example.com A 45.0.0.1', expect: 'not-applicable' },
  { name: 'only an address', zone: 'example.com MX 10 45.0.0.25', expect: 'only-wrong-names' },
  {
    name: 'only a short name',
    zone: 'example.com MX 10 mail\nmail.example.com A 45.0.0.25',
    expect: 'only-wrong-names',
  },
  {
    name: 'localhost, to refuse mail',
    zone: 'example.com MX 10 localhost\nexample.com TXT "v=spf1 -all"',
    expect: 'only-wrong-names',
  },
  {
    name: 'an address beside a host',
    zone: `example.com MX 10 mx.example.com
           mx.example.com A 45.0.0.26
           example.com MX 20 45.0.0.25`,
    expect: 'mx-target-ip',
  },
  {
    name: 'localhost beside a host',
    zone: `example.com MX 10 localhost
           example.com MX 20 mx.example.com
           localhost.example.com A 45.0.0.27
           mx.example.com A 45.0.0.26`,
    expect: 'mx-target-relative',
  },
  {
    name: 'the domain doubled',
    zone: `example.com MX 10 mail.example.com.example.com
           example.com MX 20 mx.example.com
           mx.example.com A 45.0.0.26
           mail.example.com A 45.0.0.25`,
    expect: 'mx-target-relative',
  },
  {
    name: 'an underscore',
    zone: 'example.com MX 10 mail_1.example.com\nmail_1.example.com A 45.0.0.25',
    expect: 'mx-hostname-syntax',
  },
  {
    name: 'an underscore, and no such server',
    zone: `example.com MX 10 mx.example.com
           example.com MX 20 old_1.example.com
           mx.example.com A 45.0.0.26`,
    expect: 'full',
  },
  { name: 'not answered', zone: 'example.com MX !timeout', expect: 'unknown' },
] satisfies Examples<typeof exchangeName>;
