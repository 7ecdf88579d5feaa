/*
 * The MX and SPF scenarios of Zonemaster, as far as one resolver can see them: what its scenario demands our rules
 * find, and what it forbids they do not. Scenarios about servers that disagree or do not answer belong to name
 * server tests; those of the root, of top-level domains and of `arpa` are refused as input.
 */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { mustName } from '../dns/name.ts';
import { parseZone } from '../dns/zone.ts';
import { diagnose } from '../engine/diagnose.ts';
import { EXAMPLE_NOW } from '../engine/rule.ts';
import { scopeOf } from '../engine/scope.ts';
import { zoneObserver } from '../observe/zone.ts';
import { rules } from './index.ts';

const FOLDER = new URL('../../../shared/corpora/zonemaster/test-zone-data/Zone-TP/', import.meta.url);
const present = existsSync(FOLDER);
if (!present && process.env.CORPORA !== 'required')
  console.log('Zonemaster zones are not beside the project: their reports are skipped.');

/** By scenario: rules that must show a problem, in one of the cases named, and rules that must not. */
const MX: Readonly<Record<string, Expected>> = {
  'null-mx-with-other-mx': { problems: ['mx/null-mixed mixed'], quiet: ['mx/null-form', 'mx/presence'] },
  'null-mx-non-zero-pref': { problems: ['mx/null-form preference'], quiet: ['mx/null-mixed', 'mx/presence'] },
  'mx-data': { problems: [], quiet: ['mx/null-form', 'mx/null-mixed', 'mx/presence', 'mx/exchange-name'] },
  'null-mx': { problems: [], quiet: ['mx/null-form', 'mx/null-mixed', 'mx/presence', 'mx/exchange-name'] },
  'no-mx-sld': { problems: ['posture/declaration undeclared'], quiet: ['mx/null-form', 'mx/null-mixed'] },
};
const SPF: Readonly<Record<string, Expected>> = {
  'good-spf-1': { problems: [], quiet: ['spf/record', 'spf/syntax'] },
  'good-spf-2': { problems: [], quiet: ['spf/record', 'spf/syntax'] },
  'no-txt': { problems: ['posture/declaration undeclared'], quiet: ['spf/syntax'] },
  'no-spf-txt': { problems: ['posture/declaration undeclared'], quiet: ['spf/syntax'] },
  'invalid-syntax-1': { problems: ['spf/syntax'], quiet: ['spf/record'] },
  'invalid-syntax-2': { problems: ['spf/syntax'], quiet: ['spf/record'] },
  'invalid-syntax-3': { problems: ['spf/syntax'], quiet: ['spf/record'] },
  'multiple-spf-records': { problems: ['spf/record multiple'], quiet: ['spf/syntax'] },
};

interface Expected {
  readonly problems: readonly string[];
  readonly quiet: readonly string[];
}

describe.runIf(present || process.env.CORPORA === 'required')('Zonemaster', () => {
  test.each(Object.entries(MX))('MX: %s', async (scenario, expected) => {
    const domain = `${scenario}.zone09.xa`;
    const configuration = readFileSync(new URL('zone09/zone09.cfg', FOLDER), 'utf8');
    const [, server = ''] = configuration.split('# testzones ns1');
    const answers = [...(server.split('# testzones ns2')[0]?.matchAll(/answer "([^"]+)"/g) ?? [])]
      .map((match) => match[1] as string)
      .filter((line) => line.startsWith(`${domain}.`));
    await holds(domain, [`${domain} NS ns1.${domain}`, `mail.${domain} A 45.0.0.25`, ...answers], expected);
  });

  test.each(Object.entries(SPF))('SPF: %s', async (scenario, expected) => {
    const domain = `${scenario}.zone11.xa`;
    const file = readFileSync(new URL(`zone11/${domain}.zone`, FOLDER), 'utf8');
    const texts = file
      .split(/\r?\n/)
      .flatMap((line) => /^(?:@|\s)\s*(?:IN\s+)?(TXT\s+".*)$/.exec(line)?.[1] ?? []);
    expect(texts.length > 0).toBe(scenario !== 'no-txt');
    await holds(
      domain,
      [`${domain} NS ns1.${domain}`, ...texts.map((text) => `${domain} ${text}`)],
      expected,
    );
  });
});

async function holds(domain: string, lines: readonly string[], { problems, quiet }: Expected) {
  const zone = parseZone(lines.join('\n'));
  expect(zone.faults).toEqual([]);
  const { findings } = await diagnose({
    scope: scopeOf(mustName(domain), EXAMPLE_NOW),
    rules,
    headlines: {},
    observer: zoneObserver(zone, EXAMPLE_NOW),
  });
  const shown = findings.filter((finding) => finding.outcome === 'problem');
  const ids = shown.flatMap((finding) => [finding.rule, `${finding.rule} ${finding.case}`]);
  for (const problem of problems) expect(ids).toContain(problem);
  for (const rule of quiet) expect(ids).not.toContain(rule);
}
