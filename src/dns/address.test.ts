import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { expect, test } from 'vitest';
import {
  bitsOf,
  familyOf,
  ip6Groups,
  ip6Text,
  isAddress,
  isIp4,
  isIp6,
  isSameAddress,
  purposeOf,
  reverseName,
} from './address.ts';

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

/** Addresses near those that are set aside, and anywhere; spelt in every way, and misspelt. */
const groups = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 }),
  fc
    .tuple(
      fc.constantFrom(0, 0x64, 0x100, 0x2001, 0x2002, 0x3ffe, 0x3fff, 0x5f00, 0xfc00, 0xfe80, 0xfec0, 0xff00),
      fc.array(
        fc.constantFrom(0, 1, 2, 3, 4, 0x10, 0x1f, 0x20, 0x30, 0x112, 0xdb8, 0xff9b, 0xffff, 0x1ff, 0x200),
        {
          minLength: 7,
          maxLength: 7,
        },
      ),
    )
    .map(([first, rest]) => [first, ...rest]),
);
const octets = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 }),
  fc.array(
    fc.constantFrom(0, 2, 10, 16, 18, 31, 51, 64, 88, 99, 100, 113, 127, 168, 172, 192, 198, 203, 224, 255),
    {
      minLength: 4,
      maxLength: 4,
    },
  ),
);
const spelt = fc.oneof(
  octets.map((each) => each.join('.')),
  groups.map(ip6Text),
  groups.map((each) =>
    each
      .map((group) => group.toString(16))
      .join(':')
      .toUpperCase(),
  ),
  fc.tuple(groups, octets).map(
    ([six, four]) =>
      `${six
        .slice(0, 6)
        .map((group) => group.toString(16))
        .join(':')}:${four.join('.')}`,
  ),
  fc
    .tuple(groups, fc.nat(9))
    .map(([each, at]) => [...each.map(String).slice(0, at), '', ...each.map(String).slice(at + 2)].join(':')),
  fc.ipV4(),
  fc.ipV6(),
);

test(`agrees with ipaddr.js, seed ${SEED}`, () => {
  fc.assert(
    fc.property(spelt, (text) => {
      expect(isIp4(text), text).toBe(ipaddr.IPv4.isValidFourPartDecimal(text));
      expect(isIp6(text), text).toBe(ipaddr.IPv6.isValid(text));
      const family = familyOf(text);
      // The library reads the IPv4-compatible form (RFC 4291 §2.5.5.1) as a mapped address.
      if (family === undefined || /^::[0-9]+\./.test(text)) return;
      const read = ipaddr.parse(text);
      const bits = read.toByteArray().reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
      expect(bitsOf(text, family), text).toBe(bits);
      if (family === 'v6') expect(ip6Text(ip6Groups(text) ?? []), text).toBe(read.toString());
      const range = read.range();
      const reachable = REACHABLE.has(range);
      expect(purposeOf(text) === undefined, `${text} ${range}`).toBe(reachable);
    }),
    { seed: SEED, numRuns: 5000 },
  );
});

/** Ranges of the library that the whole Internet reaches. */
const REACHABLE: ReadonlySet<string> = new Set([
  'unicast',
  'as112',
  'as112v6',
  'amt',
  '6to4',
  'rfc6052',
  'droneRemoteIdProtocolEntityTags',
  'segmentRouting',
]);

test.each(['fe80::1%eth0', '2001:db8::1', '192.0.2.1'])('%s is an address', (text) => {
  expect(isAddress(text)).toBe(true);
});

test.each(['192.0.2.01', '192.0.2', '::1%', '1:2', '::ffff:192.0.2.256', 'a.b', '1.2.3.4%1', ''])(
  '%j is none',
  (text) => {
    expect(isAddress(text)).toBe(false);
  },
);

test('an IPv4-compatible address is not a mapped one', () => {
  expect(bitsOf('::192.0.2.1', 'v6')).toBe(bitsOf('192.0.2.1', 'v4'));
});
