/*
 * Runs rules and headline questions over an observer. There is no planner: every rule starts at once, topics'
 * first questions leave in the same tick, identical questions share one promise, so the time a report takes is
 * its longest chain of questions. Each verdict is handed out the moment its readings have settled; arrival
 * order changes nothing else.
 */

import { type DnsAnswer, isAbsent } from '../dns/record.ts';
import { printable } from '../dns/text.ts';
import { Log } from '../facts/log.ts';
import type { Blind, Lane, Observation, Observer, Seen } from '../facts/observation.ts';
import { keyOf, type Question } from '../facts/question.ts';
import { wordsFor } from './blindness.ts';
import { Readings, type ReadSet } from './readings.ts';
import type { AnyHeadline, AnyRule, Concern, RuleWords } from './rule.ts';
import type { Scope } from './scope.ts';
import { late, NotLoaded, Seldom, type Topic } from './topic.ts';
import type { Answered, Finding, Report } from './verdict.ts';
import { fetchWords, type Given, putWords, type Read, usingWords, type Writable } from './words.ts';

/** What happens while a report is made. A finding or answer may be replaced by a later one with the same id. */
export type Event =
  | { readonly type: 'asked'; readonly question: Question; readonly lane: Lane }
  | { readonly type: 'observed'; readonly observation: Observation }
  | { readonly type: 'finding'; readonly finding: Finding }
  | { readonly type: 'answer'; readonly answer: Answered }
  /** An answer that holds already; the whole answer follows, and is no less grave. */
  | { readonly type: 'sooner'; readonly answer: Answered };

/** What a run needs. `rules` by id (`area/subject`), `headlines` by concern. */
export interface Diagnosis {
  readonly scope: Scope;
  readonly rules: Readonly<Record<string, AnyRule>>;
  readonly headlines: Readonly<Partial<Record<Concern, AnyHeadline>>>;
  readonly observer: Observer;
  readonly on?: ((event: Event) => void) | undefined;
  /**
   * Asked between pieces of work and before each question; what it returns is waited for. So a page can paint and take
   * answers in meanwhile. Questions that leave after a pause belong to the same round.
   */
  readonly pause?: (() => Promise<void> | undefined) | undefined;
  /**
   * Asked before each rule is judged; what it returns is waited for. Questions lead on to others and judging does not:
   * a page reads the answers that have come before it judges by those it has.
   */
  readonly calm?: (() => Promise<void> | undefined) | undefined;
}

/**
 * Makes a report. Never rejects: a rule or topic that throws yields unknown (`rule-broke`).
 * Absences that a problem rests on are put to a second resolver after the first picture stands; where it
 * contradicts, the answer counts as not seen (`disagreement`) and the findings that used it are judged again.
 */
export async function diagnose(diagnosis: Diagnosis): Promise<Report> {
  const first = await run(diagnosis);
  const confirmed = await confirm(diagnosis, first);
  return confirmed.size === 0 ? first.report : (await run(diagnosis, first, confirmed)).report;
}

/** Observations by the keys of their questions. */
export type Observations = ReadonlyMap<string, Observation>;

/** A report, and what it would be had some answers been others. */
export interface Standing {
  readonly report: Report;
  /** The report with these observations in place of its own; further questions go to the same observer. */
  again(changed: Observations): Promise<Report>;
}

/** Makes a report that is judged again without judging what asked for none of the answers that change. */
export async function standing(diagnosis: Diagnosis): Promise<Standing> {
  const first = await run(diagnosis);
  return { report: first.report, again: async (changed) => (await run(diagnosis, first, changed)).report };
}

/**
 * Turns of the queue of promises within which an answer leads to all main questions that it leads to: an SPF record to
 * its includes, through four topics. Guesses wait as long, for these would stand behind the answers to forty of them.
 */
const TURNS = 30;

interface Run {
  readonly report: Report;
  readonly log: Log;
  readonly readings: Readings;
  readonly judged: ReadonlyMap<string, Read>;
}

/**
 * One run over the rules. After an earlier one, in which some observations are `changed`, a topic that asked for
 * none of them reads as it read, what reads only such topics is not judged again, and only what is then said
 * otherwise is handed out: topics and rules are functions of what they asked for.
 */
