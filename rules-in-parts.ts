/*
 * The Vite plugin by which the page gets of each rule only what it needs.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Plugin } from 'vite';

/**
 * Ships rules in parts: what says which case holds, and (as `?words`) what is read when somebody looks: why, where it
 * is written, the words and fixes of the cases, and `judge` whole, which gives these their data. A build takes every
 * rule apart; elsewhere rules are whole, and `?part` is the part that a build has in their place. Examples stay out
 * altogether. A case that is not written out as an object keeps its words in both parts, which costs octets and
 * nothing else. Of a rule that is `seldom` judged to its end only the way out at the beginning of `judge` is at hand;
 * who gets past it fetches `judge` (as `?judge`), and is judged by it from the start.
 */
export function rulesInParts(): Plugin {
  let building = false;
  let name = '';
  return {
    name: 'rules-in-parts',
    enforce: 'post',
    configResolved({ command, root }) {
      building = command === 'build';
      if (building) name = nameOfAll(root);
    },
    transform(code, id) {
      const [file = '', query] = id.split('?');
      if (building && file.endsWith('/src/rules/index.ts')) return { code: withWords(code, name), map: null };
      const [, rule] = /\/src\/rules\/([^/]+\/[^/]+)\.ts$/.exec(file) ?? [];
      if (rule === undefined || rule.endsWith('.test')) return;
      if (query !== 'words' && query !== 'judge' && query !== 'part' && !building) return;
      if (building && query === undefined)
        this.emitFile({
          type: 'chunk',
          id: `${file}?words`,
          fileName: `assets/${rule}-${name}.js`,
          preserveSignature: 'strict',
        });
      const edits: Edit[] = [];
      const drop = (node: { start: number; end: number }, by = '') => {
        const comma = /^\s*,/.exec(code.slice(node.end))?.[0].length ?? 0;
        edits.push({ start: node.start, end: node.end + comma, by });
      };
      const words = query === 'words';
      const late = query === 'judge';
      const part = !words && !late;
      walk(this.parse(code), (node) => {
        if (part && isVerdict(node)) {
          const none = verdictOf(node) === 'not-applicable';
          for (const property of children(node, 'properties'))
            if (ONLY_READ.has(nameOf(property)) || (none && nameOf(property) === 'because')) drop(property);
          return;
        }
        if (node.type === 'ExportNamedDeclaration') {
          const [declared] = children(children(node, 'declaration')[0], 'declarations');
          if (['examples', 'weighs'].includes(children(declared, 'id')[0]?.name ?? ''))
            edits.push({ start: node.start, end: node.end, by: '' });
        }
        if (node.type !== 'CallExpression' || children(node, 'callee')[0]?.name !== 'rule') return;
        const properties = children(children(node, 'arguments')[0], 'properties');
        const [seldom] = children(
          properties.find((property) => nameOf(property) === 'seldom'),
          'value',
        );
        for (const property of properties) {
          const name = nameOf(property);
          if (late) {
            if (name !== 'judge') drop(property);
          } else if (!words && seldom && name === 'judge') {
            const body = children(children(property, 'value')[0], 'body')[0];
            const statements = children(body, 'body');
            const unread = seldom.value === 'unread';
            const blind = unread ? blindWay(properties) : '';
            const rest = statements[unread ? 0 : ways(properties, statements)];
            if (!unread && rest === statements[0])
              this.error(`${file} says seldom, but nothing at the beginning of judge leaves it.`);
            if (body && rest)
              edits.push({ start: rest.start, end: body.end, by: `${blind}${fetchingJudge(file)} }` });
          } else if (!words && name === 'seldom') drop(property);
          else if (words && seldom && name === 'judge') drop(property, `judge() { ${fetchingJudge(file)} },`);
          else if (words && ['partial', 'seldom'].includes(name)) drop(property);
          else if (words && name === 'reads') drop(property, 'reads: {},');
          else if (!words && name === 'why')
            drop(property, building ? "why: ''," : `why: '', words: ${fetching(`${file}?words`)},`);
          else if (!words && name === 'cites') drop(property, 'cites: [],');
          else if (!words && name === 'cases')
            for (const one of children(children(property, 'value')[0], 'properties'))
              for (const part of children(children(one, 'value')[0], 'properties'))
                if (['says', 'fix'].includes(nameOf(part))) drop(part);
        }
      });
      if (edits.length === 0) return;
      let out = edited(code, edits);
      for (let before = ''; before !== out; ) {
        before = out;
        if (part) out = withoutIdle(out, this.parse(out));
        out = withoutUnused(out, this.parse(out));
      }
      return { code: out, map: null };
    },
  };
}

