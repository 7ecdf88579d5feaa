/*
 * Other people's DKIM cases: record verdicts (mox), and messages with their keys (dkim_verifier), as far as they
 * can be told without verifying signatures. A case is named by its place; where we differ, the clause stands here.
 */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseKeyRecord } from './key-record.ts';
import { breaksSignature, pairFaults, readPasted } from './signature.ts';

const FOLDER = '../shared/corpora';
const present = existsSync(FOLDER);
if (!present && process.env.CORPORA === 'required') throw new Error(`${FOLDER} is missing`);
if (!present) console.log(`skipped: no ${FOLDER}, DKIM corpora not run`);

/** Lines of record-verdicts/records.jsonl where we differ from the suite, and why. */
const DIFFERENCES: Readonly<Record<number, string>> = {
  107: 'a blank after the last semicolon: not in the ABNF of RFC 6376 §3.2, and overlooked by verifiers',
  117: 'U-labels and UTF-8 in i=: allowed only in internationalized messages (RFC 8616 §5), which one field does not show',
};

interface Verdict {
  type: string;
  input: string;
  verdict: 'accept' | 'reject';
  suite: string;
}

describe.skipIf(!present)('record verdicts', () => {
  const lines = present
    ? readFileSync(`${FOLDER}/record-verdicts/records.jsonl`, 'latin1').trim().split('\n')
    : [];
  const cases = lines
    .map((line, i) => ({ line: i + 1, ...(JSON.parse(line) as Verdict) }))
    .filter((each) => each.type === 'dkim-key' || each.type === 'dkim-signature');

  test('agree, or differ where a clause says so', () => {
    const suites = new Map<string, [agreed: number, all: number]>();
    const differing: number[] = [];
    for (const { line, type, input, verdict, suite } of cases) {
      const accepted = type === 'dkim-key' ? parseKeyRecord(input).state !== 'broken' : signatureHolds(input);
      const tally = suites.get(`${suite} ${type}`) ?? [0, 0];
      suites.set(`${suite} ${type}`, [
        tally[0] + (accepted === (verdict === 'accept') ? 1 : 0),
        tally[1] + 1,
      ]);
      if (accepted !== (verdict === 'accept')) differing.push(line);
    }
    for (const [suite, [agreed, all]] of suites) console.log(`${suite}: ${agreed} of ${all} agree`);
    for (const line of differing) console.log(`line ${line}: ${DIFFERENCES[line] ?? 'NO CLAUSE'}`);
    expect(differing).toEqual(Object.keys(DIFFERENCES).map(Number));
  });
});

function signatureHolds(text: string): boolean {
  const { signatures } = readPasted(text);
  return (
    signatures.length > 0 && signatures.every(({ faults }) => faults.every((f) => !breaksSignature(f.kind)))
  );
}

describe.skipIf(!present)('dkim_verifier', () => {
  const read = (path: string) => readFileSync(`${FOLDER}/dkim-lieser/${path}`, 'latin1');
  const answers: Record<string, string> = present ? JSON.parse(read('dns.json')) : {};

  test('keys are read', () => {
    const states = Object.entries(answers)
      .filter(([name]) => name.includes('_domainkey'))
      .map(([, text]) => parseKeyRecord(text));
    expect(states).toHaveLength(8);
    for (const record of states) {
      expect(record.faults).toEqual([]);
      expect(record.state).toBe('live');
    }
    expect(states.map(({ key }) => (key?.kind === 'rsa' ? key.bits : key?.kind))).toEqual([
      1024,
      'ed25519',
      1024,
      1024,
      1024,
      2048,
      2048,
      2048,
    ]);
  });

  interface Titled {
    title: string;
    files: string[];
    expect: [what: string, how: string][];
  }
  const cases: Titled[] = present ? JSON.parse(read('verifier-cases.json')) : [];
  /** Results that only the body, the signature's number or a local rule decides. */
  const BEYOND = /BADSIG|CORRUPT_BH|POLICYERROR|KEY_REVOKED|HASHNOTINCLUDED|NOTEMAILKEY/;

  test('signatures are read as expected', () => {
    let [checked, beyond] = [0, 0];
    for (const each of cases) {
      // That verifier lists the signature nearest to the body first.
      const signatures = [...readPasted(read(each.files[0] ?? '')).signatures].reverse();
      for (const [what, how] of each.expect) {
        const index = Number(/signatures\[(\d)\]/.exec(what)?.[1] ?? 0);
        const signature = signatures[index];
        const wanted = /^to\.be\.(?:deep\.)?equal\((.*)\)$/s.exec(how)?.[1];
        const field = what.split('?.')[1] ?? 'length';
        const actual = {
          length: signatures.length,
          sdid: signature?.domain,
          auid: signature?.identity,
          selector: signature?.selector,
          timestamp: signature?.made ?? null,
          expiration: signature?.expires ?? null,
          algorithmSignature: signature?.keyType,
          algorithmHash: signature?.hash,
          signedHeaders: signature?.headers,
        }[field];
        if (wanted === undefined || actual === undefined) continue;
        expect(actual, `${each.title}: ${what}`).toEqual(
          JSON.parse(wanted.replace(/,\s*\]/, ']').replace(/(\d)_(?=\d)/g, '$1')),
        );
        checked++;
      }
      const error = each.expect.find(([what]) => what.includes('errorType'))?.[1];
      if (error !== undefined && BEYOND.test(error)) {
        beyond++;
        continue;
      }
      const wrong = signatures.some((signature) => {
        const key = answers[`${signature.selector}._domainkey.${signature.domain}`];
        return (
          signature.faults.some((fault) => breaksSignature(fault.kind)) ||
          (key !== undefined && pairFaults(signature, parseKeyRecord(key)).length > 0)
        );
      });
      const success = each.expect.some(([what, how]) => what.endsWith('result') && how.includes('SUCCESS'));
      if (success || error !== undefined) {
        expect(wrong, each.title).toBe(error !== undefined);
        checked++;
      }
    }
    console.log(
      `dkim_verifier: ${checked} expectations hold, ${beyond} of ${cases.length} cases need the cryptography or an altered key`,
    );
    expect(checked).toBeGreaterThan(0);
  });
});