async function run(diagnosis: Diagnosis, before?: Run, changed: Observations = new Map()): Promise<Run> {
  const { scope, observer, on, pause, calm } = diagnosis;
  const log = new Log();
  const judged = new Map<string, Read>();
  const answers = new Map<string, Answered>();

  const observe = async (question: Question, key: string, lane: Lane): Promise<Seen<unknown>> => {
    const old = changed.get(key) ?? before?.log.findByKey(key);
    if (!old) {
      on?.({ type: 'asked', question, lane });
      if (lane === 'guess') for (let turns = 0; turns < TURNS; turns++) await undefined;
      // All who waited go on at once, and the first of them may use the time up.
      for (let wait = pause?.(); wait; wait = pause?.()) await wait;
    }
    const observation = old ?? (await observer.observe(question, lane));
    log.add(observation, key);
    if (!old) on?.({ type: 'observed', observation });
    return observation.result;
  };
  const other = [...changed].filter(([key, { result }]) => before?.log.findByKey(key)?.result !== result);
  const kept = before?.readings.without(new Set(other.map(([key]) => key)));
  const readings = new Readings(scope, observe, kept, before?.readings);

  const tell = (id: string, rule: AnyRule, set: ReadSet, { finding, rests }: Read): void => {
    const runBy =
      finding.outcome === 'problem' && !rule.ownersToMend ? readings.runBy(set.asked()) : undefined;
    const told = runBy === undefined ? finding : { ...finding, runBy };
    judged.set(id, { finding: told, rests });
    if (on && !same(told, before?.judged.get(id)?.finding)) on({ type: 'finding', finding: told });
  };
  const settle = (
    id: string,
    rule: AnyRule,
    set: ReadSet,
    verdict: Given,
    whole: object | undefined,
  ): Promise<void> | undefined => {
    let finding: Finding;
    try {
      finding = found(id, rule, set.asked(), verdict, whole);
    } catch (error) {
      finding = found(id, rule, set.asked(), brokenBy(error), undefined);
    }
    // Words that are at hand are in already; others are fetched only where they are read without being asked for.
    if (finding.outcome === 'problem' && finding.pending)
      return fetchWords(finding, rule).then((read) => tell(id, rule, set, read));
    tell(id, rule, set, { finding, rests: (finding.outcome === 'problem' && verdict.rests) || [] });
    return undefined;
  };
  const judgeRule = (id: string, rule: AnyRule, set: ReadSet, facts: FactsFor): Promise<void> | undefined => {
    const verdict = verdictOf(rule, facts);
    return verdict instanceof Promise
      ? verdict.then((given) => settle(id, rule, set, given, facts.whole))
      : settle(id, rule, set, verdict, facts.whole);
  };

  const judgeHeadline = async (id: Concern, question: AnyHeadline, set: ReadSet): Promise<void> => {
    const held = before?.report.answers.find((answer) => answer.id === id);
    if (held && set.stands()) {
      answers.set(id, held);
      return;
    }
    const answer = await answerOf(id, question, factsOf(question, scope, set));
    answers.set(id, answer);
    if (on && !same(answer, held)) on({ type: 'answer', answer });
  };

  const judgeSooner = async (
    id: Concern,
    question: AnyHeadline,
    { reads, judge }: NonNullable<AnyHeadline['sooner']>,
  ): Promise<void> => {
    const set = setOf(Object.values(reads));
    await set.take();
    const { whole } = factsOf({ reads }, scope, set);
    if (!whole || answers.has(id)) return;
    try {
      const verdict = judge(whole) as Given | undefined;
      if (verdict) on?.({ type: 'sooner', answer: wordAnswer(id, question, verdict) });
    } catch {
      // The whole answer says what there is to say.
    }
  };

  const sets: ReadSet[] = [];
  const setOf = (topics: readonly Topic<unknown>[]): ReadSet => {
    const set = readings.of(topics);
    sets.push(set);
    return set;
  };
  // The answers first: what they need is then asked first, and nobody makes them wait.
  const done: Promise<void>[] = [];
  for (const [id, question] of Object.entries(diagnosis.headlines)) {
    const set = setOf(Object.values(question.reads));
    done.push(set.take().then(() => judgeHeadline(id as Concern, question, set)));
    if (on && !before && question.sooner) done.push(judgeSooner(id as Concern, question, question.sooner));
    const wait = pause?.();
    if (wait) await wait;
  }
  const judgeAll = async ({ topics, rules }: Readers): Promise<void> => {
    const set = setOf(topics);
    await set.take();
    const stands = before !== undefined && set.stands();
    let facts: FactsFor | undefined;
    const fetched: Promise<void>[] = [];
    for (const { id, rule } of rules) {
      const held = stands ? before.judged.get(id) : undefined;
      if (held) {
        judged.set(id, held);
        continue;
      }
      const wait = calm?.();
      if (wait) await wait;
      facts ??= factsOf(rule, scope, set);
      const more = judgeRule(id, rule, set, facts);
      if (more) fetched.push(more);
    }
    if (fetched.length > 0) await Promise.all(fetched);
  };
  for (const readers of readersOf(diagnosis.rules)) {
    done.push(judgeAll(readers));
    const wait = pause?.();
    if (wait) await wait;
  }
  await Promise.all(done);

  if (before)
    for (const set of sets)
      for (const key of set.asked()) {
        const held = changed.get(key) ?? before.log.findByKey(key);
        if (held) log.add(held, key);
      }
  const ids = Object.keys(diagnosis.rules);
  return {
    report: {
      findings: ids.map((id) => (judged.get(id) as Read).finding),
      answers: Object.keys(diagnosis.headlines).map((id) => answers.get(id) as Answered),
      facts: log.sorted(),
    },
    log,
    readings,
    judged,
  };
}

