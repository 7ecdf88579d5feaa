import { type Name, ROOT } from '../../dns/name.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { mx } from '../../topics/mx.ts';

export const covers = ['mx-duplicate', 'mx-preference'];

const order = rule({
  title: 'The order of the mail servers is clear',
  why: 'Senders try servers with lower preference first and those with equal preference in random order. Every server listed receives mail at some time, so each needs the same filters and the same encryption.',
  bears: ['interception'],
  cites: [
    { rfc: 5321, section: '5.1' },
    { rfc: 5321, section: '4.5.4.1' },
  ],
  reads: { mx },
  cases: {
    single: {
      passes: true,
      says: (d: { host: string }) =>
        `One mail server, \`${d.host}\`. While it is away senders keep mail for some days.`,
    },
    ordered: {
      passes: true,
      says: (d: { hosts: readonly string[] }) => `Mail servers in this order: ${enumerated(d.hosts, 6)}.`,
    },
    equal: {
      passes: true,
      says: (d: { hosts: readonly string[] }) =>
        `${enumerated(d.hosts, 6)} share one preference and are used in random order.`,
    },
    duplicate: {
      passes: true,
      says: (d: { host: Name }) =>
        `\`${d.host}\` is listed more than once. It does no harm; one record is enough.`,
    },
  },
  judge({ mx }) {
    const hosts = mx.hosts.filter((host) => host.exchange !== ROOT);
    const [first] = hosts;
    if (first === undefined) return { is: 'not-applicable', because: 'The domain names no mail server.' };
    const twice = hosts.find((host, i) => hosts.findIndex((other) => other.exchange === host.exchange) < i);
    if (twice) return { is: 'duplicate', data: { host: twice.exchange } };
    if (hosts.length === 1) return { is: 'single', data: { host: first.exchange } };
    const names = hosts.map((host) => host.exchange);
    const equal = hosts.every((host) => host.preference === first.preference);
    return { is: equal ? 'equal' : 'ordered', data: { hosts: names } };
  },
});

export default order;

export const examples = [
  { name: 'one server', zone: 'example.com MX 10 mail.example.com', expect: 'single' },
  {
    name: 'a first and a second',
    zone: 'example.com MX 10 a.example.com\nexample.com MX 20 b.example.com',
    expect: 'ordered',
  },
  {
    name: 'two alike',
    zone: 'example.com MX 10 a.example.com\nexample.com MX 10 b.example.com',
    expect: 'equal',
  },
  {
    name: 'the same twice',
    zone: 'example.com MX 10 a.example.com\nexample.com MX 20 a.example.com',
    expect: 'duplicate',
  },
  { name: 'a null MX', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'not answered', zone: 'example.com MX !timeout', expect: 'unknown' },
] satisfies Examples<typeof order>;
