import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/**
 * Builds what runs in Node, each into one file that needs no packages beside it: the command line, and with
 * `--mode bench` or `--mode fuzz` the benchmark or the fuzzer.
 */
export default defineConfig(({ mode }) => {
  const tool = mode === 'bench' || mode === 'fuzz' ? mode : undefined;
  return {
    publicDir: false,
    plugins: [executable()],
    ssr: { noExternal: true },
    build: {
      ssr: tool ? `${tool}/main.ts` : 'src/cli/main.ts',
      outDir: `dist/${tool ?? 'cli'}`,
      target: 'node20',
      emptyOutDir: true,
      rolldownOptions: {
        checks: { pluginTimings: false },
        external: tool === 'bench' ? ['playwright-core'] : [],
        output: {
          entryFileNames: `${tool ?? 'mailproof'}.mjs`,
          banner: tool ? '' : '#!/usr/bin/env node',
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
