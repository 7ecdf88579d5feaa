/*
 * What sharing, exporting and opening links of frozen reports need: loaded when somebody does one of these.
 */

import { diagnose } from '../../engine/diagnose.ts';
import { type Scope, scopeOf } from '../../engine/scope.ts';
import type { Answered, Finding, Report } from '../../engine/verdict.ts';
import { Log } from '../../facts/log.ts';
import type { Observer } from '../../facts/observation.ts';
import { recordedObserver } from '../../observe/recorded.ts';
import { inWaves } from '../../observe/waves.ts';
import { headlines } from '../../questions/index.ts';
import type { About } from '../../report/about.ts';
import { badgeSvg } from '../../report/badge.ts';
import { type ChangedFinding, type Comparison, compareReports, type Side } from '../../report/compare.ts';
import { csvReport } from '../../report/csv.ts';
import { jsonReport } from '../../report/json.ts';
import { markdownReport } from '../../report/markdown.ts';
import { rules } from '../../rules/index.ts';
import { linkOf, seenOtherwise, seenWords } from '../../share/digest.ts';
import { decodeLink, type Frozen, refusalWords } from '../../share/link.ts';
import type { Ask } from '../address.ts';
import type { Source, Subject } from '../check.svelte.ts';
import { read, understand } from '../engine.ts';

export { linkOf };

/** A frozen report to be judged again: nobody is asked. */
export interface Opening {
  readonly ask: Ask;
  readonly subject: Subject;
  /** Who was asked then. */
  readonly by: string;
  readonly source: Source;
  readonly observer: Observer;
  /** What the sender was shown. */
  readonly digest: string;
}

/** What a link holds; or why it cannot be opened, as a sentence. */
export async function openingOf(fragment: string): Promise<Opening | { says: string }> {
  const decoded = decodeLink(fragment);
  if ('refused' in decoded) return { says: refusalWords(decoded.refused) };
  const { frozen } = decoded;
  const { domain, now, intent, mailbox, selectors, submission } = frozen;
  const read = await understand(domain);
  const shown = 'says' in read ? domain : read.subject.shown;
  const observer = observerOf(frozen);
  return {
    ask: {
      input: shown,
      selectors,
      ...(intent ? { intent } : {}),
      ...(mailbox ? { mailbox } : {}),
      ...(submission ? { submission } : {}),
    },
    subject: { ascii: domain, shown, notes: [] },
    by: [...new Set(frozen.facts.map((fact) => fact.by))].join(', '),
    source: { scope: scopeOf(domain, now, frozen), live: false, begin: () => observer },
    observer,
    digest: frozen.digest,
  };
}

function observerOf({ facts }: Frozen): Observer {
  return recordedObserver(Log.of(facts));
}

/** What today's rules see otherwise than the sender was shown, a sentence each. */
export async function otherwiseWords(digest: string, report: Report): Promise<readonly string[]> {
  const seen = seenOtherwise(digest, report, rules);
  if (seen === undefined) return [];
  const worded = (findings: readonly Finding[]) => Promise.all(findings.map(read));
  const gone = await worded(seen.gone.map(({ finding }) => finding));
  return seenWords({
    ...seen,
    appeared: await worded(seen.appeared),
    gone: seen.gone.map((each, i) => ({ ...each, finding: gone[i] ?? each.finding })),
  });
}

/** What is different between two reports, in words. */
export async function differences(before: Side, after: Side): Promise<Comparison> {
  const comparison = compareReports(before, after);
  const findings = comparison.findings.map(
    async (each): Promise<ChangedFinding> => ({
      ...each,
      before: await read(each.before),
      after: await read(each.after),
    }),
  );
  return { ...comparison, findings: await Promise.all(findings) };
}

/**
 * What is different between a report and the one in a link, the earlier of them first; or why there is nothing to
 * compare, as a sentence. Both are judged by today's rules, and nobody is asked.
 */
export async function compareWithLink(link: string, here: Side): Promise<Comparison | { says: string }> {
  const text = link.trim();
  const decoded = decodeLink(text.slice(Math.max(0, text.indexOf('#'))));
  if ('refused' in decoded) return { says: refusalWords(decoded.refused) };
  const { domain, now, intent, selectors } = decoded.frozen;
  const scope = scopeOf(domain, now, { selectors, ...(intent ? { intent } : {}) });
  const report = await diagnose({ scope, rules, headlines, observer: observerOf(decoded.frozen) });
  const there: Side = { domain, at: now, report };
  return there.at <= here.at ? differences(there, here) : differences(here, there);
}

/** Files a report can be taken away as. */
export const FORMATS = {
  json: { name: 'JSON', type: 'application/json' },
  markdown: { name: 'Markdown', type: 'text/markdown' },
  csv: { name: 'CSV for sheets', type: 'text/csv' },
  badge: { name: 'Badge (SVG)', type: 'image/svg+xml' },
} as const;

export type Format = keyof typeof FORMATS;

/** The text of such a file. `href` is the address of the live check. */
export async function exported(
  format: Format,
  scope: Scope,
  report: { readonly findings: readonly Finding[]; readonly answers: readonly Answered[] } & Pick<
    Report,
    'facts'
  >,
  about: Omit<About, 'stats'> & { readonly ms: number; readonly href: string },
): Promise<string> {
  const { domain, at, href } = about;
  if (format === 'badge') return badgeSvg({ domain, at, answers: report.answers, href });
  const whole: Report = { ...report, findings: await Promise.all(report.findings.map(read)) };
  const stats = {
    questions: report.facts.length,
    rounds: await roundsOf(scope, report),
    ms: Math.round(about.ms),
  };
  const facts = { domain, at, resolvers: about.resolvers, stats };
  if (format === 'csv') return csvReport(whole, facts);
  if (format === 'markdown') return markdownReport(whole, facts);
  const link = await linkOf(scope, whole);
  const data = {
    ...jsonReport(whole, { ...facts, domain: scope.domain }),
    ...(link === undefined ? {} : { link: `#${link}` }),
  };
  return `${JSON.stringify(data, null, 2)}\n`;
}

/** How many rounds of dependent questions the report took: counted by making it again from its facts. */
async function roundsOf(scope: Scope, { facts }: Pick<Report, 'facts'>): Promise<number> {
  const observer = inWaves(recordedObserver(Log.of(facts)));
  await diagnose({ scope, rules, headlines, observer });
  return observer.waves.length;
}
