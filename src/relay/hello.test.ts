import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clientHello, concat, HelloReader } from './hello.ts';

const record = (type: number, bytes: readonly number[] | Uint8Array) =>
  concat([type, 3, 3, bytes.length >> 8, bytes.length & 255], bytes);
const message = (type: number, bytes: readonly number[] | Uint8Array) =>
  concat([type, bytes.length >> 16, (bytes.length >> 8) & 255, bytes.length & 255], bytes);
const hello = (version: number, mark = '', cipher = [0xc0, 0x2f]) => {
  const random = new Uint8Array(32);
  for (const [i, char] of [...mark].entries()) random[24 + i] = char.charCodeAt(0);
  return message(2, concat([3, version], random, [0], cipher, [0]));
};
const read = (...pieces: readonly Uint8Array[]) => {
  const reader = new HelloReader();
  for (const piece of pieces) reader.push(piece);
  return { end: reader.end, ...reader.facts };
};
const done = message(14, []);

test('what is sent is as long as it says, for every version', () => {
  for (const version of ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const) {
    const bytes = clientHello(version, 'mx.example.com', (size) => new Uint8Array(size));
    expect((((bytes[3] as number) << 8) | (bytes[4] as number)) + 5).toBe(bytes.length);
    expect((((bytes[7] as number) << 8) | (bytes[8] as number)) + 9).toBe(bytes.length);
    expect(Buffer.from(bytes).includes('mx.example.com')).toBe(true);
  }
});

describe('the mark of a server that could do more', () => {
  test.each([
    [3, 'DOWNGRD\x01', 'TLSv1.2', 'TLSv1.3'],
    [3, 'DOWNGRD\x00', 'TLSv1.2', undefined],
    [2, 'DOWNGRD\x00', 'TLSv1.1', 'TLSv1.2'],
    [1, 'DOWNGRD\x01', 'TLSv1', 'TLSv1.3'],
    [1, '', 'TLSv1', undefined],
    [0, '', 'SSLv3', undefined],
  ])('version 3.%i, %j', (version, mark, name, newer) => {
    expect(read(record(22, concat(hello(version, mark), done)))).toMatchObject({
      end: 'hello',
      version: name,
    });
    expect(read(record(22, concat(hello(version, mark), done))).newer).toBe(newer);
  });
});

describe('ends', () => {
  test.each([
    ['an alert', [record(21, [2, 70])], { end: 'alert', alert: 'protocol_version' }],
    ['an alert nobody knows', [record(21, [2, 222])], { end: 'alert', alert: '222' }],
    ['a warning, then a hello', [record(21, [1, 112]), record(22, concat(hello(3), done))], { end: 'hello' }],
    ['good-bye', [record(21, [1, 0])], { end: 'alert', alert: 'close_notify' }],
    ['text', [Buffer.from('220 mx ESMTP\r\n')], { end: 'not-tls', plain: '220 mx ESMTP\r\n' }],
    [
      'text after TLS',
      [record(22, hello(3)), Buffer.from('220 x')],
      { end: 'malformed', version: 'TLSv1.2' },
    ],
    ['a record too large', [Uint8Array.of(22, 3, 3, 0xff, 0xff)], { end: 'malformed' }],
    ['an empty record', [Uint8Array.of(22, 3, 3, 0, 0)], { end: 'malformed' }],
    ['a message too large', [record(22, [11, 0xff, 0xff, 0xff])], { end: 'too-long' }],
    ['two hellos', [record(22, concat(hello(3), hello(3)))], { end: 'malformed' }],
    ['a certificate before the hello', [record(22, message(11, [0, 0, 0]))], { end: 'malformed' }],
    [
      'a certificate longer than its list',
      [record(22, concat(hello(3), message(11, [0, 0, 4, 0, 0, 9, 1])))],
      { end: 'malformed' },
    ],
    ['half a hello', [record(22, hello(3)).subarray(0, 20)], { end: undefined }],
  ])('%s', (_, pieces, expected) => {
    expect(read(...pieces)).toMatchObject(expected);
  });
});

test('pieces of any size read the same, and nothing throws', () => {
  const certificate = new Uint8Array(40_000).fill(48);
  const list = concat([0, 156, 67], [0, 156, 64], certificate);
  const flight = concat(hello(3, 'DOWNGRD\x01'), message(11, list), done);
  const records: Uint8Array[] = [];
  for (let i = 0; i < flight.length; i += 16_000) records.push(record(22, flight.subarray(i, i + 16_000)));
  const whole = concat(...records);
  const expected = read(whole);
  expect(expected).toMatchObject({ end: 'hello', newer: 'TLSv1.3' });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), (size) => {
      const pieces: Uint8Array[] = [];
      for (let i = 0; i < whole.length; i += size) pieces.push(whole.subarray(i, i + size));
      expect(read(...pieces)).toEqual(expected);
    }),
    { seed: 20261123, numRuns: 40 },
  );
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }),
      fc.nat(whole.length),
      (junk, at) => {
        read(...junk);
        read(whole.subarray(0, at), ...junk);
        read(record(22, concat(...junk).subarray(0, 16_000)));
        read(record(22, concat(hello(3), message(12, concat(...junk)))));
      },
    ),
    { seed: 20261123, numRuns: 300 },
  );
});
