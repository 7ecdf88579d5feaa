/*
 * Which policy governs a forged name, and what becomes of it: whole worlds in, both generations out. Policies are
 * written n, q, r and - (not applied), RFC 9989 first.
 */

import { describe, expect, test } from 'vitest';
import { mustName } from '../dns/name.ts';
import { parseZone } from '../dns/zone.ts';
import { diagnose } from '../engine/diagnose.ts';
import { EXAMPLE_NOW, rule } from '../engine/rule.ts';
import { scopeOf } from '../engine/scope.ts';
import type { Topic } from '../engine/topic.ts';
import type { Reading } from '../facts/observation.ts';
import { zoneObserver } from '../observe/zone.ts';
import { type DmarcReading, dmarc } from './dmarc.ts';
import { spoofability } from './spoofability.ts';

async function readingOf<T>(topic: Topic<T>, text: string, domain = 'example.com'): Promise<Reading<T>> {
  let reading: Reading<T> | undefined;
  const spy = rule({
    title: 'T',
    why: 'W.',
    bears: [],
    cites: [],
    reads: { topic: topic as Topic<unknown> },
    partial: ['topic'],
    cases: { fine: { passes: true, says: 'fine' } },
    judge: ({ topic: taken }) => {
      reading = taken as Reading<T>;
      return { is: 'fine' };
    },
  });
  const zone = parseZone(text);
  expect(zone.faults).toEqual([]);
  const scope = scopeOf(mustName(domain), EXAMPLE_NOW);
  await diagnose({ scope, rules: { 'a/b': spy }, headlines: {}, observer: zoneObserver(zone, EXAMPLE_NOW) });
  return reading as Reading<T>;
}

const letter = (policy: string) => (policy === 'not-applied' ? '-' : (policy[0] as string));

function stated(reading: Reading<DmarcReading>): Record<'exact' | 'existing' | 'invented', string> {
  if (reading.got !== 'whole') throw new Error('not seen');
  const { rfc9989, rfc7489 } = reading.value;
  const both = (kind: 'exact' | 'existing' | 'invented') =>
    `${letter(rfc9989[kind].stated)}${letter(rfc7489[kind].stated)}`;
  return { exact: both('exact'), existing: both('existing'), invented: both('invented') };
}

