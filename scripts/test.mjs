/*
 * `npm test`: installs what is missing and runs everything. `npm test unit e2e` runs only these parts; with one
 * part named, further words go to its runner (`npm test unit src/mail/spf`). Where a tool cannot be had, its
 * part is left out and named; REQUIRED=all makes that, and every skipped test, a failure.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium, installPackages, root, run, runPackaged, whereIs } from './setup.mjs';

const PARTS = ['types', 'lint', 'unused', 'unit', 'reports', 'build', 'e2e'];
/**
 * What makes thousands of whole reports: every example and world, in any order and with every fact hidden in turn; and
 * hostile inputs for every reader.
 */
const REPORTS = [
  'src/rules/examples.test.ts',
  'src/rules/real-zones.test.ts',
  'src/rules/whole-reports.test.ts',
  'src/rules/wrong-records.test.ts',
  'src/rules/zonemaster.test.ts',
  'src/fixtures/worlds.test.ts',
  'src/share/link.test.ts',
  'src/report/exports.test.ts',
  'src/profiles/profiles.test.ts',
  'src/record/judge.test.ts',
  'src/engine/budget.test.ts',
  'fuzz/fuzz.test.ts',
  'bench/links.test.ts',
];

const words = process.argv.slice(2);
const named = words.filter((word) => PARTS.includes(word));
const further = words.filter((word) => !PARTS.includes(word));
if (further.length > 0 && named.length !== 1) {
  console.error(`Parts are ${PARTS.join(', ')}. Name one part before words for its runner.`);
  process.exit(2);
}
const parts = new Set(named.length > 0 ? named : PARTS);
if (parts.has('e2e')) parts.add('build');

const POSTFIX = '/usr/sbin/postfix';
/** Where e2e/lab/exim.ts looks for it, and the user it was built to become. */
const EXIM = join(import.meta.dirname, '..', 'node_modules', '.cache', 'exim');
const EXIM_USER = 'Debian-exim';

const required = process.env.REQUIRED === 'all';
const results = mkdtempSync(join(tmpdir(), 'mailproof-test-'));
const leftOut = [];
/** Left out as well, and no failure where everything is required: it holds for one known set-up. */
const elsewhere = [];
const lines = [];
const count = { passed: 0, failed: 0, skipped: 0 };

installPackages();
const chromium = parts.has('e2e') ? await prepareJourneys() : undefined;

part('types', () => [
  runPackaged('tsc', ['--noEmit', '-p', 'tsconfig.json']),
  runPackaged('tsc', ['--noEmit', '-p', 'tsconfig.pure.json']),
  runPackaged('svelte-check', ['--tsconfig', 'tsconfig.json', '--output', 'human', '--fail-on-warnings']),
]);
part('lint', () => [
  runPackaged('biome', ['ci', '--diagnostic-level=warn', '.']),
  run(process.execPath, ['scripts/licences.mjs', '--check']),
]);
part('unused', () => [runPackaged('knip', [])]);
// With words of its own it runs whatever they name.
const unit = further.length > 0 ? further : REPORTS.map((file) => `--exclude=${file}`);
part('unit', () => vitest('unit', unit));
part('reports', () => vitest('reports', [...REPORTS, ...further]));
part('build', () => [
  run('npm', ['run', '--silent', 'build', '--', '--logLevel', 'warn']),
  ...(named.includes('build') || named.length === 0
    ? [
        ...vitest('parts', ['--config', 'vite.parts.config.ts']),
        run(process.execPath, ['scripts/reproducible.mjs']),
      ]
    : []),
]);
if (chromium !== undefined)
  part('e2e', () => {
    const report = join(results, 'playwright.json');
    const ran = runPackaged(
      'playwright',
      ['test', '--config', 'e2e/playwright.config.ts', '--reporter=list,json', ...further],
      {
        env: {
          ...process.env,
          CHROMIUM: chromium,
          ...pictures(chromium),
          PLAYWRIGHT_JSON_OUTPUT_NAME: report,
        },
      },
    );
    return [ran, tally(report, fromPlaywright)];
  });

rmSync(results, { recursive: true, force: true });
finish();

/** Runs one part, if chosen; it fails when any of its commands does. */
function part(name, commands) {
  if (!parts.has(name)) return;
  console.log(`\n── ${name}`);
  const before = { ...count };
  const start = Date.now();
  const ok = commands().every((ran) => ran.status === 0);
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  // A part that fails without a failing test (types, lint, a runner that died) counts as one failure.
  if (!ok && count.failed === before.failed) count.failed++;
  const tests = count.passed - before.passed;
  lines.push(
    `${name.padEnd(7)} ${ok ? 'ok    ' : 'FAILED'} ${seconds.padStart(6)} s${tests ? `  ${tests} passed` : ''}`,
  );
}

/** Runs Vitest and adds its tests to the count. */
function vitest(name, args) {
  const report = join(results, `${name}.json`);
  const ran = runPackaged('vitest', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...args,
  ]);
  return [ran, tally(report, fromVitest)];
}

