/*
 * `npm run build`: the page into dist/page, the command line into dist/cli/mailproof.mjs, the relay
 * into dist/relay.mjs and dist/relay-worker.mjs. Arguments go to Vite.
 */

import { runPackaged } from './setup.mjs';

const args = process.argv.slice(2);
const builds = [
  ['vite.config.ts'],
  ['vite.node.config.ts'],
  ['vite.relay.config.ts'],
  ['vite.relay.config.ts', '--mode', 'workers'],
];
for (const build of builds) {
  const { status } = runPackaged('vite', ['build', '--config', ...build, ...args]);
  if (status !== 0) process.exit(status ?? 1);
}