describe('which policy governs', () => {
  type Row = [
    name: string,
    zone: string,
    domain: string | undefined,
    expected: Partial<Record<'exact' | 'existing' | 'invented', string>>,
  ];
  const A = 'example.com A 192.0.2.1';
  const rows: Row[] = [
    [
      'a record at the domain: p; sp for existing names; np for invented ones, by RFC 9989 alone',
      `_dmarc.example.com TXT "v=DMARC1; p=reject; sp=quarantine; np=none"`,
      undefined,
      { exact: 'rr', existing: 'qq', invented: 'nq' },
    ],
    [
      'no sp and no np: p for all',
      `_dmarc.example.com TXT "v=DMARC1; p=quarantine"`,
      undefined,
      { exact: 'qq', existing: 'qq', invented: 'qq' },
    ],
    [
      'sp without np: sp for invented names too',
      `_dmarc.example.com TXT "v=DMARC1; p=reject; sp=none"`,
      undefined,
      { exact: 'rr', existing: 'nn', invented: 'nn' },
    ],
    [
      'no record at the domain, parent record, name exists: sp of the parent',
      `mail.example.com A 192.0.2.1
       _dmarc.example.com TXT "v=DMARC1; p=reject; sp=quarantine; np=none"`,
      'mail.example.com',
      { exact: 'qq' },
    ],
    [
      'no record at the domain, parent record, name does not exist: np of the parent by RFC 9989',
      `_dmarc.example.com TXT "v=DMARC1; p=reject; sp=quarantine; np=none"
       ${A}`,
      'gone.example.com',
      { exact: 'nq' },
    ],
    [
      'own valid record below the organizational domain',
      `_dmarc.mail.example.com TXT "v=DMARC1; p=none"
       mail.example.com A 192.0.2.1
       _dmarc.example.com TXT "v=DMARC1; p=reject"`,
      'mail.example.com',
      { exact: 'nn' },
    ],
    [
      'a record between name and organizational domain is never applied to names below it',
      `a.b.example.com A 192.0.2.1
       _dmarc.b.example.com TXT "v=DMARC1; p=none"
       _dmarc.example.com TXT "v=DMARC1; p=reject"`,
      'a.b.example.com',
      { exact: 'rr' },
    ],
    [
      'unless it says psd=n, which makes it the organizational domain by RFC 9989',
      `a.b.example.com A 192.0.2.1
       _dmarc.b.example.com TXT "v=DMARC1; p=none; psd=n"
       _dmarc.example.com TXT "v=DMARC1; p=reject"`,
      'a.b.example.com',
      { exact: 'nr' },
    ],
    [
      'a record only between: applied by RFC 9989 alone',
      `a.b.example.com A 192.0.2.1
       _dmarc.b.example.com TXT "v=DMARC1; p=quarantine"`,
      'a.b.example.com',
      { exact: 'q-' },
    ],
    [
      'nothing at the domain itself when the only record is below it',
      `${A}
       _dmarc.b.example.com TXT "v=DMARC1; p=quarantine"`,
      undefined,
      { exact: '--', existing: '--', invented: '--' },
    ],
    [
      'child of a registry with a psd=y record: the registry’s sp, by RFC 9989 alone',
      `firm.registry A 192.0.2.1
       _dmarc.registry TXT "v=DMARC1; p=reject; sp=quarantine; psd=y"`,
      'firm.registry',
      { exact: 'q-' },
    ],
    [
      'child of a registry that does not exist: the registry’s np',
      `other.registry A 192.0.2.1
       _dmarc.registry TXT "v=DMARC1; p=reject; sp=quarantine; np=none; psd=y"`,
      'firm.registry',
      { exact: 'n-' },
    ],
    [
      'registry record without psd=y: taken for the organizational domain by RFC 9989',
      `firm.registry A 192.0.2.1
       _dmarc.registry TXT "v=DMARC1; p=reject; sp=quarantine"`,
      'firm.registry',
      { exact: 'q-' },
    ],
    ['no record anywhere', A, undefined, { exact: '--', existing: '--', invented: '--' }],
    [
      'p missing, rua valid: none',
      `_dmarc.example.com TXT "v=DMARC1; rua=mailto:d@example.com"`,
      undefined,
      { exact: 'nn', existing: 'nn', invented: 'nn' },
    ],
    [
      'sp invalid, rua valid: none',
      `_dmarc.example.com TXT "v=DMARC1; p=reject; sp=all; rua=mailto:d@example.com"`,
      undefined,
      { exact: 'nn', existing: 'nn', invented: 'nn' },
    ],
    [
      'np invalid: none with rua by RFC 9989, harmless by RFC 7489',
      `_dmarc.example.com TXT "v=DMARC1; p=reject; np=all; rua=mailto:d@example.com"`,
      undefined,
      { exact: 'nr', existing: 'nr', invented: 'nr' },
    ],
    [
      'np invalid without rua: not applied by RFC 9989',
      `_dmarc.example.com TXT "v=DMARC1; p=reject; np=all"`,
      undefined,
      { exact: '-r', existing: '-r', invented: '-r' },
    ],
    [
      'p invalid without rua: not applied, and the walk does not resume',
      `mail.example.com A 192.0.2.1
       _dmarc.mail.example.com TXT "v=DMARC1; p=strict"
       _dmarc.example.com TXT "v=DMARC1; p=reject"`,
      'mail.example.com',
      { exact: '--' },
    ],
    [
      'two records at the domain: scored as unprotected',
      `_dmarc.example.com TXT "v=DMARC1; p=reject"
       _dmarc.example.com TXT "v=DMARC1; p=none"`,
      undefined,
      { exact: '--', existing: '--', invented: '--' },
    ],
    [
      'two records below a domain that rejects: RFC 9989 discards them and walks on to it, RFC 7489 stops',
      `mail.example.com A 192.0.2.1
       _dmarc.mail.example.com TXT "v=DMARC1; p=reject"
       _dmarc.mail.example.com TXT "v=DMARC1; p=none"
       _dmarc.example.com TXT "v=DMARC1; p=reject"`,
      'mail.example.com',
      { exact: 'r-' },
    ],
    [
      'p missing and no rua: not applied',
      `_dmarc.example.com TXT "v=DMARC1; sp=reject"`,
      undefined,
      { exact: '--', existing: '--', invented: '--' },
    ],
  ];
  test.each(rows)('%s', async (_name, zone, domain, expected) => {
    expect(stated(await readingOf(dmarc, zone, domain))).toMatchObject(expected);
  });

  test('a lookup that fails leaves the policy unseen', async () => {
    const reading = await readingOf(spoofability, '_dmarc.example.com TXT !servfail');
    expect(reading.got).toBe('part');
    if (reading.got === 'part')
      expect(reading.value.exact).toMatchObject({
        shown: 'unknown',
        rfc9989: { worst: 'pass', best: 'block' },
      });
  });
});

