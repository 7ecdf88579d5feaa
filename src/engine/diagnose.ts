/*
 * Runs rules and headline questions over an observer. There is no planner: every rule starts at once, topics'
 * first questions leave in the same tick, identical questions share one promise, so the time a report takes is
 * its longest chain of questions. Each verdict is handed out the moment its readings have settled; arrival
 * order changes nothing else.
 */

import { type DnsAnswer, isAbsent } from '../dns/record.ts';
import { printable } from '../dns/text.ts';
import { Log } from '../facts/log.ts';
import {
  type Blind,
  type Lane,
  none,
  type Observation,
  type Observer,
  type Reading,
} from '../facts/observation.ts';
import { keyOf, type Question } from '../facts/question.ts';
import { wordsFor } from './blindness.ts';
import type { AnswerLine, AnyHeadline, AnyRule, Concern, Excerpt, Reads } from './rule.ts';
import type { Scope } from './scope.ts';
import type { Look, Topic } from './topic.ts';
import type { Answered, Finding, Report } from './verdict.ts';
import { fetchWords, putWords, type Writable } from './words.ts';

/** What happens while a report is made. A finding or answer may be replaced by a later one with the same id. */
export type Event =
  | { readonly type: 'asked'; readonly question: Question; readonly lane: Lane }
  | { readonly type: 'observed'; readonly observation: Observation }
  | { readonly type: 'finding'; readonly finding: Finding }
  | { readonly type: 'answer'; readonly answer: Answered };

