/*
 * `mailproof check DOMAIN`: the whole report, over DNS over HTTPS or from a text zone.
 */

import type { Name } from '../dns/name.ts';
import { printable } from '../dns/text.ts';
import { diagnose } from '../engine/diagnose.ts';
import { type AnyCase, type AnyRule, SEVERITIES, type Severity } from '../engine/rule.ts';
import { type Scope, scopeOf } from '../engine/scope.ts';
import type { Finding, Report } from '../engine/verdict.ts';
import { Log } from '../facts/log.ts';
import type { BlindReason, Millis, Observer } from '../facts/observation.ts';
import { mailboxLabel } from '../mail/dane/mailbox.ts';
import { recordedObserver } from '../observe/recorded.ts';
import { createResolverPool } from '../observe/resolver-pool.ts';
import { RESOLVERS, type Resolver, resolverNamed } from '../observe/resolvers.ts';
import { readTyped } from '../observe/typed.ts';
import { inWaves } from '../observe/waves.ts';
import { zoneObserver } from '../observe/zone.ts';
import { profiles } from '../profiles/index.ts';
import { judgeProfiles } from '../profiles/profile.ts';
import { headlines } from '../questions/index.ts';
import type { About } from '../report/about.ts';
import { csvReport } from '../report/csv.ts';
import { jsonReport } from '../report/json.ts';
import { markdownReport } from '../report/markdown.ts';
import { textReport } from '../report/text.ts';
import { rules } from '../rules/index.ts';
import { linkOf } from '../share/digest.ts';
import { safeJson } from './json-output.ts';
import { profileLines } from './profile-lines.ts';
import { relayFor } from './relays.ts';
import { type ExitStatus, oneOf, onlyArgument, readArguments, UsageError } from './usage.ts';
import { readZoneFile } from './zone-file.ts';

/** Checks a domain and writes the report to standard output. */
export async function check(args: readonly string[]): Promise<ExitStatus> {
  const { values, positionals } = readArguments(args, {
    format: { type: 'string' },
    resolver: { type: 'string', multiple: true },
    relay: { type: 'string', multiple: true },
    zone: { type: 'string' },
    at: { type: 'string' },
    'fail-on': { type: 'string' },
    selector: { type: 'string', multiple: true },
    intent: { type: 'string' },
    submission: { type: 'string' },
    profiles: { type: 'boolean' },
  });
  const input = readTyped(onlyArgument(positionals, 'The domain to check'));
  if (!input.ok) throw new UsageError(input.sentence);
  for (const note of input.notes) process.stderr.write(`${printable(note)}\n`);
  const format = oneOf('--format', values.format, ['text', 'json', 'markdown', 'csv'], 'text');
  const failOn = oneOf('--fail-on', values['fail-on'], SEVERITIES, 'high');
  if (values.profiles && format !== 'text' && format !== 'json')
    throw new UsageError('--profiles are written as text or json.');
  const intent = values.intent === undefined ? undefined : oneOf('--intent', values.intent, INTENTS, 'mail');
  const at = values.at === undefined ? Date.now() : readTime(values.at);
  const mailbox = input.mailbox === undefined ? undefined : await mailboxLabel(input.mailbox);
  const scope = scopeOf(input.domain, at, {
    ...(intent ? { intent } : {}),
    ...(mailbox ? { mailbox } : {}),
    selectors: values.selector ?? [],
    ...(values.submission === undefined ? {} : { submission: readSubmission(values.submission) }),
  });
  const { observer, resolvers } = observerFor(values.zone, values.resolver, at, values.relay);

  const start = performance.now();
  const report = await diagnose({ scope, rules, headlines, observer });
  const ms = Math.round(performance.now() - start);
  const stats = { questions: report.facts.length, rounds: await roundsOf(scope, report), ms };
  const about: About = { domain: format === 'json' ? input.domain : input.display, at, resolvers, stats };
  const judged = values.profiles
    ? await judgeProfiles(scope, profiles, recordedObserver(Log.of(report.facts)))
    : undefined;
  process.stdout.write(
    format === 'json'
      ? `${safeJson({ ...jsonReport(report, about), ...(judged ? { profiles: judged } : {}), ...(await linkIn(scope, report)) }, 2)}\n`
      : format === 'markdown'
        ? markdownReport(report, about)
        : format === 'csv'
          ? csvReport(report, about)
          : textReport(report, about) + (judged ? profileLines(judged) : ''),
  );
  return statusOf(report.findings, failOn);
}

