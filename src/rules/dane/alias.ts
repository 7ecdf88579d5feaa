import { those } from '../../engine/agreement.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { boundBy, dane } from '../../topics/dane.ts';

export const covers = ['dane-cname-base', 'dane-tlsa-cname'];

const alias = rule({
  title: 'Mail servers with TLSA records are no aliases',
  why: 'Where a mail server’s name is an alias, senders differ on which name’s TLSA records count, and on the name they expect in the certificate.',
  bears: ['interception'],
  cites: [
    { rfc: 7672, section: '2.2.2' },
    { rfc: 7672, section: '2.2.3' },
    { rfc: 7671, section: '7' },
  ],
  reads: { dane },
  cases: {
    alias: {
      severity: 'medium',
      says: (d: { hosts: readonly string[] }) => `${those(d.hosts, 'has')} both TLSA records and a CNAME.`,
      fix: {
        stage: 'tidy',
        effort: 'minutes',
        text: 'Name the real host in the MX record, or give this name addresses of its own.',
      },
    },
    shared: {
      passes: true,
      says: (d: { hosts: readonly string[] }) =>
        `The TLSA name of ${enumerated(d.hosts)} is an alias, which is allowed as long as every step is signed.`,
    },
    direct: { passes: true, says: 'No alias is involved.' },
  },
  judge({ dane }) {
    if (dane.because !== undefined) return { is: 'not-applicable', because: dane.because };
    const bound = boundBy(dane);
    if (bound.length === 0)
      return { is: 'not-applicable', because: 'No mail server has signed TLSA records.' };
    const hidden = bound.find(({ hostAuthentic }) => hostAuthentic === undefined);
    if (hidden) return { is: 'unknown', because: { reason: 'timeout', detail: hidden.host } };
    const aliases = bound.filter((host) => host.aliases.length > 0);
    if (aliases.length > 0) return { is: 'alias', data: { hosts: aliases.map(({ host }) => host) } };
    const shared = bound.filter(({ chain }) => chain.length > 0);
    if (shared.length > 0) return { is: 'shared', data: { hosts: shared.map(({ host }) => host) } };
    return { is: 'direct' };
  },
});

export default alias;

const MX = 'example.com MX 10 mx.example.com\n$SIGNED example.com\n';
const A = 'mx.example.com A 192.0.2.25\n';
const DATA = `TLSA 3 1 1 ${'ab'.repeat(32)}\n`;

export const weighs = {
  medium: 'Senders differ, so some may keep mail back while others deliver.',
} satisfies Weights<typeof alias>;

export const examples = [
  { name: 'direct', zone: `${MX}${A}_25._tcp.mx.example.com ${DATA}`, expect: 'direct' },
  {
    name: 'the host is an alias',
    zone: `${MX}mx.example.com CNAME h.example.com\nh.example.com A 192.0.2.25\n_25._tcp.mx.example.com ${DATA}`,
    expect: 'alias',
  },
  {
    name: 'the TLSA name is an alias',
    zone: `${MX}${A}_25._tcp.mx.example.com CNAME keys.example.com\nkeys.example.com ${DATA}`,
    expect: 'shared',
  },
  { name: 'none', zone: MX + A, expect: 'not-applicable' },
  { name: 'not answered', zone: `${MX}${A}_25._tcp.mx.example.com TLSA !timeout`, expect: 'unknown' },
] satisfies Examples<typeof alias>;
