import { defineConfig } from 'vitest/config';
import { rulesInParts } from './rules-in-parts.ts';

/** Holds the parts that rules are shipped in against the whole ones: `npm test build`. */
export default defineConfig({
  plugins: [rulesInParts()],
  test: { include: ['src/rules/parts.test.ts'], isolate: false, testTimeout: 300_000 },
});
