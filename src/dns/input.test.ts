import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toAscii } from '../observe/idna.ts';
import { readInput } from './input.ts';
import { plainInput } from './plain-input.ts';

const SEED = 20261123;

describe('understood', () => {
  test.each([
    'example.com',
    ' Example.COM. ',
    'jo@example.com',
    'Jo <jo@example.com>',
    '"jo@home"@example.com',
    '@example.com',
    'mailto:jo@example.com?subject=hi@there',
    'https://example.com',
    'https://user:pw@example.com:8443/path?q=a@b#c',
    '//example.com/',
    'example.com/path',
    'example.com:443',
    'http://EXAMPLE.com',
    '“example.com”',
    '\u200bexample.com\ufeff',
    "'example.com',",
    '<example.com>',
    '\tjo@example.com;\n',
  ])('%j is example.com', (text) => {
    expect(readInput(text, toAscii)).toMatchObject({
      ok: true,
      domain: 'example.com',
      display: 'example.com',
    });
  });

  test.each([
    ['bücher.example', 'xn--bcher-kva.example', 'bücher.example'],
    ['XN--BCHER-KVA.example', 'xn--bcher-kva.example', 'bücher.example'],
    ['jo@BÜCHER.example', 'xn--bcher-kva.example', 'bücher.example'],
    ['例え。テスト', 'xn--r8jz45g.xn--zckzah', '例え.テスト'],
    ['xn--a.example', 'xn--a.example', 'xn--a.example'],
    ['my_shop.example.com', 'my_shop.example.com', 'my_shop.example.com'],
    ['co.uk', 'co.uk', 'co.uk'],
  ])('%s is %s, shown as %s', (text, domain, display) => {
    expect(readInput(text, toAscii)).toMatchObject({ ok: true, domain, display });
  });

  test.each([
    ['jo@example.com', /part after the @/],
    ['https://example.com/x', /web address/],
    ['bücher.example', /written `xn--bcher-kva\.example`/],
    ['pаypal.example', /mixes letters of 2 scripts \(Latin, Cyrillic\)/],
    ['раурај.example', /is Cyrillic, although it looks Latin/],
    ['www.example.com', /end in `example\.com`/],
    ['my_shop.example.com', /underscore/],
  ])('%s is remarked on', (text, note) => {
    const input = readInput(text, toAscii);
    expect(input.ok && input.notes.join(' ')).toMatch(note);
  });

  test('Japanese in three scripts and a plain name need no remark', () => {
    for (const text of ['example.com', 'テスト例え.example']) {
      const input = readInput(text, toAscii);
      expect(input.ok && input.notes.filter((note) => !note.startsWith('In records'))).toEqual([]);
    }
  });
});

