import { describe, expect, test } from 'vitest';
import { mustName, type Name } from '../../dns/name.ts';
import { discover7489, discover9989, type Published, reach, walkNames } from './discovery.ts';
import { stanceOf } from './policy.ts';
import { parseDmarcRecord } from './record.ts';
import { authorizationName, readAuthorization } from './report-authorization.ts';
import { loadSuffixList } from './suffix-list.ts';

const suffixes = await loadSuffixList();

function published(records: Record<string, string | string[]>): Published {
  return (domain) => [records[domain] ?? []].flat();
}

/** The stances of both generations, as words. */
function stances(name: string, records: Record<string, string | string[]>, wildcard: string[] = []) {
  const domain = mustName(name);
  const below = mustName(`unlikely.${name}`);
  return (['rfc9989', 'rfc7489'] as const).map((generation) => {
    const found = reach(generation, domain, below, published(records), wildcard, suffixes);
    return found && [found.exact.stated, found.existing.stated, found.invented.stated];
  });
}

const R = 'v=DMARC1; p=reject';

describe('the walk', () => {
  test('asks at most eight names and skips in long ones (the example of RFC 9989 §4.10)', () => {
    expect(walkNames(mustName('a.b.c.d.e.f.g.h.i.j.mail.example.com'))).toEqual([
      'a.b.c.d.e.f.g.h.i.j.mail.example.com',
      'g.h.i.j.mail.example.com',
      'h.i.j.mail.example.com',
      'i.j.mail.example.com',
      'j.mail.example.com',
      'mail.example.com',
      'example.com',
      'com',
    ]);
    expect(walkNames(mustName('a.b.c.d.e.f.g.h'))).toHaveLength(8);
    expect(walkNames(mustName('a.b.c.d.e.f.g'))).toHaveLength(7);
    expect(walkNames(mustName('com'))).toEqual(['com']);
  });

  // The three examples of RFC 9989 §4.10.2, and its rules.
  test.each([
    ['a.mail.example.com', { 'mail.example.com': R, 'example.com': R }, 'example.com'],
    ['a.mail.example.com', { 'mail.example.com': `${R}; psd=n`, 'example.com': R }, 'mail.example.com'],
    ['a.mail.example.com', { com: `${R}; psd=y` }, 'example.com'],
    ['a.mail.example.com', { com: R }, 'com'],
    ['a.mail.example.com', {}, 'a.mail.example.com'],
    ['example.com', { 'example.com': `${R}; psd=y`, com: R }, 'example.com'],
    ['mail.example.com', { 'example.com': `${R}; psd=x`, com: `${R}; psd=y` }, 'example.com'],
    ['mail.example.com', { 'example.com': [R, R] }, 'mail.example.com'],
    ['a.b.c.d.e.f.g.h', { 'b.c.d.e.f.g.h': R, h: R }, 'h'],
    ['0.a.b.c.d.e.f.g.h', { 'a.b.c.d.e.f.g.h': R }, '0.a.b.c.d.e.f.g.h'],
  ])(
    'from %s with %j the organizational domain is %s',
    (name, records: Record<string, string | string[]>, expected) => {
      expect(discover9989(mustName(name), published(records))?.organizationalDomain).toBe(expected);
    },
  );

  test('a name that is not known leaves all unknown, unless the walk ended before', () => {
    const known =
      (records: Record<string, string>): Published =>
      (domain) =>
        domain === 'com' ? undefined : [records[domain] ?? []].flat();
    expect(discover9989(mustName('example.com'), known({ 'example.com': R }))).toBeUndefined();
    expect(discover9989(mustName('example.com'), known({ 'example.com': `${R}; psd=n` }))).toBeDefined();
  });
});

describe('which record governs', () => {
  test.each<[string, string, Record<string, string | string[]>, [string?, string?], [string?, string?]]>([
    ['own', 'example.com', { 'example.com': R }, ['example.com', 'own'], ['example.com', 'own']],
    [
      'inherited',
      'a.example.com',
      { 'example.com': R },
      ['example.com', 'organizational'],
      ['example.com', 'organizational'],
    ],
    [
      'between',
      'a.b.example.com',
      { 'b.example.com': R, 'example.com': R },
      ['example.com', 'organizational'],
      ['example.com', 'organizational'],
    ],
    ['between only', 'a.b.example.com', { 'b.example.com': R }, ['b.example.com', 'organizational'], []],
    ['registry', 'example.com', { com: `${R}; psd=y` }, ['com', 'public-suffix'], []],
    ['registry without psd', 'example.com', { com: R }, ['com', 'organizational'], []],
    [
      'private suffix',
      'a.user.github.io',
      { 'github.io': R, 'user.github.io': R },
      ['github.io', 'organizational'],
      ['user.github.io', 'organizational'],
    ],
    [
      'two own',
      'a.example.com',
      { 'a.example.com': [R, R], 'example.com': R },
      ['example.com', 'organizational'],
      [],
    ],
    ['none', 'example.com', {}, [], []],
  ])('%s', (_, name, records, new9989, old7489) => {
    const one = discover9989(mustName(name), published(records))?.applied;
    const other = discover7489(mustName(name), published(records), suffixes)?.applied;
    expect([one?.domain, one?.relation].filter(Boolean)).toEqual(new9989);
    expect([other?.domain, other?.relation].filter(Boolean)).toEqual(old7489);
  });
});

