/*
 * The report as JSON, for scripts. The shape is versioned: a field may be added, none changes its meaning
 * without a new version.
 */

import { wordsFor } from '../engine/blindness.ts';
import type { Citation, Fix, Severity } from '../engine/rule.ts';
import type { Finding, Outcome, Report } from '../engine/verdict.ts';
import type { Observation } from '../facts/observation.ts';
import { linkTo, standards } from '../standards.ts';
import { type About, type Stats, unansweredOf } from './about.ts';
import { type Evidence, evidenceFrom, evidenceOf } from './evidence.ts';
import { areaOf, byArea, byUrgency } from './order.ts';

/** Version of every JSON shape this program writes. */
export const JSON_VERSION = 1;

export interface JsonReport {
  readonly version: typeof JSON_VERSION;
  readonly domain: string;
  /** ISO 8601. */
  readonly at: string;
  readonly questions: readonly {
    readonly id: string;
    readonly case: string;
    readonly outcome: 'pass' | 'problem' | 'unknown';
    readonly severity?: Severity;
    readonly headline: string;
    readonly reason: string;
    readonly lines?: readonly { readonly who: string; readonly what: string }[];
  }[];
  readonly findings: readonly JsonFinding[];
  readonly unanswered: readonly { readonly asked: string; readonly reason: string; readonly says: string }[];
  readonly stats: Stats;
  /** The facts, as the fragment of a link (docs/links.md). Not there when they are too large for one. */
  readonly link?: string;
}

export interface JsonFinding {
  readonly rule: string;
  readonly outcome: Outcome;
  readonly case?: string;
  readonly severity?: Severity;
  readonly title: string;
  readonly says: string;
  readonly why: string;
  readonly fix?: Fix;
  /** Who runs what it is about, where that is not the domain's owner: the fix is theirs. */
  readonly runBy?: string;
  readonly cites: readonly JsonCitation[];
  readonly evidence: readonly JsonEvidence[];
}

export interface JsonCitation {
  readonly title: string;
  readonly href: string;
  readonly level?: string;
}

export interface JsonEvidence extends Omit<Evidence, 'at' | 'key'> {
  readonly at: string;
}

/** The report as plain data, findings by area and rule so that two reports can be compared line by line. */
export function jsonReport(report: Report, about: About): JsonReport {
  return {
    version: JSON_VERSION,
    domain: about.domain,
    at: new Date(about.at).toISOString(),
    questions: report.answers.map(({ id, case: is, outcome, severity, headline, reason, lines }) => ({
      id,
      case: is,
      outcome,
      ...(severity === undefined ? {} : { severity }),
      headline,
      reason,
      ...(lines.length === 0 ? {} : { lines: lines.map(({ who, what }) => ({ who, what })) }),
    })),
    findings: [...report.findings]
      .sort((a, b) => byArea(areaOf(a.rule), areaOf(b.rule)) || byUrgency(a, b))
      .map((finding) => jsonFinding(finding, report.facts)),
    unanswered: unansweredOf(report.facts).map((observation) => {
      const because = observation.result.seen ? undefined : observation.result.because;
      return {
        asked: evidenceFrom(observation).asked,
        reason: because?.reason ?? 'not-recorded',
        says: because ? wordsFor(because) : '',
      };
    }),
    stats: about.stats,
  };
}

/** One finding as plain data. */
export function jsonFinding(finding: Finding, facts: readonly Observation[]): JsonFinding {
  return {
    rule: finding.rule,
    outcome: finding.outcome,
    ...(finding.case === undefined ? {} : { case: finding.case }),
    ...(finding.severity === undefined ? {} : { severity: finding.severity }),
    title: finding.title,
    says: finding.says,
    why: finding.why,
    ...(finding.fix === undefined ? {} : { fix: finding.fix }),
    ...(finding.runBy === undefined ? {} : { runBy: finding.runBy }),
    cites: finding.cites.map(citation),
    evidence: evidenceOf(finding.asked, facts).map(({ key: _, at, ...rest }) => ({
      ...rest,
      at: new Date(at).toISOString(),
    })),
  };
}

/** A citation with its words and address: "RFC 9989, section 4.7: DMARC Record Format". */
export function citation(cite: Citation): JsonCitation {
  if ('document' in cite) return { title: cite.document, href: cite.href };
  const section = cite.section === undefined ? undefined : standards[cite.rfc]?.sections[cite.section];
  const where = cite.section === undefined ? '' : `, section ${cite.section}`;
  const name = section ?? (cite.section === undefined ? standards[cite.rfc]?.title : undefined);
  return {
    title: `RFC ${cite.rfc}${where}${name === undefined ? '' : `: ${name}`}`,
    href: linkTo(cite.rfc, cite.section),
    ...(cite.level === undefined ? {} : { level: cite.level }),
  };
}