/** Adds a runner's report to the count; without one the part failed. */
function tally(path, read) {
  if (!existsSync(path)) return { status: 1 };
  const { passed, failed, skipped } = read(JSON.parse(readFileSync(path, 'utf8')));
  count.passed += passed;
  count.failed += failed;
  count.skipped += skipped;
  return { status: failed === 0 && passed > 0 ? 0 : 1 };
}

function fromVitest(report) {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
}

function fromPlaywright({ stats }) {
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped };
}

/** Finds or installs the browser and the lab's servers; the browser's path, undefined when journeys cannot run. */
async function prepareJourneys() {
  const wanted = [];
  if ((await findChromium()) === undefined) wanted.push('chromium');
  if (whereIs('named') === undefined || whereIs('dnssec-signzone') === undefined) wanted.push('bind9');
  if (!existsSync(POSTFIX)) wanted.push('postfix');
  if (whereIs('openssl') === undefined) wanted.push('openssl');
  if (whereIs('nginx') === undefined) wanted.push('nginx-light');
  if (!existsSync('/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf')) wanted.push('fonts-dejavu-core');
  const debian = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  if (wanted.length > 0 && debian) aptInstall(wanted);
  if (debian && !existsSync(`${EXIM}/usr/sbin/exim4`)) unpackExim();
  if (!existsSync(POSTFIX) || !existsSync(`${EXIM}/usr/sbin/exim4`) || process.getuid?.() !== 0)
    leftOut.push('the journeys to real mail servers: they need root, Postfix, and Exim beside it');
  const path = await findChromium();
  if (path === undefined)
    leftOut.push('the journeys in a browser: no Chromium found (npx playwright install chromium brings one)');
  else if (whereIs('named') === undefined) leftOut.push('the journeys through BIND: no named found');
  if (whereIs('nginx') === undefined) leftOut.push('the journeys through nginx: none found');
  return path;
}

/** Unpacks Exim, which as a package would put Postfix out; its libraries are installed, and the user it becomes. */
function unpackExim() {
  console.log('Unpacking Exim from Debian …');
  const folder = mkdtempSync(join(tmpdir(), 'mailproof-exim-'));
  const show = (command, args) =>
    execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  // Downloads are made by a user of apt's own.
  chmodSync(folder, 0o777);
  try {
    show('apt-get', ['update', '-qq']);
    show('apt-get', ['download', '-qq', 'exim4-daemon-light', 'exim4-base']);
    const packages = readdirSync(folder).filter((file) => file.endsWith('.deb'));
    const needs = packages.map((file) => show('dpkg-deb', ['-f', file, 'Depends'])).join(',');
    const libraries = needs.split(',').map((need) => need.trim().split(/[ (|]/)[0]);
    aptInstall([...new Set(libraries.filter((name) => /^lib[a-z0-9]/.test(name)))]);
    mkdirSync(EXIM, { recursive: true });
    for (const file of packages) show('dpkg', ['-x', file, EXIM]);
    if (spawnSync('id', [EXIM_USER]).status !== 0)
      show('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', EXIM_USER]);
  } catch (error) {
    console.error(`Exim could not be unpacked: ${error.message}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Leaves out the comparison with pictures unless asked for, and where other browsers and fonts drew them. */
function pictures(chromium) {
  if (process.env.PICTURES !== 'compare') {
    elsewhere.push('the comparison with pictures of every view: PICTURES=compare asks for it');
    return { PICTURES: 'left-out' };
  }
  const known = JSON.parse(readFileSync(join(root, 'e2e', 'pictures', 'drawn-by.json'), 'utf8'));
  const version = spawnSync(chromium, ['--version'], { encoding: 'utf8' }).stdout ?? '';
  const here = {
    chromium: / ([0-9]+)\./.exec(version)?.[1] ?? 'unknown',
    fonts: existsSync(known.fonts) ? known.fonts : 'others',
    platform: `${process.platform} ${process.arch}`,
  };
  const other = Object.keys(known).filter((key) => known[key] !== here[key]);
  if (other.length === 0) return {};
  const which = other.map((key) => `${key} is ${here[key]}, not ${known[key]}`).join('; ');
  elsewhere.push(`the comparison with pictures of every view: ${which}`);
  return { PICTURES: 'left-out' };
}

/** Installs Debian packages without letting them start services of their own. */
function aptInstall(packages) {
  console.log(`Installing ${packages.join(' and ')} from Debian …`);
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', DEBCONF_NONINTERACTIVE_SEEN: 'true' };
  const quiet = { env, stdio: ['ignore', 'ignore', 'inherit'] };
  run('apt-get', ['update', '-qq'], quiet);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet);
  if (ours) rmSync(policy, { force: true });
}

function finish() {
  if (required && leftOut.length > 0) count.failed += leftOut.length;
  if (required && count.skipped > 0) {
    lines.push(`${count.skipped} skipped, and REQUIRED=all allows none`);
    count.failed += count.skipped;
  }
  console.log('');
  for (const line of lines) console.log(line);
  for (const what of [...leftOut, ...elsewhere]) console.log(`left out: ${what}`);
  if (count.skipped > 0) console.log(`${count.skipped} skipped`);
  console.log(`${count.passed} passed, ${count.failed} failed`);
  process.exit(count.failed === 0 ? 0 : 1);
}
