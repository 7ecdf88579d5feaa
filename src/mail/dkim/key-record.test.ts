import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  EC_P256,
  ED25519,
  ED25519_WRAPPED,
  RSA_512,
  RSA_1024,
  RSA_1024_BARE,
  RSA_2048,
  RSA_4096,
  RSA_EXPONENT_3,
  RSA_EXPONENT_LARGE,
} from './example-keys.ts';
import { looksLikeKey, parseKeyRecord } from './key-record.ts';

const kinds = (text: string) => parseKeyRecord(text).faults.map((fault) => fault.kind);
const state = (text: string) => parseKeyRecord(text).state;

describe('keys', () => {
  test.each([
    [RSA_1024, 1024, 'spki'],
    [RSA_2048, 2048, 'spki'],
    [RSA_4096, 4096, 'spki'],
    [RSA_1024_BARE, 1024, 'pkcs1'],
  ])('RSA of the right size', (p, bits, shape) => {
    const record = parseKeyRecord(`v=DKIM1; k=rsa; p=${p}`);
    expect(record.state).toBe('live');
    expect(record.key).toMatchObject({ kind: 'rsa', bits, shape, exponent: 65537, exponentOdd: true });
  });

  test('blanks inside the key do not count', () => {
    expect(parseKeyRecord(`p=${RSA_1024.replace(/(.{40})/g, '$1 \t')}`).key).toMatchObject({ bits: 1024 });
  });

  test('a key of 512 bits is read and refused', () => {
    expect(parseKeyRecord(`p=${RSA_512}`)).toMatchObject({ state: 'broken', key: { bits: 512 } });
    expect(kinds(`p=${RSA_512}`)).toEqual(['rsa-short']);
  });

  test('exponents', () => {
    expect(parseKeyRecord(`p=${RSA_EXPONENT_3}`).key).toMatchObject({ exponent: 3, exponentBits: 2 });
    expect(parseKeyRecord(`p=${RSA_EXPONENT_LARGE}`).key).toMatchObject({
      exponent: 2 ** 40 + 1,
      exponentBits: 41,
    });
  });

  test('Ed25519 as RFC 8463 has it, and not otherwise', () => {
    expect(parseKeyRecord(`v=DKIM1; k=ed25519; p=${ED25519}`)).toMatchObject({
      state: 'live',
      key: { kind: 'ed25519' },
    });
    expect(kinds(`k=ed25519; p=${ED25519_WRAPPED}`)).toEqual(['ed25519-shape']);
    expect(kinds(`p=${ED25519}`)).toEqual(['key-type-mismatch']);
    expect(kinds(`k=ed25519; p=${RSA_1024}`)).toEqual(['key-type-mismatch']);
  });

  test('cut off, at a whole number of octets or not', () => {
    for (const length of [60, 101, 102, 103, 180])
      expect(kinds(`v=DKIM1; p=${RSA_1024.slice(0, length)}`), `${length} characters`).toEqual(['truncated']);
  });

  test('no key at all', () => {
    expect(kinds(`p=${EC_P256}`)).toEqual(['encoding']);
    expect(kinds('p=YWJj')).toEqual(['encoding']);
    expect(kinds('p=ab*c')).toEqual(['base64']);
    expect(kinds('v=DKIM1; k=rsa')).toEqual(['no-key']);
    expect(kinds('selector1-example-com._domainkey.example.onmicrosoft.com')).toEqual(['host-name']);
  });
});

