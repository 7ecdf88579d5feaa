import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mustName } from '../../dns/name.ts';
import { matcherOf, parseStsPolicy } from './policy.ts';
import { policyFile } from './policy-file.ts';
import { mendedPolicy } from './policy-mending.ts';

const GOOD = 'version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\nmax_age: 604800\n';
const EXAMPLE = mustName('example.com');
const kinds = (text: string) => parseStsPolicy(text).faults.map((fault) => fault.kind);
const loose = (text: string) => parseStsPolicy(text).loose.map((fault) => fault.kind);

describe('policy', () => {
  test('the usual policy', () => {
    expect(parseStsPolicy(GOOD)).toMatchObject({
      version: 'STSv1',
      mode: 'enforce',
      maxAge: 604800,
      mx: [{ pattern: 'mail.example.com' }, { pattern: '*.example.net' }],
      valid: true,
      loose: [],
    });
  });
  test.each([
    GOOD.replaceAll('\n', '\r\n'),
    GOOD.trimEnd(),
    GOOD.replaceAll(': ', ':'),
    GOOD.replaceAll('\n', ' \t\n'),
    `${GOOD}more: ext e\xc3\xa9 ns\n`,
    'mode: none\nmax_age: 0\nversion: STSv1',
  ])('%j is valid', (text) => {
    expect(parseStsPolicy(text)).toMatchObject({ valid: true, loose: [] });
  });
  test.each([
    [`${GOOD}\n`, 'empty-line'],
    [GOOD.replace('mode:', 'mode :'), 'space-before-colon'],
    [`\xef\xbb\xbf${GOOD}`, 'byte-order-mark'],
  ])('%j is loose: %s', (text, kind) => {
    expect(parseStsPolicy(text).valid).toBe(true);
    expect(loose(text)).toEqual([kind]);
  });
  test.each([
    ['', 'no-version'],
    ['<html>', 'html'],
    ['  <!doctype html>', 'html'],
    [GOOD.replace('STSv1', 'stsv1'), 'bad-version'],
    [GOOD.replace('enforce', 'Enforce'), 'bad-mode'],
    [GOOD.replace('mode', 'Mode'), 'key-case'],
    [GOOD.replace('mode: enforce\n', ''), 'no-mode'],
    [GOOD.replace('max_age: 604800\n', ''), 'no-max-age'],
    [GOOD.replace('604800', '1w'), 'bad-max-age'],
    [GOOD.replace('604800', '-1'), 'bad-max-age'],
    [GOOD.replace('604800', '31557601'), 'bad-max-age'],
    [GOOD.replace('604800', '00000000001'), 'bad-max-age'],
    ['version: STSv1\nmode: testing\nmax_age: 1', 'no-mx'],
    [`${GOOD}mx: *.*.example\n`, 'bad-mx'],
    [`${GOOD}mx: mx*.example\n`, 'bad-mx'],
    [`${GOOD}mx: *\n`, 'bad-mx'],
    [`${GOOD}mx: .example.com\n`, 'bad-mx'],
    [`${GOOD}mx: example.com.\n`, 'bad-mx'],
    [`${GOOD}mx: 192.0.2.1\n`, 'bad-mx'],
    [`${GOOD}mx: [192.0.2.1]\n`, 'bad-mx'],
    [`${GOOD}mx: https://mail.example.com\n`, 'bad-mx'],
    [`${GOOD}mx: a.example.com, b.example.com\n`, 'bad-mx'],
    [`${GOOD}mx: m\xc3\xb8x.example\n`, 'bad-mx'],
    [`${GOOD}garbage\n`, 'not-a-pair'],
    [`${GOOD}_bad: x\n`, 'bad-extension'],
  ])('%j: %s', (text, kind) => {
    expect(kinds(text)).toContain(kind);
    expect(parseStsPolicy(text).valid).toBe(false);
  });
  test('the first of a repeated key counts', () => {
    const policy = parseStsPolicy(`${GOOD}mode: none\n`);
    expect(policy).toMatchObject({ mode: 'enforce', valid: true });
    expect(policy.repeated.map((line) => line.value)).toEqual(['none']);
  });
});

