/* What the plugins of the build share: syntax trees as the bundler gives them, and texts with changes made. */

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

/** A text with its edits made; of one that lies within another the outer one counts. */
export function edited(code: string, edits: readonly Edit[]): string {
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
 * Without the declarations and imports that a part has no use for: what it imports is loaded with it. Rules do
 * nothing when they are loaded, so nothing is lost.
 */
export function withoutUnused(code: string, program: object): string {
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

export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly name?: string;
  readonly value?: unknown;
}

/** The nodes under a key of a syntax node, one or several. */
export function children(node: object | null | undefined, key: string): Node[] {
  const value = (node as Record<string, unknown> | null | undefined)?.[key];
  return (Array.isArray(value) ? value : [value]).filter(
    (one) => typeof one === 'object' && one !== null,
  ) as Node[];
}

/** What is written out of the rule that a program declares: the properties of what `rule` is called with. */
export function propertiesOfRule(program: object): Node[] {
  let found: Node[] = [];
  walk(program, (node) => {
    if (node.type === 'CallExpression' && children(node, 'callee')[0]?.name === 'rule')
      found = children(children(node, 'arguments')[0], 'properties');
  });
  return found;
}

/** A change that takes a property or element out, and the comma behind it. */
export function without({ start, end }: Edit | Node, code: string, by = ''): Edit {
  const comma = /^\s*,/.exec(code.slice(end))?.[0].length ?? 0;
  return { start, end: end + comma, by };
}

export function nameOf(property: Node): string {
  const [key] = children(property, 'key');
  return key?.name ?? String(key?.value ?? '');
}

export function walk(
  node: object,
  visit: (node: Node, parent: Node | undefined) => void,
  parent?: Node,
): void {
  const inner = 'type' in node ? (node as Node) : undefined;
  if (inner) visit(inner, parent);
  for (const value of Object.values(node))
    for (const one of Array.isArray(value) ? value : [value])
      if (typeof one === 'object' && one !== null) walk(one, visit, inner);
}
