import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isMasked, mechanismsOf, offers, readEhlo, readGreeting, readReply } from './reply.ts';

describe('greetings', () => {
  test.each([
    ['220 mx.example.com ESMTP Postfix', 'fqdn', 'mx.example.com'],
    ['220 MX.Example.COM', 'fqdn', 'MX.Example.COM'],
    ['220 [192.0.2.1] ready', 'literal', '[192.0.2.1]'],
    ['220 192.0.2.1 ready', 'local', '192.0.2.1'],
    ['220 localhost ESMTP', 'local', 'localhost'],
    ['220 mail', 'local', 'mail'],
    ['220 mail.corp ESMTP', 'local', 'mail.corp'],
    ['220 ESMTP', 'none', undefined],
    ['220', 'none', undefined],
    ['220 ****************', 'none', undefined],
  ])('%s', (line, kind, name) => {
    expect(readGreeting([line]).own).toEqual(name === undefined ? { kind } : { kind, name });
  });
  test('several lines, one code', () => {
    expect(readGreeting(['220-mx.example.com', '220 be nice'])).toMatchObject({ code: 220, faults: [] });
    expect(readGreeting(['220-mx.example.com', '554 no'])).toMatchObject({
      code: 554,
      faults: ['mixed-codes'],
    });
  });
  test('software with a version', () => {
    expect(readGreeting(['220 a.example ESMTP Exim 4.97.1 Mon']).software).toBe('Exim 4.97.1');
    expect(readGreeting(['220 a.example ESMTP Postfix']).software).toBeUndefined();
  });
  test('masks', () => {
    expect(readGreeting(['220 ***************0*2******']).masked).toBe(true);
    expect(readEhlo(['250-mx.example.com', '250-XXXXXXXA', '250 SIZE']).masked).toBe(true);
    expect(readEhlo(['250-mx.example.com', '250 XCLIENT NAME']).masked).toBe(false);
    expect(isMasked(['220 mx', '250-mx', '250-XXXXXXXX', '250 SIZE'])).toBe(true);
    expect(isMasked(['220 mx', '250-mx', '250-XFORWARD', '250 SIZE'])).toBe(false);
  });
});

describe('EHLO', () => {
  const ehlo = readEhlo([
    '250-mx.example.com Hello',
    '250-size 1000',
    '250-AUTH PLAIN login',
    '250-AUTH=LOGIN CRAM-MD5',
    '250 STARTTLS',
  ]);
  test('keywords without case, mechanisms of both forms', () => {
    expect(offers(ehlo, 'SIZE')).toBe(true);
    expect(offers(ehlo, 'STARTTLS')).toBe(true);
    expect(mechanismsOf(ehlo)).toEqual(['PLAIN', 'LOGIN', 'CRAM-MD5']);
    expect(ehlo.faults).toEqual([]);
  });
  test('faults', () => {
    expect(readEhlo(['250-', '250 A_B']).faults).toEqual(['no-domain', 'odd-keyword']);
    expect(readEhlo(['502 no']).extensions).toEqual([]);
    expect(readEhlo([`250 a.example ${'x'.repeat(600)}`]).faults).toEqual(['long-line']);
    expect(readReply(['hello']).faults).toEqual(['no-code']);
    expect(readReply(['199 x']).faults).toEqual(['odd-code']);
  });
});

test('nothing throws', () => {
  const line = fc.string({ unit: 'binary', maxLength: 600 });
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          line,
          line.map((text) => `250-${text}`),
        ),
        { maxLength: 6 },
      ),
      (lines) => {
        readGreeting(lines);
        mechanismsOf(readEhlo(lines));
        isMasked(lines);
      },
    ),
    { numRuns: 50 },
  );
});

const CORPUS = new URL('../../../../shared/corpora/smtp-recog/examples.jsonl', import.meta.url);
const there = existsSync(CORPUS);
if (!there && process.env.CORPORA === 'required') throw new Error('the corpus smtp-recog is missing');
if (!there) console.log('left out: greetings of smtp-recog (no corpora here)');

test.runIf(there)('greetings of other people’s servers', () => {
  const cases = readFileSync(CORPUS, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { file: string; banner: string; attrs: Record<string, string> });
  let named = 0;
  let agreed = 0;
  for (const { file, banner, attrs } of cases) {
    const lines = banner.split(/\r?\n/).map((line) => `220 ${line}`);
    const greeting = readGreeting(lines);
    expect(greeting.code).toBe(220);
    readEhlo(lines);
    const host = attrs['host.name'];
    // What stands first may also be a placeholder or a wildcard, which name no host.
    if (file !== 'smtp_banners.xml' || host === undefined || !banner.startsWith(host)) continue;
    if (!/^[a-z0-9][a-z0-9.-]*[a-z0-9]$/i.test(host)) continue;
    named++;
    if ('name' in greeting.own && greeting.own.name.replace(/[[\]]/g, '') === host) agreed++;
  }
  console.log(`smtp-recog: ${cases.length} read, ${agreed} of ${named} that begin with a host name agree`);
  expect(cases.length).toBeGreaterThan(250);
  expect(agreed).toBe(named);
});
