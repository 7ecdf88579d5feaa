/*
 * The Vite plugin by which the page gets of topics, rules and questions, and of what they evaluate records with, only
 * what most domains go through.
 */

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { loaded } from './loaded.ts';
import { ONLY_READ, rulesInParts } from './rules-in-parts.ts';
import {
  children,
  type Edit,
  edited,
  type Node,
  nameOf,
  propertiesOfRule,
  walk,
  without,
  withoutUnused,
} from './syntax.ts';

/** What may be begun anew where it comes upon something that was left out: topics, rules and questions. */
const ROOMS =
  /\/src\/(?:mail|questions|rules|topics)\/(?!.*(?:\.test|\/example-[^/]*|\/rules\/index)\.ts$).*\.ts$/;
/** Their callers catch what they throw, and go on without them. */
const CAUGHT = /\/src\/mail\/dmarc\/suffix-list\.ts$/;
/** What calls functions of those rooms and cannot be begun anew. */
const CALLERS = /\/src\/(?:profiles|record|share|ui)\//;
/** A path that no ordinary domain takes, and of the worlds, each of which has something odd, fewer than this. */
const WORLDS = 16;
/**
 * What is shorter, in characters, is not worth being fetched by those who need it: each path left out is one more that
 * a domain may come upon, and with 9 characters those of a typical one were among them.
 */
const SHORTEST = 12;
/** Longer than this in a rule, and taken nowhere: who takes it takes such paths of its neighbours, too. */
const LONG = 300;

/** Made once in a build, whoever asks for it. */
let profile: Promise<Profile> | undefined;

/**
 * Leaves out, by where reports over sample domains go, the paths that hardly any of them takes: in their place stands
 * a call that says so, and the engine then fetches the topic, rule or question whole (as `?whole`) and begins it anew.
 * So what a report says never depends on what was left out; only when it stands does. Elsewhere all is whole, and
 * `?part` is what a build has in its place. A topic reads as data, never as functions: those would be left out of, too.
 */