// Rows of the policy table: domain, records; then exact, existing, invented for RFC 9989 and RFC 7489.
describe('stances', () => {
  const full = 'v=DMARC1; p=reject; sp=quarantine; np=none';
  test.each<[string, string, Record<string, string | string[]>, string[], string[]]>([
    [
      'own record',
      'example.com',
      { 'example.com': full },
      ['reject', 'quarantine', 'none'],
      ['reject', 'quarantine', 'quarantine'],
    ],
    [
      'p alone',
      'example.com',
      { 'example.com': R },
      ['reject', 'reject', 'reject'],
      ['reject', 'reject', 'reject'],
    ],
    [
      'parent record',
      'a.example.com',
      { 'example.com': full },
      ['quarantine', 'quarantine', 'none'],
      ['quarantine', 'quarantine', 'quarantine'],
    ],
    [
      'own below an organizational one',
      'a.example.com',
      { 'a.example.com': 'v=DMARC1; p=none', 'example.com': R },
      ['none', 'reject', 'reject'],
      ['none', 'reject', 'reject'],
    ],
    [
      'the same with psd=n',
      'a.example.com',
      { 'a.example.com': 'v=DMARC1; p=none; psd=n', 'example.com': R },
      ['none', 'none', 'none'],
      ['none', 'reject', 'reject'],
    ],
    [
      'own only, below',
      'a.example.com',
      { 'a.example.com': R },
      ['reject', 'reject', 'reject'],
      ['reject', 'not-applied', 'not-applied'],
    ],
    [
      'registry',
      'example.com',
      { com: `${full}; psd=y` },
      ['quarantine', 'quarantine', 'none'],
      ['not-applied', 'not-applied', 'not-applied'],
    ],
    [
      'bad sp with rua',
      'example.com',
      { 'example.com': `${R}; sp=x; rua=mailto:a@example.com` },
      ['none', 'none', 'none'],
      ['none', 'none', 'none'],
    ],
    [
      'bad np with rua',
      'example.com',
      { 'example.com': `${R}; np=x; rua=mailto:a@example.com` },
      ['none', 'none', 'none'],
      ['reject', 'reject', 'reject'],
    ],
    [
      'bad np',
      'example.com',
      { 'example.com': `${R}; np=x` },
      ['not-applied', 'not-applied', 'not-applied'],
      ['reject', 'reject', 'reject'],
    ],
    [
      'no p',
      'example.com',
      { 'example.com': 'v=DMARC1; rua=x' },
      ['not-applied', 'not-applied', 'not-applied'],
      ['not-applied', 'not-applied', 'not-applied'],
    ],
    [
      'two records',
      'example.com',
      { 'example.com': [R, R] },
      ['not-applied', 'not-applied', 'not-applied'],
      ['not-applied', 'not-applied', 'not-applied'],
    ],
    [
      'a public suffix itself',
      'co.uk',
      { 'co.uk': `${R}; psd=y; np=quarantine` },
      ['reject', 'reject', 'quarantine'],
      ['reject', 'not-applied', 'not-applied'],
    ],
  ])('%s', (_, name, records, new9989, old7489) => {
    expect(stances(name, records)).toEqual([new9989, old7489]);
  });

  test('a wildcard that publishes a record speaks for invented names', () => {
    expect(stances('example.com', { 'example.com': R }, ['v=DMARC1; p=none'])).toEqual([
      ['reject', 'reject', 'none'],
      ['reject', 'reject', 'none'],
    ]);
  });
});

describe('from stated to effective', () => {
  const at = 'example.com' as Name;
  test.each<[string, unknown, unknown]>([
    ['p=none; t=y; pct=0', { policy: 'none' }, { policy: 'none' }],
    ['p=quarantine', { policy: 'quarantine' }, { policy: 'quarantine' }],
    ['p=quarantine; t=y', { policy: 'none' }, { policy: 'quarantine' }],
    ['p=quarantine; pct=0', { policy: 'quarantine' }, { policy: 'none' }],
    ['p=quarantine; pct=30', { policy: 'quarantine' }, { policy: 'quarantine', percent: 30, rest: 'none' }],
    ['p=reject; t=y', { policy: 'quarantine' }, { policy: 'reject' }],
    ['p=reject; pct=0', { policy: 'reject' }, { policy: 'quarantine' }],
    [
      'p=reject; pct=99; t=y',
      { policy: 'quarantine' },
      { policy: 'reject', percent: 99, rest: 'quarantine' },
    ],
    ['p=reject; pct=x; t=x', { policy: 'reject' }, { policy: 'reject' }],
  ])('%s', (tags, new9989, old7489) => {
    const record = parseDmarcRecord(`v=DMARC1; ${tags}`);
    expect(stanceOf(record, at, 'rfc9989', 'exact').effective).toEqual(new9989);
    expect(stanceOf(record, at, 'rfc7489', 'exact').effective).toEqual(old7489);
  });
});

describe('leave for reports', () => {
  const host = mustName('reports.example.net');
  test('is asked at the domain under the whole host', () => {
    expect(authorizationName(mustName('example.com'), host)).toBe(
      'example.com._report._dmarc.reports.example.net',
    );
    const long = mustName(Array.from({ length: 4 }, () => 'x'.repeat(58)).join('.'));
    expect(authorizationName(long, host)).toBeUndefined();
  });

  test.each([
    [['v=DMARC1;'], 'authorized'],
    [['v=DMARC1'], 'loosely'],
    [['v=DMARC1; p=none'], 'authorized'],
    [['hello', 'v=DMARC1;', 'v=DMARC1;'], 'authorized'],
    [['v=DMARC1; rua=mailto:other@reports.example.net'], 'redirected'],
    [['v=DMARC1; rua=mailto:other@example.org'], 'diverted'],
    [['v=dmarc1'], 'silent'],
    [[], 'silent'],
  ])('%j: %s', (texts, expected) => expect(readAuthorization(texts, host)).toBe(expected));
});
