import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { mustName, type Name, parseName, ROOT } from '../../dns/name.ts';
import { parseZone } from '../../dns/zone.ts';
import { diagnose } from '../../engine/diagnose.ts';
import { EXAMPLE_NOW } from '../../engine/rule.ts';
import { scopeOf } from '../../engine/scope.ts';
import { zoneObserver } from '../../observe/zone.ts';
import { rules } from '../../rules/index.ts';
import { loadSuffixList, mayBeListed, type Suffixes, suffixesOf } from './suffix-list.ts';

/** The list as the package has it: a trie whose edges are labels, in flat arrays. */
interface Trie {
  readonly rulesRoot: number;
  readonly exceptionsRoot: number;
  readonly nodeFlags: ArrayLike<number>;
  readonly edgeStart: ArrayLike<number>;
  readonly edgeLength: ArrayLike<number>;
  readonly edgeChild: ArrayLike<number>;
  readonly labelText: string;
}

const file = new URL('../../../node_modules/tldts/dist/es6/src/data/trie.js', import.meta.url).href;
const trie = (await import(/* @vite-ignore */ file)) as Trie;
const rulesOfList = [...rulesBelow(trie.rulesRoot), ...rulesBelow(trie.exceptionsRoot)];
const plain = rulesOfList.filter((rule) => /^[!-~]+$/.test(rule));
const list = await loadSuffixList();

function* rulesBelow(root: number): Generator<string> {
  const starts: number[] = [];
  for (let edge = 0, at = 0; edge < trie.edgeLength.length; at += trie.edgeLength[edge++] ?? 0)
    starts.push(at);
  function* below(node: number, parent: string): Generator<string> {
    for (let edge = trie.edgeStart[node] ?? 0; edge < (trie.edgeStart[node + 1] ?? 0); edge++) {
      const start = starts[edge] ?? 0;
      const label = trie.labelText.slice(start, start + (trie.edgeLength[edge] ?? 0));
      const name = parent === '' ? label : `${label}.${parent}`;
      const child = trie.edgeChild[edge] ?? 0;
      if (trie.nodeFlags[child]) yield name;
      yield* below(child, name);
    }
  }
  yield* below(root, '');
}

const said = (suffixes: Suffixes, name: Name) => [
  suffixes.organizationalDomain(name),
  suffixes.publicSuffix(name).suffix,
];

describe('the filter', () => {
  test('knows every rule of several labels: if not, run `npm run suffix-filter`', () => {
    expect(rulesOfList.length).toBeGreaterThan(10_000);
    const missed = plain.filter((rule) => rule.includes('.')).filter((rule) => !mayBeListed(rule));
    expect(missed).toEqual([]);
    // As names meet the rules: a label for the wildcard, and labels below.
    const met = plain
      .filter((rule) => rule.includes('.'))
      .flatMap((rule) => [rule.replace('*', 'any'), `sub.${rule.replace('*', 'any')}`])
      .filter((rule) => !mayBeListed(rule));
    expect(met).toEqual([]);
  });

  test('leaves out no rule beyond ASCII that stands there only so, and no wildcard stands inside a rule', () => {
    const known = new Set(plain);
    const wide = rulesOfList.filter((rule) => !known.has(rule));
    const only = wide.filter((rule) => !known.has(new URL(`http://${rule}`).hostname));
    expect(only).toEqual([]);
    expect(rulesOfList.filter((rule) => rule.lastIndexOf('*') > 0)).toEqual([]);
  });

  test.each(['example.com', 'firm.de', 'bench.test', 'mail.example.org', 'com', 'test'])(
    '%s needs no list',
    (name) => expect(mayBeListed(name)).toBe(false),
  );

  test.each([
    'firm.co.uk',
    'co.uk',
    'firm.com.br',
    'ab.de',
    'user.github.io',
    'anything.ck',
    'www.ck',
    'a.b.kobe.jp',
  ])('%s needs it', (name) => expect(mayBeListed(name)).toBe(true));

  test('takes about one ending in thirty for a listed one', () => {
    const names = Array.from(
      { length: 20_000 },
      (_, i) => `q${(i * 7919).toString(36)}.${['com', 'de', 'net'][i % 3]}`,
    );
    const share = names.filter(mayBeListed).length / names.length;
    expect(share).toBeGreaterThan(0.02);
    expect(share).toBeLessThan(0.04);
  });
});