/** What a run needs. `rules` by id (`area/subject`), `headlines` by concern. */
export interface Diagnosis {
  readonly scope: Scope;
  readonly rules: Readonly<Record<string, AnyRule>>;
  readonly headlines: Readonly<Partial<Record<Concern, AnyHeadline>>>;
  readonly observer: Observer;
  readonly on?: ((event: Event) => void) | undefined;
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

interface Run {
  readonly report: Report;
  readonly log: Log;
  readonly taken: ReadonlyMap<Topic<unknown>, Taken>;
  readonly judged: ReadonlyMap<string, Judged>;
}

interface Taken<T = unknown> {
  readonly reading: Promise<Reading<T>>;
  /** The keys of the questions it asked, itself or through topics it read. */
  readonly asked: Set<string>;
}

interface Judged {
  readonly finding: Finding;
  readonly rests: readonly Question[];
}

/**
 * One run over the rules. After an earlier one, in which some observations are `changed`, a topic that asked for
 * none of them reads as it read, what reads only such topics is not judged again, and only what is then said
 * otherwise is handed out: topics and rules are functions of what they asked for.
 */
async function run(diagnosis: Diagnosis, before?: Run, changed: Observations = new Map()): Promise<Run> {
  const { scope, observer, on } = diagnosis;
  const pending = new Map<string, Promise<Observation>>();
  const log = new Log();
  const readings = new Map<Topic<unknown>, Taken>();
  const other = [...changed].filter(([key, { result }]) => before?.log.findByKey(key)?.result !== result);
  for (const [topic, held] of before?.taken ?? [])
    if (!other.some(([key]) => held.asked.has(key))) readings.set(topic, held);
  const stands = (reads: Reads) =>
    before !== undefined &&
    Object.values(reads).every((topic) => readings.get(topic) === before.taken.get(topic));

  const observe = (question: Question, lane: Lane): Promise<Observation> => {
    const key = keyOf(question);
    const running = pending.get(key);
    if (running) return running;
    const promise = (async () => {
      const old = changed.get(key) ?? before?.log.findByKey(key);
      if (!old) on?.({ type: 'asked', question, lane });
      const observation = old ?? (await observer.observe(question, lane));
      log.add(observation);
      if (!old) on?.({ type: 'observed', observation });
      return observation;
    })();
    pending.set(key, promise);
    return promise;
  };

  const take = <T>(topic: Topic<T>): Taken<T> => {
    const running = readings.get(topic as Topic<unknown>);
    if (running) return running as Taken<T>;
    const asked = new Set<string>();
    const look: Look = {
      scope,
      ask: async (question, lane = 'main') => {
        asked.add(keyOf(question));
        const observation = await observe(question, lane);
        return observation.result as never;
      },
      read: async (other) => {
        const inner = take(other);
        const reading = await inner.reading;
        for (const key of inner.asked) asked.add(key);
        return reading;
      },
    };
    const entry = { reading: undefined as unknown as Promise<Reading<T>>, asked };
    readings.set(topic as Topic<unknown>, entry as never);
    entry.reading = (async () => {
      try {
        return await topic.take(look);
      } catch (error) {
        return none({ reason: 'rule-broke', detail: messageOf(error) });
      }
    })();
    return entry;
  };

  /** Reads what a rule declares; the value given to `judge`, or the reason it cannot be asked to judge. */
  const gather = async (
    reads: Reads,
    partial: readonly PropertyKey[] | undefined,
  ): Promise<{ facts: Record<string, unknown> } | { because: Blind }> => {
    const names = Object.keys(reads);
    const started = names.map((name) => take(reads[name] as Topic<unknown>).reading);
    // One after the other is as good as together: they run already, never reject, and all are waited for.
    const taken: Reading<unknown>[] = [];
    for (const reading of started) taken.push(await reading);
    const facts: Record<string, unknown> = { scope };
    for (const [i, name] of names.entries()) {
      const reading = taken[i] as Reading<unknown>;
      if (partial?.includes(name)) facts[name] = reading;
      else if (reading.got === 'whole') facts[name] = reading.value;
      else return { because: reading.because };
    }
    return { facts };
  };

  // Many rules read the same topics, and topics read each other: what was asked is sorted once for each set.
  const inOrder = new Map<Topic<unknown>, readonly string[]>();
  const together: Shared = { below: new Map() };
  const askedBy = (reads: Reads): readonly string[] => {
    const topics = Object.values(reads);
    let place = together;
    for (const topic of topics) {
      const next = place.below.get(topic) ?? { below: new Map() };
      place.below.set(topic, next);
      place = next;
    }
    place.asked ??= unionOf(topics);
    return place.asked;
  };
  const unionOf = (topics: readonly Topic<unknown>[]): readonly string[] => {
    let widest: Topic<unknown> | undefined;
    for (const topic of topics)
      if (!widest || take(topic).asked.size > take(widest).asked.size) widest = topic;
    if (!widest) return [];
    const { asked } = take(widest);
    const more = new Set<string>();
    for (const topic of topics) for (const key of take(topic).asked) if (!asked.has(key)) more.add(key);
    if (more.size > 0) return [...asked, ...more].sort();
    const sorted = inOrder.get(widest) ?? [...asked].sort();
    inOrder.set(widest, sorted);
    return sorted;
  };

  const judgeRule = async (id: string, rule: AnyRule): Promise<Judged> => {
    const held = before?.judged.get(id);
    if (held && stands(rule.reads)) return held;
    const input = await gather(rule.reads, rule.partial);
    const asked = askedBy(rule.reads);
    let finding: Finding;
    let rests: readonly Question[] = [];
    try {
      const verdict: Given =
        'because' in input
          ? { is: 'unknown', because: input.because }
          : ((await rule.judge(input.facts)) as Given);
      finding = found(id, rule, asked, verdict);
      // Words that are at hand are in already; others are fetched only where they are read without being asked for.
      if (finding.pending && finding.outcome === 'problem') finding = await fetchWords(finding, rule);
      if (finding.outcome === 'problem') rests = verdict.rests ?? [];
    } catch (error) {
      const because: Blind = { reason: 'rule-broke', detail: messageOf(error) };
      finding = found(id, rule, asked, { is: 'unknown', because });
    }
    if (on && !same(finding, held?.finding)) on({ type: 'finding', finding });
    return { finding, rests };
  };

  const judgeHeadline = async (id: Concern, question: AnyHeadline): Promise<Answered> => {
    const held = before?.report.answers.find((answer) => answer.id === id);
    if (held && stands(question.reads)) return held;
    const input = await gather(question.reads, question.partial);
    let answer: Answered;
    try {
      const verdict: Given =
        'because' in input
          ? { is: 'unknown', because: input.because }
          : (question.judge(input.facts) as Given);
      answer = wordAnswer(id, question, verdict);
    } catch (error) {
      answer = wordAnswer(id, question, {
        is: 'unknown',
        because: { reason: 'rule-broke', detail: messageOf(error) },
      });
    }
    if (on && !same(answer, held)) on({ type: 'answer', answer });
    return answer;
  };

  const [judged, answers] = await Promise.all([
    Promise.all(
      Object.entries(diagnosis.rules).map(async ([id, rule]) => [id, await judgeRule(id, rule)] as const),
    ),
    Promise.all(
      Object.entries(diagnosis.headlines).map(([id, question]) =>
        judgeHeadline(id as Concern, question as AnyHeadline),
      ),
    ),
  ]);
  if (before) {
    const all = [...Object.values(diagnosis.rules), ...Object.values(diagnosis.headlines)];
    const facts = new Set<string>();
    for (const topic of new Set(all.flatMap(({ reads }) => Object.values(reads))))
      for (const key of take(topic).asked) facts.add(key);
    for (const key of facts) {
      const held = changed.get(key) ?? before.log.findByKey(key);
      if (held) log.add(held);
    }
  }
  const findings = judged.map(([, { finding }]) => finding);
  return {
    report: { findings, answers, facts: log.sorted() },
    log,
    taken: readings,
    judged: new Map(judged),
  };
}

/** What the topics on the way here asked together. */
interface Shared {
  readonly below: Map<Topic<unknown>, Shared>;
  asked?: readonly string[];
}

/** Asks the second resolver; what is now known otherwise, or with more certainty. */
async function confirm(diagnosis: Diagnosis, first: Run): Promise<Observations> {
  const changed = new Map<string, Observation>();
  const ask = diagnosis.observer.confirm?.bind(diagnosis.observer);
  if (!ask) return changed;
  const questions = new Map<string, Question>();
  for (const { rests } of first.judged.values())
    for (const question of rests) questions.set(keyOf(question), question);
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

/** Whether a finding or an answer says what the one before it said. */
function same<T>(now: T, before: T | undefined): boolean {
  return before !== undefined && JSON.stringify(now) === JSON.stringify(before);
}

/** A verdict as it comes from a rule of any type. */
interface Given {
  readonly is: string;
  readonly data?: unknown;
  readonly because?: Blind | string;
  readonly shows?: readonly Excerpt[];
  readonly rests?: readonly Question[];
  readonly lines?: readonly AnswerLine[];
}

/** The finding of a verdict, with its words where they are at hand. */
function found(id: string, rule: AnyRule, asked: readonly string[], verdict: Given): Finding {
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
    finding.says = printable(verdict.because as string);
  } else {
    const worded = rule.cases[verdict.is];
    if (!worded) throw new Error(`no case ${verdict.is}`);
    finding.outcome = 'passes' in worded ? 'pass' : 'problem';
    finding.case = verdict.is;
    if (verdict.shows) finding.shows = verdict.shows;
    if ('severity' in worded) finding.severity = worded.severity;
  }
  if (rule.words === undefined) putWords(finding, rule, verdict.data);
  else finding.pending = { data: verdict.data };
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
    headline: text(worded.headline),
    reason: text(worded.reason),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
