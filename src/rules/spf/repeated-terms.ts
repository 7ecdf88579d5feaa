import { bitsOf, sameNetwork } from '../../dns/address.ts';
import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { without } from '../../mail/spf/edit.ts';
import { printTerm, type SpfRecord, type Term } from '../../mail/spf/record.ts';
import { nothingToJudge, replaced, shown, spf } from '../../topics/spf.ts';

export const covers = ['spf-duplicate-terms', 'spf-subsumed-network'];

const repeatedTerms = rule({
  title: 'No term of the SPF record says what another has said',
  why: 'A repeated include costs its lookups again, every time, out of the ten that receivers allow.',
  bears: ['acceptance'],
  cites: [{ rfc: 7208, section: '4.6.4' }],
  reads: { spf },
  partial: ['spf'],
  cases: {
    distinct: { passes: true, says: 'No term is repeated.' },
    'subsumed-network': {
      passes: true,
      says: (d: { term: string; by: string }) => `\`${d.term}\` lies within \`${d.by}\` and adds nothing.`,
    },
    'duplicate-terms': {
      passes: true,
      says: (d: { term: string }) => `\`${d.term}\` stands twice. The second adds nothing.`,
    },
    'costly-duplicates': {
      severity: 'low',
      says: (d: { term: string; lookups: number }) =>
        `\`${d.term}\` stands twice, and the record needs ${d.lookups} lookups where ten are allowed.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: 'Keep the first and take the second out.',
        changes: d.changes,
      }),
    },
  },
  judge({ spf, scope }) {
    if (spf.got === 'none') return { is: 'unknown', because: spf.because };
    const { record, worst, blindRecord } = spf.value;
    const because = nothingToJudge(spf.value);
    if (!record || because !== undefined) return { is: 'not-applicable', because: because ?? '' };
    const doubles = repeated(record);
    const costly = doubles.filter((term) => 'spec' in term || term.kind === 'a' || term.kind === 'mx');
    const text = (term: Term) => excerpt(record.text.slice(term.from, term.to), 60);
    if (costly[0]) {
      const data = { term: text(costly[0]), lookups: worst.v4.lookups };
      const shows = shown(scope.domain, record.text, costly);
      if (worst.v4.lookups > 8)
        return {
          is: 'costly-duplicates',
          data: { ...data, changes: replaced(scope.domain, record.text, without(record, costly)) },
          shows,
        };
      if (blindRecord) return { is: 'unknown', because: blindRecord };
    }
    if (doubles[0])
      return {
        is: 'duplicate-terms',
        data: { term: text(doubles[0]) },
        shows: shown(scope.domain, record.text, doubles),
      };
    const inner = subsumed(record);
    if (inner)
      return {
        is: 'subsumed-network',
        data: { term: text(inner[0]), by: text(inner[1]) },
        shows: shown(scope.domain, record.text, inner),
      };
    return { is: 'distinct' };
  },
});

export default repeatedTerms;

/** Terms that stand in front of `all` and have stood there before. */
function repeated(record: SpfRecord): Term[] {
  const seen = new Set<string>();
  return record.terms.filter((term) => {
    if (!('qualifier' in term) || term.kind === 'all') return false;
    const key = printTerm(term, record.text).toLowerCase();
    const before = seen.has(key);
    seen.add(key);
    return before;
  });
}

/** A network inside another with the same sign; looked for among the first two hundred. */
function subsumed(record: SpfRecord): [Term, Term] | undefined {
  const networks = record.terms
    .flatMap((term) => (term.kind === 'ip4' || term.kind === 'ip6' ? [term] : []))
    .slice(0, 200);
  for (const inner of networks)
    for (const outer of networks) {
      if (inner === outer || inner.kind !== outer.kind || inner.qualifier !== outer.qualifier) continue;
      if (outer.prefix >= inner.prefix) continue;
      const family = inner.kind === 'ip4' ? 'v4' : 'v6';
      const [a, b] = [bitsOf(inner.address, family), bitsOf(outer.address, family)];
      if (a !== undefined && b !== undefined && sameNetwork(a, b, outer.prefix, family))
        return [inner, outer];
    }
  return undefined;
}

const vendors = Array.from({ length: 8 }, (_, i) => `v${i}.example.net TXT "v=spf1 ip4:192.0.2.${i} -all"`);
const includes = vendors.map((_, i) => `include:v${i}.example.net`).join(' ');

export const weighs = {
  low: 'The lookups are within the limit or judged there; this only says where to save.',
} satisfies Weights<typeof repeatedTerms>;

export const examples = [
  { name: 'nothing twice', zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 -all"', expect: 'distinct' },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  {
    name: 'an address inside a network',
    zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 ip4:192.0.2.0/24 -all"',
    expect: 'subsumed-network',
  },
  {
    name: 'an address twice',
    zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 ip4:192.0.2.1 -all"',
    expect: 'duplicate-terms',
  },
  {
    name: 'an include twice among many',
    zone: `example.com TXT "v=spf1 ${includes} include:v0.example.net -all"
           ${vendors.join('\n')}`,
    expect: 'costly-duplicates',
  },
  { name: 'no answer', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof repeatedTerms>;
