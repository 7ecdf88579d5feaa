/*
 * What `npm start` and `npm test` share before any package is installed: plain Node, no dependencies.
 */

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Installs the packages of package-lock.json where they are missing or of another version. */
export function installPackages() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Mailproof needs Node 20.19 or newer; this is Node ${process.versions.node}.`);
    process.exit(2);
  }
  const missing = missingPackages();
  if (missing === 0) return;
  console.log(`Installing packages (${missing} missing) …`);
  // A lock file written where a registry lacks other platforms' packages is refused by `npm ci`, not by install.
  for (const way of [['ci'], ['install', '--no-save']])
    if (run('npm', [...way, '--no-audit', '--no-fund']).status === 0) return;
  console.error('The packages could not be installed, and without them Mailproof cannot be built.');
  process.exit(1);
}

/** Runs a command in the project's root with its output shown; `status` is null when it could not be started. */
export function run(command, args, options = {}) {
  return spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
    ...options,
  });
}

/** Runs a program that a package brought. */
export function runPackaged(program, args, options = {}) {
  return run(join(root, 'node_modules', '.bin', program), args, options);
}

/** Where a program is on the PATH (Debian keeps servers in sbin, which is not always on it); undefined when nowhere. */
export function whereIs(program) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find(isExecutable);
}

/** A Chromium that Playwright can drive: $CHROMIUM, one of the system's, or Playwright's own. */
export async function findChromium() {
  const named = process.env.CHROMIUM;
  if (named) return isExecutable(named) ? named : undefined;
  const system = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  for (const program of system) {
    const path = whereIs(program);
    if (path) return path;
  }
  const { chromium } = await import('playwright-core');
  const own = chromium.executablePath();
  return own && isExecutable(own) ? own : undefined;
}

/** How many packages of the lock file are not installed as it says. Optional ones depend on the platform. */
function missingPackages() {
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const held = join(root, 'node_modules', '.package-lock.json');
  const found = existsSync(held) ? JSON.parse(readFileSync(held, 'utf8')).packages : {};
  return Object.entries(wanted).filter(
    ([path, entry]) => path !== '' && !entry.optional && found[path]?.version !== entry.version,
  ).length;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
