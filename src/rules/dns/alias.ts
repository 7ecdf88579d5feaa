import { dns } from '../../dns/record.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { hosts } from '../../topics/hosts.ts';
import { mx } from '../../topics/mx.ts';
import { publicSuffix } from '../../topics/public-suffix.ts';

export const covers = ['dns-underscore-cname-apex', 'mx-domain-alias'];

const alias = rule({
  title: 'The domain holds its own mail records',
  why: 'Where a name is an alias (CNAME), every record is read at the target: its MX, its SPF and whatever else its owner publishes. Your own records beside the alias are not seen.',
  bears: ['interception', 'impersonation'],
  cites: [
    { rfc: 1034, section: '3.6.2' },
    { rfc: 2181, section: '10.1', level: 'MUST' },
    { rfc: 5321, section: '5.1' },
  ],
  reads: { mx, hosts, publicSuffix },
  partial: ['hosts', 'publicSuffix'],
  cases: {
    followed: {
      passes: true,
      says: (d: { target: string }) =>
        `The domain is an alias of \`${d.target}\`. Senders follow it: mail servers and SPF are those of that name.`,
    },
    apex: {
      severity: 'high',
      says: (d: { target: string }) =>
        `The domain itself is an alias of \`${d.target}\`. A registered domain always has other records beside it, which an alias may not have, so some resolvers see your mail records and others do not.`,
      fix: {
        stage: 'mend',
        effort: 'minutes',
        text: 'Replace the CNAME at the domain itself by A and AAAA records, or by what your DNS host calls ALIAS, ANAME or flattening.',
      },
    },
    dead: {
      severity: 'high',
      says: (d: { target: string }) =>
        `The domain is an alias of \`${d.target}\`, which has neither a mail server nor an address. Mail to the domain is returned.`,
      fix: {
        stage: 'mend',
        effort: 'minutes',
        text: 'Remove the CNAME if nothing uses the name, or replace it by records of its own.',
      },
    },
  },
  judge({ mx, hosts, publicSuffix, scope }) {
    const target = mx.alias.at(-1);
    if (target === undefined) return { is: 'not-applicable', because: 'The domain is not an alias.' };
    const shows = [{ name: scope.domain, type: 'CNAME' as const, text: mx.alias[0] ?? target }];
    if (publicSuffix.got !== 'whole') return { is: 'unknown', because: publicSuffix.because };
    if (publicSuffix.value.organizational === scope.domain) return { is: 'apex', data: { target }, shows };
    const reached = mx.hosts.length > 0 || (hosts.got !== 'none' && hosts.value.length > 0);
    if (reached) return { is: 'followed', data: { target }, shows };
    if (hosts.got !== 'whole') return { is: 'unknown', because: hosts.because };
    const rests = (['MX', 'A', 'AAAA'] as const).map((type) => dns(scope.domain, type));
    return { is: 'dead', data: { target }, shows, rests };
  },
});

export default alias;

export const weighs = {
  high: 'Mail is returned, or some resolvers see the mail records and others do not.',
} satisfies Weights<typeof alias>;

export const examples = [
  { name: 'no alias', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  {
    name: 'a subdomain that follows',
    domain: 'news.example.com',
    zone: `news.example.com CNAME mail.example.net
           mail.example.net MX 10 in.example.net
           in.example.net A 192.0.2.1`,
    expect: 'followed',
  },
  {
    name: 'a subdomain that leads to a web host',
    domain: 'www.example.com',
    zone: 'www.example.com CNAME web.example.net\nweb.example.net A 192.0.2.1',
    expect: 'followed',
  },
  {
    name: 'a subdomain that leads nowhere',
    domain: 'old.example.com',
    zone: 'old.example.com CNAME gone.example.net',
    expect: 'dead',
  },
  {
    name: 'an alias at the registered domain',
    zone: 'example.com CNAME web.example.net\nweb.example.net A 192.0.2.1',
    expect: 'apex',
  },
  { name: 'no answer', zone: 'example.com MX !timeout', expect: 'unknown' },
] satisfies Examples<typeof alias>;
