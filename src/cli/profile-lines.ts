/*
 * Profiles of authorities as plain text, below a report where they are asked for.
 */

import { type Judged, type Standing, standingWords } from '../profiles/profile.ts';

/** Every profile with its requirements, a line each. Ends with a line feed. */
export function profileLines(all: readonly Judged[]): string {
  const out = ['', 'Profiles of authorities', '-----------------------', ''];
  for (const { authority, name, audience, documents, requirements, unseen } of all) {
    out.push(`${authority}: ${name} (${standingWords(requirements)})`, `  ${audience}`);
    for (const { document, href } of documents) out.push(`  ${document}, ${href}`);
    for (const { asks, state, says } of requirements)
      out.push(`  ${STATES[state].padEnd(14)}  ${asks}${says === '' ? '' : `: ${says}`}`);
    if (unseen !== undefined) out.push(`  Not looked at here: ${unseen}`);
    out.push('');
  }
  return `${out.join('\n').trimEnd()}\n`;
}

const STATES: Readonly<Record<Standing['state'], string>> = {
  met: 'met',
  unmet: 'not met',
  unknown: 'unknown',
  'not-applicable': 'does not apply',
};
