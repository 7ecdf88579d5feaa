import { type Name, ROOT } from '../../dns/name.ts';
import { dns } from '../../dns/record.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { PROVIDERS } from '../../mail/provider/fingerprints.ts';
import { longestMatch } from '../../mail/provider/match.ts';
import { hosts, type MailHost } from '../../topics/hosts.ts';
import { mx } from '../../topics/mx.ts';

export const covers = ['mx-target-cname'];

const targetAlias = rule({
  title: 'MX records name hosts, not aliases',
  why: 'An MX record must not point at an alias (CNAME). Some senders refuse such a domain, and protection of the connection by DANE is checked under another name than yours.',
  bears: ['interception'],
  cites: [
    { rfc: 2181, section: '10.3', level: 'MUST' },
    { rfc: 5321, section: '5.1' },
  ],
  reads: { mx, hosts },
  cases: {
    direct: { passes: true, says: 'No MX record points at an alias.' },
    dangling: {
      severity: 'high',
      says: (d: { exchange: Name; target: Name }) =>
        `The mail server \`${d.exchange}\` is an alias of \`${d.target}\`, which has no address. It takes no mail.`,
      fix: {
        stage: 'mend',
        effort: 'minutes',
        text: 'Remove the MX record, or name in it the server that really takes your mail.',
      },
    },
    alias: {
      severity: 'medium',
      says: (d: { exchange: Name; target: Name }) =>
        `The mail server \`${d.exchange}\` is an alias of \`${d.target}\`. Some senders refuse to follow it.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Name the host behind the alias in the MX record.',
        changes: d.changes,
      }),
    },
    'provider-alias': {
      severity: 'low',
      says: (d: { exchange: Name; target: Name; provider: string }) =>
        `The mail server \`${d.exchange}\` of ${d.provider} is an alias of \`${d.target}\`. Some senders refuse to follow it.`,
      fix: {
        stage: 'tidy',
        effort: 'provider',
        text: 'Ask the provider for a name that is not an alias.',
      },
    },
  },
  judge({ mx, hosts, scope }) {
    if (!mx.hosts.some((host) => host.exchange !== ROOT))
      return { is: 'not-applicable', because: 'The domain names no mail server.' };
    if (hosts.every(isDead))
      return { is: 'not-applicable', because: 'No mail server can be reached; that comes first.' };
    const aliases = hosts.flatMap((host) => {
      const target = host.chain.at(-1);
      return target === undefined ? [] : [{ ...host, target }];
    });
    if (aliases.length === 0) return { is: 'direct' };
    const dead = aliases.find(isDead);
    if (dead)
      return { is: 'dangling', data: dead, rests: [dns(dead.exchange, 'A'), dns(dead.exchange, 'AAAA')] };
    const own = aliases.filter((host) => longestMatch(PROVIDERS, 'mx', host.exchange) === undefined);
    const [first] = own;
    if (first) {
      const changes = own.map(
        ({ exchange, preference, target }): Change => ({
          op: 'replace',
          name: scope.domain,
          type: 'MX',
          was: `${preference} ${exchange}`,
          value: `${preference} ${target}`,
        }),
      );
      return { is: 'alias', data: { exchange: first.exchange, target: first.target, changes } };
    }
    const theirs = aliases[0] as (typeof aliases)[number];
    const provider = longestMatch(PROVIDERS, 'mx', theirs.exchange)?.name ?? 'your provider';
    return { is: 'provider-alias', data: { ...theirs, provider } };
  },
});

export default targetAlias;

function isDead({ a, aaaa }: MailHost): boolean {
  return a.length + aaaa.length === 0;
}

export const weighs = {
  high: 'The server cannot be reached by that name.',
  medium: 'Some senders refuse an alias, and DANE is checked under another name.',
  low: 'Only the provider can change it, and its servers are reached by most.',
} satisfies Weights<typeof targetAlias>;

export const examples = [
  {
    name: 'a host',
    zone: 'example.com MX 10 mail.example.com\nmail.example.com A 45.0.0.25',
    expect: 'direct',
  },
  { name: 'no MX', zone: 'example.com A 45.0.0.25', expect: 'not-applicable' },
  {
    name: 'an alias',
    zone: `example.com MX 10 mail.example.com
           mail.example.com CNAME server.example.net
           server.example.net A 45.0.0.25`,
    expect: 'alias',
  },
  {
    name: 'an alias to nowhere',
    zone: `example.com MX 10 mail.example.com
           mail.example.com CNAME gone.example.net
           example.com MX 20 mx.example.com
           mx.example.com A 45.0.0.26`,
    expect: 'dangling',
  },
  {
    name: 'an alias to nowhere, and no other server',
    zone: 'example.com MX 10 mail.example.com\nmail.example.com CNAME gone.example.net',
    expect: 'not-applicable',
  },
  {
    name: "a provider's alias",
    zone: `example.com MX 10 aspmx.l.google.com
           aspmx.l.google.com CNAME mx.example.net
           mx.example.net A 45.0.0.25`,
    expect: 'provider-alias',
  },
  {
    name: 'address not answered',
    zone: 'example.com MX 10 mail.example.com\nmail.example.com AAAA !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof targetAlias>;
