import { dns } from '../../dns/record.ts';
import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { asAddresses, replacing, without } from '../../mail/spf/edit.ts';
import { liveTerms } from '../../mail/spf/tree.ts';
import { nothingToJudge, replaced, type SpfNode, shown, spf } from '../../topics/spf.ts';

export const covers = ['spf-void-limit', 'spf-a-void'];

/** RFC 7208 §4.6.4: two are allowed. */
const LIMIT = 2;

const voidLimit = rule({
  title: 'Every name in the SPF record leads to an address',
  why: 'Receivers give up with an error at the third lookup that finds nothing, and then mail from servers listed correctly fails, too. A name without an address also authorises whoever gets hold of it one day.',
  bears: ['acceptance'],
  cites: [
    { rfc: 7208, section: '4.6.4', level: 'SHOULD' },
    { rfc: 7208, section: '11.1' },
    { rfc: 7208, section: '5.4' },
  ],
  reads: { spf },
  cases: {
    none: { passes: true, says: 'Every name has an address.' },
    'one-family': {
      passes: true,
      says: 'Every name has an address. For senders that connect by IPv6 some have none, which is within the limit.',
    },
    'a-void': {
      severity: 'low',
      says: (d: { terms: string; count: number }) =>
        d.count === 1
          ? `${d.terms} leads to no address. Receivers accept two such terms and end with an error at the third.`
          : `${d.terms} lead to no address. Receivers accept two such terms and end with an error at the third.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text:
          d.changes.length > 0
            ? 'Take out the names that no longer exist.'
            : 'The names stand in records of services you include: tell the services, or take their include out.',
        ...(d.changes.length > 0 ? { changes: d.changes } : {}),
      }),
    },
    'void-limit': {
      severity: 'high',
      says: (d: { terms: string; count: number }) =>
        `Mail can fail SPF with an error: ${d.count} lookups find nothing, and most receivers accept two. They are ${d.terms}.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text:
          d.changes.length > 0
            ? 'Take out the names that no longer exist.'
            : 'The names stand in records of services you include: tell the services, or take their include out.',
        ...(d.changes.length > 0 ? { changes: d.changes } : {}),
      }),
    },
    'void-limit-ipv6': {
      severity: 'medium',
      says: (d: { terms: string; count: number }) =>
        `Mail that arrives by IPv6 can fail SPF with an error: ${d.count} terms have IPv4 addresses only, so that their IPv6 lookups find nothing, and most receivers accept two. They are ${d.terms}.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Write the addresses of those servers as `ip4:`, which needs no lookup, or give the names an IPv6 address.',
        ...(d.changes.length > 0 ? { changes: d.changes } : {}),
      }),
    },
  },
  judge({ spf, scope }) {
    const { tree, worst } = spf;
    const because = nothingToJudge(spf);
    if (because !== undefined || !tree?.record || !tree.text)
      return { is: 'not-applicable', because: because ?? 'The domain has no SPF record.' };
    const asked = [...liveTerms(tree)].filter(({ term }) => ASKS.has(term.term.kind) && term.addresses);
    if (asked.length === 0)
      return { is: 'not-applicable', because: 'The record asks for no addresses by name.' };
    const dead = asked.filter(
      ({ term }) => term.addresses?.v4.length === 0 && term.addresses.v6.length === 0,
    );
    // A name asked for by `exists` alone may be empty on purpose; it has a finding of its own.
    const gone = dead.filter(({ term }) => term.term.kind !== 'exists');
    const own = dead.filter(({ node }) => node === tree).map(({ term }) => term.term);
    const data = (found: typeof asked, count: number, text: string) => ({
      terms: names(found),
      count,
      changes: replaced(scope.domain, tree.text ?? '', text),
    });
    const marks = (found: typeof asked) =>
      shown(
        scope.domain,
        tree.text ?? '',
        found.filter(({ node }) => node === tree).map(({ term }) => term.term),
      );
    const rests = dead.flatMap(({ term }) =>
      term.target ? [dns(term.target, term.term.kind === 'mx' ? 'MX' : 'A')] : [],
    );
    if (worst.v4.voidTerms > LIMIT)
      return {
        is: 'void-limit',
        data: data(dead, worst.v4.voidTerms, without(tree.record, own)),
        shows: marks(dead),
        rests,
      };
    if (worst.v6.voidTerms > LIMIT) {
      const half = asked.filter(({ term }) => term.voidTerms.v6 > 0);
      return {
        is: 'void-limit-ipv6',
        data: data(half, worst.v6.voidTerms, byAddress(tree)),
        shows: marks(half),
        rests: half.flatMap(({ term }) => (term.target ? [dns(term.target, 'AAAA')] : [])),
      };
    }
    if (gone.length > 0) {
      const drop = gone.filter(({ node }) => node === tree).map(({ term }) => term.term);
      return {
        is: 'a-void',
        data: data(gone, gone.length, without(tree.record, drop)),
        shows: marks(gone),
        rests,
      };
    }
    return { is: worst.v6.voids > 0 ? 'one-family' : 'none', shows: marks([]) };
  },
});

export default voidLimit;

const ASKS: ReadonlySet<string> = new Set(['a', 'mx', 'exists']);

function names(found: readonly { term: SpfNode['terms'][number]; node: SpfNode }[]): string {
  const named = found.slice(0, 8).map(({ term, node }) => {
    const text = `\`${excerpt(node.text?.slice(term.term.from, term.term.to) ?? '', 60)}\``;
    return node.how === 'start' ? text : `${text} in the record of \`${node.name ?? '?'}\``;
  });
  const rest = found.length - named.length;
  return rest > 0 ? `${named.join(', ')} and ${rest} more` : named.join(', ');
}

