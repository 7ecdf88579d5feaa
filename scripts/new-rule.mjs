/*
 * `npm run new-rule AREA SUBJECT`: writes src/rules/AREA/SUBJECT.ts, a rule that says nothing yet, with an example
 * that fails until it does. CONTRIBUTING.md tells what to fill in.
 */

import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const RULES = join(root, 'src', 'rules');
const areas = readdirSync(RULES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const [area = '', subject = '', ...more] = process.argv.slice(2);
if (more.length > 0 || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(subject))
  fail(
    'npm run new-rule AREA SUBJECT, the subject a noun in lower case with hyphens: npm run new-rule spf lookup-limit',
  );
if (!areas.includes(area)) fail(`There is no area "${area}". There are ${areas.sort().join(', ')}.`);
const file = join(RULES, area, `${subject}.ts`);
if (existsSync(file)) fail(`src/rules/${area}/${subject}.ts is there already.`);

const name = subject.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
writeFileSync(
  file,
  `import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { apexTxt } from '../../topics/apex-txt.ts';

const ${name} = rule({
  title: 'TODO: the requirement, true when it is met',
  why: 'TODO: what a real sender or receiver suffers where it is not met.',
  bears: ['impersonation'],
  cites: [{ rfc: 7208, section: '4.5' }],
  reads: { txt: apexTxt },
  cases: {
    met: { passes: true, says: 'TODO: what is seen where it is met.' },
    unmet: {
      severity: 'medium',
      says: (d: { count: number }) => \`TODO: what is seen where it is not met, \${d.count} records.\`,
      fix: { stage: 'mend', effort: 'minutes', text: 'TODO: what to do.' },
    },
  },
  judge({ txt }) {
    const { length: count } = txt.texts;
    return count > 0 ? { is: 'met' } : { is: 'unmet', data: { count } };
  },
});

export default ${name};

export const weighs = {
  medium: 'TODO: what such a problem costs, and what it does not.',
} satisfies Weights<typeof ${name}>;

export const examples = [
  { name: 'met', zone: 'example.com TXT "TODO"', expect: 'met' },
  {
    name: 'TODO: give it a zone that does not meet the requirement',
    zone: 'example.com TXT "TODO"',
    expect: 'unmet',
  },
] satisfies Examples<typeof ${name}>;
`,
);
console.log(`src/rules/${area}/${subject}.ts is yours. Its example fails until you fill it in:

  npm test unit src/rules -- -t ${area}/${subject}`);

function fail(words) {
  console.error(words);
  process.exit(2);
}