/** Rules that are given the same facts: the same topics by the same names, and the same of them in part. */
interface Readers {
  readonly topics: readonly Topic<unknown>[];
  readonly rules: { readonly id: string; readonly rule: AnyRule }[];
}

/** Rules by what they are given, in the order of the first of each. */
function readersOf(rules: Diagnosis['rules']): readonly Readers[] {
  const known = READERS.get(rules);
  if (known) return known;
  const all = new Map<string, Readers>();
  for (const id in rules) {
    const rule = rules[id] as AnyRule;
    let given = '';
    for (const name in rule.reads)
      given += `${name}:${rule.reads[name]?.name}${rule.partial?.includes(name) ? '?' : ''} `;
    const those = all.get(given);
    if (those) those.rules.push({ id, rule });
    else all.set(given, { topics: Object.values(rule.reads), rules: [{ id, rule }] });
  }
  const readers = [...all.values()];
  READERS.set(rules, readers);
  return readers;
}

/** They are the same for one report after the other. */
const READERS = new WeakMap<Diagnosis['rules'], readonly Readers[]>();

/** What somebody judges by: everything read, or why it cannot be judged. */
type FactsFor =
  | { readonly whole: object; readonly because?: undefined }
  | { readonly whole?: undefined; readonly because: Blind };

/** What a rule or question is given of what was read; nothing where a reading is missing, or partial and not accepted so. */
function factsOf(
  subject: Pick<AnyRule | AnyHeadline, 'reads' | 'partial'>,
  scope: Scope,
  set: ReadSet,
): FactsFor {
  const facts: Record<string, unknown> = { scope };
  let place = 0;
  for (const name in subject.reads) {
    const reading = set.reading(place++);
    if (subject.partial?.includes(name)) facts[name] = reading;
    else if (reading.got === 'whole') facts[name] = reading.value;
    else return { because: reading.because };
  }
  return { whole: facts };
}

/** What a rule judges of that; unknown where there is nothing to judge by. */
function verdictOf(rule: AnyRule, { whole, because }: FactsFor): Given | Promise<Given> {
  if (!whole) return { is: 'unknown', because };
  try {
    const verdict = rule.judge(whole) as Given | Promise<Given>;
    return verdict instanceof Promise ? verdict.catch((error) => judgedAnew(rule, whole, error)) : verdict;
  } catch (error) {
    return judgedAnew(rule, whole, error);
  }
}

/** What a rule judges that threw: whole, where it came upon a path that is left out. */
function judgedAnew(rule: AnyRule, whole: object, error: unknown): Given | Promise<Given> {
  return error instanceof Seldom && rule.words
    ? judgedWhole(rule.words, rule.late, whole).catch(brokenBy)
    : brokenBy(error);
}

async function judgedWhole(
  words: () => Promise<RuleWords>,
  fetch: AnyRule['late'],
  facts: object,
): Promise<Given> {
  if (fetch) return (await late(fetch)).judge(facts) as Given;
  return usingWords(words, ({ judge }) => judge?.(facts) as Given);
}

/** What a question answers to that, in words. */
async function answerOf(id: Concern, question: AnyHeadline, { whole, because }: FactsFor): Promise<Answered> {
  if (!whole) return wordAnswer(id, question, { is: 'unknown', because });
  const judged = (by: AnyHeadline) => wordAnswer(id, by, by.judge(whole) as Given);
  try {
    try {
      return judged(question);
    } catch (error) {
      if (!(error instanceof Seldom) || !question.whole) throw error;
      return judged(await late(question.whole));
    }
  } catch (error) {
    return wordAnswer(id, question, brokenBy(error));
  }
}

