import type { Profile } from './profile.ts';

const files = import.meta.glob<Profile>('./authorities/*.ts', { eager: true, import: 'default' });

/** Every profile by its id, the name of its file; in order of authorities. */
export const profiles: Readonly<Record<string, Profile>> = Object.fromEntries(
  Object.entries(files)
    .map(([path, profile]) => [path.slice('./authorities/'.length, -'.ts'.length), profile] as const)
    .sort(([, a], [, b]) => (a.authority < b.authority ? -1 : a.authority > b.authority ? 1 : 0)),
);
