/*
 * `npm run fuzz`: a million inputs over everything that reads what strangers write. Half of them follow from a fixed
 * seed, half from one of the hour, which is printed. `npm run fuzz -- 20000` makes 20000 of them;
 * `npm run fuzz -- 20000 "spf record" 77` only these of one target and seed.
 */

import { parseArgs } from 'node:util';
import { fuzz } from './run.ts';
import { hasCorpora, targets } from './targets.ts';

const FIXED = 20261123;

const { positionals } = parseArgs({ allowPositionals: true });
const [total = '1000000', only, given] = positionals;
const all = (await targets()).filter(({ name }) => only === undefined || name === only);
const shares = all.reduce((sum, { share }) => sum + share, 0);
const seeds = given === undefined ? [FIXED, Math.floor(Math.random() * 2 ** 31)] : [Number(given)];
if (all.length === 0 || !(Number(total) > 0)) {
  process.stderr.write(`There is no target "${only}", or "${total}" is no number.\n`);
  process.exit(2);
}
process.stdout.write(
  `Seeds ${seeds.join(' and ')}; other people's seeds ${hasCorpora ? 'included' : 'not found beside the project'}.\n`,
);
let made = 0;
let failed = 0;
const start = performance.now();
for (const target of all) {
  const count = Math.ceil((Number(total) * target.share) / shares / seeds.length);
  const begun = performance.now();
  for (const seed of seeds) {
    const failure = await fuzz(target, seed, count);
    made += failure ? failure.at + 1 : count;
    if (!failure) continue;
    failed++;
    process.stdout.write(
      `FAILED ${target.name}, seed ${seed}, input ${failure.at}: ${failure.what}\n${JSON.stringify(failure.input)}\n`,
    );
  }
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  process.stdout.write(
    `${target.name.padEnd(20)}${String(count * seeds.length).padStart(9)}${seconds.padStart(8)} s\n`,
  );
}
process.stdout.write(
  `${made} inputs in ${Math.round((performance.now() - start) / 1000)} s, ${failed} failed.\n`,
);
process.exit(failed > 0 ? 1 : 0);
