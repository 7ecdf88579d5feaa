/*
 * `npm start`: installs what is missing, builds, and serves the page and a DNS forwarder on one port. What is
 * written after `npm start --` goes to `mailproof serve` (`--port`, `--dns`, `--resolver`).
 */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { installPackages, root, run } from './setup.mjs';

installPackages();
const built = run('npm', ['run', '--silent', 'build', '--', '--logLevel', 'warn']);
if (built.status !== 0) process.exit(1);

const server = spawn(
  process.execPath,
  [join(root, 'dist', 'cli', 'mailproof.mjs'), 'serve', ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
server.on('exit', (code) => process.exit(code ?? 0));