describe('what becomes of forged mail', () => {
  const POLICY = `_dmarc.example.com TXT "v=DMARC1; p=reject; sp=quarantine; np=reject"
    example.com TXT "v=spf1 -all"`;
  type Row = [name: string, zone: string, shown: [exact: string, existing: string, invented: string]];
  const rows: Row[] = [
    ['np holds at RFC 9989 receivers alone', POLICY, ['block', 'junk', 'partial']],
    [
      'a zone that denies compactly leaves np to chance',
      `$COMPACT example.com
       ${POLICY}`,
      ['block', 'junk', 'partial'],
    ],
    [
      'a wildcard makes invented names exist',
      `${POLICY}
       *.example.com A 192.0.2.1`,
      ['block', 'junk', 'junk'],
    ],
    [
      'a wildcard DMARC record answers for invented names',
      `${POLICY}
       *.example.com TXT "v=DMARC1; p=none"`,
      ['block', 'junk', 'open'],
    ],
    [
      'SPF that passes anyone',
      `_dmarc.example.com TXT "v=DMARC1; p=reject"
       example.com TXT "v=spf1 +all"`,
      ['pass', 'pass', 'pass'],
    ],
    [
      'the same with strict alignment',
      `_dmarc.example.com TXT "v=DMARC1; p=reject; aspf=s"
       example.com TXT "v=spf1 +all"`,
      ['pass', 'block', 'block'],
    ],
    [
      'a wildcard SPF record that passes anyone, strict alignment',
      `_dmarc.example.com TXT "v=DMARC1; p=reject; aspf=s"
       example.com TXT "v=spf1 -all"
       *.example.com TXT "v=spf1 +all"`,
      ['block', 'block', 'pass'],
    ],
    [
      'psd=y at an ordinary domain cuts its subdomains off',
      `_dmarc.example.com TXT "v=DMARC1; p=reject; psd=y"
       example.com TXT "v=spf1 +all"`,
      ['pass', 'partial', 'partial'],
    ],
    ['nothing published', 'example.com A 192.0.2.1', ['open', 'open', 'open']],
    [
      'SPF refers to a domain that anybody could register',
      `${POLICY.replace('-all', 'include:spf.lapsed-mailer.com -all')}`,
      ['pass', 'pass', 'pass'],
    ],
    [
      'the same with strict alignment',
      `_dmarc.example.com TXT "v=DMARC1; p=reject; aspf=s"
       example.com TXT "v=spf1 include:spf.lapsed-mailer.com -all"`,
      ['pass', 'block', 'block'],
    ],
    [
      'but not where a pass there counts for nothing',
      `${POLICY.replace('-all', '?include:spf.lapsed-mailer.com -all')}`,
      ['block', 'junk', 'partial'],
    ],
    [
      'a name gone from a domain that exists opens nothing',
      `${POLICY.replace('-all', 'a:old.vendor-mailer.com -all')}
       vendor-mailer.com NS ns1.vendor-mailer.com`,
      ['block', 'junk', 'partial'],
    ],
    [
      'a selector leads to a domain that anybody could register',
      `${POLICY}
       example.com MX 10 mail.example.com
       default._domainkey.example.com CNAME dkim.lapsed-mailer.com`,
      ['pass', 'pass', 'pass'],
    ],
    [
      'a key whose private half is printed in a standard',
      `${POLICY}
       example.com MX 10 mail.example.com
       default._domainkey.example.com TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="`,
      ['pass', 'pass', 'pass'],
    ],
    [
      'the alias at _dmarc leads there',
      `_dmarc.example.com CNAME example-com.lapsed-dmarc.com
       example.com TXT "v=spf1 -all"`,
      ['open', 'open', 'open'],
    ],
  ];
  test.each(rows)('%s', async (_name, zone, shown) => {
    const reading = await readingOf(spoofability, zone);
    expect(reading.got).toBe('whole');
    if (reading.got === 'whole') {
      const { exact, existing, invented } = reading.value;
      expect([exact.shown, existing.shown, invented.shown]).toEqual(shown);
    }
  });

  test('SPF that was not seen leaves an aligned pass possible, whatever the policy', async () => {
    const reading = await readingOf(
      spoofability,
      `example.com TXT !servfail
       _dmarc.example.com TXT "v=DMARC1; p=reject"`,
    );
    expect(reading.got).toBe('part');
    if (reading.got === 'part')
      expect(reading.value.exact).toMatchObject({
        shown: 'unknown',
        rfc9989: { worst: 'pass', best: 'block', because: 'unseen' },
      });
  });

  test('a name that does not exist is no opening proved while the registry does not answer', async () => {
    const reading = await readingOf(
      spoofability,
      `_dmarc.example.com TXT "v=DMARC1; p=reject"
       example.com TXT "v=spf1 ip4:45.0.0.25 a:gone.lapsed-mailer.com -all"
       lapsed-mailer.com NS !timeout`,
    );
    expect(reading.got).toBe('part');
    if (reading.got === 'part')
      expect(reading.value.exact.rfc9989).toMatchObject({ worst: 'pass', best: 'block', because: 'unseen' });
  });

  test('a registry that publishes DMARC without psd=y opens the names below it, to RFC 9989 receivers', async () => {
    const zone = `firm.registry A 192.0.2.1
      firm.registry TXT "v=spf1 -all"
      _dmarc.firm.registry TXT "v=DMARC1; p=reject"
      _dmarc.registry TXT "v=DMARC1; p=reject"`;
    const reading = await readingOf(spoofability, zone, 'firm.registry');
    if (reading.got !== 'whole') throw new Error('not seen');
    expect(reading.value.exact).toMatchObject({ shown: 'partial', rfc9989: { worst: 'pass' } });
    const own = await readingOf(spoofability, zone.replace('p=reject"', 'p=reject; psd=n"'), 'firm.registry');
    if (own.got !== 'whole') throw new Error('not seen');
    expect(own.value.exact.shown).toBe('block');
  });
});