/** The verdict of a rule or question that throws. */
function brokenBy(error: unknown): Given {
  if (error instanceof NotLoaded) return { is: 'unknown', because: { reason: 'not-loaded' } };
  const detail = error instanceof Error ? error.message : String(error);
  return { is: 'unknown', because: { reason: 'rule-broke', detail } };
}

/** Asks the second resolver; what is now known otherwise, or with more certainty. */
async function confirm(diagnosis: Diagnosis, first: Run): Promise<Observations> {
  const changed = new Map<string, Observation>();
  const ask = diagnosis.observer.confirm?.bind(diagnosis.observer);
  if (!ask) return changed;
  const questions = new Map<string, Question>();
  for (const id in diagnosis.rules)
    for (const question of first.judged.get(id)?.rests ?? []) questions.set(keyOf(question), question);
  await Promise.all(
    [...questions].map(async ([key, question]) => {
      const held = first.log.findByKey(key);
      if (!held || !absent(held)) return;
      const second = await ask(question);
      if (!second?.result.seen) return;
      const agreed = absent(second);
      const observation: Observation = agreed
        ? { ...held, confirmedBy: second.by }
        : {
            ...held,
            result: {
              seen: false,
              because: { reason: 'disagreement', detail: `${held.by} has none, ${second.by} has data` },
            },
          };
      changed.set(key, observation);
      diagnosis.on?.({ type: 'observed', observation });
    }),
  );
  return changed;
}

/** Whether an observation is the answer that there is nothing. */
function absent({ question, result }: Observation): boolean {
  return question.kind === 'dns' && result.seen && isAbsent(result.answer as DnsAnswer);
}

/** Whether a finding or an answer is known to say what the one before it said. */
function same<T extends Finding | Answered>(now: T, before: T | undefined): boolean {
  if (before === undefined || 'pending' in now || 'pending' in before) return false;
  return JSON.stringify(now) === JSON.stringify(before);
}

/** The finding of a verdict, with its words where they are at hand. */
function found(
  id: string,
  rule: AnyRule,
  asked: readonly string[],
  verdict: Given,
  facts: object | undefined,
): Finding {
  // Made in one piece: copying half-made findings cost as much as judging them.
  const finding: Writable<Finding> = {
    rule: id,
    outcome: 'unknown',
    title: rule.title,
    says: '',
    why: rule.why,
    bears: rule.bears,
    cites: rule.cites,
    shows: [],
    asked,
  };
  if (rule.portrays) finding.portrays = true;
  if (verdict.is === 'unknown') {
    finding.because = verdict.because as Blind;
    finding.says = `Could not be checked: ${wordsFor(finding.because)}.`;
  } else if (verdict.is === 'not-applicable') {
    finding.outcome = 'not-applicable';
  } else {
    const worded = rule.cases[verdict.is];
    if (!worded) throw new Error(`no case ${verdict.is}`);
    finding.outcome = 'passes' in worded ? 'pass' : 'problem';
    finding.case = verdict.is;
    if ('severity' in worded) finding.severity = worded.severity;
  }
  if (rule.words === undefined) putWords(finding, rule, verdict);
  else finding.pending = { facts };
  return finding;
}

function wordAnswer(id: Concern, question: AnyHeadline, verdict: Given): Answered {
  const lines = verdict.lines?.map((line) => ({
    ...line,
    who: printable(line.who),
    what: printable(line.what),
  }));
  const base = { id, asks: question.asks, lines: lines ?? [] };
  if (verdict.is === 'unknown') {
    const because = verdict.because as Blind;
    return {
      ...base,
      outcome: 'unknown',
      case: 'unknown',
      headline: 'This could not be checked.',
      reason: `What is missing: ${wordsFor(because)}.`,
      because,
    };
  }
  const worded = question.cases[verdict.is];
  if (!worded) throw new Error(`no case ${verdict.is}`);
  const { data } = verdict;
  const text = (words: string | ((data: unknown) => string)) =>
    printable(typeof words === 'function' ? words(data) : words);
  return {
    ...base,
    outcome: 'passes' in worded ? 'pass' : 'unknown' in worded ? 'unknown' : 'problem',
    case: verdict.is,
    ...('severity' in worded ? { severity: worded.severity } : {}),
    ...('atLeast' in worded ? { atLeast: true } : {}),
    headline: text(worded.headline),
    reason: text(worded.reason),
  };
}
