import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/**
 * Builds what runs in Node, each into one file that needs no packages beside it: the command line, and with
 * `--mode bench` the benchmark.
 */
export default defineConfig(({ mode }) => {
  const bench = mode === 'bench';
  return {
    publicDir: false,
    plugins: [executable()],
    ssr: { noExternal: true },
    build: {
      ssr: bench ? 'bench/main.ts' : 'src/cli/main.ts',
      outDir: bench ? 'dist/bench' : 'dist/cli',
      target: 'node20',
      emptyOutDir: true,
      rolldownOptions: {
        checks: { pluginTimings: false },
        external: bench ? ['playwright-core'] : [],
        output: {
          entryFileNames: bench ? 'bench.mjs' : 'mailproof.mjs',
          banner: bench ? '' : '#!/usr/bin/env node',
          codeSplitting: false,
        },
      },
    },
  };
});

/** A command has to be executable for `npx` and shells. */
function executable(): Plugin {
  return {
    name: 'executable',
    writeBundle({ dir = '' }, bundle) {
      for (const file of Object.keys(bundle)) if (file.endsWith('.mjs')) chmodSync(join(dir, file), 0o755);
    },
  };
}
