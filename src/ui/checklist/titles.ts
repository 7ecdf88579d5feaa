/** What rules require, by their ids: for a page that has rules without their titles (rules-in-parts.ts). */

const files = import.meta.glob<string>(['../../rules/*/*.ts', '!../../rules/**/*.test.ts'], {
  eager: true,
  import: 'default',
  query: '?title',
});

export const titles: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(files).map(([path, title]) => [path.slice('../../rules/'.length, -'.ts'.length), title]),
);
