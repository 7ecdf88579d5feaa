import { defineConfig } from 'vitest/config';
import { profileGuided } from './profile-guided.ts';
import { rulesInParts } from './rules-in-parts.ts';

/** Holds the parts that rules are shipped in against the whole ones: `npm test build`. */
export default defineConfig({
  plugins: [profileGuided(), rulesInParts()],
  test: { include: ['src/rules/parts.test.ts'], isolate: false, testTimeout: 300_000 },
});
