/*
 * Builds everything once more and compares it, octet by octet, with what stands in dist/.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './setup.mjs';

const BUILT = ['page', 'cli', 'relay.mjs', 'relay-worker.mjs'];

const before = prints();
const { status } = run(process.execPath, [join(root, 'scripts', 'build.mjs'), '--logLevel', 'warn']);
if (status !== 0) process.exit(status ?? 1);
const after = prints();
const different = [...new Set([...before.keys(), ...after.keys()])].filter(
  (path) => before.get(path) !== after.get(path),
);
if (before.size === 0 || different.length > 0) {
  console.error(
    before.size === 0 ? 'Nothing was built before.' : `Two builds differ in ${different.join(', ')}`,
  );
  process.exit(1);
}
console.log(`Two builds, ${after.size} files, the same octets.`);

/** A hash of every file that is shipped. */
function prints() {
  const dist = join(root, 'dist');
  return new Map(
    readdirSync(dist, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) =>
        BUILT.some((part) => path === join(dist, part) || path.startsWith(join(dist, part, '/'))),
      )
      .map((path) => [
        path.slice(dist.length + 1),
        createHash('sha256').update(readFileSync(path)).digest('hex'),
      ]),
  );
}
