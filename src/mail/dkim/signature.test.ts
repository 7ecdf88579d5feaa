import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RSA_1024 } from './example-keys.ts';
import { parseKeyRecord } from './key-record.ts';
import { pairFaults, readPasted } from './signature.ts';
import { remarkOnFault, remarkOnPair } from './signature-words.ts';

const BH = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';
const VALUE = `v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=sel.one; t=100; x=200; h=from:to:subject; bh=${BH}; b=dGVzdA==`;
const FIELD = `DKIM-Signature: ${VALUE.replaceAll('; ', ';\r\n\t')}\r\n`;
const kinds = (value: string, now?: number) =>
  readPasted(`DKIM-Signature: ${value}\n`, now).signatures[0]?.faults.map(
    (fault) => fault.detail ?? fault.kind,
  );

describe('finding signatures', () => {
  test.each([
    [
      'a whole message',
      `Received: by x\r\n${FIELD}From: Ann <ann@Mail.Example.COM>\r\n\r\nDKIM-Signature: v=1; s=no\r\n`,
    ],
    ['one field', FIELD],
    ['a bare value', VALUE],
    ['lines without indentation', FIELD.replaceAll('\t', '')],
    ['blank lines before it', `\n\n${FIELD}`],
  ])('%s', (_, text) => {
    const { signatures } = readPasted(text);
    expect(signatures).toHaveLength(1);
    expect(signatures[0]).toMatchObject({
      faults: [],
      selector: 'sel.one',
      domain: 'example.com',
      identity: '@example.com',
      keyType: 'rsa',
      hash: 'sha256',
      headers: ['from', 'to', 'subject'],
      made: 100,
      expires: 200,
      oversigned: false,
    });
  });

  test('From domains', () => {
    expect(readPasted(`From: "x@a" <ann@Mail.Example.COM>\r\n${FIELD}`).fromDomains).toContain(
      'mail.example.com',
    );
  });

  test('nothing to find', () => {
    expect(readPasted('').signatures).toEqual([]);
    expect(readPasted('Hello, this is a letter.').signatures).toEqual([]);
  });

  test('offsets are those of the pasted text', () => {
    const text = `X: y\r\n${FIELD.replace('sha256', 'sha1')}`;
    const fault = readPasted(text).signatures[0]?.faults.find((found) => found.kind === 'sha1');
    expect(text.slice(fault?.from, fault?.to)).toBe('a=rsa-sha1');
  });
});

describe('faults', () => {
  test.each([
    [VALUE.replace('v=1; ', ''), ['v']],
    [VALUE.replace('v=1', 'v=2'), ['version']],
    [VALUE.replace('rsa-sha256', 'rsa-md5'), ['algorithm']],
    [VALUE.replace('from:', ''), ['from-unsigned']],
    [VALUE.replace('d=example.com', 'd=com'), ['domain']],
    [`${VALUE}; i=ann@other.example`, ['identity']],
    [`${VALUE}; i=ann@notexample.com`, ['identity']],
    [`${VALUE}; i=ann@sub.example.com`, []],
    [`${VALUE}; l=10`, ['body-length']],
    [`${VALUE}; l=ten`, ['number', 'body-length']],
    [`${VALUE}; q=http/x`, ['query']],
    [VALUE.replace('x=200', 'x=50'), ['expires-before-made']],
    [VALUE.replace(BH, 'dGVzdA=='), ['body-hash']],
    [VALUE.replace('b=dGVzdA==', 'b='), ['base64']],
    [VALUE.replace('relaxed/relaxed', 'loose'), ['canonicalization']],
    [`${VALUE};`, []],
  ])('%s', (value, expected) => {
    expect(kinds(value)).toEqual(expected);
  });

  test('expired', () => {
    expect(kinds(VALUE, 150)).toEqual([]);
    expect(kinds(VALUE, 250)).toEqual(['expired']);
  });
});

test('a signature and its key', () => {
  const [signature] = readPasted(
    VALUE.replace('d=example.com', 'd=example.com; i=@a.example.com'),
  ).signatures;
  if (!signature) throw new Error('no signature');
  const faults = (record: string) => pairFaults(signature, parseKeyRecord(record));
  expect(faults(`p=${RSA_1024}`)).toEqual([]);
  expect(faults('p=')).toEqual(['revoked']);
  expect(faults(`t=s; p=${RSA_1024}`)).toEqual(['identity-strict']);
  expect(faults(`t=y; p=${RSA_1024}`)).toEqual(['testing']);
  expect(faults(`h=sha1; p=${RSA_1024}`)).toEqual(['broken', 'hash']);
});

test('faults have words', () => {
  const [signature] = readPasted('DKIM-Signature: v=1; l=5; a=rsa-sha1\n').signatures;
  const remarks = signature?.faults.map(remarkOnFault) ?? [];
  expect(remarks.map((remark) => remark.breaks)).toContain(false);
  expect(remarks.map((remark) => remark.says)).toContain('The required tag `bh` is missing.');
  for (const { says } of remarks) expect(says).toMatch(/^[A-Z].*\.$/);
  expect(remarkOnPair('testing').breaks).toBe(false);
});

describe('any text', () => {
  const near = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          'DKIM-Signature:',
          'From: a@b.example',
          '\r\n',
          '\n',
          ' ',
          '\t',
          'v=1',
          ';',
          'a=rsa-sha256',
          'd=x.y',
        ),
        fc.constantFrom('i=@x.y', 'h=from', 'bh=', 'b=', 'l=1', 't=1', 'x=', 's=', '=', '\0', 'é'),
        fc.string({ maxLength: 40 }),
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join(''));

  test('never throws, faults lie inside', () => {
    fc.assert(
      fc.property(near, (text) => {
        for (const { faults } of readPasted(text, 1).signatures)
          for (const { from, to } of faults) {
            expect(from).toBeGreaterThanOrEqual(0);
            expect(from).toBeLessThanOrEqual(to);
            expect(to).toBeLessThanOrEqual(text.length);
          }
      }),
      { seed: 8616, numRuns: 500 },
    );
  });

  test('a large hostile text is read quickly', () => {
    for (const unit of [
      'DKIM-Signature: v=1;\n',
      'v=1;',
      'a:\n',
      ' ',
      '\n',
      'From: a@b\n',
      's=',
      'DKIM-Signature:',
    ]) {
      const text = unit.repeat(Math.ceil(65_536 / unit.length));
      const start = performance.now();
      for (const hostile of [text, `DKIM-Signature: ${text}`, `v=1;${text}`, `From: ${text}`])
        readPasted(hostile, 1);
      expect(performance.now() - start, JSON.stringify(unit)).toBeLessThan(20_000);
    }
  });
});
