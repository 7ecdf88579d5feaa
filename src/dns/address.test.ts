import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSameAddress, purposeOf, reverseName } from './address.ts';

const SEED = 20261123;

test.each([
  '0.0.0.0',
  '10.0.0.1',
  '127.0.0.1',
  '100.64.0.1',
  '169.254.0.1',
  '172.16.0.1',
  '192.0.0.1',
  '192.0.2.1',
  '192.168.0.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:192.0.2.1',
  'fe80::1',
  'fd00::1',
  '2001:db8::1',
  'ff02::1',
  '100::1',
  '2001::1',
  '2001:20::1',
])('%s is set aside', (address) => {
  expect(purposeOf(address)).toBeDefined();
});

test.each([
  '8.8.8.8',
  '100.63.255.255',
  '172.32.0.1',
  '192.175.48.1',
  '2600::1',
  '2001:200::1',
  '2002:808:808::1',
])('%s can be reached', (address) => {
  expect(purposeOf(address)).toBeUndefined();
});

test('reverse names', () => {
  expect(reverseName('192.0.2.7')).toBe('7.2.0.192.in-addr.arpa');
  expect(reverseName('2001:db8::1')).toBe(
    '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
  );
  expect(reverseName('mail.example')).toBeUndefined();
});

test('the same address in two spellings', () => {
  expect(isSameAddress('2001:DB8:0::1', '2001:db8::1')).toBe(true);
  expect(isSameAddress('192.0.2.1', '192.0.2.2')).toBe(false);
  expect(isSameAddress('x', '192.0.2.2')).toBe(false);
});

test(`any text, no throw, seed ${SEED}`, () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), (text) => {
      purposeOf(text);
      reverseName(text);
      expect(isSameAddress(text, text)).toBe(true);
    }),
    { seed: SEED },
  );
});
