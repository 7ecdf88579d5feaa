import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mustName } from '../../dns/name.ts';
import type { DnsQuestion } from '../../dns/record.ts';
import { answerFrom, parseZone } from '../../dns/zone.ts';
import { checkHost } from './check-host.ts';
import type { Lookup } from './lookup.ts';
import { costOf, growTree, MOST_RECORDS, nodesOf, strangerResult } from './tree.ts';

const D = mustName('example.com');

function world(text: string) {
  const zone = parseZone(text);
  expect(zone.faults).toEqual([]);
  const asked: string[] = [];
  const lookup = (async (question: DnsQuestion) => {
    asked.push(`${question.name} ${question.type}`);
    const reply = answerFrom(zone, question);
    return 'answer' in reply ? { seen: true, answer: reply.answer } : { seen: false, because: reply.failure };
  }) as Lookup<string>;
  return { lookup, asked };
}

async function seen(text: string) {
  const { lookup, asked } = world(text);
  const tree = await growTree(D, lookup);
  return {
    tree,
    asked,
    cost: costOf(tree, 'v4'),
    cost6: costOf(tree, 'v6'),
    stranger: strangerResult(tree, 'v4'),
    stranger6: strangerResult(tree, 'v6'),
    unlisted: strangerResult(tree, 'v4', { dynamic: 'miss' }),
  };
}

describe('cost', () => {
  test('every counted term once, nested ones too, ip4 and all free', async () => {
    const { tree, cost } = await seen(`
      example.com TXT "v=spf1 ip4:192.0.2.1 include:a.example mx exists:%{i}.x.example ptr ~all exp=e.example"
      example.com MX 10 mail.example.com
      mail.example.com A 192.0.2.2
      mail.example.com AAAA 2001:db8::2
      a.example TXT "v=spf1 a:h.example include:b.example -all"
      h.example A 192.0.2.3
      b.example TXT "v=spf1 ip4:192.0.2.4"`);
    expect(cost).toEqual({ lookups: 6, voids: 0, voidTerms: 0 });
    expect(tree.terms.map(({ before, lookups }) => [before, lookups])).toEqual([
      [0, 0],
      [0, 3],
      [3, 1],
      [4, 1],
      [5, 1],
      [6, 0],
      [6, 0],
    ]);
  });

  test('what stands after all costs nothing, nor does a redirect beside it', async () => {
    const { cost, asked } = await seen('example.com TXT "v=spf1 redirect=r.example -all include:a.example"');
    expect(cost.lookups).toBe(0);
    expect(asked).toEqual(['example.com TXT']);
  });

  test('a redirect is counted after every mechanism, wherever it stands', async () => {
    const { tree } = await seen(`
      example.com TXT "v=spf1 redirect=r.example include:a.example"
      r.example TXT "v=spf1 -all"
      a.example TXT "v=spf1 -all"`);
    expect(tree.terms.map((term) => term.before)).toEqual([1, 0]);
  });

  test('void lookups by question and by term, for each family', async () => {
    const { cost, cost6 } = await seen(`
      example.com TXT "v=spf1 a:gone.example mx -all"
      example.com MX 10 one.example
      example.com MX 20 two.example
      one.example A 192.0.2.1
      two.example A 192.0.2.2`);
    expect(cost).toEqual({ lookups: 2, voids: 1, voidTerms: 1 });
    expect(cost6).toEqual({ lookups: 2, voids: 3, voidTerms: 2 });
  });

  test('agrees with what a check counts for a sender that matches nothing', async () => {
    const text = `
      example.com TXT "v=spf1 a:gone.example mx include:a.example exists:none.example -all"
      example.com MX 10 one.example
      one.example A 192.0.2.1
      a.example TXT "v=spf1 ip4:192.0.2.9 a:h.example ?all"
      h.example A 192.0.2.3`;
    const { cost } = await seen(text);
    const check = { ip: '198.51.100.1', sender: 'x@example.com', helo: 'h.example' };
    const result = await checkHost(check, world(text).lookup);
    expect({ lookups: result.lookups, voids: result.voids }).toEqual({
      lookups: cost.lookups,
      voids: cost.voids,
    });
    expect(result.result).toBe('fail');
    expect(result.path.at(-1)?.term?.text).toBe('-all');
  });
});