export function profileGuided(): Plugin {
  let building = false;
  let root = '';
  return {
    name: 'profile-guided',
    enforce: 'post',
    configResolved(config) {
      building = config.command === 'build';
      root = config.root;
    },
    resolveId: {
      order: 'pre',
      handler: (source, importer) => (building ? undefined : partOf(source, importer)),
    },
    async transform(code, id) {
      const [file = '', query] = id.split('?');
      const inRoom = ROOMS.test(file);
      if (!building && query === undefined) return undefined;
      profile ??= profileOf(root);
      const { gone, seldom, grouped, twins, titled, worded } = await profile;
      const caller = building && query === undefined && CALLERS.test(file);
      const untold = inRoom && query !== 'words' && !gone.has(file);
      if (query === 'whole' || query === 'judge' || caller || untold)
        return { code: byWhole(code, this.parse(code), file, twins), map: null };
      if (query === 'words') {
        const cases = worded.get(file);
        let out = code;
        if (cases) out = withoutPaths(out, this.parse(out), seldom.get(id) ?? new Set());
        if (cases) out = withoutCases(out, this.parse(out), cases);
        if (out !== code || callsAny(file, twins)) out = knowing(out, this.parse(out), 'whole', whole(file));
        return out === code ? undefined : { code: out, map: null };
      }
      if (!inRoom || (query !== undefined && query !== 'part')) return undefined;
      let out = withoutPaths(code, this.parse(code), seldom.get(file) ?? new Set());
      for (let before = code; before !== out; ) {
        before = out;
        out = withoutUnused(out, this.parse(out));
      }
      if (/\/rules\//.test(file) && !titled.has(file)) out = untitled(out, this.parse(out));
      if (grouped.has(file)) out = knowing(out, this.parse(out), 'late', `${file}?judge`);
      if (twins.has(file) && !/\/rules\//.test(file))
        out = knowing(out, this.parse(out), 'whole', whole(file));
      return out === code ? undefined : { code: out, map: null };
    },
  };
}

/** A program without some of its paths. */
function withoutPaths(code: string, program: object, left: ReadonlySet<string>): string {
  const edits = spots(program, code)
    .filter(({ key }) => left.has(key))
    .map(({ start, end, kind }) => ({ start, end, by: STANDS_IN[kind] }));
  return edits.length === 0
    ? code
    : `import { seldom as leftOut } from '/src/engine/topic.ts';\n${edited(code, edits)}`;
}

/** A rule without the cases that hardly any domain is. */
function withoutCases(code: string, program: object, kept: ReadonlySet<string>): string {
  const edits: Edit[] = [];
  for (const property of propertiesOfRule(program))
    if (nameOf(property) === 'cases')
      for (const one of children(children(property, 'value')[0], 'properties'))
        if (!kept.has(nameOf(one))) edits.push(without(one, code));
  return edited(code, edits);
}

function whole(file: string): string {
  return `${file}?whole`;
}

/** What a file of a build imports, in a build, is the part of that. */
function partOf(source: string, importer: string | undefined): string | undefined {
  if (importer === undefined || !/\?(?:part|whole|words|judge)$/.test(importer)) return undefined;
  if (!source.startsWith('.')) return undefined;
  const file = join(dirname(importer), source);
  return ROOMS.test(file) ? `${file}?part` : undefined;
}

interface Profile {
  /** Files that were loaded for the reports; what others call, they call whole. */
  readonly gone: ReadonlySet<string>;
  /** Of each file, and of the words of each rule (`?words`), the keys of the paths that are seldom taken. */
  readonly seldom: ReadonlyMap<string, ReadonlySet<string>>;
  /** Rules of which a long path is taken in no world: who takes it takes those of other rules, too. */
  readonly grouped: ReadonlySet<string>;
  /** Files that differ whole: with such paths, or with what they import. */
  readonly twins: ReadonlySet<string>;
  /** Rules whose titles stand in a report that nobody has opened anything of. */
  readonly titled: ReadonlySet<string>;
  /** Of rules that are a problem of many domains, the cases that are many domains'. */
  readonly worded: ReadonlyMap<string, ReadonlySet<string>>;
}

type Kind = 'block' | 'statement' | 'expression' | 'rest';

/** What stands in the place of what is left out. */
const STANDS_IN: Readonly<Record<Kind, string>> = {
  block: '{ leftOut(); }',
  statement: 'leftOut();',
  expression: 'leftOut()',
  rest: 'leftOut();',
};

/** A path through a function: a branch, a body, or what follows a way out. */
interface Spot {
  readonly start: number;
  readonly end: number;
  readonly kind: Kind;
  /** The same in every build of the same text. */
  readonly key: string;
}

/** The paths of a program that may be left out, outer ones before those within. */
function spots(program: object, code: string): Spot[] {
  const found: Spot[] = [];
  /** What parts of rules do without anyhow. */
  const dropped: Node[] = [];
  walk(program, (node) => {
    if (node.type === 'ObjectExpression' && children(node, 'properties').some((one) => nameOf(one) === 'is'))
      dropped.push(
        ...children(node, 'properties').filter(
          (one) => ONLY_READ.has(nameOf(one)) || nameOf(one) === 'because',
        ),
      );
  });
  const unread = (start: number, end: number) =>
    dropped
      .filter((one) => one.start >= start && one.end <= end)
      .reduce((sum, one) => sum + one.end - one.start, 0);
  const times = new Map<string, number>();
  const add = (start: number, end: number, kind: Kind) => {
    const text = code.slice(start, end);
    if (text.length - unread(start, end) < SHORTEST) return;
    const hash = createHash('sha256').update(text).digest('base64url').slice(0, 12);
    const nth = times.get(hash) ?? 0;
    times.set(hash, nth + 1);
    found.push({ start, end, kind, key: `${kind} ${hash} ${nth}` });
  };
  const branch = (node: Node | undefined) => {
    if (!node) return;
    if (node.type === 'BlockStatement') add(node.start, node.end, 'block');
    else if (/Statement$/.test(node.type)) add(node.start, node.end, 'statement');
    else add(node.start, node.end, 'expression');
  };
  const within = (node: Node, inFunction: boolean): void => {
    // What is thrown there would be caught.
    if (node.type === 'TryStatement' && children(node, 'handler').length > 0) return;
    // Thrown among what is awaited together, it would leave what was begun before it to fail with nobody listening.
    let inside = inFunction && children(children(node, 'callee')[0], 'object')[0]?.name !== 'Promise';
    if (/^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) {
      branch(children(node, 'body')[0]);
      inside = true;
    }
    if (inFunction) {
      if (node.type === 'IfStatement' || node.type === 'ConditionalExpression') {
        branch(children(node, 'consequent')[0]);
        branch(children(node, 'alternate')[0]);
      } else if (node.type === 'LogicalExpression') branch(children(node, 'right')[0]);
      else if (/^(?:For|While)/.test(node.type)) branch(children(node, 'body')[0]);
      else if (node.type === 'SwitchCase') rests(children(node, 'consequent'), 0);
      if (node.type === 'BlockStatement') rests(children(node, 'body'), 1);
    }
    for (const value of Object.values(node))
      for (const one of Array.isArray(value) ? value : [value])
        if (typeof one === 'object' && one !== null && 'type' in one) within(one as Node, inside);
  };
  const rests = (statements: readonly Node[], from: number) => {
    const last = statements.at(-1);
    for (let i = from; last && i < statements.length; i++) {
      const first = statements[i] as Node;
      if (i > 0 && !leaves(statements[i - 1] as Node)) continue;
      // A function may be called before the place where it stands.
      if (statements.slice(i).some(({ type }) => type === 'FunctionDeclaration')) continue;
      add(first.start, last.end, 'rest');
    }
  };
  within(program as Node, false);
  return found;
}

/** Whether a statement may be where a function is left, or a loop. */
function leaves(statement: Node): boolean {
  let found = false;
  walk(statement, ({ type }) => {
    if (/^(?:Return|Throw|Break|Continue)Statement$/.test(type)) found = true;
  });
  return found;
}

/** A program that notes which of its paths are taken, by what is called `note`. */
function noting(spots: readonly Spot[], code: string, note: (spot: Spot) => string): string {
  const inserts: { at: number; text: string; order: number }[] = [];
  for (const spot of spots) {
    const { start, end, kind } = spot;
    const size = end - start;
    if (kind === 'block') inserts.push({ at: start + 1, text: `${note(spot)};`, order: 1 / size });
    else if (kind === 'rest') inserts.push({ at: start, text: `${note(spot)};`, order: 1 / size });
    else {
      const [open, close] = kind === 'statement' ? [`{${note(spot)};`, '}'] : [`(${note(spot)}, `, ')'];
      inserts.push(
        { at: start, text: open, order: 1 / size },
        { at: end, text: close, order: -2 + size / 1e9 },
      );
    }
  }
  inserts.sort((a, b) => a.at - b.at || a.order - b.order);
  let out = '';
  let at = 0;
  for (const insert of inserts) {
    out += code.slice(at, insert.at) + insert.text;
    at = insert.at;
  }
  return out + code.slice(at);
}

/** What instrumented files call. */
const NOTES = '__pathTaken';

/** Makes reports over sample domains, and sees where they go. */
async function profileOf(root: string): Promise<Profile> {
  const files = new Map<string, Map<string, number>>();
  const taken = new Map<string, number>();
  const titled = new Set<string>();
  const problems = new Map<string, number>();
  const cases = new Map<string, Map<string, number>>();
  let now = new Set<string>();
  Object.assign(globalThis, { [NOTES]: (path: string) => void now.add(path) });
  const probe: Plugin = {
    name: 'probe',
    enforce: 'post',
    // The words of a rule are read in a report where it is a problem: what they need is needed, too.
    resolveId: { order: 'pre', handler: partOf },
    transform(code, id) {
      const [file = '', query] = id.split('?');
      if ((query !== 'part' && query !== 'words') || !ROOMS.test(file) || CAUGHT.test(file)) return undefined;
      const name = query === 'words' ? id : file;
      const all = spots(this.parse(code), code);
      files.set(name, new Map(all.map(({ key, start, end }) => [key, end - start])));
      const note = ({ key }: Spot) => `globalThis.${NOTES}(${JSON.stringify(`${name} ${key}`)})`;
      return { code: noting(all, code, note), map: null };
    },
  };
  await loaded(
    '/profile-reports.ts',
    (reports: Reports) => {
      // What is gone through while files are loaded is needed by all.
      for (const path of now) taken.set(path, Number.POSITIVE_INFINITY);
      now = new Set();
      const fileOf = (rule: string) => join(root, 'src/rules', `${rule}.ts`);
      const add = (counts: Map<string, number>, key: string, times: number) =>
        counts.set(key, (counts.get(key) ?? 0) + times);
      return reports.reportOnAll((which, findings, rules) => {
        if (which === 'ordinary') for (const rule of rules) titled.add(fileOf(rule));
        const times = which === 'ordinary' ? WORLDS : 1;
        for (const { rule, outcome, case: is } of findings) {
          if (is === undefined) continue;
          const file = fileOf(rule);
          const counts = cases.get(file) ?? new Map();
          cases.set(file, counts);
          add(counts, is, times);
          if (outcome === 'problem') add(problems, file, times);
        }
        for (const path of now) add(taken, path, times);
        now = new Set();
      });
    },
    [probe, rulesInParts()],
  );
  const seldom = new Map<string, ReadonlySet<string>>();
  const grouped = new Set<string>();
  for (const [file, all] of files) {
    const paths = [...all.keys()].filter((key) => (taken.get(`${file} ${key}`) ?? 0) < WORLDS);
    // What is never gone into at all is loaded by who needs it.
    if (paths.length > 0 && [...all.keys()].some((key) => taken.has(`${file} ${key}`)))
      seldom.set(file, new Set(paths));
    if (
      /\/rules\/.+\.ts$/.test(file) &&
      paths.some((key) => (all.get(key) ?? 0) > LONG && !taken.has(`${file} ${key}`))
    )
      grouped.add(file);
  }
  const worded = new Map(
    [...cases]
      .filter(([file]) => (problems.get(file) ?? 0) >= WORLDS)
      .map(([file, counts]) => [
        file,
        new Set([...counts].flatMap(([is, times]) => (times >= WORLDS ? [is] : []))),
      ]),
  );
  const sources = filesIn(join(root, 'src'));
  const twins = twinsOf(sources, new Set([...seldom.keys()].filter((file) => file.endsWith('.ts'))));
  return { gone: new Set(files.keys()), seldom, grouped, twins, titled, worded };
}

type Reports = typeof import('./profile-reports.ts');

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((file) => ROOMS.test(file));
}

/** Files with paths left out, and files that call functions of such files. */
function twinsOf(files: readonly string[], seldom: ReadonlySet<string>): Set<string> {
  const twins = new Set(seldom);
  for (let before = -1; before !== twins.size; ) {
    before = twins.size;
    for (const file of files) if (callsAny(file, twins)) twins.add(file);
  }
  return twins;
}

/** Whether a file calls functions of any of these. */
function callsAny(file: string, files: ReadonlySet<string>): boolean {
  return importsOf(file).some(
    ({ from, names }) => files.has(from) && names.some((name) => !isTopic(from, name)),
  );
}

/** What a file imports, and under which names; of what it imports when it comes to that, all. */
function importsOf(file: string): { from: string; names: string[] }[] {
  const text = readFileSync(file, 'utf8');
  const now = [...text.matchAll(/^import (?!type )([^;]*?) from '(\.[^']+)';/gms)].map(
    ([, names = '', from = '']) => ({
      from: join(dirname(file), from),
      names: names
        .replace(/[{}\n]/g, ' ')
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '' && !name.startsWith('type '))
        .map((name) => name.split(' as ')[0] ?? ''),
    }),
  );
  const later = [...text.matchAll(/\bimport\('(\.[^']+)'\)/g)].map(([, from = '']) => ({
    from: join(dirname(file), from),
    names: ['*'],
  }));
  return [...now, ...later];
}

