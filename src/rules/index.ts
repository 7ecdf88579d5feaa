import type { AnyRule } from '../engine/rule.ts';

const files = import.meta.glob<AnyRule>(['./*/*.ts', '!./**/*.test.ts'], { eager: true, import: 'default' });

/** Every rule by its id, which is its path: `<area>/<subject>`. */
export const rules: Readonly<Record<string, AnyRule>> = Object.fromEntries(
  Object.entries(files)
    .map(([path, rule]) => [path.slice(2, -3), rule] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1)),
);
