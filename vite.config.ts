import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build, type Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { loaded } from './loaded.ts';
import { profileGuided } from './profile-guided.ts';
import { rulesInParts } from './rules-in-parts.ts';
import { contentPolicy, type PageConfig, SETTINGS } from './src/cli/content-policy.ts';

const OUT = 'dist/page';

/** Begins with what takes longest, so that no core waits for another in the end. */
class LongestFirst {
  async shard<F>(files: F[]): Promise<F[]> {
    return files;
  }

  async sort<F extends { readonly moduleId: string }>(files: F[]): Promise<F[]> {
    const long = /\/(?:rules\/examples|fixtures\/worlds|share\/link|relay\/.+)\.test\.ts$/;
    return [...files].sort((a, b) => Number(long.test(b.moduleId)) - Number(long.test(a.moduleId)));
  }
}

export default defineConfig({
  base: './',
  // Modules where a package has both: the helpers that make modules of the others would be loaded by everybody.
  resolve: { mainFields: ['module', 'browser'] },
  plugins: [
    svelte({
      compilerOptions: {
        fragments: 'tree',
        runes: true,
        cssHash: ({ hash, filename }) => `s${hash(filename).slice(0, 4)}`,
      },
    }),
    clientOnly(),
    planOfCheck(),
    profileGuided(),
    rulesInParts(),
    compiledAhead(),
    ownStylesAtHand(),
    contentSecurity(),
    offlineCopy(),
    learnPages(),
    webComponent(),
  ],
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: 'es2023',
    // What else a file needs is read from the file: a list of it all would be loaded by everybody, and worked off for each.
    // Except for the two that somebody waits for.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (file, others) =>
        /^assets\/(report|sample)-[\w-]{8}\.js$/.test(file) ? others : [],
    },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      checks: { pluginTimings: false },
      output: { codeSplitting: { groups: packs() } },
    },
  },
  test: {
    include: ['src/**/*.test.ts', 'fuzz/*.test.ts', 'bench/*.test.ts'],
    // A test of what is built: vite.parts.config.ts.
    exclude: ['src/rules/parts.test.ts'],
    // Nothing in the house keeps state in a module: files share a process, and the house is loaded once in each.
    isolate: false,
    maxWorkers: availableParallelism(),
    sequence: { sequencer: LongestFirst },
    // Nobody waits that long; a machine busy with other work may.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

/**
 * What is always loaded whole goes into one file each: the start page, and what every report needs. One large file
 * compresses better than thirty small ones and is one request. All else is split by what imports it.
 */
function packs() {
  const start = reaching('index.html', 'src/main.ts');
  const report = reaching(
    'src/ui/engine.ts',
    'src/ui/report/ReportView.svelte',
    // What the words of the commonest problems are made with: fetched after them, it would be a round trip more.
    'src/engine/prose.ts',
    'src/mail/dmarc/mending.ts',
    'src/mail/mta-sts/policy-file.ts',
  );
  return [
    { name: (id: string, graph: Graph) => (start(graph).has(id) ? 'start' : null), priority: 2 },
    { name: (id: string, graph: Graph) => (report(graph).has(id) ? 'report' : null), priority: 1 },
    // Who needs the judging of one rule that is seldom needed most often needs that of its neighbours.
    {
      name: (id: string) => /\/rules\/([^/]+)\/[^/]+\?judge$/.exec(id)?.[1] ?? null,
      includeDependenciesRecursively: false,
    },
  ];
}

/**
 * Marks what every report runs through, so that a browser that knows the mark compiles it whole while it loads and the
 * visitor types: compiling function by function, each when it is first called, would be waited for.
 */
function compiledAhead(): Plugin {
  return {
    name: 'compiled-ahead',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const part of Object.values(bundle))
          if (part.type === 'chunk' && (part.name === 'report' || part.name === 'index'))
            part.code = `//# allFunctionsCalledOnLoad\n${part.code}`;
      },
    },
  };
}

/**
 * Lets a file fetch others as the language does where all that Vite would see to first are styles that came with the
 * file itself. Vite says so at each of hundreds of places, which everybody would load.
 */
