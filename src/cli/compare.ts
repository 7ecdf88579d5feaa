/*
 * `mailproof compare A B`: two reports on a domain and what is different, in words. A and B are links of frozen
 * reports, files that hold one (the JSON of `check --format json` does, and so does any text), or, for B, `now`.
 * Both are judged by today's rules. Exit status: 1 when B has a problem at or above --fail-on that A has not.
 */

import { readFileSync, statSync } from 'node:fs';
import { diagnose } from '../engine/diagnose.ts';
import { SEVERITIES, type Severity } from '../engine/rule.ts';
import { scopeOf } from '../engine/scope.ts';
import type { Report } from '../engine/verdict.ts';
import { Log } from '../facts/log.ts';
import { recordedObserver } from '../observe/recorded.ts';
import { headlines } from '../questions/index.ts';
import { type Comparison, compareReports, comparisonText, type Side } from '../report/compare.ts';
import { JSON_VERSION } from '../report/json.ts';
import { rules } from '../rules/index.ts';
import { decodeLink, type Frozen, refusalWords } from '../share/link.ts';
import { observerFor, statusOf } from './check.ts';
import { safeJson } from './json-output.ts';
import { type ExitStatus, oneOf, readArguments, UsageError } from './usage.ts';

/** Compares two reports and writes the differences to standard output. */
export async function compare(args: readonly string[]): Promise<ExitStatus> {
  const { values, positionals } = readArguments(args, {
    format: { type: 'string' },
    resolver: { type: 'string', multiple: true },
    zone: { type: 'string' },
    'fail-on': { type: 'string' },
  });
  const [first, second, third] = positionals;
  if (first === undefined || second === undefined)
    throw new UsageError(
      'Two reports to compare are needed: links, files that hold one, or for the second "now".',
    );
  if (third !== undefined) throw new UsageError(`Two reports at a time: "${third}" is one too many.`);
  const format = oneOf('--format', values.format, ['text', 'json'], 'text');
  const failOn = oneOf('--fail-on', values['fail-on'], SEVERITIES, 'high');
  if (second !== 'now' && (values.resolver ?? values.zone) !== undefined)
    throw new UsageError('--resolver and --zone say whom to ask; only "now" asks anybody.');
  const [before, after] = [readReport(first), second === 'now' ? undefined : readReport(second)];
  const old = await judged(before);
  const now =
    after === undefined ? await lookAgain(before, values.zone, values.resolver) : await judged(after);
  const comparison = compareReports(old, now);
  process.stdout.write(
    format === 'json' ? `${safeJson(jsonComparison(comparison), 2)}\n` : comparisonText(comparison),
  );
  return newlyBad(comparison, now.report, failOn);
}

/** A link, or a file that holds one. */
function readReport(text: string): Frozen {
  const decoded = decodeLink(fragmentIn(isLink(text) ? text : readLinkFile(text)));
  if ('refused' in decoded) throw new UsageError(`${refusalWords(decoded.refused)} (${decoded.detail})`);
  return decoded.frozen;
}

function isLink(text: string): boolean {
  return /^(?:https?:\/\/[^#]*)?#|^[0-9]+\.[a-z]+\.[A-Za-z0-9_-]{8}/.test(text);
}

function readLinkFile(path: string): string {
  let text: string;
  try {
    if (statSync(path).size > FILE_LIMIT) throw new UsageError(`${path} is larger than any report.`);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`"${path}" is neither a link nor a file that can be read.`);
  }
  const link = /(?:#|"link"\s*:\s*"#?|^\s*)([0-9]+\.[a-z]+\.[A-Za-z0-9_-]+)/m.exec(text)?.[1];
  if (link === undefined)
    throw new UsageError(`${path} holds no link of a report; \`mailproof check --format json\` writes one.`);
  return link;
}

function fragmentIn(text: string): string {
  return text.slice(text.indexOf('#') + 1);
}

async function judged(frozen: Frozen): Promise<Side> {
  const { domain, now, facts } = frozen;
  const scope = scopeOf(domain, now, frozen);
  const observer = recordedObserver(Log.of(facts));
  return { domain, at: now, report: await diagnose({ scope, rules, headlines, observer }) };
}

async function lookAgain(
  frozen: Frozen,
  zone: string | undefined,
  resolver: readonly string[] | undefined,
): Promise<Side> {
  const { domain } = frozen;
  const at = Date.now();
  const scope = scopeOf(domain, at, frozen);
  const { observer } = observerFor(zone, resolver, at);
  return { domain, at, report: await diagnose({ scope, rules, headlines, observer }) };
}

function newlyBad({ findings }: Comparison, after: Report, failOn: Severity): ExitStatus {
  const grave = (severity: Severity | undefined) =>
    severity !== undefined && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(failOn);
  const isNew = (way: string) => way === 'worse' || way === 'shown';
  if (findings.some(({ way, after: now }) => isNew(way) && grave(now.severity))) return 1;
  return statusOf(
    after.findings.filter(({ outcome }) => outcome !== 'problem'),
    failOn,
  );
}

function jsonComparison({ before, after, answers, findings, records }: Comparison): object {
  const side = ({ domain, at }: Pick<Side, 'domain' | 'at'>) => ({ domain, at: new Date(at).toISOString() });
  return {
    version: JSON_VERSION,
    before: side(before),
    after: side(after),
    questions: answers.map(({ before: old, after: now }) => ({
      id: now.id,
      before: { case: old.case, outcome: old.outcome, headline: old.headline },
      after: { case: now.case, outcome: now.outcome, headline: now.headline },
    })),
    findings: findings.map(({ rule, way, before: old, after: now }) => ({
      rule,
      way,
      before: { outcome: old.outcome, case: old.case, severity: old.severity, says: old.says },
      after: { outcome: now.outcome, case: now.case, severity: now.severity, says: now.says },
    })),
    records,
  };
}

/** Octets of a file read at most. */
const FILE_LIMIT = 20_000_000;
