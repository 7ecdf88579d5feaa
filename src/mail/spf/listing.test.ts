import { expect, test } from 'vitest';
import { mustName } from '../../dns/name.ts';
import { answerFrom, parseZone } from '../../dns/zone.ts';
import { listingsOf } from './listing.ts';
import type { Lookup } from './lookup.ts';
import { growTree, liveTerms } from './tree.ts';

/** What each term of example.com lists, by its text. */
async function listed(zone: string): Promise<Record<string, string>> {
  const known = parseZone(zone);
  const lookup: Lookup = async (question) => {
    const reply = answerFrom(known, question);
    return 'answer' in reply ? { seen: true, answer: reply.answer } : { seen: false, because: reply.failure };
  };
  const tree = await growTree(mustName('example.com'), lookup);
  const listings = listingsOf(tree);
  const text = (node: { text?: string }, term: { from: number; to: number }) =>
    node.text?.slice(term.from, term.to) ?? '';
  return Object.fromEntries(
    [...liveTerms(tree)].flatMap(({ term, node }) => {
      const listing = listings.get(term);
      if (!listing) return [];
      const { v4, v6, covered } = listing;
      const by = covered
        ? ` ${covered.same ? 'again' : 'in'} ${text(covered.node, covered.term.term)} of ${covered.node.name}`
        : '';
      return [
        [`${node.name} ${text(node, term.term)}`, `${v4}${v6.map((bits) => ` /${bits}`).join('')}${by}`],
      ];
    }),
  );
}

test('networks are counted by address, names by what they stand for', async () => {
  expect(
    await listed(`example.com TXT "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 ip6:2001:db9::1 a mx -all"
      example.com A 198.51.100.1
      example.com A 198.51.100.2
      example.com MX 10 mx.example.com
      mx.example.com A 203.0.113.1
      mx.example.com AAAA 2001:dba::1`),
  ).toEqual({
    'example.com ip4:192.0.2.0/24': '256',
    'example.com ip6:2001:db8::/32': '0 /32',
    'example.com ip6:2001:db9::1': '0 /128',
    'example.com a': '2',
    'example.com mx': '1 /128',
  });
});

test('what an earlier term lists is said, across records', async () => {
  expect(
    await listed(`example.com TXT "v=spf1 include:a.example ip4:192.0.2.7 ip4:192.0.2.0/24 include:b.example include:a.example -all"
      a.example TXT "v=spf1 ip4:192.0.2.0/25 ip4:192.0.2.128/25 -all"
      b.example TXT "v=spf1 ip4:192.0.2.0/25 -all"`),
  ).toMatchObject({
    'example.com ip4:192.0.2.7': '1 in ip4:192.0.2.0/25 of a.example',
    // Two halves make the whole, but no single term holds it.
    'example.com ip4:192.0.2.0/24': '256',
    'b.example ip4:192.0.2.0/25': '128 again ip4:192.0.2.0/25 of a.example',
    'example.com include:a.example': '256 again include:a.example of example.com',
  });
});

test('what does not pass lists nothing for those after it, nor for the record that includes it', async () => {
  expect(
    await listed(`example.com TXT "v=spf1 -ip4:192.0.2.1 ip4:192.0.2.1 include:a.example ~all"
      a.example TXT "v=spf1 ?ip4:198.51.100.0/24 ip4:203.0.113.1 -all"`),
  ).toEqual({
    'example.com -ip4:192.0.2.1': '1',
    'example.com ip4:192.0.2.1': '1',
    'example.com include:a.example': '1',
    'a.example ?ip4:198.51.100.0/24': '256',
    'a.example ip4:203.0.113.1': '1',
  });
});
