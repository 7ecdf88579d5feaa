import { defineConfig } from 'vite';

/**
 * Builds the relay, one file a platform, nothing beside it: dist/relay.mjs for Node, and with `--mode workers`
 * dist/relay-worker.mjs for Cloudflare. `--mode lab` is the latter for the lab's servers, which no one deploys.
 */
export default defineConfig(({ mode }) => {
  const node = mode !== 'workers' && mode !== 'lab';
  return {
    publicDir: false,
    ssr: { noExternal: true, ...(node ? {} : { target: 'webworker' as const }) },
    build: {
      ssr: node
        ? 'src/relay/hosts/node-main.ts'
        : mode === 'lab'
          ? 'e2e/lab/workers-lab.ts'
          : 'src/relay/hosts/workers.ts',
      outDir: mode === 'lab' ? 'dist/lab' : 'dist',
      target: node ? 'node20' : 'es2023',
      minify: !node,
      emptyOutDir: false,
      rolldownOptions: {
        checks: { pluginTimings: false },
        external: node ? [] : ['cloudflare:sockets'],
        output: { entryFileNames: node ? 'relay.mjs' : 'relay-worker.mjs', codeSplitting: false },
      },
    },
  };
});
