import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isIp6 } from '../../dns/address.ts';
import { toOctets } from '../../dns/text.ts';
import { corrected, mistakesOf } from './mistakes.ts';
import { isSpf, parseSpf, printSpf } from './record.ts';

const SEED = 7208;

/** What people get wrong: the term as published, the name of the mistake, the term as meant. */
const MISTAKES: readonly (readonly [term: string, code: string, meant?: string])[] = [
  ['ipv4:192.0.2.1', 'address-mechanism', 'ip4:192.0.2.1'],
  ['ipv6:2001:db8::1', 'address-mechanism', 'ip6:2001:db8::1'],
  ['ip:192.0.2.0/24', 'address-mechanism', 'ip4:192.0.2.0/24'],
  ['192.0.2.1', 'address-bare', 'ip4:192.0.2.1'],
  ['ip4:2001:db8::1', 'address-family', 'ip6:2001:db8::1'],
  ['ip6:192.0.2.1', 'address-family', 'ip4:192.0.2.1'],
  ['ip4:192.0.2', 'address-short'],
  ['ip4:192.0.2/24', 'address-short', 'ip4:192.0.2.0/24'],
  ['ip4:192.0.2.1:25', 'address-port', 'ip4:192.0.2.1'],
  ['ip4:mail.example.com', 'address-host', 'a:mail.example.com'],
  ['ip4:192.0.02.1', 'address-zero', 'ip4:192.0.2.1'],
  ['ip6:[2001:db8::1]', 'address-brackets', 'ip6:2001:db8::1'],
  ['ip4:192.0.2.*', 'address-wildcard', 'ip4:192.0.2.0/24'],
  ['ip4:', 'address-missing'],
  ['ip4:999.0.2.1', 'address-form'],
  ['ip4:192.0.2.1-192.0.2.9', 'address-form'],
  ['ip4:192.0.2.1/33', 'prefix-range'],
  ['ip4:192.0.2.1/032', 'prefix-zero', 'ip4:192.0.2.1/32'],
  ['ip4:192.0.2.1//24', 'prefix-slashes', 'ip4:192.0.2.1/24'],
  ['ip4:192.0.2.0/255.255.255.0', 'prefix-netmask', 'ip4:192.0.2.0/24'],
  ['ip4:192.0.2.0/', 'prefix-form', 'ip4:192.0.2.0'],
  ['a/24/64', 'prefix-slashes', 'a/24//64'],
  ['mx/33', 'prefix-range'],
  ['include:example.net/24', 'prefix-not-allowed', 'include:example.net'],
  ['redirect:example.net', 'colon-modifier', 'redirect=example.net'],
  ['-redirect=example.net', 'signed-modifier', 'redirect=example.net'],
  ['redirect=example.net redirect=example.net', 'duplicate-modifier', 'redirect=example.net'],
  ['redirect=example.net redirect=example.org', 'duplicate-modifier'],
  ['1up=x', 'modifier-name'],
  ['include:example.net,', 'separator', 'include:example.net'],
  ['-all;', 'separator', '-all'],
  ['ip4:192.0.2.1,192.0.2.2', 'separator', 'ip4:192.0.2.1 ip4:192.0.2.2'],
  ['- all', 'sign-apart', '-all'],
  ['--all', 'sign-repeated', '-all'],
  ['include: example.net', 'space-after-colon', 'include:example.net'],
  ['include example.net', 'space-after-colon', 'include:example.net'],
  ['mx-all', 'missing-space', 'mx -all'],
  ['ip4:192.0.2.1ip4:192.0.2.2', 'missing-space', 'ip4:192.0.2.1 ip4:192.0.2.2'],
  ['include:example.net~all', 'missing-space', 'include:example.net ~all'],
  ['includes:example.net', 'mechanism-misspelt', 'include:example.net'],
  ['inlcude:example.net', 'mechanism-misspelt', 'include:example.net'],
  ['include;example.net', 'mechanism-misspelt', 'include:example.net'],
  ['frobnicate', 'mechanism-unknown'],
  ['-all/8', 'all-value', '-all'],
  ['include:', 'name-missing'],
  ['mx:', 'name-missing', 'mx'],
  ['a:192.0.2.1', 'name-address', 'ip4:192.0.2.1'],
  ['include:spf', 'name-one-label'],
  ['mx:server.', 'name-one-label'],
  ['a:mail.example.com:25', 'name-port', 'a:mail.example.com'],
  ['include:https://example.net/', 'name-url', 'include:example.net'],
  ['include:example.-net', 'name-form'],
  ['exists:%i.example.net', 'macro-percent'],
  ['exists:%{q}.example.net', 'macro-letter'],
  ['exists:%{c}.example.net', 'macro-explanation-only'],
  ['exists:%{i0}.example.net', 'macro-zero'],
  ['exists:%{i!}.example.net', 'macro-form'],
  ['foo=100%', 'macro-percent'],
  ['\u2013all', 'typographic-dash', '-all'],
  ['mx\u00a0-all', 'no-break-space', 'mx -all'],
  ['mx\t-all', 'control', 'mx -all'],
  ['mx\u200b', 'invisible', 'mx'],
  ['\u201cmx\u201d', 'quotation-mark', 'mx'],
  ['"-all"', 'quotation-mark', '-all'],
  ['include:b\u00fccher.example', 'non-ascii', 'include:xn--bcher-kva.example'],
  ['b\u00fccher', 'non-ascii'],
];

