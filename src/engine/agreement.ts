/*
 * Verbs that agree with the names before them. Apart from other prose, because only the words of rules need it.
 */

import { enumerated } from './prose.ts';

/** Names and what they do, the first word in the singular: "`a` takes mail", "`a` and `b` take mail". */
export function those(names: readonly string[], does: string): string {
  const agreed =
    names.length === 1 ? does : does.replace(/^\S+/, (verb) => PLURAL[verb] ?? verb.replace(/s$/, ''));
  return `${enumerated(names)} ${agreed}`;
}

const PLURAL: Readonly<Record<string, string>> = { is: 'are', was: 'were', has: 'have', does: 'do' };
