/*
 * `mailproof record TEXT`: judges one record alone; nothing is asked.
 */

import { readFileSync } from 'node:fs';
import { printable, shown, toOctets } from '../dns/text.ts';
import { SEVERITIES } from '../engine/rule.ts';
import { KINDS, kindOf, type RecordReport, recordReport, TITLES, withoutQuotes } from '../record/judge.ts';
import { citation, JSON_VERSION, jsonFinding } from '../report/json.ts';
import { signOf } from '../report/text.ts';
import { statusOf } from './check.ts';
import { safeJson } from './json-output.ts';
import { type ExitStatus, oneOf, onlyArgument, readArguments, UsageError } from './usage.ts';

/** Judges the record given and writes what it comes to. */
export async function record(args: readonly string[]): Promise<ExitStatus> {
  const { values, positionals } = readArguments(args, {
    kind: { type: 'string' },
    format: { type: 'string' },
    'fail-on': { type: 'string' },
  });
  const argument = onlyArgument(positionals, 'The record to judge');
  const format = oneOf('--format', values.format, ['text', 'json'], 'text');
  const failOn = oneOf('--fail-on', values['fail-on'], SEVERITIES, 'high');
  const text = withoutQuotes(argument === '-' ? readFileSync(0, 'latin1') : toOctets(argument));
  const kind = values.kind === undefined ? kindOf(text) : oneOf('--kind', values.kind, KINDS, 'dmarc');
  if (kind === undefined)
    throw new UsageError(`What kind of record this is cannot be told; say --kind ${KINDS.join('|')}.`);
  const report = await recordReport(kind, text, Date.now());
  process.stdout.write(format === 'json' ? `${safeJson(jsonOf(report), 2)}\n` : textOf(report));
  return statusOf(report.findings, failOn);
}

function jsonOf({ kind, record: text, parsed, findings, facts }: RecordReport) {
  return {
    version: JSON_VERSION,
    kind,
    record: shown(text),
    parsed,
    findings: findings.map((finding) => jsonFinding(finding, facts)),
  };
}

function textOf({ kind, record: text, findings }: RecordReport): string {
  const out = [
    `${TITLES[kind]}:`,
    ...text
      .trimEnd()
      .split(/\r?\n/)
      .map((line) => `  ${shown(line)}`),
    '',
  ];
  for (const finding of findings) {
    const severity = finding.severity === undefined ? '' : ` [${finding.severity}]`;
    out.push(`${signOf(finding)} ${finding.says}${severity}`);
    if (finding.outcome !== 'problem') continue;
    out.push(`  ${finding.why}`);
    if (finding.fix) out.push(`  To do: ${finding.fix.text}`);
    if (finding.fix?.file)
      for (const line of finding.fix.file.text.trimEnd().split('\n')) out.push(`    ${shown(line)}`);
    for (const change of finding.fix?.changes ?? [])
      if (change.op !== 'delete') out.push(`    ${shown(change.value)}`);
    out.push(`  Written in ${finding.cites.map((cite) => citation(cite).title).join('; ')}. ${finding.rule}`);
  }
  if (findings.length === 0) out.push('Nothing can be said of this record alone.');
  return `${out.map(printable).join('\n')}\n`;
}
