import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTlsRptRecord, resemblesTlsRpt } from './record.ts';

const kinds = (text: string) => parseTlsRptRecord(text).faults.map((fault) => fault.kind);

describe('record', () => {
  test('mailto and https', () => {
    const text = 'v=TLSRPTv1; rua=mailto:tls@example.com , https://report.example.net/v1/tlsrpt?d=1;';
    const record = parseTlsRptRecord(text);
    expect(record.uris).toMatchObject([
      { scheme: 'mailto', host: 'example.com' },
      { scheme: 'https', host: 'report.example.net' },
    ]);
    expect(record.valid).toBe(true);
    for (const uri of record.uris) expect(text.slice(uri.from, uri.to)).toBe(uri.text);
  });
  test.each([
    'v=TLSRPTv1;rua=mailto:a@b.example',
    'v=TLSRPTv1; rua=mailto:a@b.example; ext=yes',
    'v=TLSRPTv1; rua=MAILTO:a@b.example; rua=mailto:c@d.example',
    'v=TLSRPTv1; rua=mailto:a%21b@c.example',
  ])('%j is valid', (text) => {
    expect(kinds(text)).toEqual([]);
  });
  test.each([
    ['v=TLSRPTv1;', 'no-rua'],
    ['v=TLSRPTv1; rua=', 'empty-value'],
    ['v=TLSRPTv1; rua=a@b.example', 'bad-address'],
    ['v=TLSRPTv1; rua=word', 'no-scheme'],
    ['v=TLSRPTv1; rua=http://b.example/', 'bad-scheme'],
    ['v=TLSRPTv1; rua=mailto:a@b.example!10m', 'bad-uri'],
    ['v=TLSRPTv1; rua=mailto:b.example', 'bad-address'],
    ['v=TLSRPTv1; rua=mailto:a@b.example,', 'empty-uri'],
    ['v=TLSRPTv1; rua=https:///path', 'bad-uri'],
    ['v=TLSRPTv1; rua=mailto:a@b.example other', 'bad-uri'],
    ['v=TLSRPTv1 ; rua=mailto:a@b.example', 'not-selected'],
  ])('%j: %s', (text, kind) => {
    expect(kinds(text)).toContain(kind);
  });
  test.each([
    'v=tlsrptv1; rua=mailto:a@b.example',
    ' v=TLSRPTv1;',
    '"v=TLSRPTv1;"',
    'v=TLSRPTv1',
    'v=TLS-RPTv1;',
  ])('%j is dropped, and was meant', (text) => {
    expect(resemblesTlsRpt(text)).toBe(true);
  });
});

test('never throws, points inside the text, stays bounded', () => {
  const piece = fc.constantFrom(
    'rua=',
    'mailto:',
    'a@b.example',
    ',',
    ';',
    ' ',
    '=',
    '%',
    '!',
    'https://',
    '/',
    '\xff',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const text = `v=TLSRPTv1;${pieces.join('')}`;
      const { faults, uris, fields } = parseTlsRptRecord(text);
      expect(faults.length).toBeLessThanOrEqual(64);
      for (const { from, to } of [...faults, ...uris, ...fields]) {
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeGreaterThanOrEqual(from);
        expect(to).toBeLessThanOrEqual(text.length);
      }
    }),
    { seed: 8460, numRuns: 500 },
  );
  const began = performance.now();
  for (const text of [',', 'mailto:a@b.example,', '@', '%41', '!', ' ', '\t,'])
    parseTlsRptRecord(`v=TLSRPTv1;rua=${text.repeat(65000 / text.length)}`);
  parseTlsRptRecord(`v=TLSRPTv1;rua=a${' '.repeat(65000)}b`);
  parseTlsRptRecord(`v=TLSRPTv1;rua=mailto:${'@'.repeat(65000)}`);
  parseTlsRptRecord(`v=TLSRPTv1;rua=https://${'@'.repeat(65000)}`);
  expect(performance.now() - began).toBeLessThan(20_000);
});
