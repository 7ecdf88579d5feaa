/*
 * Certificates of the lab, made anew by `openssl` for each run: a test authority that nobody else trusts, and what
 * it signs, well or badly.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A key and its chain, in PEM, leaf first. */
export interface Credentials {
  readonly key: string;
  readonly cert: string;
}

/** What a leaf is like; good unless said otherwise. */
export interface LeafOptions {
  readonly names: readonly string[];
  readonly expired?: boolean;
  readonly selfSigned?: boolean;
  /** Octets to add, so that it grows large. */
  readonly ballast?: number;
  /** Leaves the authority between out of the chain. */
  readonly incomplete?: boolean;
}

/** An authority with one below it, which signs. */
export interface Authority {
  /** Its root, in PEM. */
  readonly root: string;
  issue(options: LeafOptions): Credentials;
}

export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'mailproof-ca-'));
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = (name: string) =>
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', name);
  try {
    key('root.key');
    openssl('req', '-x509', '-key', 'root.key', '-subj', '/CN=Lab root', '-days', '30', '-out', 'root.pem');
    key('sub.key');
    openssl('req', '-new', '-key', 'sub.key', '-subj', '/CN=Lab authority', '-out', 'sub.csr');
    writeFileSync(at('sub.ext'), 'basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n');
    openssl(
      ...['x509', '-req', '-in', 'sub.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-days', '30'],
      ...['-extfile', 'sub.ext', '-out', 'sub.pem'],
    );
    const pem = (name: string) => readFileSync(at(name), 'utf8');
    const [root, sub, rootKey, subKey] = [pem('root.pem'), pem('sub.pem'), pem('root.key'), pem('sub.key')];
    return { root, issue: (options) => issue(options, { root, sub, rootKey, subKey }) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function issue(
  { names, expired, selfSigned, ballast, incomplete }: LeafOptions,
  authority: { root: string; sub: string; rootKey: string; subKey: string },
): Credentials {
  const folder = mkdtempSync(join(tmpdir(), 'mailproof-leaf-'));
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  try {
    openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', 'leaf.key');
    const extensions = [
      `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`,
      'keyUsage=digitalSignature,keyEncipherment',
      ...(ballast === undefined ? [] : [`1.3.6.1.4.1.99999.1=ASN1:UTF8String:${'x'.repeat(ballast)}`]),
    ];
    writeFileSync(at('ext'), `${extensions.join('\n')}\n`);
    openssl('req', '-new', '-key', 'leaf.key', '-subj', `/CN=${names[0]}`, '-out', 'leaf.csr');
    writeFileSync(at('sub.pem'), authority.sub);
    writeFileSync(at('sub.key'), authority.subKey);
    const signer = selfSigned ? ['-key', 'leaf.key'] : ['-CA', 'sub.pem', '-CAkey', 'sub.key'];
    const days = expired ? ['-days', '-1'] : ['-days', '20'];
    openssl('x509', '-req', '-in', 'leaf.csr', ...signer, ...days, '-extfile', 'ext', '-out', 'leaf.pem');
    const leaf = readFileSync(at('leaf.pem'), 'utf8');
    return {
      key: readFileSync(at('leaf.key'), 'utf8'),
      cert: selfSigned || incomplete ? leaf : leaf + authority.sub,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
