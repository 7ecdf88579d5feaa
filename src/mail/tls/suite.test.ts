import { expect, test } from 'vitest';
import { groupGrade, isOldDigest, suiteGrade } from './suite.ts';

test.each([
  ['TLS_AES_128_GCM_SHA256', 'good'],
  ['TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256', 'good'],
  ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', 'dated'],
  ['TLS_DHE_RSA_WITH_AES_256_GCM_SHA384', 'dated'],
  ['TLS_RSA_WITH_AES_128_GCM_SHA256', 'static'],
  ['TLS_RSA_WITH_3DES_EDE_CBC_SHA', 'broken'],
  ['TLS_ECDHE_RSA_WITH_RC4_128_SHA', 'broken'],
  ['TLS_RSA_WITH_NULL_SHA', 'broken'],
  ['TLS_RSA_EXPORT_WITH_DES40_CBC_SHA', 'broken'],
  ['TLS_DH_anon_WITH_AES_128_GCM_SHA256', 'open'],
  ['0xc02f', 'unknown'],
])('%s is %s', (name, grade) => {
  expect(suiteGrade(name)).toBe(grade);
});

test('groups and digests', () => {
  expect(['x25519', 'secp256r1', 'brainpoolP256r1', 'ffdhe3072'].map(groupGrade)).toEqual(
    Array(4).fill('good'),
  );
  expect(groupGrade('secp224r1')).toBe('short');
  expect(groupGrade('sect163k1')).toBe('broken');
  expect(groupGrade('0x1234')).toBe('unknown');
  expect(isOldDigest('rsa_pkcs1_sha1')).toBe(true);
  expect(isOldDigest('ecdsa_secp256r1_sha256')).toBe(false);
});
