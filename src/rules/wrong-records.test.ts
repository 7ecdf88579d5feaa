/*
 * A hundred wrong records as people publish them, judged the way `mailproof record` does: the first finding names
 * the mistake, and the record its fix proposes shows no problem. Where only the owner knows what belongs there, no
 * record may be proposed at all. What follows from the mistake is no second problem. `SHOW=1` prints what is missed.
 */

import { expect, test } from 'vitest';
import { toOctets } from '../dns/text.ts';
import { EXAMPLE_NOW } from '../engine/rule.ts';
import type { Finding } from '../engine/verdict.ts';
import { type WrongRecord, wrongRecords } from '../fixtures/wrong-records.ts';
import { RSA_2048 } from '../mail/dkim/example-keys.ts';
import { parseKeyRecord } from '../mail/dkim/key-record.ts';
import { recordReport } from '../record/judge.ts';

test('in at least 95 of a hundred the first finding names the mistake and its fix judges clean', async () => {
  expect(wrongRecords.length).toBe(100);
  let [named, mended] = [0, 0];
  const missed: string[] = [];
  const several: string[] = [];
  for (const wrong of wrongRecords) {
    const text = toOctets(withKey(wrong.text));
    const { findings } = await recordReport(wrong.kind, text, EXAMPLE_NOW);
    const first = findings[0];
    const problems = findings.filter(({ outcome, severity }) => outcome === 'problem' && severity !== 'info');
    if (problems.length !== 1)
      several.push(`${wrong.kind}, ${wrong.slip}: ${problems.map(({ rule }) => rule).join(', ')}`);
    const isNamed = first?.outcome === 'problem' && wrong.names.test(`${first.says} ${marked(first)}`);
    const left = await leftOver(wrong, first, text);
    if (isNamed) named++;
    if (isNamed && left === undefined) mended++;
    else
      missed.push(
        `${wrong.kind}, ${wrong.slip}: ${isNamed ? '' : 'not named, '}${left ?? ''}\n    ${wrong.text.slice(0, 80)}\n    ${first?.rule} ${first?.case}: ${first?.says}`,
      );
  }
  console.log(`Wrong records: ${named} of 100 named by the first finding, ${mended} mended too.`);
  if (process.env.SHOW) console.log(missed.join('\n'));
  expect(several, 'one mistake is one problem').toEqual([]);
  expect(mended, missed.join('\n')).toBeGreaterThanOrEqual(95);
}, 60_000);

/** What is wrong with the fix; undefined when the record it proposes shows no problem. */
async function leftOver(wrong: WrongRecord, finding: Finding | undefined, text: string) {
  const changes = finding?.fix?.changes ?? [];
  if (wrong.owner) return changes.length === 0 ? undefined : 'a record is proposed that nobody can know';
  // The right name of an alias is known, the record behind it is not: there is no text left to judge.
  if (changes.some((change) => change.op === 'add' && change.type === 'CNAME')) return undefined;
  if (wrong.kind === 'mta-sts-policy') return stillWrong(wrong, finding?.fix?.file?.text ?? '');
  const change = changes.find((one) => one.op !== 'delete' && one.type === 'TXT');
  if (change?.op === undefined || change.op === 'delete') return 'no record is proposed';
  if (change.op === 'replace' && change.was !== text) return 'another record is replaced';
  return stillWrong(wrong, change.value);
}

/** What is still wrong with a mended record; undefined when it is read and shows no problem. */
async function stillWrong({ kind }: WrongRecord, text: string) {
  const { findings } = await recordReport(kind, text, EXAMPLE_NOW);
  // Of a key alone no rule says that all is well, for there may be other keys.
  const isRead =
    kind === 'dkim'
      ? parseKeyRecord(text).state === 'live'
      : findings.some(({ outcome }) => outcome === 'pass');
  if (!isRead) return `nobody reads \`${text}\``;
  const worst = findings.find(({ outcome, severity }) => outcome === 'problem' && severity !== 'info');
  return worst && `\`${text}\` still has ${worst.rule} ${worst.case}: ${worst.says}`;
}

/** The octets that the finding marks in what was seen. */
function marked({ shows }: Finding): string {
  return shows
    .flatMap(({ text, marks }) => (marks ?? []).map(([from, to]) => text.slice(from, to)))
    .join(' ');
}

function withKey(text: string): string {
  return text
    .replace('{RSA}', RSA_2048)
    .replace('{RSA:lower}', RSA_2048.toLowerCase())
    .replace('{RSA:220}', RSA_2048.slice(0, 220))
    .replace('{RSA:200}', RSA_2048.slice(0, 200))
    .replace('{RSA:rest}', RSA_2048.slice(200));
}
