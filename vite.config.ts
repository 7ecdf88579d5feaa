import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { createServer, type Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const OUT = 'dist/page';

export default defineConfig({
  base: './',
  plugins: [svelte(), withoutExamples(), contentSecurity(), rulePages()],
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});

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
  Content-Security-Policy: ${policy}; frame-ancestors 'self'
  Referrer-Policy: no-referrer
  X-Content-Type-Options: nosniff
  Permissions-Policy: camera=(), geolocation=(), microphone=()
/assets/*
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

/** Takes the rules' examples out of the page: those built by calls would stay, though nothing there uses them. */
function withoutExamples(): Plugin {
  return {
    name: 'without-examples',
    apply: 'build',
    enforce: 'post',
    transform(code, id) {
      if (!id.includes('/src/rules/')) return;
      const declared = this.parse(code).body.find(
        (node) =>
          node.type === 'ExportNamedDeclaration' &&
          node.declaration?.type === 'VariableDeclaration' &&
          node.declaration.declarations.some(
            ({ id: { type, ...name } }) =>
              type === 'Identifier' && 'name' in name && name.name === 'examples',
          ),
      );
      if (declared) return { code: code.slice(0, declared.start) + code.slice(declared.end), map: null };
    },
  };
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