/** The own record with names that have no IPv6 address written as IPv4 addresses. */
function byAddress(tree: SpfNode): string {
  const { record } = tree;
  if (!record) return '';
  return replacing(
    record,
    tree.terms.flatMap((term) => {
      if (term.dead || term.addresses?.v6.length !== 0) return [];
      const addresses = term.addresses.v4.length === 0 ? '' : asAddresses(term, 20);
      return addresses === undefined || (addresses === '' && term.term.kind === 'exists')
        ? []
        : [[term.term, addresses] as const];
    }),
  );
}

export const weighs = {
  high: 'Receivers end with an error, so mail of servers listed rightly fails.',
  medium: 'Only mail that arrives by IPv6 meets the error.',
  low: 'Receivers accept two such names; the third is the one that breaks.',
} satisfies Weights<typeof voidLimit>;

export const examples = [
  { name: 'only addresses', zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 -all"', expect: 'not-applicable' },
  {
    name: 'names with both families',
    zone: `example.com TXT "v=spf1 mx -all"
           example.com MX 10 mail.example.com
           mail.example.com A 192.0.2.1
           mail.example.com AAAA 2001:db8::1`,
    expect: 'none',
  },
  {
    name: 'names with IPv4 only',
    zone: `example.com TXT "v=spf1 a:mail.example.com -all"
           mail.example.com A 192.0.2.1`,
    expect: 'one-family',
  },
  {
    name: 'one name that is gone',
    zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 a:old.example.com -all"',
    expect: 'a-void',
  },
  { name: 'mx without MX', zone: 'example.com TXT "v=spf1 mx ip4:192.0.2.1 -all"', expect: 'a-void' },
  {
    name: 'three names that are gone',
    zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 a:one.example.com a:two.example.com a:three.example.com -all"',
    expect: 'void-limit',
  },
  {
    name: 'three names with IPv4 only',
    zone: `example.com TXT "v=spf1 mx a:mail.example.com a:web.example.com -all"
           example.com MX 10 mail.example.com
           mail.example.com A 192.0.2.1
           web.example.com A 192.0.2.2`,
    expect: 'void-limit-ipv6',
  },
  {
    name: 'an address without an answer',
    zone: 'example.com TXT "v=spf1 a:mail.example.com -all"\nmail.example.com A !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof voidLimit>;