function ownStylesAtHand(): Plugin {
  const fetching =
    /[\w$]+\((\(\)=>)?((?:async\(\)=>\{let\{[\w$:,]+\}=await )?import\(`[^`]+`\)(?:\.then\([\w$]+=>[\w$]+\.[\w$]+\)|;return\{[\w$:,]+\}\})*),(?:__vite__mapDeps\(\[([\d,]*)\]\)|\[\]),import\.meta\.url\)/g;
  const list = /^const __vite__mapDeps=.*?m\.f=(\[.*?\]).*\n/m;
  return {
    name: 'own-styles-at-hand',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        let fetched = 0;
        const stylesOf = (file: string, seen = new Set<string>()): readonly string[] => {
          const part = bundle[file];
          if (part?.type !== 'chunk' || seen.has(file)) return [];
          seen.add(file);
          const own = [...(part.viteMetadata?.importedCss ?? [])];
          return [...own, ...part.imports.flatMap((other) => stylesOf(other, seen))];
        };
        for (const part of Object.values(bundle)) {
          if (part.type !== 'chunk') continue;
          const others: readonly string[] = JSON.parse(list.exec(part.code)?.[1] ?? '[]');
          const own = new Set(stylesOf(part.fileName));
          const atHand = others.map((other) => own.has(join(dirname(part.fileName), other)));
          const code = part.code.replace(
            fetching,
            (whole, direct: string | undefined, plain: string, places: string | undefined) => {
              if (places?.split(',').some((place) => !atHand[Number(place)])) return whole;
              fetched++;
              return direct ? plain : `(${plain})()`;
            },
          );
          part.code = /__vite__mapDeps\(/.test(code) ? code : code.replace(list, '');
        }
        if (fetched === 0) throw new Error('Vite does not fetch files as it did.');
      },
    },
  };
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
 * What the page may do, as `<meta>` for hosts that send no headers and as `_headers` for those that read it. Left
 * out of the development server, which puts styles inline. `$MAILPROOF_CONFIG` names a file of settings to build in, for
 * hosts whose page is to ask other resolvers, or a relay.
 */
function contentSecurity(): Plugin {
  const file = process.env.MAILPROOF_CONFIG;
  const settings = file ? (JSON.parse(readFileSync(file, 'utf8')) as PageConfig) : undefined;
  const policy = contentPolicy(settings);
  const headers = `/*
  Content-Security-Policy: ${policy}; frame-ancestors *
  Referrer-Policy: no-referrer
  X-Content-Type-Options: nosniff
  Permissions-Policy: camera=(), geolocation=(), microphone=()
/assets/*
  Access-Control-Allow-Origin: *
  Cache-Control: public, max-age=31536000, immutable
`;
  const meta = (attrs: Record<string, string>) => ({ tag: 'meta', attrs, injectTo: 'head-prepend' as const });
  return {
    name: 'content-security',
    apply: 'build',
    transformIndexHtml: () => [
      meta({ 'http-equiv': 'Content-Security-Policy', content: policy }),
      ...(settings === undefined ? [] : [meta({ name: SETTINGS, content: JSON.stringify(settings) })]),
    ],
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: '_headers', source: headers });
    },
  };
}

/** What is read of one rule, or of its judging what hardly any domain comes upon. */
const OF_RULE = /\/src\/rules\/.+\.ts\?(?:words|whole)$/;

/**
 * Puts the hash of what the page loads first into the page, and writes the service worker with the list of what
 * works without a network: the start page, the engine, the samples and of rules what their reports need.
 */
function offlineCopy(): Plugin {
  const files: string[] = [];
  const ofRules = new Map<string, string>();
  return {
    name: 'offline-copy',
    apply: 'build',
    generateBundle(_, bundle) {
      for (const part of Object.values(bundle)) {
        const module = (part.type === 'chunk' && part.facadeModuleId) || '';
        if (OF_RULE.test(module)) ofRules.set(module, part.fileName);
        else if (part.fileName.startsWith('assets/')) files.push(part.fileName);
      }
    },
    async closeBundle() {
      const index = join(OUT, 'index.html');
      const page = readFileSync(index, 'utf8').replace(
        /(<(?:script|link)[^>]* (?:src|href)="\.\/)(assets\/[^"]+)"/g,
        (_, start: string, file: string) =>
          `${start}${file}" integrity="sha384-${createHash('sha384')
            .update(readFileSync(join(OUT, file)))
            .digest('base64')}"`,
      );
      writeFileSync(index, page);
      const read = new Set<string>();
      const noting: Plugin = { name: 'noting', enforce: 'pre', transform: (_, id) => void read.add(id) };
      await loaded(
        '/profile-reports.ts',
        (reports: { reportOnSamples(): Promise<void> }) => reports.reportOnSamples(),
        [noting, profileGuided(), rulesInParts()],
      );
      const needed = [...ofRules].flatMap(([module, file]) => (read.has(module) ? [file] : []));
      const kept = ['./', 'icon.svg', ...files, ...needed].sort();
      const version = createHash('sha256').update(page).update(kept.join()).digest('hex').slice(0, 16);
      await build({
        configFile: false,
        publicDir: false,
        logLevel: 'error',
        define: { VERSION: JSON.stringify(`mailproof-${version}`), FILES: JSON.stringify(kept) },
        build: {
          outDir: OUT,
          emptyOutDir: false,
          target: 'es2023',
          lib: { entry: 'src/offline/worker.ts', formats: ['es'], fileName: () => 'offline.js' },
          rolldownOptions: { output: { minify: true } },
        },
      });
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
 * Writes the pages that are read: the guide, one page per rule, the list of them, and the page for addresses that
 * lead nowhere. Their script and style sheet are built apart, so that examples run with rules that are whole.
 * `$MAILPROOF_SITE` is the address of the start page, which search engines are told; `serve` knows its own.
 */
function learnPages(): Plugin {
  return {
    name: 'learn-pages',
    apply: 'build',
    async closeBundle() {
      const built = await build({
        configFile: false,
        base: './',
        publicDir: false,
        plugins: [svelte()],
        logLevel: 'error',
        build: {
          outDir: OUT,
          emptyOutDir: false,
          target: 'es2023',
          modulePreload: { polyfill: false },
          cssCodeSplit: false,
          reportCompressedSize: false,
          rolldownOptions: {
            input: 'src/ui/learn/learn.ts',
            output: {
              entryFileNames: 'assets/learn/[name]-[hash].js',
              chunkFileNames: 'assets/learn/[name]-[hash].js',
              assetFileNames: 'assets/learn/[name]-[hash][extname]',
              // What judges, in one file; then each page takes its own rule.
              codeSplitting: {
                groups: [{ name: 'engine', test: /\/src\/(?:dns|engine|facts|mail|observe|topics)\// }],
              },
            },
          },
        },
      });
      const files = [built].flat().flatMap((each) => ('output' in each ? each.output : []));
      const address = process.env.MAILPROOF_SITE;
      const site = {
        script: files.find((file) => file.type === 'chunk' && file.isEntry)?.fileName ?? '',
        style: files.find(({ fileName }) => fileName.endsWith('.css'))?.fileName ?? '',
        ...(address === undefined ? {} : { address: new URL('./', address).href }),
      };
      const pages = await loaded('/src/ui/learn/prerender.ts', (module: Prerender) =>
        module.learnPages(site),
      );
      for (const { path, text } of pages) {
        const file = join(OUT, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
    },
  };
}

interface Prerender {
  learnPages(site: object): Promise<readonly { path: string; text: string }[]>;
}

/**
 * Takes out of Svelte what this page never does: take over a page made by a server, wait in components, run components
 * written for older versions. Svelte asks variables whether it is to; as constants they leave the bundler to see it.
 */
function clientOnly(): Plugin {
  const never = /^export let ((?:async_mode|legacy_mode|tracing_mode)_flag|hydrating) = false;$/gm;
  const setting = /^\t(?:(?:async_mode|legacy_mode|tracing_mode)_flag|hydrating) = \w+;$/gm;
  return {
    name: 'client-only',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (!/\/svelte\/src\/internal\/(?:client\/dom\/hydration|flags\/index)\.js$/.test(id)) return undefined;
      if (code.search(never) < 0) throw new Error(`${id} does not say what it said.`);
      return { code: code.replace(never, 'export const $1 = false;').replace(setting, ''), map: null };
    },
  };
}

/** What a check asks first, found out by running one that gets no answers, as a module for the start page. */
function planOfCheck(): Plugin {
  const id = 'virtual:plan';
  return {
    name: 'plan-of-check',
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    async load(loading) {
      if (loading !== `\0${id}`) return undefined;
      const plan = await loaded('/src/ui/start/plan.ts', (module: { plan(): Promise<object> }) =>
        module.plan(),
      );
      return `export default ${JSON.stringify(plan)}`;
    },
  };
}