const topics = new Map<string, ReadonlySet<string>>();

/** Whether a file exports a topic, a rule or a question under a name: what the engine begins anew by itself. */
function isTopic(file: string, name: string): boolean {
  let names = topics.get(file);
  if (!names) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    names = new Set([...text.matchAll(/^export const (\w+)[^=\n]*= topic\b/gm)].map(([, each = '']) => each));
    topics.set(file, names);
  }
  return names.has(name);
}

/** A module that calls functions whole. */
function byWhole(code: string, program: object, file: string, twins: ReadonlySet<string>): string {
  const edits = [];
  for (const node of children(program, 'body')) {
    const source = children(node, 'source')[0]?.value;
    if (node.type !== 'ImportDeclaration' || typeof source !== 'string') continue;
    const from = source.startsWith('/') ? source : join(dirname(file), source);
    if (!twins.has(from) || /\/src\/(?:questions|rules)\//.test(from)) continue;
    const kept: string[] = [];
    const called: string[] = [];
    for (const one of children(node, 'specifiers')) {
      const imported = children(one, 'imported')[0]?.name ?? '';
      (isTopic(from, imported) ? kept : called).push(code.slice(one.start, one.end));
    }
    const lines = [];
    if (kept.length > 0) lines.push(`import { ${kept.join(', ')} } from ${JSON.stringify(source)};`);
    if (called.length > 0) lines.push(`import { ${called.join(', ')} } from ${JSON.stringify(whole(from))};`);
    edits.push({ start: node.start, end: node.end, by: lines.join('\n') });
  }
  walk(program, (node) => {
    const [source] = node.type === 'ImportExpression' ? children(node, 'source') : [];
    if (typeof source?.value !== 'string') return;
    const from = join(dirname(file), source.value);
    if (twins.has(from))
      edits.push({ start: source.start, end: source.end, by: JSON.stringify(whole(from)) });
  });
  return edited(code, edits);
}

/** A rule without its title, which comes with the words, or with those of all (src/ui/checklist/titles.ts). */
function untitled(code: string, program: object): string {
  const title = propertiesOfRule(program).find((one) => nameOf(one) === 'title');
  return title ? edited(code, [{ start: title.start, end: title.end, by: "title: ''" }]) : code;
}

/** A module whose topics, question or rule know, as `key`, where to fetch what is not at hand. */
function knowing(code: string, program: object, key: 'late' | 'whole', file: string): string {
  const edits: { start: number; end: number; by: string }[] = [];
  const fetching = (name: string) => `() => import(${JSON.stringify(file)}).then((m) => m.${name})`;
  for (const node of children(program, 'body')) {
    const [declaration] = node.type === 'ExportNamedDeclaration' ? children(node, 'declaration') : [node];
    for (const one of children(declaration, 'declarations')) {
      const [call] = children(one, 'init');
      const made = children(call, 'callee')[0]?.name;
      const last = children(call, 'arguments').at(-1);
      if (call?.type !== 'CallExpression' || !last) continue;
      if (made === 'topic' && node !== declaration)
        edits.push({
          start: last.end,
          end: last.end,
          by: `, ${fetching(children(one, 'id')[0]?.name ?? '')}`,
        });
      if (made === 'headline' || made === 'rule')
        edits.push({ start: last.start + 1, end: last.start + 1, by: ` ${key}: ${fetching('default')},` });
    }
  }
  return edited(code, edits);
}
