/*
 * `npm run build`: the page into dist/page, the command line into dist/cli/mailproof.mjs. Arguments go to Vite.
 */

import { runPackaged } from './setup.mjs';

const args = process.argv.slice(2);
for (const config of ['vite.config.ts', 'vite.node.config.ts']) {
  const { status } = runPackaged('vite', ['build', '--config', config, ...args]);
  if (status !== 0) process.exit(status ?? 1);
}