describe('matching (RFC 8461 §4.1)', () => {
  test.each([
    ['mail.example.com', 'mail.example.com', true],
    ['mail.example.com', 'MAIL.example.com', true],
    ['mail.example.com', '*.example.com', true],
    ['example.com', '*.example.com', false],
    ['a.b.example.com', '*.example.com', false],
    ['badexample.com', '*.example.com', false],
    ['mail.example.com', 'example.com', false],
    ['mail.example.com', '*.com', false],
  ])('%s by %s: %s', (host, pattern, expected) => {
    expect(matcherOf([pattern])(mustName(host))).toBe(expected);
  });
});

test('never throws, points inside the text, stays bounded', () => {
  const piece = fc.constantFrom(
    'version',
    'mode',
    'mx',
    'max_age',
    ':',
    ' ',
    '\n',
    '\r\n',
    'STSv1',
    '*.a',
    '9',
    '\xff',
    '<',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 80 }), (pieces) => {
      const text = pieces.join('');
      const { faults, loose, mx, repeated } = parseStsPolicy(text);
      expect(faults.length + loose.length).toBeLessThanOrEqual(64);
      for (const { from, to } of [...faults, ...loose, ...mx, ...repeated]) {
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeGreaterThanOrEqual(from);
        expect(to).toBeLessThanOrEqual(text.length);
      }
    }),
    { seed: 8461, numRuns: 500 },
  );
  const began = performance.now();
  for (const text of ['\n', ' ', ':', 'mx:a.b\n', 'x', 'mx: a-', '-', '\r'])
    parseStsPolicy(text.repeat(65536 / text.length));
  parseStsPolicy(`a${' '.repeat(65000)}b: c${' '.repeat(65000)}d`);
  parseStsPolicy(`mx: ${'a'.repeat(65000)}`);
  parseStsPolicy(`mx: ${'a.'.repeat(120)}!`);
  expect(performance.now() - began).toBeLessThan(20_000);
});

test('keys that every object knows are keys like any other', () => {
  for (const key of ['constructor', '__proto__', 'valueOf'])
    expect(mendedPolicy(EXAMPLE, `${key}: x\n${GOOD}`).file?.text).toBe(GOOD);
});

describe('a policy file to serve', () => {
  test('is what senders read', () => {
    const { address, text } = policyFile(EXAMPLE, { mode: 'testing', mx: ['a.b', 'a.b'], maxAge: 86400 });
    expect(address).toBe('https://mta-sts.example.com/.well-known/mta-sts.txt');
    expect(text).toBe('version: STSv1\nmode: testing\nmx: a.b\nmax_age: 86400\n');
  });

  test('is mended from what is served, and changed where that is asked for', () => {
    const body = '\xef\xbb\xbfVersion: stsv1\r\nmode: Enforced\r\n\r\nmx: MX1.Example.com., *example.net\r\n';
    expect(mendedPolicy(EXAMPLE, body, { mx: ['mx9.example.org'] }).file?.text).toBe(
      'version: STSv1\nmode: enforce\nmx: mx1.example.com\nmx: *.example.net\nmx: mx9.example.org\nmax_age: 604800\n',
    );
    expect(mendedPolicy(EXAMPLE, GOOD, { mode: 'testing', maxAge: 86400 }).file?.text).toBe(
      GOOD.replace('enforce', 'testing').replace('604800', '86400'),
    );
  });

  test('is not guessed', () => {
    for (const body of ['', '<html>', 'mode: on\nmx: a.b', 'mode: enforce', 'mode: enforce\nmx: 192.0.2.1'])
      expect(mendedPolicy(EXAMPLE, body), body).toEqual({});
  });
});
