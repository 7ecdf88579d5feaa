/*
 * Whole reports over real zones that other people run. A zone counts as correctly parked when its rows say so:
 *   - mail is declined: its only MX is `0 .`, or it has neither MX nor address nor alias at the domain itself;
 *   - its one SPF record is `v=spf1 -all`;
 *   - its one DMARC record has `p=reject`, and neither a weaker `sp` or `np`, nor `pct` below 100, nor `t=y`;
 *   - every DKIM key is revoked (`p=` empty), and no MTA-STS or TLS-RPT record is left.
 * No rule may show a problem there, not even a remark; and whatever keeps a zone from being counted so is said, by
 * a problem or a remark at least. Names outside the zone are not recorded, so they are unknown, except `_dmarc`
 * and `_domainkey` of the public suffixes above it, taken as absent. An ALIAS row stands for an address. `SHOW=1` prints problems.
 */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isWithin, mustName, type Name, parentsOf } from '../dns/name.ts';
import type { DnsAnswer } from '../dns/record.ts';
import { parseZone, type Zone } from '../dns/zone.ts';
import { diagnose } from '../engine/diagnose.ts';
import { EXAMPLE_NOW } from '../engine/rule.ts';
import { scopeOf } from '../engine/scope.ts';
import type { Report } from '../engine/verdict.ts';
import { type Observer, unseen } from '../facts/observation.ts';
import { loadSuffixList } from '../mail/dmarc/suffix-list.ts';
import { zoneObserver } from '../observe/zone.ts';
import { rules } from './index.ts';

const FILE = new URL('../../../shared/corpora/real-zones/zones.jsonl', import.meta.url);
const list = await loadSuffixList();
const present = existsSync(FILE);
if (!present && process.env.CORPORA !== 'required')
  console.log('Real zones are not beside the project: their reports are skipped.');

interface Row {
  readonly zone: string;
  readonly owner: string;
  readonly type: string;
  readonly values: readonly unknown[];
}

describe.runIf(present || process.env.CORPORA === 'required')('real zones', () => {
  const zones = new Map<string, Row[]>();
  for (const line of present ? readFileSync(FILE, 'utf8').trim().split('\n') : []) {
    const row = JSON.parse(line) as Row;
    zones.set(row.zone, [...(zones.get(row.zone) ?? []), row]);
  }

  test('there are zones, and most are correctly parked', () => {
    const parked = [...zones].filter(([domain, rows]) => isParked(domain, rows));
    console.log(`Real zones: ${zones.size}, correctly parked: ${parked.length}.`);
    expect(zones.size).toBe(71);
    expect(parked.length).toBeGreaterThan(30);
  });

  /** By rule and case (or outcome), in how many zones. */
  const counts = new Map<string, number>();
  let counted = 0;

  test.each([...zones].map(([domain, rows], i) => [i + 1, domain, rows] as const))(
    'zone %i',
    async (_, domain, rows) => {
      const { findings } = await reportOn(domain, rows);
      const problems = findings.filter((finding) => finding.outcome === 'problem');
      counted++;
      for (const { rule, outcome, case: worded } of findings) {
        if (outcome === 'not-applicable') continue;
        const key = `${rule} ${worded ?? outcome}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      if (process.env.SHOW)
        for (const { rule, severity, says } of problems)
          console.log(`${domain} ${rule} ${severity}: ${says}`);
      expect(findings.filter((finding) => finding.because?.reason === 'rule-broke')).toEqual([]);
      const shown = problems.map(({ rule, says }) => `${rule}: ${says}`);
      if (isParked(domain, rows)) expect(shown).toEqual([]);
      else expect(shown).not.toEqual([]);
    },
  );

  test('a change’s reach shows in the counts, written anew by `vitest run src/rules/real-zones.test.ts -u`', async () => {
    // With single zones chosen there is nothing to compare.
    if (counted !== zones.size) return;
    const lines = [...counts].map(([key, count]) => `${key} ${count}`).sort();
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(
      new URL('real-zones.counts.txt', import.meta.url).pathname,
    );
  });
});

function reportOn(domain: string, rows: readonly Row[]): Promise<Report> {
  const scope = scopeOf(mustName(domain), EXAMPLE_NOW);
  return diagnose({ scope, rules, headlines: {}, observer: observerOf(scope.domain, zoneOf(rows)) });
}

function observerOf(domain: Name, zone: Zone): Observer {
  const inner = zoneObserver(zone, EXAMPLE_NOW);
  const suffixes = parentsOf(domain).filter((parent) => list.publicSuffix(parent).suffix === parent);
  const above = new Set<string>(suffixes.flatMap((suffix) => [`_dmarc.${suffix}`, `_domainkey.${suffix}`]));
  const isKnown = (name: Name) => isWithin(name, domain) || above.has(name);
  return {
    async observe(question, lane) {
      const observation = await inner.observe(question, lane);
      if (question.kind !== 'dns') return observation;
      const chain = observation.result.seen ? (observation.result.answer as DnsAnswer).chain : [];
      const known = isKnown(question.name) && chain.every(isKnown);
      return known ? observation : { ...observation, result: unseen('not-recorded') };
    },
  };
}

function zoneOf(rows: readonly Row[]): Zone {
  const zone = parseZone(rows.flatMap((row) => row.values.map((value) => lineOf(row, value))).join('\n'));
  expect(zone.faults).toEqual([]);
  return zone;
}

function lineOf({ owner, type }: Row, value: unknown): string {
  if (type === 'TXT') return `${owner} TXT "${String(value).replace(/["\\]/g, '\\$&')}"`;
  if (type === 'MX') {
    const { preference, exchange } = value as { preference: number; exchange: string };
    return `${owner} MX ${preference} ${exchange}`;
  }
  return type === 'CNAME' ? `${owner} CNAME ${value}` : `${owner} A 45.0.0.80`;
}

function isParked(domain: string, rows: readonly Row[]): boolean {
  const at = (owner: string, ...types: string[]) =>
    rows.filter((row) => row.owner === owner && types.includes(row.type)).flatMap((row) => row.values);
  const mx = at(domain, 'MX') as { preference: number; exchange: string }[];
  const declined =
    mx.length > 0
      ? mx.every(({ preference, exchange }) => preference === 0 && exchange === '.') && mx.length === 1
      : rows.every((row) => row.owner !== domain || row.type === 'TXT');
  const spf = (at(domain, 'TXT') as string[]).filter((text) => /^v=spf1/i.test(text));
  const dmarc = at(`_dmarc.${domain}`, 'TXT') as string[];
  const keys = rows.filter((row) => row.owner.includes('_domainkey'));
  const transport = rows.filter((row) => /^(?:_mta-sts|_smtp\._tls)\./.test(row.owner));
  return (
    declined &&
    spf.length === 1 &&
    spf[0] === 'v=spf1 -all' &&
    dmarc.length === 1 &&
    rejects(dmarc[0] as string) &&
    keys.every((row) => row.type === 'TXT' && row.values.every((text) => /p=;?\s*$/.test(String(text)))) &&
    transport.length === 0
  );
}

function rejects(record: string): boolean {
  const tags = new Map(
    record.split(';').map((tag) => {
      const [name, value] = tag.split('=').map((part) => part.trim());
      return [name, value] as const;
    }),
  );
  const among = (tag: string, ...values: (string | undefined)[]) => values.includes(tags.get(tag));
  return (
    among('v', 'DMARC1') &&
    among('p', 'reject') &&
    among('sp', undefined, 'reject') &&
    among('np', undefined, 'reject') &&
    among('pct', undefined, '100') &&
    among('t', undefined, 'n')
  );
}
