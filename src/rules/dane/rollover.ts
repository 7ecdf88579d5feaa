import { those } from '../../engine/agreement.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { boundBy, dane } from '../../topics/dane.ts';

export const covers = ['dane-rollover', 'dane-ttl'];

const rollover = rule({
  title: 'The next key can be announced before the mail servers change theirs',
  why: 'A new key must stand in DNS for two lifetimes of the record before the server uses it; otherwise senders that use DANE stop delivering.',
  bears: ['interception'],
  cites: [
    { rfc: 7671, section: '8.1' },
    { rfc: 7672, section: '4' },
    { rfc: 7671, section: '13' },
  ],
  reads: { dane },
  cases: {
    single: {
      passes: true,
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'has')} one usable TLSA record. Before a key changes, publish the next key’s record beside it.`,
    },
    lasting: {
      passes: true,
      says: (d: { hosts: readonly string[] }) =>
        `The TLSA records of ${enumerated(d.hosts)} live longer than a day, which makes an urgent change of keys slow.`,
    },
    prepared: { passes: true, says: 'Each mail server has two usable TLSA records or more.' },
  },
  judge({ dane }) {
    if (dane.because !== undefined) return { is: 'not-applicable', because: dane.because };
    const bound = boundBy(dane).filter(({ usable }) => usable.length > 0);
    if (bound.length === 0)
      return {
        is: 'not-applicable',
        because: 'No mail server has signed TLSA records that senders can use.',
      };
    const single = bound.filter(({ usable }) => usable.length === 1);
    if (single.length > 0) return { is: 'single', data: { hosts: single.map(({ host }) => host) } };
    const lasting = bound.filter(({ ttl }) => (ttl ?? 0) > 86_400);
    if (lasting.length > 0) return { is: 'lasting', data: { hosts: lasting.map(({ host }) => host) } };
    return { is: 'prepared' };
  },
});

export default rollover;

const MX = 'example.com MX 10 mx.example.com\nmx.example.com A 192.0.2.25\n$SIGNED example.com\n';
const tlsa = (octet: string, ttl = '') => `_25._tcp.mx.example.com ${ttl} TLSA 3 1 1 ${octet.repeat(32)}\n`;

export const examples = [
  { name: 'two', zone: MX + tlsa('ab') + tlsa('cd'), expect: 'prepared' },
  { name: 'one', zone: MX + tlsa('ab'), expect: 'single' },
  { name: 'for a week', zone: MX + tlsa('ab', '604800 IN') + tlsa('cd', '604800 IN'), expect: 'lasting' },
  { name: 'none', zone: MX, expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'not answered', zone: `${MX}_25._tcp.mx.example.com TLSA !timeout`, expect: 'unknown' },
] satisfies Examples<typeof rollover>;
