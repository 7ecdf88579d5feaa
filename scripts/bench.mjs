/*
 * `npm run bench`: installs what is missing, builds the page and the benchmark, and measures.
 */

import { join } from 'node:path';
import { findChromium, installPackages, root, run, runPackaged } from './setup.mjs';

installPackages();
const chromium = await findChromium();
if (chromium === undefined) {
  console.error('The benchmark needs a Chromium: install one, or name it in $CHROMIUM.');
  process.exit(2);
}
const steps = [
  () => runPackaged('vite', ['build', '--logLevel', 'warn']),
  () =>
    runPackaged('vite', [
      'build',
      '--logLevel',
      'warn',
      '--config',
      'vite.node.config.ts',
      '--mode',
      'bench',
    ]),
  () =>
    run(process.execPath, [join(root, 'dist', 'bench', 'bench.mjs')], {
      env: { ...process.env, CHROMIUM: chromium },
    }),
];
for (const step of steps) {
  const { status } = step();
  if (status !== 0) process.exit(status ?? 1);
}
