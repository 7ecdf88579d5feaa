/*
 * `mailproof record TEXT`: judges one record alone. It is put where it belongs in a zone of which nothing else is
 * known; what the rules can say without knowing more is said, the rest is left out.
 */

import { readFileSync } from 'node:fs';
import { mustName, type Name } from '../dns/name.ts';
import { dns } from '../dns/record.ts';
import { printable, shown, toOctets } from '../dns/text.ts';
import { diagnose } from '../engine/diagnose.ts';
import { SEVERITIES } from '../engine/rule.ts';
import { scopeOf } from '../engine/scope.ts';
import type { Finding } from '../engine/verdict.ts';
import { Log } from '../facts/log.ts';
import { type Millis, type Observation, seen } from '../facts/observation.ts';
import { keyOf } from '../facts/question.ts';
import { isBimiRecord, parseBimiRecord, resemblesBimi } from '../mail/bimi/record.ts';
import { looksLikeKey, parseKeyRecord } from '../mail/dkim/key-record.ts';
import { parseDmarcRecord } from '../mail/dmarc/record.ts';
import { parseStsPolicy } from '../mail/mta-sts/policy.ts';
import { isStsRecord, parseStsRecord, resemblesSts } from '../mail/mta-sts/record.ts';
import { parseSpf } from '../mail/spf/record.ts';
import { isTlsRptRecord, parseTlsRptRecord, resemblesTlsRpt } from '../mail/tls-rpt/record.ts';
import { recordedObserver } from '../observe/recorded.ts';
import { citation, JSON_VERSION, jsonFinding } from '../report/json.ts';
import { rules } from '../rules/index.ts';
import { statusOf } from './check.ts';
import { safeJson } from './json-output.ts';
import { type ExitStatus, oneOf, onlyArgument, readArguments, UsageError } from './usage.ts';

/** What a record can be. */
export type RecordKind = 'dmarc' | 'spf' | 'dkim' | 'mta-sts' | 'mta-sts-policy' | 'tls-rpt' | 'bimi';

/** What one record comes to; findings stand worst first. */
export interface RecordReport {
  readonly kind: RecordKind;
  readonly record: string;
  readonly parsed: unknown;
  readonly findings: readonly Finding[];
  readonly facts: readonly Observation[];
}

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

/** Judges one record (a byte string) of a kind, alone. */
export async function recordReport(kind: RecordKind, text: string, now: Millis): Promise<RecordReport> {
  const { place, parse } = KIND[kind];
  const observation = observed(place, text, now);
  const report = await diagnose({
    scope: scopeOf(EXAMPLE, now, { selectors: ['selector'] }),
    rules,
    headlines: {},
    observer: recordedObserver(Log.of([observation])),
  });
  const key = keyOf(observation.question);
  const findings = report.findings
    .filter(({ outcome, asked }) => (outcome === 'pass' || outcome === 'problem') && asked.includes(key))
    .sort((a, b) => urgency(a) - urgency(b) || (a.rule < b.rule ? -1 : 1));
  return { kind, record: text, parsed: parse(text), findings, facts: [observation] };
}

/** Tells what a record is by how it begins; slips of the pen in the version still tell. */
export function kindOf(text: string): RecordKind | undefined {
  return KINDS.find((kind) => KIND[kind].resembles(text));
}

function observed(place: Name | 'policy', text: string, at: Millis): Observation {
  const common = { at, by: 'given', tries: [] };
  if (place === 'policy') {
    const answer = { status: 200, contentType: 'text/plain', body: text, ms: 0 };
    return { ...common, question: { kind: 'policy', domain: EXAMPLE }, result: seen(answer) };
  }
  const strings = text.match(/.{1,255}/gs) ?? [''];
  const answer = {
    rcode: 'NOERROR' as const,
    chain: [],
    records: [{ ttl: 3600, data: strings }],
    authentic: false,
    errors: [],
  };
  return { ...common, question: dns(place, 'TXT'), result: seen(answer) };
}

function urgency({ outcome, severity }: Finding): number {
  return outcome === 'problem' && severity !== undefined ? SEVERITIES.indexOf(severity) : SEVERITIES.length;
}

/** Character-strings as a master file writes them, "one" "two", are joined. */
function withoutQuotes(text: string): string {
  const trimmed = text.trim();
  if (!/^"(?:[^"\\]|\\.)*"(?:\s+"(?:[^"\\]|\\.)*")*$/s.test(trimmed)) return text.replace(/\r?\n$/, '');
  return [...trimmed.matchAll(/"((?:[^"\\]|\\.)*)"/gs)]
    .map(([, part]) => part?.replace(/\\(.)/gs, '$1') ?? '')
    .join('');
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
  const out = [`${TITLES[kind]}:`, `  ${shown(text)}`, ''];
  for (const finding of findings) {
    const severity = finding.severity === undefined ? '' : ` [${finding.severity}]`;
    out.push(`${finding.outcome === 'problem' ? '!' : '+'} ${finding.says}${severity}`);
    if (finding.outcome !== 'problem') continue;
    out.push(`  ${finding.why}`);
    if (finding.fix) out.push(`  To do: ${finding.fix.text}`);
    for (const change of finding.fix?.changes ?? [])
      if (change.op !== 'delete') out.push(`    ${shown(change.value)}`);
    out.push(`  Written in ${finding.cites.map((cite) => citation(cite).title).join('; ')}. ${finding.rule}`);
  }
  if (findings.length === 0) out.push('Nothing can be said of this record alone.');
  return `${out.map(printable).join('\n')}\n`;
}

const EXAMPLE = mustName('example.com');

/** For each kind: where it stands, how it is read, how it is recognised. In the order they are tried. */
const KIND: Readonly<
  Record<
    RecordKind,
    {
      readonly place: Name | 'policy';
      readonly parse: (text: string) => unknown;
      readonly resembles: (text: string) => boolean;
    }
  >
> = {
  dmarc: {
    place: mustName('_dmarc.example.com'),
    parse: parseDmarcRecord,
    resembles: (text) => /^\W*v\W*d-?marc/i.test(text),
  },
  spf: {
    place: EXAMPLE,
    parse: parseSpf,
    resembles: (text) => /^\W*(v\W*)?(spf|senderid)/i.test(text),
  },
  'tls-rpt': {
    place: mustName('_smtp._tls.example.com'),
    parse: parseTlsRptRecord,
    resembles: (text) => isTlsRptRecord(text) || resemblesTlsRpt(text),
  },
  'mta-sts-policy': {
    place: 'policy',
    parse: parseStsPolicy,
    resembles: (text) => /^\W*(version|mode|mx|max_age)\s*:/i.test(text),
  },
  'mta-sts': {
    place: mustName('_mta-sts.example.com'),
    parse: parseStsRecord,
    resembles: (text) => isStsRecord(text) || resemblesSts(text),
  },
  bimi: {
    place: mustName('default._bimi.example.com'),
    parse: parseBimiRecord,
    resembles: (text) => isBimiRecord(text) || resemblesBimi(text),
  },
  dkim: {
    place: mustName('selector._domainkey.example.com'),
    parse: parseKeyRecord,
    resembles: looksLikeKey,
  },
};

const KINDS = Object.keys(KIND) as readonly RecordKind[];

const TITLES: Readonly<Record<RecordKind, string>> = {
  dmarc: 'DMARC record',
  spf: 'SPF record',
  dkim: 'DKIM key record',
  'mta-sts': 'MTA-STS record',
  'mta-sts-policy': 'MTA-STS policy',
  'tls-rpt': 'TLS report record',
  bimi: 'BIMI record',
};