/** What a verdict says beyond which case holds. */
const ONLY_READ = new Set(['data', 'shows', 'rests']);

/** Whether an object is a verdict that names a case, or says that none applies; why something is unknown is told at once. */
function isVerdict(node: Node): boolean {
  return (
    node.type === 'ObjectExpression' &&
    children(node, 'properties').some((property) => nameOf(property) === 'is') &&
    verdictOf(node) !== 'unknown'
  );
}

/** What a verdict is, where it is written out. */
function verdictOf(node: Node): unknown {
  const is = children(node, 'properties').find((property) => nameOf(property) === 'is');
  return is && children(is, 'value')[0]?.value;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

/** A text with its edits made; of one that lies within another the outer one counts. */
function edited(code: string, edits: readonly Edit[]): string {
  let out = '';
  let at = 0;
  for (const { start, end, by } of [...edits].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (start < at) continue;
    out += code.slice(at, start) + by;
    at = end;
  }
  return out + code.slice(at);
}

/**
 * Without what functions of a rule declare and do not use. Rules only read, so that an expression nobody wants the
 * value of may be left out.
 */
function withoutIdle(code: string, program: object): string {
  const places = new Map<string, number[]>();
  const declarations: { node: Node; block: Node }[] = [];
  const blocks: Node[] = [];
  walk(program, (node, parent) => {
    while (blocks.length > 0 && (blocks.at(-1)?.end ?? 0) <= node.start) blocks.pop();
    if (node.type === 'Identifier' && !isKey(node, parent)) {
      const name = node.name ?? '';
      places.set(name, [...(places.get(name) ?? []), node.start]);
    }
    if (node.type === 'BlockStatement' || /Function/.test(node.type)) blocks.push(node);
    const block = blocks.at(-1);
    if (block && (node.type === 'ObjectPattern' || isStatement(node, parent)))
      declarations.push({ node, block });
  });
  const edits: Edit[] = [];
  for (const { node, block } of declarations) {
    const idle = (one: Node): boolean =>
      one.type === 'ObjectPattern'
        ? children(one, 'properties').length === 0
        : one.type === 'ArrayPattern'
          ? children(one, 'elements').every(idle)
          : one.type === 'Identifier' &&
            places.get(one.name ?? '')?.filter((at) => at >= block.start && at < block.end).length === 1;
    if (node.type === 'VariableDeclaration') {
      if (children(node, 'declarations').every((one) => children(one, 'id').every(idle)))
        edits.push({ start: node.start, end: node.end, by: '' });
      continue;
    }
    const properties = children(node, 'properties');
    if (properties.some(({ type }) => type === 'RestElement')) continue;
    for (const property of properties)
      if (children(property, 'value').every(idle)) {
        const comma = /^\s*,/.exec(code.slice(property.end))?.[0].length ?? 0;
        edits.push({ start: property.start, end: property.end + comma, by: '' });
      }
  }
  return edited(code, edits);
}

/** Whether a declaration stands as a statement of its own, so that it can be left out. */
function isStatement(node: Node, parent: Node | undefined): boolean {
  return node.type === 'VariableDeclaration' && parent?.type === 'BlockStatement';
}

/** Whether an identifier is the name of a property and no variable. */
function isKey(node: Node, parent: Node | undefined): boolean {
  if (parent === undefined || (parent as { computed?: boolean }).computed) return false;
  if (parent.type === 'MemberExpression') return children(parent, 'property')[0] === node;
  return parent.type === 'Property' && children(parent, 'key')[0] === node;
}

/**
 * Without the declarations and imports that a part has no use for: what it imports is loaded with it. Rules do
 * nothing when they are loaded, so nothing is lost.
 */
function withoutUnused(code: string, program: object): string {
  const statements = children(program, 'body').map((node) => {
    const names = new Set<string>();
    walk(node, ({ type, name }) => {
      if (type === 'Identifier' && name !== undefined) names.add(name);
    });
    const declared = /^(?:Function|Variable)Declaration$/.test(node.type)
      ? [node, ...children(node, 'declarations')].flatMap((one) => children(one, 'id'))
      : node.type === 'ImportDeclaration'
        ? children(node, 'specifiers').flatMap((one) => children(one, 'local'))
        : undefined;
    return { node, names, declared };
  });
  const used = new Set<string>();
  const waiting = new Set(statements);
  for (let before = -1; before !== waiting.size; ) {
    before = waiting.size;
    for (const one of waiting) {
      const { declared, names, node } = one;
      if (declared?.every(({ type, name = '' }) => type === 'Identifier' && !used.has(name))) continue;
      waiting.delete(one);
      if (node.type !== 'ImportDeclaration') for (const name of names) used.add(name);
    }
  }
  let out = code;
  for (const { node } of [...waiting].reverse()) out = out.slice(0, node.start) + out.slice(node.end);
  return out;
}

/** The judging of a rule, fetched; what was given to the part at hand is given to it. */
function fetchingJudge(file: string): string {
  const given = 'arguments[0]';
  return `return import(${JSON.stringify(`${file}?judge`)}).then((m) => m.default.judge(${given}), () => ({ is: 'unknown', because: { reason: 'not-loaded' } }));`;
}

function fetching(file: string): string {
  return `() => import(${JSON.stringify(file)}).then((m) => m.default)`;
}

/**
 * The list of rules, each with where its words are: under a name that follows from the rule's own, so that the
 * page does not carry hundreds of them.
 */
function withWords(code: string, name: string): string {
  const listed = '[path.slice(2, -3), rule]';
  if (!code.includes(listed)) throw new Error('src/rules/index.ts does not list rules as it did.');
  return code.replace(
    listed,
    `[path.slice(2, -3), { ...rule, words: () => import(/* @vite-ignore */ \`./\${path.slice(2, -3)}-${name}.js\`).then((m) => m.default) }]`,
  );
}

/** Names everything the page is made from, as a hash in a file's name does, before it is made. */
function nameOfAll(root: string): string {
  const hash = createHash('sha256');
  const folder = join(root, 'src');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.ts$|\.(?:txt|zone)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of [...files, join(root, 'package-lock.json'), import.meta.filename])
    hash.update(relative(root, file)).update(readFileSync(file));
  return hash.digest('base64url').slice(0, 8);
}

