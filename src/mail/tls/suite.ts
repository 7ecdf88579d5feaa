/*
 * Cipher suites, groups and signature schemes as TLS names them, sorted as RFC 9325 §4 and NCSC-NL's guidelines of
 * 2025-05 have them. What a server chose from a long offer is what it likes best, so a poor choice is its own.
 */

/** How good a cipher suite is. `open`: neither side is authenticated. */
export type SuiteGrade = 'good' | 'dated' | 'static' | 'broken' | 'open' | 'unknown';

/** Grades a suite by IANA's name. */
export function suiteGrade(name: string): SuiteGrade {
  if (!name.startsWith('TLS_')) return 'unknown';
  if (/_(?:NULL|EXPORT|RC4|DES|DES40|3DES|RC2|IDEA)_|_NULL_|_EXPORT/.test(name)) return 'broken';
  if (/^TLS_(?:DH|ECDH)_anon_/.test(name)) return 'open';
  // The names of TLS 1.3 say nothing of a key exchange; all of them are good.
  if (!name.includes('_WITH_')) return 'good';
  if (/^TLS_(?:RSA|DH_RSA|DH_DSS|ECDH_RSA|ECDH_ECDSA)_WITH_/.test(name)) return 'static';
  if (!/_GCM_|_CHACHA20_|_CCM/.test(name)) return 'dated';
  return name.startsWith('TLS_ECDHE_') ? 'good' : 'dated';
}

/** How good a group for an elliptic key exchange is. */
export function groupGrade(name: string): 'good' | 'short' | 'broken' | 'unknown' {
  const bits = /^(?:sec[pt]|brainpoolP|prime)([0-9]{3})/.exec(name)?.[1];
  if (bits === undefined) return /^(?:x25519|x448|X25519|SecP|MLKEM|ffdhe)/.test(name) ? 'good' : 'unknown';
  return Number(bits) < 224 ? 'broken' : Number(bits) < 256 ? 'short' : 'good';
}

/** Whether a signature scheme of TLS 1.2 rests on a digest that must not sign any more. */
export function isOldDigest(scheme: string): boolean {
  return /sha1|sha224|md5/i.test(scheme);
}
