import { ROOT } from '../../dns/name.ts';
import { counted } from '../../engine/prose.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { mx } from '../../topics/mx.ts';

export const covers = ['mx-count', 'mx-single-host'];

const count = rule({
  title: 'The domain has at most ten mail servers',
  why: 'An SPF record with `mx` fails for everybody when the domain has more than ten MX records. Senders give up long before they have tried so many servers.',
  bears: ['acceptance'],
  cites: [{ rfc: 7208, section: '4.6.4', level: 'MUST' }],
  reads: { mx },
  cases: {
    few: {
      passes: true,
      says: (d: { hosts: number }) => `The domain has ${counted(d.hosts, 'mail server')}.`,
    },
    many: {
      severity: 'low',
      says: (d: { hosts: number }) => `The domain has ${d.hosts} mail servers, more than ten.`,
      fix: {
        stage: 'tidy',
        effort: 'hour',
        text: 'Keep the two or three servers that are needed. One name may have several addresses.',
      },
    },
  },
  judge({ mx }) {
    const hosts = mx.hosts.filter((host) => host.exchange !== ROOT).length;
    if (hosts === 0) return { is: 'not-applicable', because: 'The domain names no mail server.' };
    return { is: hosts > 10 ? 'many' : 'few', data: { hosts } };
  },
});

export default count;

export const weighs = {
  low: 'Mail arrives; only SPF terms that count mail servers suffer.',
} satisfies Weights<typeof count>;

export const examples = [
  { name: 'one', zone: 'example.com MX 10 mail.example.com', expect: 'few' },
  { name: 'none', zone: 'example.com A 45.0.0.1', expect: 'not-applicable' },
  {
    name: 'eleven',
    zone: Array.from({ length: 11 }, (_, n) => `example.com MX ${n} mx${n}.example.com`).join('\n'),
    expect: 'many',
  },
  { name: 'not answered', zone: 'example.com MX !timeout', expect: 'unknown' },
] satisfies Examples<typeof count>;
