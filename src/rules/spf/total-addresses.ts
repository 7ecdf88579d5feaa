import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { PROVIDERS } from '../../mail/provider/fingerprints.ts';
import { longestMatch } from '../../mail/provider/match.ts';
import { merged, type Range, rangesOf } from '../../mail/spf/tree.ts';
import { nothingToJudge, type SpfNode, shown, spf } from '../../topics/spf.ts';

export const covers = ['spf-total-addresses'];

/** A million addresses; more than any one sender has. */
const MANY = 1_048_576n;

const totalAddresses = rule({
  title: 'SPF lets no more addresses pass than your services need',
  why: 'Every address in the record and in all it includes can send mail in your name. The more there are, the likelier one of them is in a stranger’s hands.',
  bears: ['impersonation'],
  cites: [
    { rfc: 7208, section: '5.2' },
    { rfc: 9989, section: '7.1' },
  ],
  reads: { spf },
  cases: {
    counted: {
      passes: true,
      says: (d: { total: string }) =>
        d.total === '0'
          ? 'No IPv4 address passes.'
          : d.total === '1'
            ? 'One IPv4 address passes.'
            : `${d.total} IPv4 addresses pass, included records counted.`,
    },
    many: {
      severity: 'medium',
      says: (d: { total: string; others: string }) =>
        `${d.total} IPv4 addresses pass, ${d.others} of them through records that belong to no large mail service we know.`,
      fix: {
        stage: 'authenticate',
        effort: 'days',
        text: 'Go through the services you include, and take out those you no longer use. Ask the others for a narrower list.',
      },
    },
  },
  judge({ spf, scope }) {
    const { tree, stranger } = spf;
    const because = nothingToJudge(spf);
    if (because !== undefined || !tree?.text)
      return { is: 'not-applicable', because: because ?? 'The domain has no SPF record.' };
    if (stranger.v4 === 'open')
      return { is: 'not-applicable', because: 'Every address passes, which has a finding of its own.' };
    const total = count(passing(tree, false));
    const others = count(passing(tree, true));
    const shows = shown(scope.domain, tree.text);
    if (others > MANY) return { is: 'many', data: { total: spelt(total), others: spelt(others) }, shows };
    return { is: 'counted', data: { total: spelt(total) }, shows };
  },
});

export default totalAddresses;

/** Networks whose match is a pass, through includes without a sign; `unknownOnly` leaves large services out. */
function passing(node: SpfNode, unknownOnly: boolean): readonly Range[] {
  return node.terms.flatMap((term) => {
    if (term.dead) return [];
    if ('qualifier' in term.term && term.term.qualifier !== '+') return [];
    if (term.nested) {
      const known = term.target !== undefined && longestMatch(PROVIDERS, 'spf', term.target) !== undefined;
      return unknownOnly && known ? [] : passing(term.nested, unknownOnly);
    }
    return rangesOf(term);
  });
}

function count(ranges: readonly Range[]): bigint {
  return merged(ranges, 'v4').reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
}

function spelt(count: bigint): string {
  return String(count).replace(/\B(?=([0-9]{3})+$)/g, ',');
}

export const weighs = {
  medium: 'Nobody is known to abuse them; the number makes it likely that somebody could.',
} satisfies Weights<typeof totalAddresses>;

export const examples = [
  { name: 'one address', zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 -all"', expect: 'counted' },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  {
    name: 'a large service',
    zone: `example.com TXT "v=spf1 include:_spf.google.com -all"
           _spf.google.com TXT "v=spf1 ip4:192.0.0.0/10 -all"`,
    expect: 'counted',
  },
  {
    name: 'a stranger with two million',
    zone: `example.com TXT "v=spf1 include:spf.example.net -all"
           spf.example.net TXT "v=spf1 ip4:198.0.0.0/11 -all"`,
    expect: 'many',
  },
  {
    name: 'no answer',
    zone: 'example.com TXT "v=spf1 include:spf.example.net -all"\nspf.example.net TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof totalAddresses>;