/** Of a rule whose first topic is seldom read at all: the way out where nothing of it was seen. */
function blindWay(properties: readonly Node[]): string {
  const partOf = (key: string) =>
    children(
      properties.find((property) => nameOf(property) === key),
      'value',
    )[0];
  const [first] = children(partOf('reads'), 'properties');
  if (!first || !children(partOf('partial'), 'elements').some(({ value }) => value === nameOf(first)))
    return '';
  const reading = `arguments[0].${nameOf(first)}`;
  return `if (${reading}.got === 'none') return { is: 'unknown', because: ${reading}.because };`;
}

/**
 * How many statements at the beginning of `judge` are ways out: guards that return anything but a problem, and the
 * constants they need.
 */
function ways(properties: readonly Node[], statements: readonly Node[]): number {
  const cases = properties.find((property) => nameOf(property) === 'cases');
  const problems = children(children(cases, 'value')[0], 'properties')
    .filter(
      (one) => !children(children(one, 'value')[0], 'properties').some((part) => nameOf(part) === 'passes'),
    )
    .map(nameOf);
  let count = 0;
  for (const [i, statement] of statements.entries()) {
    if (statement.type === 'IfStatement' && !children(statement, 'alternate').length) {
      const [then] = children(statement, 'consequent');
      const [exit, more] = then?.type === 'BlockStatement' ? children(then, 'body') : [then];
      const verdict = children(exit, 'argument')[0];
      if (exit?.type !== 'ReturnStatement' || more || verdict?.type !== 'ObjectExpression') break;
      const is = children(verdict, 'properties').find((property) => nameOf(property) === 'is');
      const [value] = children(is, 'value');
      if (value?.type !== 'Literal' || problems.includes(String(value.value))) break;
      count = i + 1;
    } else if (statement.type !== 'VariableDeclaration') break;
  }
  return count;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly name?: string;
  readonly value?: unknown;
}

/** The nodes under a key of a syntax node, one or several. */
function children(node: object | null | undefined, key: string): Node[] {
  const value = (node as Record<string, unknown> | null | undefined)?.[key];
  return (Array.isArray(value) ? value : [value]).filter(
    (one) => typeof one === 'object' && one !== null,
  ) as Node[];
}

function nameOf(property: Node): string {
  const [key] = children(property, 'key');
  return key?.name ?? String(key?.value ?? '');
}

function walk(node: object, visit: (node: Node, parent: Node | undefined) => void, parent?: Node): void {
  const inner = 'type' in node ? (node as Node) : undefined;
  if (inner) visit(inner, parent);
  for (const value of Object.values(node))
    for (const one of Array.isArray(value) ? value : [value])
      if (typeof one === 'object' && one !== null) walk(one, visit, inner);
}
