/*
 * Writes docs/licences.md: every package whose code is in what is shipped, with its licence and its text, and those
 * that only build and test. `--check` writes nothing and fails where the page is out of date or a shipped package
 * has a licence that was not looked at.
 */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

/** Licences under which code may be given on with this project. */
const TAKEN = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0']);

const PAGE = join(root, 'docs', 'licences.md');
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
const own = lock[''];
// Svelte is built in, although it is no dependency at run time.
const shipped = closure([...Object.keys(own.dependencies), 'svelte'], new Set(['svelte']));
const tools = Object.keys(own.devDependencies).filter((name) => !shipped.has(name));

const refused = [...shipped].filter((name) => !TAKEN.has(licenceOf(name)));
if (refused.length > 0)
  fail(`Licences nobody looked at: ${refused.map((name) => `${name} (${licenceOf(name)})`).join(', ')}`);

const page = [
  '# Licences',
  '',
  'Written by `node scripts/licences.mjs`; `npm test lint` checks that it is true.',
  '',
  'Mailproof itself: MIT, see [LICENSE](../LICENSE).',
  '',
  '## Packages whose code is shipped',
  '',
  '| package | licence |',
  '|---|---|',
  ...[...shipped].sort().map((name) => `| \`${name}\` | ${licenceOf(name)} |`),
  '',
  '## Packages that build and test',
  '',
  '| package | licence |',
  '|---|---|',
  ...tools.sort().map((name) => `| \`${name}\` | ${licenceOf(name)} |`),
  '',
  '## Texts of the shipped packages’ licences',
  '',
  ...[...shipped].sort().flatMap((name) => [`### ${name}`, '', ...textOf(name), '']),
].join('\n');

if (!process.argv.includes('--check')) writeFileSync(PAGE, page);
else if (!existsSync(PAGE) || readFileSync(PAGE, 'utf8') !== page)
  fail('docs/licences.md is out of date: run node scripts/licences.mjs');

/** These packages and all they need; what `alone` names brings nothing along. */
function closure(names, alone) {
  const found = new Set(names);
  for (const name of found)
    if (!alone.has(name))
      for (const other of Object.keys(lock[`node_modules/${name}`]?.dependencies ?? {})) found.add(other);
  return found;
}

function licenceOf(name) {
  return lock[`node_modules/${name}`]?.license ?? 'unknown';
}

function textOf(name) {
  const folder = join(root, 'node_modules', name);
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  const text =
    file === undefined
      ? `(${licenceOf(name)}; the package brings no text.)`
      : readFileSync(join(folder, file), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => `> ${line.trim()}`.trimEnd());
}

function fail(words) {
  console.error(words);
  process.exit(1);
}
