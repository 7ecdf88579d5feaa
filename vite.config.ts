import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build, createServer, type Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const OUT = 'dist/page';

export default defineConfig({
  base: './',
  plugins: [svelte(), rulesInParts(), contentSecurity(), rulePages(), webComponent()],
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      checks: { pluginTimings: false },
      output: { codeSplitting: { groups: packs() } },
    },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});

/**
 * What is always loaded whole goes into one file each: the start page, and what every report needs. One large file
 * compresses better than thirty small ones and is one request. All else is split by what imports it.
 */
function packs() {
  const start = reaching('index.html', 'src/main.ts');
  const report = reaching('src/ui/engine.ts', 'src/ui/report/ReportView.svelte');
  return [
    { name: (id: string, graph: Graph) => (start(graph).has(id) ? 'start' : null), priority: 2 },
    { name: (id: string, graph: Graph) => (report(graph).has(id) ? 'report' : null), priority: 1 },
  ];
}

interface Graph {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/** All that these files import, and what that imports, and so on. */
function reaching(...files: string[]): (graph: Graph) => ReadonlySet<string> {
  let found: Set<string> | undefined;
  return (graph) => {
    if (found) return found;
    found = new Set(files.map((file) => join(import.meta.dirname, file)));
    for (const id of found) for (const other of graph.getModuleInfo(id)?.importedIds ?? []) found.add(other);
    return found;
  };
}

/**
 * What the page may do, as `<meta>` for hosts that send no headers and as `_headers` for those that read it.
 * `connect-src` stays open to https because anybody may name a resolver of their own; scripts and styles come
 * from the page's own files only. Left out of the development server, which puts styles inline.
 */
function contentSecurity(): Plugin {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self' https: http://localhost:* http://127.0.0.1:*",
    "base-uri 'none'",
    "form-action 'self'",
    "require-trusted-types-for 'script'",
    'trusted-types svelte-trusted-html',
  ].join('; ');
  const headers = `/*
  Content-Security-Policy: ${policy}; frame-ancestors *
  Referrer-Policy: no-referrer
  X-Content-Type-Options: nosniff
  Permissions-Policy: camera=(), geolocation=(), microphone=()
/assets/*
  Access-Control-Allow-Origin: *
  Cache-Control: public, max-age=31536000, immutable
`;
  return {
    name: 'content-security',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: policy },
        injectTo: 'head-prepend',
      },
    ],
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: '_headers', source: headers });
    },
  };
}

/** Builds the web component into one file that needs nothing beside it, named by the version of its contract. */
function webComponent(): Plugin {
  return {
    name: 'web-component',
    apply: 'build',
    async closeBundle() {
      await build({
        configFile: false,
        publicDir: false,
        logLevel: 'error',
        build: {
          outDir: OUT,
          emptyOutDir: false,
          target: 'es2022',
          lib: { entry: 'src/embed/element.ts', formats: ['es'], fileName: () => 'mailproof-widget-1.js' },
          rolldownOptions: { output: { minify: true } },
        },
      });
    },
  };
}

/**
 * Ships rules in two parts: what judges, and (as `?words`) what is read when somebody looks: why, where it is
 * written, the words and fixes of the cases. Examples stay out altogether. A case that is not written out as an
 * object keeps its words in both parts, which costs octets and nothing else.
 */
function rulesInParts(): Plugin {
  return {
    name: 'rules-in-parts',
    apply: 'build',
    enforce: 'post',
    transform(code, id) {
      const [file = '', query] = id.split('?');
      if (!/\/src\/rules\/[^/]+\/[^/]+\.ts$/.test(file)) return;
      const edits: { start: number; end: number; by: string }[] = [];
      const drop = (node: { start: number; end: number }, by = '') => {
        const comma = /^\s*,/.exec(code.slice(node.end))?.[0].length ?? 0;
        edits.push({ start: node.start, end: node.end + comma, by });
      };
      const words = query === 'words';
      walk(this.parse(code), (node) => {
        if (node.type === 'ExportNamedDeclaration') {
          const [declared] = children(children(node, 'declaration')[0], 'declarations');
          if (children(declared, 'id')[0]?.name === 'examples')
            edits.push({ start: node.start, end: node.end, by: '' });
        }
        if (node.type !== 'CallExpression' || children(node, 'callee')[0]?.name !== 'rule') return;
        for (const property of children(children(node, 'arguments')[0], 'properties')) {
          const name = nameOf(property);
          if (words && ['judge', 'partial'].includes(name)) drop(property);
          else if (words && name === 'reads') drop(property, 'reads: {},');
          else if (!words && name === 'why')
            drop(
              property,
              `why: '', words: () => import(${JSON.stringify(`${file}?words`)}).then((m) => m.default),`,
            );
          else if (!words && name === 'cites') drop(property, 'cites: [],');
          else if (!words && name === 'cases')
            for (const one of children(children(property, 'value')[0], 'properties'))
              for (const part of children(children(one, 'value')[0], 'properties'))
                if (['says', 'fix'].includes(nameOf(part))) drop(part);
        }
      });
      if (edits.length === 0) return;
      let out = code;
      for (const { start, end, by } of edits.sort((a, b) => b.start - a.start))
        out = out.slice(0, start) + by + out.slice(end);
      return { code: out, map: null };
    },
  };
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

function walk(node: object, visit: (node: Node) => void): void {
  if ('type' in node) visit(node as Node);
  for (const value of Object.values(node))
    for (const one of Array.isArray(value) ? value : [value])
      if (typeof one === 'object' && one !== null) walk(one, visit);
}

/** Writes one page per rule, the list of them, and the page for addresses that lead nowhere. */
function rulePages(): Plugin {
  return {
    name: 'rule-pages',
    apply: 'build',
    async closeBundle() {
      const index = readFileSync(join(OUT, 'index.html'), 'utf8');
      const styles = [...index.matchAll(/<link rel="stylesheet"[^>]*href="\.\/([^"]+)"/g)].map(
        ([, href]) => href ?? '',
      );
      const server = await createServer({
        configFile: false,
        plugins: [svelte()],
        server: { middlewareMode: true, hmr: false, ws: false, watch: null },
        optimizeDeps: { noDiscovery: true },
        // Its ES module, which Vite finds and Node does not.
        ssr: { noExternal: ['punycode'] },
        appType: 'custom',
        logLevel: 'error',
      });
      try {
        const { learnPages } = (await server.ssrLoadModule('/src/ui/learn/prerender.ts')) as {
          learnPages: (styles: readonly string[]) => Promise<readonly { path: string; html: string }[]>;
        };
        for (const { path, html } of await learnPages(styles)) {
          const file = join(OUT, path);
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, html);
        }
      } finally {
        await server.close();
      }
    },
  };
}
