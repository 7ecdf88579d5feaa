/*
 * The house's walls: who may import whom. The language-only folders are held a second time by tsconfig.pure.json,
 * which gives them no DOM and no Node types.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { expect, test } from 'vitest';

/** Folder → folders (or single files) it may import, itself included without saying. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'standards.ts': [],
  dns: [],
  mail: ['dns'],
  facts: ['dns'],
  engine: ['facts', 'standards.ts', 'dns'],
  topics: ['engine', 'facts', 'mail', 'dns'],
  rules: ['engine', 'topics', 'mail', 'dns', 'standards.ts'],
  questions: ['engine', 'topics', 'mail', 'dns', 'standards.ts'],
  profiles: ['engine', 'topics', 'facts', 'mail', 'dns'],
  report: ['engine', 'facts', 'standards.ts', 'dns'],
  observe: ['facts', 'dns', 'relay/contract.ts'],
  share: ['facts', 'report', 'engine', 'mail', 'dns'],
  record: ['dns', 'engine', 'facts', 'mail', 'observe', 'rules'],
  relay: ['facts'],
  fixtures: [],
  offline: ['dns', 'engine', 'fixtures', 'observe', 'questions', 'rules'],
  ui: [
    'engine',
    'facts',
    'standards.ts',
    'dns',
    'mail',
    'topics',
    'rules',
    'questions',
    'profiles',
    'record',
    'report',
    'observe',
    'share',
    'relay/contract.ts',
    'fixtures',
  ],
  cli: [
    'engine',
    'facts',
    'standards.ts',
    'dns',
    'mail',
    'topics',
    'rules',
    'questions',
    'profiles',
    'record',
    'report',
    'observe',
    'share',
    'relay',
    'fixtures',
  ],
  embed: ['share'],
  'main.ts': ['ui', 'share'],
};

/** Packages that the language-only folders may use: pure functions without a platform. */
const PURE_PACKAGES = ['ipaddr.js', 'tldts', 'punycode/', '@dnsquery/dns-packet', '@peculiar/asn1-'];
const PURE = [
  'standards.ts',
  'dns',
  'mail',
  'facts',
  'engine',
  'topics',
  'rules',
  'questions',
  'profiles',
  'report',
];

/** Names of the world outside that no language-only file may touch. */
const WORLDLY =
  /\b(fetch|setTimeout|setInterval|performance|document|window|process|Math\.random|Date\.now)\b\s*[.(]/;

const root = new URL('.', import.meta.url).pathname;
const files = filesUnder(root);

test('nobody imports past the walls', () => {
  const breaches: string[] = [];
  for (const { path, text } of files) {
    if (path.endsWith('.test.ts')) continue;
    const room = roomOf(path);
    const allowed = MAY_IMPORT[room];
    if (allowed === undefined) {
      if (path !== 'architecture.test.ts') breaches.push(`${path} stands in no known room`);
      continue;
    }
    for (const target of importsOf(text)) {
      if (target.startsWith('.')) {
        const goal = relative(root, join(root, dirname(path), target))
          .split(sep)
          .join('/');
        if (roomOf(goal) === room && goal.startsWith(room)) continue;
        if (!allowed.some((place) => goal === place || goal.startsWith(`${place}/`)))
          breaches.push(`${path} imports ${goal}`);
        if (/\.test(\.ts)?$/.test(goal)) breaches.push(`${path} imports a test`);
      } else if (
        PURE.includes(room) &&
        !PURE_PACKAGES.some((name) => target === name || target.startsWith(name))
      )
        breaches.push(`${path} imports ${target}`);
    }
  }
  expect(breaches).toEqual([]);
});

test('the engine names no rule and no topic', () => {
  for (const { path, text } of files)
    if (path.startsWith('engine/') && !path.endsWith('.test.ts'))
      expect(importsOf(text).filter((target) => /rules|topics|questions/.test(target))).toEqual([]);
});

test('no rule is named outside its own file', () => {
  const ids = files
    .filter(({ path }) => /^rules\/[^/]+\/[^/]+\.ts$/.test(path))
    .map(({ path }) => path.slice('rules/'.length, -'.ts'.length));
  const breaches: string[] = [];
  for (const { path, text } of files) {
    if (path.endsWith('.test.ts') || path.startsWith('fixtures/')) continue;
    for (const id of ids)
      if (new RegExp(`['"\`]${id}['"\`]`).test(text)) breaches.push(`${path} names ${id}`);
  }
  expect(breaches).toEqual([]);
});

test('judging touches nothing outside', () => {
  const breaches = files.filter(
    ({ path, text }) =>
      PURE.includes(roomOf(path)) && !path.endsWith('.test.ts') && WORLDLY.test(withoutComments(text)),
  );
  expect(breaches.map(({ path }) => path)).toEqual([]);
});

/** Where WebCrypto may be used among the language-only folders: digests and signatures, nothing that looks outside. */
const CRYPTO = ['dns/dnssec/', 'mail/dane/', 'mail/certificate/'];

test('WebCrypto is used where digests and signatures are', () => {
  const users = files.filter(
    ({ path, text }) =>
      PURE.includes(roomOf(path)) &&
      !path.endsWith('.test.ts') &&
      /\bcrypto\s*\./.test(withoutComments(text)) &&
      !CRYPTO.some((folder) => path.startsWith(folder)),
  );
  expect(users.map(({ path }) => path)).toEqual([]);
});

test('no drawer for leftovers', () => {
  const drawers = /(^|\/)(utils?|helpers?|common|lib|services|types)(\/|\.ts$)/;
  expect(files.map(({ path }) => path).filter((path) => drawers.test(path))).toEqual([]);
});

test('names are kebab-case, components PascalCase', () => {
  const odd = files
    .map(({ path }) => path.split('/').at(-1) ?? '')
    .filter((name) =>
      name.endsWith('.svelte')
        ? !/^[A-Z][A-Za-z0-9]*\.svelte$/.test(name)
        : !/^[a-z0-9]+(-[a-z0-9]+)*(\.(svelte|test|d))*\.ts$/.test(name),
    );
  expect(odd).toEqual([]);
});

function roomOf(path: string): string {
  return path.split('/')[0] as string;
}

function importsOf(text: string): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g))
    found.push(match[1] as string);
  return found;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}

function filesUnder(folder: string): { path: string; text: string }[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesUnder(path);
    if (!/\.(ts|svelte)$/.test(entry.name)) return [];
    return [{ path: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') }];
  });
}

test('topics are exported, under names of their own: so the engine finds them whole, and the same again', () => {
  const topics = join(import.meta.dirname, 'topics');
  const texts = readdirSync(topics)
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(topics, file), 'utf8'));
  const declared = texts.flatMap((text) => [
    ...text.matchAll(/^(export )?const \w+[^=\n]*= topic\b[^(]*\(\s*'([^']+)'/gm),
  ]);
  expect(declared.length).toBeGreaterThan(50);
  expect(declared.filter(([, exported]) => !exported).map(([, , name]) => name)).toEqual([]);
  expect(new Set(declared.map(([, , name]) => name)).size).toBe(declared.length);
});
