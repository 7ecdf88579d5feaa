/*
 * The MX and SPF scenarios of Zonemaster: each tag its tables demand has a finding of ours, and no tag they forbid
 * has one. A resolver hands out the answer of one server, so tags about servers that disagree have no finding; the
 * scenarios of the root, of top-level domains and of `arpa` are refused as input, as `dns/input` tests. Every
 * scenario is either run here or listed with its reason.
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

const FOLDER = new URL('../../../shared/corpora/zonemaster/', import.meta.url);
const ZONES = new URL('test-zone-data/Zone-TP/', FOLDER);
const present = existsSync(FOLDER);
if (!present && process.env.CORPORA !== 'required')
  console.log('Zonemaster zones are not beside the project: their reports are skipped.');

/** The findings that say what a tag says: `rule outcome` or `rule case`. */
const SAYS: Readonly<Record<string, readonly string[]>> = {
  Z09_MX_DATA: ['mx/presence explicit'],
  Z09_NULL_MX_WITH_OTHER_MX: ['mx/null-mixed problem'],
  Z09_NULL_MX_NON_ZERO_PREF: ['mx/null-form problem'],
  Z09_MISSING_MAIL_TARGET: ['posture/declaration undeclared', 'mx/presence problem'],
  Z09_NO_RESPONSE_MX_QUERY: ['mx/presence unknown'],
  Z09_UNEXPECTED_RCODE_MX: ['mx/presence unknown'],
  Z11_SPF_SYNTAX_OK: ['spf/syntax pass'],
  Z11_SPF_SYNTAX_ERROR: ['spf/syntax problem'],
  Z11_SPF_MULTIPLE_RECORDS: ['spf/record multiple'],
  Z11_NO_SPF_FOUND: ['posture/declaration undeclared', 'spf/record missing'],
  Z11_UNABLE_TO_CHECK_FOR_SPF: ['spf/record unknown'],
};

const SERVERS = 'name servers that disagree: a resolver hands out the answer of one';
const INPUT = 'refused as input';
const OMITTED: Readonly<Record<string, string>> = {
  'NON-AUTH-MX-RESPONSE': 'resolvers judge the authority of an answer themselves',
  'INCONSISTENT-SPF': SERVERS,
  'SPF-MISSING-ON-ONE': SERVERS,
  'ALL-DIFFERENT-SPF': SERVERS,
  'TLD-EMAIL-DOMAIN': INPUT,
  'ROOT-EMAIL-DOMAIN': INPUT,
  'NO-MX-TLD': INPUT,
  'NO-MX-ARPA': INPUT,
  'NO-SPF-ROOT-ZONE': INPUT,
  'NO-SPF-TLD-ZONE': INPUT,
  'NO-SPF-ARPA-ZONE': INPUT,
  'NULL-SPF-ROOT-ZONE': INPUT,
  'NULL-SPF-TLD-ZONE': INPUT,
  'NULL-SPF-ARPA-ZONE': INPUT,
  'NON-NULL-SPF-ROOT-ZONE': INPUT,
  'NON-NULL-SPF-TLD-ZONE': INPUT,
  'NON-NULL-SPF-ARPA-ZONE': INPUT,
};

/** Scenarios in which the server does not answer: what a resolver says then. */
const FAILING: Readonly<Record<string, string>> = {
  'NO-RESPONSE-MX-QUERY': 'MX !timeout',
  'UNEXPECTED-RCODE-MX': 'MX !servfail',
  SERVFAIL: 'TXT !servfail',
  'NON-AUTH-TXT': 'TXT !servfail',
};

interface Scenario {
  readonly name: string;
  readonly mandatory: readonly string[];
  readonly forbidden: readonly string[];
}

