import { those } from '../../engine/agreement.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { boundBy, dane } from '../../topics/dane.ts';

export const covers = ['dane-usage'];

const fix: Fix = {
  stage: 'transport',
  effort: 'hour',
  text: 'Publish `3 1 1` records (the server’s own key, SHA-256), and delete those with usage 0 or 1.',
};

const usage = rule({
  title: 'TLSA records of mail servers have usage 2 or 3',
  why: 'Usages 0 and 1 rely on public authorities and are not defined for mail. Senders then insist on TLS but cannot tell your server from another.',
  bears: ['interception'],
  cites: [
    { rfc: 7672, section: '3.1.3' },
    { rfc: 7672, section: '2.2' },
  ],
  reads: { dane },
  partial: ['dane'],
  cases: {
    only: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'has')} only TLSA records of usages that are not for mail.`,
      fix,
    },
    beside: {
      severity: 'low',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'has')} TLSA records of usages that are not for mail, beside others that are.`,
      fix,
    },
    right: { passes: true, says: 'All TLSA records have usage 2 or 3.' },
  },
  judge({ dane }) {
    if (dane.got === 'none') return { is: 'unknown', because: dane.because };
    const { because } = dane.value;
    if (because !== undefined) return { is: 'not-applicable', because };
    const bound = boundBy(dane.value);
    if (bound.length === 0 && dane.got === 'whole') return { is: 'not-applicable', because: NONE };
    const found = gravest(
      bound,
      ['only', 'beside', 'right'],
      ({ records }) => {
        const fitting = records.filter(({ usage }) => usage === 2 || usage === 3).length;
        return fitting === 0 ? 'only' : fitting < records.length ? 'beside' : 'right';
      },
      dane.got === 'part' ? dane.because : undefined,
    );
    if (found === undefined) return { is: 'not-applicable', because: NONE };
    if (found.is === 'unknown') return found;
    if (found.is === 'right') return { is: 'right' };
    return { is: found.is, data: { hosts: found.of.map(({ host }) => host) } };
  },
});

export default usage;

const NONE = 'No mail server has signed TLSA records.';

const MX = 'example.com MX 10 mx.example.com\nmx.example.com A 192.0.2.25\n$SIGNED example.com\n';
const tlsa = (n: number) => `_25._tcp.mx.example.com TLSA ${n} 1 1 ${'ab'.repeat(32)}\n`;

export const weighs = {
  high: 'With no usable record senders cannot tell the server from another, and the protection is gone.',
  low: 'Senders skip these records and use the others.',
} satisfies Weights<typeof usage>;

export const examples = [
  { name: 'usage 3', zone: MX + tlsa(3), expect: 'right' },
  { name: 'usage 1', zone: MX + tlsa(1), expect: 'only' },
  { name: 'usages 3 and 1', zone: MX + tlsa(3) + tlsa(1), expect: 'beside' },
  { name: 'none', zone: MX, expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'not answered', zone: `${MX}_25._tcp.mx.example.com TLSA !timeout`, expect: 'unknown' },
] satisfies Examples<typeof usage>;
