import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { ptr } from '../../topics/ptr.ts';

export const covers = ['ptr-multiple'];

const count = rule({
  title: 'An address has few reverse names',
  why: 'Several reverse names are allowed, but receivers look at ten at most. The one that matters may not be among them.',
  bears: ['acceptance'],
  cites: [
    { rfc: 2181, section: '10.2' },
    { rfc: 7208, section: '4.6.4' },
    { rfc: 8601, section: '3' },
  ],
  reads: { ptr },
  cases: {
    one: { passes: true, says: 'Every address has one reverse name.' },
    several: {
      passes: true,
      says: (d: { address: string; names: number }) =>
        `\`${d.address}\` has ${d.names} reverse names, which is allowed.`,
    },
    many: {
      severity: 'low',
      says: (d: { address: string; names: number }) =>
        `\`${d.address}\` has ${d.names} reverse names. Receivers look at ten at most.`,
      fix: {
        stage: 'tidy',
        effort: 'provider',
        text: 'Ask whoever gave you the address to keep one reverse name, that of your mail server.',
      },
    },
  },
  judge({ ptr }) {
    const most = ptr.reduce((best, entry) => Math.max(best, entry.names.length), 0);
    const entry = ptr.find((found) => found.names.length === most);
    if (entry === undefined || most === 0)
      return { is: 'not-applicable', because: 'No address of your own has a reverse name.' };
    if (most === 1) return { is: 'one' };
    return { is: most > 10 ? 'many' : 'several', data: { address: entry.address, names: most } };
  },
});

export default count;

const named = (names: number) =>
  `example.com TXT "v=spf1 ip4:45.0.0.7 -all"\n${Array.from(
    { length: names },
    (_, n) => `7.0.0.45.in-addr.arpa PTR m${n}.example.com\nm${n}.example.com A 45.0.0.7`,
  ).join('\n')}`;

export const weighs = {
  low: 'Most receivers find a name that fits among the first.',
} satisfies Weights<typeof count>;

export const examples = [
  { name: 'one', zone: named(1), expect: 'one' },
  { name: 'two', zone: named(2), expect: 'several' },
  { name: 'eleven', zone: named(11), expect: 'many' },
  { name: 'none', zone: named(0), expect: 'not-applicable' },
  { name: 'not answered', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof count>;