describe.runIf(present || process.env.CORPORA === 'required')('Zonemaster', () => {
  const scenarios = present ? [...mxScenarios(), ...spfScenarios()] : [];
  const run = scenarios.filter(({ name }) => OMITTED[name] === undefined);

  test('every scenario is run or has its reason', () => {
    console.log(`Zonemaster: ${run.length} of ${scenarios.length} scenarios run.`);
    expect(scenarios.length).toBe(37);
    expect(scenarios.length - run.length).toBe(Object.keys(OMITTED).length);
  });

  test.each(run.map((scenario) => [scenario.name, scenario] as const))('%s', async (name, scenario) => {
    const domain = `${name.toLowerCase()}.zone${scenario.forbidden.some(isMx) ? '09' : '11'}.xa`;
    const failing = FAILING[name];
    const records = failing ? [`${domain} ${failing}`] : recordsOf(domain);
    const said = await saidOf(domain, [`${domain} NS ns1.${domain}`, ...records]);
    for (const tag of scenario.mandatory.filter((one) => SAYS[one]))
      expect([tag, SAYS[tag]?.some((finding) => said.has(finding))]).toEqual([tag, true]);
    for (const tag of scenario.forbidden.filter((one) => SAYS[one]))
      expect([tag, SAYS[tag]?.filter((finding) => said.has(finding))]).toEqual([tag, []]);
    expect(scenario.mandatory.length === 0 || scenario.mandatory.some((tag) => SAYS[tag])).toBe(true);
  });
});

function isMx(tag: string): boolean {
  return tag.startsWith('Z09');
}

/** The table of the MX test case. Where it forbids nothing, only the other tags of failure are forbidden here. */
function mxScenarios(): Scenario[] {
  const table = readFileSync(new URL('zone09/README.md', ZONES), 'utf8').replaceAll('\\_', '_');
  return [...table.matchAll(/^([A-Z0-9-]+) *\| *([^|]*?) *\| *(.*?) *$/gm)].map(([, name = '', ...cells]) => {
    const [mandatory = [], forbidden = []] = cells.map((cell) => cell.match(/Z09_[A-Z_]+/g) ?? []);
    return {
      name,
      mandatory,
      forbidden: forbidden.length > 0 ? forbidden : ['Z09_MISSING_MAIL_TARGET', 'Z09_NULL_MX_WITH_OTHER_MX'],
    };
  });
}

/** The table of the SPF test case: all tags but the mandatory ones are forbidden. */
function spfScenarios(): Scenario[] {
  const rows = JSON.parse(readFileSync(new URL('zone11-expected.json', FOLDER), 'utf8')) as {
    scenario: string;
    mandatory: string[];
  }[];
  const tags = Object.keys(SAYS).filter((tag) => !isMx(tag));
  return rows.map(({ scenario, mandatory }) => ({
    name: scenario,
    mandatory,
    forbidden: tags.filter((tag) => !mandatory.includes(tag)),
  }));
}

/** What the first name server of a scenario says. */
function recordsOf(domain: string): string[] {
  if (domain.endsWith('.zone09.xa')) {
    const configuration = readFileSync(new URL('zone09/zone09.cfg', ZONES), 'utf8');
    const server = configuration.split('# testzones ns1')[1]?.split('# testzones ns2')[0] ?? '';
    return [
      `mail.${domain} A 45.0.0.25`,
      ...[...server.matchAll(/answer "([^"]+)"/g)]
        .map((match) => match[1] as string)
        .filter((line) => line.startsWith(`${domain}.`)),
    ];
  }
  const file = [`zone11/${domain}.zone`, `zone11/ns1.${domain}.zone`]
    .map((path) => new URL(path, ZONES))
    .find((url) => existsSync(url));
  if (!file) throw new Error(`${domain} has no zone`);
  return readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .flatMap((line) => /^(?:@|\s)\s*(?:IN\s+)?(TXT\s+".*)$/.exec(line)?.[1] ?? [])
    .map((text) => `${domain} ${text}`);
}

async function saidOf(domain: string, lines: readonly string[]): Promise<Set<string>> {
  const zone = parseZone(lines.join('\n'));
  expect(zone.faults).toEqual([]);
  const { findings } = await diagnose({
    scope: scopeOf(mustName(domain), EXAMPLE_NOW),
    rules,
    headlines: {},
    observer: zoneObserver(zone, EXAMPLE_NOW),
  });
  return new Set(
    findings.flatMap((finding) => [`${finding.rule} ${finding.outcome}`, `${finding.rule} ${finding.case}`]),
  );
}
