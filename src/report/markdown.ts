/*
 * The report as Markdown, for tickets and mail. Whatever came from outside is escaped or fenced, so that no
 * record can become a heading, a link or markup of the page it is pasted into.
 */

import { shown } from '../dns/text.ts';
import { wordsFor } from '../engine/blindness.ts';
import { remedyFor } from '../engine/remedies.ts';
import type { Report } from '../engine/verdict.ts';
import { type About, dateWords, effortWords, unansweredOf } from './about.ts';
import { askedWords } from './evidence.ts';
import { citation } from './json.ts';
import { effortOf, nextSteps } from './next-steps.ts';
import { gathered, inAreas, tallyWords } from './order.ts';
import { changeLines, fileLines, postureWords } from './text.ts';

/** The whole report as GitHub-flavoured Markdown. */
export function markdownReport(report: Report, about: About): string {
  const out: string[] = [`# ${escaped(about.domain)}`, ''];
  const posture = postureWords(report.findings);
  const unanswered = unansweredOf(report.facts);
  if (posture !== undefined) out.push(prose(posture), '');
  const asked = about.resolvers.length > 0 ? ` Asked: ${about.resolvers.map(escaped).join(', ')}.` : '';
  out.push(`${dateWords(about.at)}. ${effortWords(about.stats, unanswered.length)}.${asked}`, '');
  for (const answer of report.answers) {
    out.push(`**${escaped(answer.asks)}** ${prose(answer.headline)} ${prose(answer.reason)}`.trimEnd(), '');
    for (const line of answer.lines) out.push(`* ${prose(line.who)}: ${prose(line.what)}`);
    if (answer.lines.length > 0) out.push('');
  }
  const steps = nextSteps(report.findings);
  if (steps.length > 0) out.push('## Next steps', '');
  for (const [i, { finding, fix }] of steps.entries()) {
    out.push(`${i + 1}. **${prose(finding.says)}** ${prose(fix.text)} ${effortOf(fix)}.`, '');
    if (fix.file) out.push(...fenced(fileLines(fix.file, 0)), '');
    for (const change of fix.changes ?? []) out.push(...fenced(changeLines(change, 0)), '');
  }
  out.push('## Everything that was checked', '');
  for (const area of inAreas(report.findings)) {
    out.push(`### ${escaped(area.title)} (${tallyWords(area.tally)})`, '');
    const { each, together } = gathered(area.findings);
    for (const { because, findings } of together)
      out.push(
        `* **${WORDS.unknown}**: ${findings.length} requirements ${prose(because.charAt(0).toLowerCase() + because.slice(1))}`,
      );
    for (const finding of each) {
      if (finding.outcome === 'not-applicable') continue;
      const severity = finding.severity === undefined ? '' : ` (${finding.severity})`;
      out.push(`* **${WORDS[finding.outcome]}${severity}**: ${prose(finding.says)}`);
      if (finding.outcome !== 'problem') continue;
      for (const { name, type, text } of finding.shows)
        out.push('', ...fenced([`${name} ${type} ${shown(text)}`]).map((line) => `  ${line}`), '');
      out.push(`  ${prose(finding.why)} ${finding.cites.map(cited).join(', ')}`);
    }
    out.push('');
  }
  if (unanswered.length > 0) out.push('### Went unanswered', '');
  for (const { question, result } of unanswered) {
    if (result.seen) continue;
    const remedy = remedyFor(result.because);
    out.push(
      `* ${escaped(askedWords(question))}: ${escaped(wordsFor(result.because))}.${remedy === undefined ? '' : ` ${remedy}`}`,
    );
  }
  return `${out.join('\n').trimEnd()}\n`;
}

/** Text whose backticks mark code; everything else is escaped. */
function prose(text: string): string {
  return text
    .split('`')
    .map((part, i, all) => (i % 2 === 1 && i < all.length - 1 ? `\`${part}\`` : escaped(part)))
    .join('');
}

function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#+!|~&]/g, (char) =>
    char === '<' ? '&lt;' : char === '&' ? '&amp;' : `\\${char}`,
  );
}

/** A code block whose fence is longer than any run of backticks in it. */
function fenced(lines: readonly string[]): string[] {
  const longest = Math.max(
    2,
    ...(lines
      .join('\n')
      .match(/`+/g)
      ?.map((run) => run.length) ?? []),
  );
  const fence = '`'.repeat(longest + 1);
  return [fence, ...lines, fence];
}

function cited(cite: Parameters<typeof citation>[0]): string {
  const { title, href } = citation(cite);
  return `[${escaped(title)}](${href.replace(/[()\s]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)})`;
}

const WORDS = { problem: 'Problem', pass: 'Met', unknown: 'Unknown', 'not-applicable': 'Does not apply' };
