/*
 * `npm run fuzz`: installs what is missing, builds the fuzzer and runs it.
 */

import { join } from 'node:path';
import { installPackages, root, run, runPackaged } from './setup.mjs';

installPackages();
const config = ['--config', 'vite.node.config.ts', '--mode', 'fuzz'];
const built = runPackaged('vite', ['build', '--logLevel', 'warn', ...config]);
if (built.status !== 0) process.exit(built.status ?? 1);
const { status } = run(process.execPath, [join(root, 'dist', 'fuzz', 'fuzz.mjs'), ...process.argv.slice(2)]);
process.exit(status ?? 1);
