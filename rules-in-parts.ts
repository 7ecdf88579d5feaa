/*
 * The Vite plugin by which the page gets of each rule only what it needs.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Plugin } from 'vite';
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

/**
 * Ships rules in parts: what says which case holds, and (as `?words`) what is read when somebody looks: why, where it
 * is written, the words and fixes of the cases, and `judge` whole, which gives these their data. `?title` is a rule's
 * title. A build takes every rule apart; elsewhere rules are whole, and `?part` is the part that a build has in their
 * place. Examples stay out altogether. A case that is not written out as an object keeps its words in both parts, which
 * costs octets and nothing else.
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
      if (query === undefined && !building) return;
      if (building && query === undefined)
        this.emitFile({
          type: 'chunk',
          id: `${file}?words`,
          fileName: `assets/${rule}-${name}.js`,
          preserveSignature: 'strict',
        });
      if (query === 'title') return { code: titleOf(this.parse(code)), map: null };
      const edits: Edit[] = [];
      const drop = (node: Node, by = '') => void edits.push(without(node, code, by));
      const words = query === 'words';
      const late = query === 'judge';
      const whole = query === 'whole';
      const part = !words && !late && !whole;
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
        if (whole || node.type !== 'CallExpression' || children(node, 'callee')[0]?.name !== 'rule') return;
        const properties = children(children(node, 'arguments')[0], 'properties');
        for (const property of properties) {
          const name = nameOf(property);
          if (late) {
            if (name !== 'judge') drop(property);
          } else if (words && name === 'partial') drop(property);
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

/** A module that is a rule's title alone. */
function titleOf(program: object): string {
  const property = propertiesOfRule(program).find((one) => nameOf(one) === 'title');
  const title = children(property, 'value')[0]?.value;
  if (typeof title !== 'string' || title === '') throw new Error('A title is not written out.');
  return `export default ${JSON.stringify(title)};`;
}

/** What a verdict says beyond which case holds. */
export const ONLY_READ: ReadonlySet<string> = new Set(['data', 'shows', 'rests']);

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
      if (children(property, 'value').every(idle)) edits.push(without(property, code));
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
    .filter((entry) => entry.isFile() && !/\.test\.ts$|\.txt$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const made = ['package-lock.json', ...readdirSync(root).filter((file) => file.endsWith('.ts'))].sort();
  for (const file of [...files, ...made.map((each) => join(root, each))])
    hash.update(relative(root, file)).update(readFileSync(file));
  return hash.digest('base64url').slice(0, 8);
}
