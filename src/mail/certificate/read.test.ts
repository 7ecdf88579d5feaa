import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Certificate,
  chainOrder,
  covers,
  isSelfSigned,
  keyStrength,
  keyWords,
  longestLifetime,
  nameMatch,
  pathOf,
  usageFault,
} from './certificate.ts';
import { CERTIFICATES } from './example-certificates.ts';
import { isPublicKey, readCertificate, readDer } from './read.ts';
import { isSignedBy } from './signature.ts';

const read = (name: keyof typeof CERTIFICATES) => readCertificate(CERTIFICATES[name]) as Certificate;

test('reads what is judged', () => {
  expect(read('good')).toMatchObject({
    subject: 'CN=mx.example.com',
    issuer: 'CN=Example Issuing CA',
    dnsNames: ['mx.example.com', 'mx2.example.com'],
    notBefore: Date.UTC(2026, 9, 25),
    notAfter: Date.UTC(2027, 0, 23),
    key: { kind: 'ec', curve: 'P-256' },
    signature: { name: 'ECDSA with SHA-256' },
    authority: false,
    keyUsage: ['digitalSignature'],
    purposes: ['1.3.6.1.5.5.7.3.1'],
    mustStaple: false,
  });
  expect(read('good').octets?.spki?.length).toBe(91);
  expect(isPublicKey(read('good').octets?.spki as Uint8Array<ArrayBuffer>)).toBe(true);
  expect(read('staple').mustStaple).toBe(true);
  expect(read('named').dnsNames).toBeUndefined();
  expect(read('sha1').signature.hash).toBe('SHA-1');
  expect(keyWords(read('short').key)).toBe('RSA with 1024 bits');
  expect(keyStrength(read('short').key)).toBe('weak');
});

test('names', () => {
  expect(covers('*.example.com', 'MX.example.com.')).toBe(true);
  expect(covers('*.example.com', 'a.mx.example.com')).toBe(false);
  expect(covers('m*.example.com', 'mx.example.com')).toBe(false);
  expect(covers('*.com', 'example.com')).toBe(false);
  expect(nameMatch(read('good'), ['mx2.example.com'])).toBe('matches');
  expect(nameMatch(read('named'), ['mx.example.com'])).toBe('common-name');
  expect(nameMatch(read('foreign'), ['mx.example.com'])).toBe('differs');
  expect(nameMatch(read('nameless'), ['mx.example.com'])).toBe('none');
});

test('chains', async () => {
  const chain = [read('good'), read('issuer'), read('root')];
  expect(chainOrder(chain)).toEqual({ leafFirst: true, ordered: true, alone: false });
  expect(chainOrder([read('issuer'), read('good')])).toMatchObject({ leafFirst: false, ordered: false });
  expect(chainOrder([read('good')]).alone).toBe(true);
  expect(chainOrder([read('self')]).alone).toBe(false);
  expect(isSelfSigned(read('self'))).toBe(true);
  expect(pathOf([read('good'), read('root'), read('issuer')]).map((each) => each.subject)).toEqual([
    'CN=mx.example.com',
    'CN=Example Issuing CA',
    'CN=Example Root',
  ]);
  expect(await isSignedBy(read('good'), read('issuer').octets?.spki)).toBe(true);
  expect(await isSignedBy(read('good'), read('impostor').octets?.spki)).toBe(false);
  expect(await isSignedBy(read('good'), undefined)).toBeUndefined();
});

test('what it is for', () => {
  expect(usageFault(read('good'))).toBeUndefined();
  expect(usageFault(read('client'))).toBe('purpose');
  expect(usageFault(read('any'))).toBe('any-purpose');
  expect(usageFault(read('unsigning'))).toBe('no-signing');
  expect(longestLifetime(Date.UTC(2026, 9, 1))).toBe(200);
  expect(longestLifetime(Date.UTC(2029, 9, 1))).toBe(47);
});

test('what is no certificate is none', () => {
  expect(readCertificate('')).toBeUndefined();
  expect(readCertificate('AAAA')).toBeUndefined();
  expect(readCertificate('!')).toBeUndefined();
  const octets = Buffer.from(CERTIFICATES.good, 'base64');
  fc.assert(
    fc.property(fc.nat(octets.length - 1), fc.nat(255), (at, octet) => {
      const broken = new Uint8Array(octets);
      broken[at] = octet;
      readDer(broken);
      readDer(broken.slice(0, at));
    }),
  );
});
