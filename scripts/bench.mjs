/*
 * `npm run bench`: installs what is missing, builds the page and the benchmark, and measures. `npm run bench -- links`
 * and `-- engine` measure that alone, which needs neither page nor browser.
 */

import { join } from 'node:path';
import { findChromium, installPackages, root, run, runPackaged } from './setup.mjs';

const only = process.argv.slice(2);
if (only.length > 1 || only.some((what) => what !== 'links' && what !== 'engine')) {
  console.error('Usage: npm run bench [-- links | engine]');
  process.exit(2);
}
installPackages();
const chromium = only.length > 0 ? '' : await findChromium();
if (chromium === undefined) {
  console.error('The benchmark needs a Chromium: install one, or name it in $CHROMIUM.');
  process.exit(2);
}
const build = (...args) => runPackaged('vite', ['build', '--logLevel', 'warn', ...args]);
const steps = [
  ...(only.length > 0 ? [] : [() => build()]),
  () => build('--config', 'vite.node.config.ts', '--mode', 'bench'),
  () =>
    run(process.execPath, [join(root, 'dist', 'bench', 'bench.mjs'), ...only], {
      env: { ...process.env, CHROMIUM: chromium },
    }),
];
for (const step of steps) {
  const { status } = step();
  if (status !== 0) process.exit(status ?? 1);
}