/** The facts, as the fragment of a link that opens in the page and can be compared; left out when too large. */
async function linkIn(scope: Scope, report: Report): Promise<{ link?: string }> {
  const link = await linkOf(scope, report);
  return link === undefined ? {} : { link: `#${link}` };
}

/** 1: a problem at or above `failOn`. 3: none, but something that could have been one was kept from view. */
export function statusOf(findings: readonly Finding[], failOn: Severity): ExitStatus {
  const limit = SEVERITIES.indexOf(failOn);
  const grave = (severity: Severity | undefined) =>
    severity !== undefined && SEVERITIES.indexOf(severity) <= limit;
  if (findings.some(({ outcome, severity }) => outcome === 'problem' && grave(severity))) return 1;
  const hidden = findings.some(
    ({ outcome, because, rule }) =>
      outcome === 'unknown' &&
      because !== undefined &&
      !NEVER_SEEN.has(because.reason) &&
      severitiesOf(rules[rule]).some(grave),
  );
  return hidden ? 3 : 0;
}

/** Who answers: a text zone and nobody else, or resolvers in the order given. */
export function observerFor(
  zone: string | undefined,
  resolver: readonly string[] | undefined,
  at: Millis,
  relay?: readonly string[],
): { observer: Observer; resolvers: readonly string[] } {
  const through = relayFor(relay);
  if (zone !== undefined) {
    for (const [option, given] of [
      ['--resolver', resolver],
      ['--relay', through],
    ] as const)
      if (given !== undefined)
        throw new UsageError(`--zone asks nobody, so ${option} has no meaning beside it.`);
    return { observer: zoneObserver(readZoneFile(zone), at), resolvers: [] };
  }
  const resolvers = resolver === undefined ? RESOLVERS : resolver.map(readResolver);
  return {
    observer: createResolverPool({ resolvers }).begin({ relay: through }),
    resolvers: resolvers.map(({ name }) => name),
  };
}

/** A resolver by its name or address. */
export function readResolver(text: string): Resolver {
  const resolver = resolverNamed(text);
  if (resolver === undefined)
    throw new UsageError(
      `--resolver takes an https:// address or one of ${RESOLVERS.map(({ id }) => id).join(', ')}, not "${text}".`,
    );
  return resolver;
}

function readSubmission(text: string): Name {
  const input = readTyped(text);
  if (!input.ok) throw new UsageError(`--submission takes the name of a sending host. ${input.sentence}`);
  return input.domain;
}

/** An ISO 8601 date, or date and time; without a zone it is UTC. */
export function readTime(text: string): Millis {
  const iso = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/.exec(text);
  const at =
    iso === null ? Number.NaN : Date.parse(iso[1] === undefined || iso[4] !== undefined ? text : `${text}Z`);
  if (Number.isNaN(at))
    throw new UsageError(`--at takes a time such as 2026-11-23T12:00:00Z, not "${text}".`);
  return at;
}

/** How many rounds of dependent questions the report took: counted by making it again from its facts. */
async function roundsOf(scope: Scope, report: Report): Promise<number> {
  const observer = inWaves(recordedObserver(Log.of(report.facts)));
  await diagnose({ scope, rules, headlines, observer });
  return observer.waves.length;
}

function severitiesOf(rule: AnyRule | undefined): Severity[] {
  const cases: readonly AnyCase[] = Object.values(rule?.cases ?? {});
  return cases.flatMap((worded) => ('severity' in worded ? [worded.severity] : []));
}

const INTENTS = ['mail', 'no-mail'] as const;

/** Not known in any report made this way, so no sign of a failed look. */
const NEVER_SEEN: ReadonlySet<BlindReason> = new Set(['not-provable', 'relay-absent']);