describe('a stranger', () => {
  const cases: readonly (readonly [what: string, zone: string, v4: string, v6?: string])[] = [
    ['-all', 'example.com TXT "v=spf1 mx -all"', 'fail'],
    ['~all', 'example.com TXT "v=spf1 ~all"', 'softfail'],
    ['nothing at the end', 'example.com TXT "v=spf1 ip4:192.0.2.1"', 'neutral'],
    ['+all', 'example.com TXT "v=spf1 all"', 'open'],
    ['a network of everything', 'example.com TXT "v=spf1 ip4:0.0.0.0/0 -all"', 'open', 'fail'],
    ['everything in halves', 'example.com TXT "v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all"', 'open', 'fail'],
    ['a/0', 'example.com TXT "v=spf1 a/0 -all"\nexample.com A 192.0.2.1', 'open', 'fail'],
    [
      'an included +all',
      'example.com TXT "v=spf1 include:a.example -all"\na.example TXT "v=spf1 +all"',
      'open',
    ],
    [
      'a neutral include of +all',
      'example.com TXT "v=spf1 ?include:a.example -all"\na.example TXT "v=spf1 +all"',
      'neutral',
    ],
    [
      'a denied include of +all',
      'example.com TXT "v=spf1 -include:a.example +all"\na.example TXT "v=spf1 +all"',
      'fail',
    ],
    [
      'an included ~all',
      'example.com TXT "v=spf1 include:a.example -all"\na.example TXT "v=spf1 ~all"',
      'fail',
    ],
    ['a redirect', 'example.com TXT "v=spf1 redirect=a.example"\na.example TXT "v=spf1 ~all"', 'softfail'],
    ['a redirect to nothing', 'example.com TXT "v=spf1 redirect=a.example"', 'permerror'],
    ['an include of nothing', 'example.com TXT "v=spf1 include:a.example ~all"', 'permerror'],
    [
      'an include without answer',
      'example.com TXT "v=spf1 include:a.example ~all"\na.example TXT !timeout',
      'unknown',
    ],
    [
      'no answer behind +all',
      'example.com TXT "v=spf1 +all include:a.example"\na.example TXT !timeout',
      'open',
    ],
    ['a loop', 'example.com TXT "v=spf1 include:example.com ~all"', 'permerror'],
    ['an error', 'example.com TXT "v=spf1 foo all"', 'permerror'],
    ['macros', 'example.com TXT "v=spf1 exists:%{i}.x.example ~all"', 'unknown'],
    ['a name that exists', 'example.com TXT "v=spf1 exists:x.example ~all"\nx.example A 127.0.0.2', 'open'],
    ['eleven lookups', `example.com TXT "v=spf1 ${'exists:%{i}.x.example '.repeat(11)} +all"`, 'unknown'],
  ];
  for (const [what, zone, v4, v6] of cases)
    test(what, async () => {
      const { stranger, stranger6 } = await seen(zone);
      expect([stranger, stranger6]).toEqual([v4, v6 ?? v4]);
    });

  test('macros taken as not matching', async () => {
    const { unlisted } = await seen(
      'example.com TXT "v=spf1 exists:%{i}.x.example include:%{d}.y.example ~all"\nexample.com.y.example TXT "v=spf1 -all"',
    );
    expect(unlisted).toBe('softfail');
  });
});

describe('bounds', () => {
  test('a bomb of includes ends with a named limit', async () => {
    const lines = ['example.com TXT "v=spf1 include:n0.example include:n1.example include:n2.example -all"'];
    for (let i = 0; i < 60; i++)
      lines.push(
        `n${i}.example TXT "v=spf1 ${[1, 2, 3, 4, 5, 6, 7].map((k) => `include:n${(i * 7 + k) % 60}.example`).join(' ')}"`,
      );
    const { tree, asked, cost } = await seen(lines.join('\n'));
    const nodes = [...nodesOf(tree)];
    expect(asked.length).toBeLessThanOrEqual(MOST_RECORDS);
    expect(nodes.some((node) => node.state === 'limit')).toBe(true);
    expect(cost.lookups).toBeGreaterThan(10);
  });

  test('large records that include each other are not multiplied', async () => {
    const long = `v=spf1 ${'include:a.example '.repeat(2500)}-all`;
    const start = performance.now();
    const { tree } = await seen(`example.com TXT "${long}"\na.example TXT "${long}"`);
    expect([...nodesOf(tree)].length).toBeLessThan(6000);
    expect(performance.now() - start).toBeLessThan(3000);
  });

  test('a thousand terms are counted, not all asked for', async () => {
    const terms = Array.from({ length: 1000 }, (_, i) => `a:h${i}.example`).join(' ');
    const { asked, cost } = await seen(`example.com TXT "v=spf1 ${terms} -all"`);
    expect(cost.lookups).toBe(1000);
    expect(asked.length).toBeLessThan(40);
  });

  test('a stranger of the tree meets what a check says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.constantFrom(
            'mx',
            'a',
            '-a',
            'include:a.example',
            '?include:b.example',
            '-include:c.example',
            'ip4:192.0.2.0/24',
            'ip6:2001:db8::/32',
            'exists:x.example',
            '~all',
            '?all',
            '+all',
            'redirect=a.example',
            'include:none.example',
          ),
          { maxLength: 6 },
        ),
        fc.constantFrom('~all', '-all', '+all', '?all', 'include:b.example', ''),
        fc.boolean(),
        async (terms, nested, positive) => {
          const zone = `
            example.com TXT "v=spf1 ${[...new Set(terms)].join(' ')}"
            example.com A 192.0.2.1
            example.com AAAA 2001:db8::1
            example.com MX 10 example.com
            a.example TXT "v=spf1 ip4:198.51.100.0/24 ${nested}"
            b.example TXT "v=spf1 ${positive ? '+all' : '-all'}"
            c.example TXT "v=spf1 ~all"`;
          const { stranger, stranger6 } = await seen(zone);
          for (const [ip, said] of [
            ['8.8.8.8', stranger],
            ['2a00::1', stranger6],
          ] as const) {
            const { result } = await checkHost(
              { ip, sender: 'x@example.com', helo: 'h.example' },
              world(zone).lookup,
              { voidLimit: 99 },
            );
            expect(said).toBe(result === 'pass' ? 'open' : result);
          }
        },
      ),
      { seed: 7208, numRuns: 400 },
    );
  });
});
