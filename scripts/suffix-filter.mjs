/*
 * Writes src/mail/dmarc/suffix-filter.ts from the rules of the installed `tldts`: after an update of that package
 * the tests ask for it. Read there what the filter is for.
 */

import { existsSync, writeFileSync } from 'node:fs';
import * as trie from 'tldts/dist/es6/src/data/trie.js';
import { runnerImport } from 'vite';

const FILE = 'src/mail/dmarc/suffix-filter.ts';

/** One in so many endings that are not listed is taken for a listed one. */
const SPREAD = 33;

/** The filter's reader, for the hash; it cannot be read without any filter. */
if (!existsSync(FILE)) writeFilter({ tops: [], range: 1, endings: '' });
const { module: reader } = await runnerImport('./src/mail/dmarc/suffix-list.ts', {
  configFile: false,
  logLevel: 'error',
});

const rules = [...rulesBelow(trie.rulesRoot), ...rulesBelow(trie.exceptionsRoot)]
  // Names have come down to ASCII, and every rule beyond it stands in the list as A-labels too.
  .filter((rule) => rule.includes('.') && /^[!-~]+$/.test(rule));
const odd = rules.find((rule) => rule.lastIndexOf('*') > 0);
if (odd) throw new Error(`a wildcard in the middle: ${odd}`);
const tops = rules.filter((rule) => /^\*\.[^.]+$/.test(rule)).map((rule) => rule.slice(2));
const endings = new Set(
  rules
    .map((rule) => reader.endingOf(rule))
    .filter((ending) => !reader.isTakenForListed(ending) && !tops.includes(ending.split('.')[1])),
);
const range = endings.size * SPREAD;
const hashes = [...new Set([...endings].map((ending) => reader.hashOf(ending) % range))];
writeFilter({ tops: tops.sort(), range, endings: gaps(hashes.sort((a, b) => a - b)) });
console.log(`${rules.length} rules, ${endings.size} endings, ${tops.length} top levels with a wildcard`);

/** The distances between numbers, a character each from `(` for 1; `~` goes 86 on and stands for none. */
function gaps(numbers) {
  let text = '';
  let at = -1;
  for (const number of numbers) {
    let gap = number - at;
    for (; gap > 86; gap -= 86) text += '~';
    text += String.fromCharCode(39 + gap);
    at = number;
  }
  return text;
}

/** All rules below a node, as names. */
function* rulesBelow(root) {
  const starts = [];
  let length = 0;
  for (const label of trie.edgeLength) {
    starts.push(length);
    length += label;
  }
  yield* below(root, '');
  function* below(node, parent) {
    for (let edge = trie.edgeStart[node]; edge < trie.edgeStart[node + 1]; edge++) {
      const label = trie.labelText.slice(starts[edge], starts[edge] + trie.edgeLength[edge]);
      const name = parent ? `${label}.${parent}` : label;
      const child = trie.edgeChild[edge];
      if (trie.nodeFlags[child]) yield name;
      yield* below(child, name);
    }
  }
}

function writeFilter({ tops, range, endings }) {
  writeFileSync(
    FILE,
    `/*
 * The last two labels of every rule of the Public Suffix List that has several. Written by \`npm run suffix-filter\`
 * from the rules of the package \`tldts\`; \`suffix-list.ts\` reads it.
 */

/** Top-level domains below which every name is a suffix. */
export const WILD_TOPS: readonly string[] = [${tops.map((top) => `'${top}'`).join(', ')}];

/** Endings are hashed to numbers below this one. */
export const RANGE = ${String(range)};

/** The sorted hashes, each as its distance from the one before. */
export const ENDINGS =
  '${endings.replace(/[\\']/g, '\\$&')}';
`,
  );
}