describe('tags', () => {
  test('version', () => {
    expect(state('v=DKIM1; p=')).toBe('revoked');
    expect(state('p=')).toBe('revoked');
    for (const text of ['v=dkim1; p=', 'v=DKIM1.0; p=', 'p=; v=DKIM1', 'v=; p='])
      expect(kinds(text), text).toEqual(['version']);
  });

  test('form', () => {
    expect(kinds('v=DKIM1;; p=')).toEqual(['empty-tag']);
    expect(kinds('v=DKIM1; p=; p=')).toEqual(['duplicate']);
    expect(kinds('v=DKIM1; whatever; p=')).toEqual(['not-a-tag']);
    expect(kinds('v=DKIM1; P=')).toEqual(['no-key', 'upper-case-tag']);
    expect(kinds('v=DKIM1; n=caf\xc3\xa9; p=')).toEqual(['note-octet']);
    expect(kinds('v=DKIM1; k=rs\xe0; p=')).toEqual(['key-type', 'octet']);
    expect(kinds('v=DKIM1; x-note=1; p=')).toEqual(['tag-name']);
  });

  test('types, hashes, services, flags', () => {
    const key = `p=${RSA_1024}`;
    expect(kinds(`k=RSA; ${key}`)).toEqual(['value-case']);
    expect(state(`k=RSA; ${key}`)).toBe('live');
    expect(kinds(`k=dsa; ${key}`)).toEqual(['key-type']);
    expect(kinds(`k=; ${key}`)).toEqual(['key-type']);
    expect(kinds(`h=sha1; ${key}`)).toEqual(['hashes']);
    expect(kinds(`h=sha1 : sha256; ${key}`)).toEqual(['sha1-listed']);
    expect(kinds(`h=from:to; ${key}`)).toEqual(['hashes']);
    expect(kinds(`s=selector1; ${key}`)).toEqual(['services']);
    expect(kinds(`s=; ${key}`)).toEqual(['services']);
    expect(parseKeyRecord(`s=tlsrpt:email; t=y:s; ${key}`)).toMatchObject({
      state: 'live',
      flags: ['y', 's'],
    });
    expect(kinds(`a=rsa-sha256; g=*; ${key}`)).toEqual(['signature-tag', 'granularity']);
  });
});

test('looksLikeKey tells keys from other text', () => {
  for (const text of ['v=DKIM1; p=', `p=${RSA_1024}`, 'p=', '"v=DKIM1; k=rsa', `k=rsa; P=${RSA_1024}`])
    expect(looksLikeKey(text), text).toBe(true);
  for (const text of [
    'v=spf1 -all',
    'v=DMARC1; p=reject',
    'o=~',
    't=y; o=~',
    'google-site-verification=abc',
    '',
  ])
    expect(looksLikeKey(text), text).toBe(false);
});

describe('any text', () => {
  const octet = fc.string({ unit: fc.nat(255).map((n) => String.fromCharCode(n)), maxLength: 300 });
  const near = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          'v=DKIM1',
          'p=',
          `p=${RSA_1024}`,
          `p=${RSA_1024.slice(0, 77)}`,
          'k=ed25519',
          ';',
          ' ',
          '\t',
          's=*',
        ),
        fc.constantFrom('t=y:', 'h=sha256', '=', 'P=', 'n=', '\r\n ', 'p=MIGf', '\xff', 'g='),
        octet,
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join(''));

  test('never throws, faults lie inside', () => {
    fc.assert(
      fc.property(fc.oneof(octet, near), (text) => {
        const record = parseKeyRecord(text);
        for (const { from, to } of record.faults) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(from).toBeLessThanOrEqual(to);
          expect(to).toBeLessThanOrEqual(text.length);
        }
        looksLikeKey(text);
      }),
      { seed: 6376, numRuns: 500 },
    );
  });

  test('a key with any octet changed or cut off anywhere is read or refused', () => {
    fc.assert(
      fc.property(
        fc.nat(RSA_1024.length),
        fc.base64String({ maxLength: 8 }),
        fc.boolean(),
        (at, piece, cut) => {
          const p = RSA_1024.slice(0, at) + piece + (cut ? '' : RSA_1024.slice(at + piece.length));
          const { key, state } = parseKeyRecord(`v=DKIM1; p=${p}`);
          if (key?.kind === 'rsa') expect(key.bits).toBeLessThanOrEqual(p.length * 6);
          expect(['live', 'broken', 'revoked']).toContain(state);
        },
      ),
      { seed: 8301, numRuns: 500 },
    );
  });

  test('64 kB of anything is read quickly', () => {
    for (const unit of [';', '=', 'p', ' ', 'p=;', 'a=b;', 'a.', 'A', 's=:', '\xff', '0\x82\xff\xff']) {
      const text = unit.repeat(Math.ceil(65_536 / unit.length));
      const start = performance.now();
      for (const hostile of [text, `p=${text}`, `v=DKIM1; h=${text}`, `p=${text}x`]) {
        parseKeyRecord(hostile);
        looksLikeKey(hostile);
      }
      expect(performance.now() - start, JSON.stringify(unit)).toBeLessThan(20_000);
    }
  });
});
