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
  const first = await run(diagnosis, new Log());
  const confirmed = await confirm(diagnosis, first);
  if (confirmed === undefined) return first.report;
  const again = await run({ ...diagnosis, on: changesOnly(diagnosis.on, first.report) }, confirmed);
  return again.report;
}

interface Run {
  readonly report: Report;
  readonly log: Log;
  readonly rests: readonly Question[];
}

async function run(diagnosis: Diagnosis, known: Log): Promise<Run> {
  const { scope, observer, on } = diagnosis;
  const log = new Log();
  const rests = new Map<string, Question>();
  const pending = new Map<string, Promise<Observation>>();
  const readings = new Map<Topic<unknown>, { reading: Promise<Reading<unknown>>; asked: Set<string> }>();

  const observe = (question: Question, lane: Lane): Promise<Observation> => {
    const key = keyOf(question);
    const running = pending.get(key);
    if (running) return running;
    const promise = (async () => {
      const old = known.find(question);
      if (!old) on?.({ type: 'asked', question, lane });
      const observation = old ?? (await observer.observe(question, lane));
      log.add(observation);
      if (!old) on?.({ type: 'observed', observation });
      return observation;
    })();
    pending.set(key, promise);
    return promise;
  };

  const take = <T>(topic: Topic<T>): { reading: Promise<Reading<T>>; asked: Set<string> } => {
    const running = readings.get(topic as Topic<unknown>);
    if (running) return running as { reading: Promise<Reading<T>>; asked: Set<string> };
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

  const judgeRule = async (id: string, rule: AnyRule): Promise<Finding> => {
    const input = await gather(rule.reads, rule.partial);
    const asked = askedBy(rule.reads);
    let finding: Finding;
    try {
      const verdict: Given =
        'because' in input
          ? { is: 'unknown', because: input.because }
          : ((await rule.judge(input.facts)) as Given);
      finding = found(id, rule, asked, verdict);
      // Words that are at hand are in already; others are fetched only where they are read without being asked for.
      if (finding.pending && finding.outcome === 'problem') finding = await fetchWords(finding, rule);
      if (finding.outcome === 'problem')
        for (const question of verdict.rests ?? []) rests.set(keyOf(question), question);
    } catch (error) {
      const because: Blind = { reason: 'rule-broke', detail: messageOf(error) };
      finding = found(id, rule, asked, { is: 'unknown', because });
    }
    on?.({ type: 'finding', finding });
    return finding;
  };

  const judgeHeadline = async (id: Concern, question: AnyHeadline): Promise<Answered> => {
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
    on?.({ type: 'answer', answer });
    return answer;
  };

  const [findings, answers] = await Promise.all([
    Promise.all(Object.entries(diagnosis.rules).map(([id, rule]) => judgeRule(id, rule))),
    Promise.all(
      Object.entries(diagnosis.headlines).map(([id, question]) =>
        judgeHeadline(id as Concern, question as AnyHeadline),
      ),
    ),
  ]);
  return { report: { findings, answers, facts: log.sorted() }, log, rests: [...rests.values()] };
}

/** What the topics on the way here asked together. */
interface Shared {
  readonly below: Map<Topic<unknown>, Shared>;
  asked?: readonly string[];
}

/** Asks the second resolver; the log to judge again from, or undefined when nothing changed. */
async function confirm(diagnosis: Diagnosis, first: Run): Promise<Log | undefined> {
  const ask = diagnosis.observer.confirm?.bind(diagnosis.observer);
  if (!ask || first.rests.length === 0) return undefined;
  const log = Log.of(first.log);
  let changed = false;
  await Promise.all(
    first.rests.map(async (question) => {
      const held = first.log.find(question);
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
      log.add(observation);
      diagnosis.on?.({ type: 'observed', observation });
      changed = true;
    }),
  );
  return changed ? log : undefined;
}

/** Whether an observation is the answer that there is nothing. */
function absent({ question, result }: Observation): boolean {
  return question.kind === 'dns' && result.seen && isAbsent(result.answer as DnsAnswer);
}

/** Passes on only findings and answers that differ from the report already shown. */
function changesOnly(on: Diagnosis['on'], before: Report): Diagnosis['on'] {
  if (!on) return undefined;
  const shown = new Map<string, string>([
    ...before.findings.map((finding) => [finding.rule, JSON.stringify(finding)] as const),
    ...before.answers.map((answer) => [answer.id, JSON.stringify(answer)] as const),
  ]);
  return (event) => {
    if (event.type === 'finding' && shown.get(event.finding.rule) === JSON.stringify(event.finding)) return;
    if (event.type === 'answer' && shown.get(event.answer.id) === JSON.stringify(event.answer)) return;
    on(event);
  };
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