describe('refused, with what to enter', () => {
  test.each([
    ['', 'Enter a domain or an e-mail address, such as `example.com`.'],
    ['   ', 'Enter a domain or an e-mail address, such as `example.com`.'],
    ['jo@', 'The part after the @ is missing. Enter it, such as `example.com`.'],
    [
      '192.0.2.1',
      '`192.0.2.1` is an IP address. Enter the domain whose mail you ask about, such as `example.com`.',
    ],
    ['jo@[192.0.2.1]', /is an IP address/],
    ['http://[2001:db8::1]:80/', /is an IP address/],
    ['2001:db8::1', /is an IP address/],
    ['１９２.0.2.1', /not a domain name/],
    ['com', /`com` alone is no mail domain/],
    ['com.', /alone is no mail domain/],
    ['localhost', /alone is no mail domain/],
    ['example.com, example.net', /spaces/],
    ['jo@example.com, al@example.net', /one address or domain at a time/],
    ['two words', /no spaces/],
    ['a..b.com', '`a..b.com` has a dot too many. Enter `a.b.com`.'],
    ['.example.com', '`.example.com` has a dot too many. Enter `example.com`.'],
    ['*.example.com', '`*.example.com` stands for many names at once. Enter `example.com`.'],
    [`${'a'.repeat(64)}.com`, /at most 63 characters/],
    [`${'a.'.repeat(127)}com`, /at most 253 characters; this one has 257/],
    ['x'.repeat(5000), /far too long/],
    ['exam!ple.com', /`!` cannot be part/],
    ['-a.example.com', /hyphen/],
    ['1.2.3', /ends in a number/],
    [
      '_dmarc.example.com',
      '`_dmarc.example.com` is where the DMARC record is published. Enter `example.com`: it is found from there.',
    ],
    [
      's1._domainkey.example.com',
      '`s1._domainkey.example.com` holds a DKIM key. Enter `example.com`, and `s1` as the selector.',
    ],
    ['_domainkey.example.com', '`_domainkey.example.com` is where DKIM keys live. Enter `example.com`.'],
    ['_25._tcp.mail.example.com', /Enter `mail\.example\.com`/],
    ['_dmarc', /Enter the domain itself/],
    ['_dmarc.com', /Enter the domain itself/],
    ['<script>alert(1)</script>', /cannot be part|not a domain/],
    ['\u202eexample.com\u202c?', undefined],
  ])('%j', (text, sentence) => {
    const input = readInput(text, toAscii);
    if (sentence === undefined) return expect(input.ok).toBe(true);
    expect(input.ok).toBe(false);
    if (!input.ok) expect(input.sentence).toMatch(sentence);
  });

  test('what was probably meant is named', () => {
    expect(readInput('_dmarc.Example.com', toAscii)).toMatchObject({ ok: false, instead: 'example.com' });
  });
});

test(`any text is understood or refused in one safe sentence, seed ${SEED}`, () => {
  const piece = fc.constantFrom(
    'a',
    '.',
    '@',
    '/',
    ':',
    '[',
    ']',
    '_',
    '-',
    '*',
    ' ',
    '<',
    '>',
    '"',
    'xn--',
    'ü',
    'а',
    '\u202e',
    '\x1b',
    '%',
    '\\',
    '`',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(piece, { maxLength: 30 }).map((all) => all.join('')),
      ),
      (text) => {
        const input = readInput(text, toAscii);
        const words = input.ok ? [input.display, ...input.notes] : [input.sentence];
        for (const sentence of words) {
          expect(sentence).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
          expect(sentence.length).toBeLessThan(700);
        }
        if (input.ok)
          expect(readInput(input.domain, toAscii)).toMatchObject({ ok: true, domain: input.domain });
      },
    ),
    { seed: SEED, numRuns: 1000 },
  );
});

test('labels that every object knows are labels like any other', () => {
  for (const label of ['__proto__', '__defineGetter__', 'constructor'])
    expect(JSON.stringify(readInput(`${label}.example.com`, toAscii))).not.toMatch(/\[object|native code/);
});

test.each(['example.com', ' Example.COM ', 'Jo.Doe+news@Example.com', 'a-1.b2.example'])(
  '%j is plain',
  (text) => {
    expect(plainInput(text)).toEqual(readInput(text, toAscii));
    expect(plainInput(text)?.ok).toBe(true);
  },
);

test(`what is plain is read as it is read closely, seed ${SEED}`, () => {
  const piece = fc.constantFrom(
    ...'a B 1 9z .com .example . @ - -- _ xn-- www. www + : / % " 10 co.uk jo@ é'.split(' '),
    ' ',
    'a'.repeat(63),
    'b.'.repeat(126),
  );
  let plain = 0;
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 8 }).map((all) => all.join('')),
      (text) => {
        const read = plainInput(text);
        if (read === undefined) return;
        plain++;
        expect(read).toEqual(readInput(text, toAscii));
      },
    ),
    { seed: SEED, numRuns: 20_000 },
  );
  expect(plain).toBeGreaterThan(200);
});
