/*
 * The order a reader meets things in: areas from forgery to housekeeping, problems before what could not be
 * checked before what is met, the graver first. Never the order of arrival.
 */

import { SEVERITIES } from '../engine/rule.ts';
import type { Finding, Outcome } from '../engine/verdict.ts';

/** One area of the checklist with its findings in reading order. */
export interface Area {
  /** The folder of its rules: `dmarc`. */
  readonly id: string;
  readonly title: string;
  readonly findings: readonly Finding[];
  readonly tally: Tally;
}

/** How many findings have each outcome; problems that only inform are counted as remarks. */
export type Tally = Readonly<Record<Outcome | 'remark', number>>;

/** The area a rule belongs to: the folder of its path. */
export function areaOf(rule: string): string {
  return rule.slice(0, Math.max(0, rule.indexOf('/')));
}

/** An area's name for people. */
export function areaTitle(id: string): string {
  return TITLES[id] ?? id;
}

/** Area ids in reading order; unknown ones last, by name. */
export function byArea(a: string, b: string): number {
  const order = Object.keys(TITLES);
  const rank = (id: string) => (order.includes(id) ? order.indexOf(id) : order.length);
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** Problems by severity, then unknown, then passes, then not applicable; ties by rule id. */
export function byUrgency(a: Finding, b: Finding): number {
  return urgency(a) - urgency(b) || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);
}

/** The checklist: findings grouped by area, all in reading order. */
export function inAreas(findings: readonly Finding[]): Area[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const id = areaOf(finding.rule);
    groups.set(id, [...(groups.get(id) ?? []), finding]);
  }
  return [...groups]
    .sort(([a], [b]) => byArea(a, b))
    .map(([id, group]) => ({
      id,
      title: areaTitle(id),
      findings: group.sort(byUrgency),
      tally: tallyOf(group),
    }));
}

/** Unknown findings told in one line where this many of an area are unknown for one reason. */
const MANY_UNKNOWN = 3;

/** The findings of an area that are told each, and those unknown for one reason, told together. */
export function gathered(findings: readonly Finding[]): {
  each: readonly Finding[];
  together: readonly { readonly because: string; readonly findings: readonly Finding[] }[];
} {
  const reasons = new Map<string, Finding[]>();
  for (const finding of findings)
    if (finding.outcome === 'unknown' && finding.case === undefined)
      reasons.set(finding.says, [...(reasons.get(finding.says) ?? []), finding]);
  const together = [...reasons]
    .filter(([, some]) => some.length >= MANY_UNKNOWN)
    .map(([because, some]) => ({ because, findings: some }));
  const told = new Set(together.flatMap((group) => group.findings));
  return { each: findings.filter((finding) => !told.has(finding)), together };
}

/** Counts outcomes. */
export function tallyOf(findings: readonly Pick<Finding, 'outcome' | 'severity'>[]): Tally {
  const tally = { pass: 0, problem: 0, remark: 0, unknown: 0, 'not-applicable': 0 };
  for (const { outcome, severity } of findings) tally[severity === 'info' ? 'remark' : outcome] += 1;
  return tally;
}

/** "1 problem, 11 met, 2 unknown"; leaves out what there is none of. */
export function tallyWords(tally: Tally): string {
  const words = [
    tally.problem > 0 ? `${tally.problem} ${tally.problem === 1 ? 'problem' : 'problems'}` : '',
    tally.remark > 0 ? `${tally.remark} ${tally.remark === 1 ? 'remark' : 'remarks'}` : '',
    tally.pass > 0 ? `${tally.pass} met` : '',
    tally.unknown > 0 ? `${tally.unknown} unknown` : '',
  ].filter((part) => part !== '');
  return words.length > 0 ? words.join(', ') : 'does not apply';
}

function urgency(finding: Finding): number {
  switch (finding.outcome) {
    case 'problem':
      return finding.severity ? SEVERITIES.indexOf(finding.severity) : SEVERITIES.length;
    case 'unknown':
      return 10;
    case 'pass':
      return 20;
    case 'not-applicable':
      return 30;
  }
}

const TITLES: Readonly<Record<string, string>> = {
  dmarc: 'DMARC',
  spf: 'SPF',
  dkim: 'DKIM',
  receivers: 'What large receivers ask for',
  mx: 'Mail servers',
  'mta-sts': 'MTA-STS',
  'tls-rpt': 'TLS reports',
  dane: 'DANE',
  dnssec: 'DNSSEC',
  smtp: 'SMTP',
  tls: 'TLS',
  certificate: 'Certificates',
  submission: 'Sending ports',
  posture: 'What the domain is for',
  dns: 'Name servers and zone',
  ptr: 'Reverse names',
  blocklist: 'Blocklists',
  bimi: 'BIMI',
  caa: 'CAA',
  discovery: 'Setting up mail programs',
  takeover: 'Names others could take over',
};
