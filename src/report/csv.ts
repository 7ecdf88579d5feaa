/*
 * The report as CSV (RFC 4180) for sheets: a line a finding. Sheets run what begins like a formula, and records are
 * other people's words, so such cells begin with an apostrophe; the mark at the start makes Excel read UTF-8.
 */

import type { Report } from '../engine/verdict.ts';
import type { About } from './about.ts';
import { citation } from './json.ts';
import { areaOf, areaTitle, inAreas } from './order.ts';

/** All findings in reading order. */
export function csvReport(report: Report, about: About): string {
  const at = new Date(about.at).toISOString();
  const rows = inAreas(report.findings).flatMap(({ findings }) =>
    findings.map((finding) => [
      about.domain,
      at,
      areaTitle(areaOf(finding.rule)),
      finding.rule,
      finding.outcome,
      finding.severity ?? '',
      finding.case ?? '',
      finding.says,
      finding.fix?.text ?? '',
      [
        ...(finding.fix?.file
          ? [`serve ${finding.fix.file.address}\n${finding.fix.file.text.trimEnd()}`]
          : []),
        ...(finding.fix?.changes ?? []).map(
          (change) =>
            `${change.op} ${change.name} ${change.type} ${'value' in change ? change.value : change.was}`,
        ),
      ].join('\n'),
      finding.cites.map((cite) => citation(cite).title).join('; '),
    ]),
  );
  return `\ufeff${[COLUMNS, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** One cell, quoted where RFC 4180 §2 asks for it. */
export function cell(text: string): string {
  const plain = /^[\s\p{Cf}]*[=+\-@|%\uff0b\uff0d\uff1d\uff20]|^[\t\r\n]/u.test(text) ? `'${text}` : text;
  return /[",\r\n;\t]/.test(plain) || plain !== plain.trim() ? `"${plain.replaceAll('"', '""')}"` : plain;
}

const COLUMNS = [
  'Domain',
  'Checked at',
  'Area',
  'Rule',
  'Outcome',
  'Severity',
  'Case',
  'Finding',
  'What to do',
  'Records to change',
  'Written in',
];