/** Legal, and surely not meant. */
const SLIPS: readonly (readonly [term: string, code: string, meant?: string])[] = [
  ['ip4=192.0.2.1', 'equals-for-colon', 'ip4:192.0.2.1'],
  ['include=example.net', 'equals-for-colon', 'include:example.net'],
  ['v=spf1 mx', 'second-version', 'mx'],
  ['redirct=example.net', 'modifier-misspelt', 'redirect=example.net'],
  ['comment=hello', 'modifier-unknown'],
  ['a:mail..example.com', 'name-empty-label', 'a:mail.example.com'],
  [`a:${'x'.repeat(64)}.example.com`, 'name-long-label'],
  ['include:https://example.net', 'name-address-like', 'include:example.net'],
  ['include:postmaster@example.net', 'name-address-like', 'include:example.net'],
  ['include:example.netinclude:example.org', 'name-glued', 'include:example.net include:example.org'],
  ['include:example.net-all', 'name-glued', 'include:example.net -all'],
];

describe('parseSpf', () => {
  for (const [term, code, meant] of MISTAKES)
    test(`${JSON.stringify(term)} is ${code}`, () => {
      const record = parseSpf(`v=spf1 ${toOctets(term)}`);
      expect(record.error).toBeDefined();
      expect(new Set(mistakesOf(record).faults.map((fault) => fault.code))).toEqual(new Set([code]));
      expect(corrected(record)).toBe(meant === undefined ? undefined : `v=spf1 ${meant}`);
    });

  for (const [term, code, meant] of SLIPS)
    test(`${JSON.stringify(term)} slips as ${code}`, () => {
      const record = parseSpf(`v=spf1 ${term}`);
      expect(record).not.toHaveProperty('error');
      expect(record.suspect).toBe(true);
      expect(mistakesOf(record).slips.map((slip) => slip.code)).toEqual([code]);
      expect(corrected(record)).toBe(meant === undefined ? undefined : `v=spf1 ${meant}`);
    });

  test('reads each kind of term', () => {
    const text =
      'V=SPF1 a/24//64 MX:example.com ~ptr ip4:192.0.2.0/24 ip6:2001:db8::/32 ?exists:%{ir}.x.example include:y.example exp=e.example redirect=z.example x-y=1 -all ';
    const record = parseSpf(text);
    expect(record).not.toHaveProperty('error');
    expect(record.terms.map((term) => term.kind)).toEqual(
      'a mx ptr ip4 ip6 exists include exp redirect unknown all'.split(' '),
    );
    expect(printSpf(record)).toBe(
      'v=spf1 a/24//64 mx:example.com ~ptr ip4:192.0.2.0/24 ip6:2001:db8::/32 ?exists:%{ir}.x.example include:y.example exp=e.example redirect=z.example x-y=1 -all',
    );
  });

  test('accepts what the grammar accepts', () => {
    for (const term of [
      'a:%%%_.example',
      'exists:%{d}',
      'a:foo.example.',
      'a:x_y.example',
      'a:example.xn--zckzah',
      'a/0//0',
      'ip4:0.0.0.0/0',
      'foo=',
      'include:a:b/c.example',
      'exists:%{l1r+-}.%{d}',
    ])
      expect(parseSpf(`v=spf1 ${term}`), term).not.toHaveProperty('error');
  });

  test('never throws, marks only octets inside, and prints to a fixed point', () => {
    fc.assert(
      fc.property(hostileRecord, (text) => {
        const record = parseSpf(text);
        const { faults, slips } = mistakesOf(record);
        for (const { from, to } of [...faults, ...slips, ...record.terms]) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(to).toBeLessThanOrEqual(text.length);
          expect(from).toBeLessThan(to + (text.length === 0 ? 1 : 0));
        }
        const broken = record.terms.some((term) => term.kind === 'broken');
        expect(record.error !== undefined, 'an error has a name, and a name an error').toBe(
          faults.length > 0,
        );
        if (slips.length > 0) expect(record.suspect).toBe(true);
        if (!isSpf(text) || broken) return;
        const printed = printSpf(record);
        const again = parseSpf(printed);
        expect(printSpf(again)).toBe(printed);
        expect(again.terms.map((term) => term.kind)).toEqual(record.terms.map((term) => term.kind));
        const better = corrected(record);
        if (better !== undefined) expect(parseSpf(better)).not.toHaveProperty('error');
      }),
      { seed: SEED, numRuns: 3000 },
    );
  });

  test('stays quick on hostile sizes', () => {
    const start = performance.now();
    for (const part of [
      'include:',
      'ip4:192.0.2.1',
      ' ',
      ';',
      '%{',
      '\xc2\xa0',
      'redirect=a.b ',
      'a',
      ' -',
      '.',
      '/1',
      ' mx',
    ])
      corrected(parseSpf(`v=spf1 ${part.repeat(65_536 / part.length)}`));
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

test('isIp6 takes the forms of RFC 4291 and no others', () => {
  for (const good of [
    '::',
    '::1',
    '1::',
    'a:b:c:d:e:f:1:2',
    '::ffff:192.0.2.1',
    '1:2:3:4:5:6:7::',
    '2001:DB8::',
  ])
    expect(isIp6(good), good).toBe(true);
  for (const bad of [
    ':',
    ':::',
    '1::2::3',
    '[::1]',
    '::1%1',
    '1:2:3:4:5:6:7',
    '12345::',
    '1:2:3:4:5:6:7:8::',
    '::192.0.2.1:1',
    '192.0.2.1',
    '::ffff:192.0.2',
  ])
    expect(isIp6(bad), bad).toBe(false);
});

const piece = fc.oneof(
  fc.constantFrom(
    ...'all a mx ptr ip4: ip6: include: exists: redirect= exp= v=spf1 + - ~ ? / // /24 : = . , ; % %{ %{d} %{ir} %% } 192.0.2.1 2001:db8::1 example.com x.y foo'.split(
      ' ',
    ),
    ' ',
    '\t',
    '\xe2\x80\x93',
    '\xc2\xa0',
  ),
  fc.string({ maxLength: 4 }),
);

const hostileRecord = fc
  .array(piece, { maxLength: 24 })
  .map((pieces) => toOctets(`v=spf1 ${pieces.join('')}`))
  .chain((text) => fc.constantFrom(text, text.slice(3)));