describe('with and without the list', () => {
  /** Answers of both; the filter must have settled the name for this to say anything. */
  async function agrees(name: Name): Promise<boolean> {
    const [without, withIt] = [said(await suffixesOf([name]), name), said(list, name)];
    if (without.join() !== withIt.join()) expect(without, name).toEqual(withIt);
    return !mayBeListed(name);
  }

  test('the names of the list, and names below them, are read alike', async () => {
    for (const rule of plain)
      for (const text of [rule, `a.${rule}`, `b.a.${rule.replace('*', 'w')}`]) {
        const name = parseName(text);
        if (name) await agrees(name);
      }
  });

  test('thousands of random names are read alike, most of them without the list', async () => {
    const tops = plain.filter((rule) => !rule.includes('.'));
    const label = fc.stringMatching(/^[a-z0-9_]([a-z0-9-]{0,8}[a-z0-9])?$/);
    const end = fc.oneof(
      fc.constantFrom(...tops),
      fc.constantFrom(...tops),
      fc.constantFrom(...plain),
      label,
    );
    let settled = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(label, { maxLength: 5 }), end, async (labels, last) => {
        const name = parseName([...labels, last.replace('*', 'w')].join('.'));
        if (name && (await agrees(name))) settled++;
      }),
      { numRuns: 5000, seed: 1 },
    );
    expect(settled).toBeGreaterThan(2000);
  });

  test('odd names are read alike', async () => {
    const texts = [
      '*.example.com',
      '*.com',
      '*.ck',
      '_dmarc.example.com',
      'a\\.b.example.com',
      'x.a\\.com',
      'a\\.b',
    ];
    for (const name of [ROOT, ...texts.map(mustName)]) await agrees(name);
  });

  test('a name that was not asked about is not guessed at', async () => {
    const suffixes = await suffixesOf([mustName('example.com')]);
    expect(() => suffixes.organizationalDomain(mustName('firm.co.uk'))).toThrow(RangeError);
    expect(() => suffixes.publicSuffix(mustName('firm.co.uk'))).toThrow(RangeError);
  });
});

describe('loading', () => {
  afterEach(() => {
    vi.doUnmock('tldts');
    vi.resetModules();
  });

  /**
   * A report where the list cannot be loaded: how often it was tried, and the rules that miss it. Vitest lets imports
   * past a mock that come while another fails, so what is blind is told for one rule at a time.
   */
  async function offline(domain: string, zone: string, only?: string) {
    let tried = 0;
    vi.resetModules();
    vi.doMock('tldts', () => {
      tried++;
      throw new Error('offline');
    });
    const fresh = await import('../../rules/index.ts');
    expect(Object.keys(fresh.rules)).toEqual(Object.keys(rules));
    const { findings } = await diagnose({
      scope: scopeOf(mustName(domain), EXAMPLE_NOW),
      rules: Object.fromEntries(
        Object.entries(fresh.rules).filter(([id]) => only === undefined || id === only),
      ),
      headlines: {},
      observer: zoneObserver(parseZone(zone), EXAMPLE_NOW),
    });
    expect(findings.filter(({ because }) => because?.reason === 'rule-broke')).toEqual([]);
    const blind = findings.filter(({ because }) => because?.reason === 'suffix-list').map(({ rule }) => rule);
    return { tried, blind };
  }

  const typical = new URL('../../../../shared/bench/typical.zone', import.meta.url);
  if (!existsSync(typical)) {
    if (process.env.CORPORA === 'required') throw new Error('the typical zone is required and not there');
    console.log('The typical zone is not beside the project: its report without the list is skipped');
  }
  test.skipIf(!existsSync(typical))('a typical report does without', async () => {
    expect(await offline('bench.test', readFileSync(typical, 'utf8'))).toEqual({ tried: 0, blind: [] });
  });

  const zoneOf = (domain: string) => `${domain} MX 10 mail.${domain}
    mail.${domain} A 192.0.2.1
    ${domain} TXT "v=spf1 a mx include:_spf.google.com include:_spf.${domain} -all"
    _spf.${domain} TXT "v=spf1 ip4:192.0.2.1 -all"
    _spf.google.com TXT "v=spf1 ip4:192.0.2.2 -all"
    _dmarc.${domain} TXT "v=DMARC1; p=reject; rua=mailto:dmarc@${domain},mailto:a@reports.vendor.co.uk"
    ${domain}._report._dmarc.reports.vendor.co.uk TXT "v=DMARC1"
    reports.vendor.co.uk MX 10 mail.vendor.co.uk
    mail.vendor.co.uk A 192.0.2.3`;

  test.each(['firm.de', 'mail.example.com'])('%s does without, whoever takes its reports', async (domain) => {
    expect(await offline(domain, zoneOf(domain))).toEqual({ tried: 0, blind: [] });
  });

  test.each([
    ['dns/public-suffix', 'firm.co.uk', zoneOf('firm.co.uk')],
    ['dmarc/organizational-domain', 'firm.co.uk', zoneOf('firm.co.uk')],
    [
      'dmarc/report-authorization',
      'firm.co.uk',
      zoneOf('firm.co.uk').replace('a@reports.', 'a@other.co.uk,mailto:a@'),
    ],
    ['dmarc/registry-above', 'firm.de', '_dmarc.de TXT "v=DMARC1; p=reject"'],
    ['dns/public-suffix', 'de', 'de NS ns.example.net'],
    [
      'takeover/similar-names',
      'example.com',
      'example.com TXT "v=spf1 include:sendgrrid.net -all"\nsendgrrid.net TXT "v=spf1 ip4:192.0.2.1 -all"',
    ],
  ])('%s for %s does not', async (rule, domain, zone) => {
    const { tried, blind } = await offline(domain, zone, rule);
    expect(tried).toBeGreaterThan(0);
    expect(blind).toEqual([rule]);
  });
});
