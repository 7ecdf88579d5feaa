/*
 * What this browser keeps between visits. Storage throws where it is forbidden or full; what was to be kept then
 * lasts as long as the page.
 */

/** A value kept here before, or undefined. */
export function kept(key: string): string | undefined {
  try {
    return localStorage.getItem(PREFIX + key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a value, or forgets it where none is given; whether that worked. */
export function keep(key: string, value: string | undefined): boolean {
  try {
    if (value === undefined) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, value);
    return true;
  } catch {
    return false;
  }
}

const PREFIX = 'mailproof.';
