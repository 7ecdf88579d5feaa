/*
 * The readings of one run: each topic taken once, each question asked once, and which questions stand behind what.
 * Evidence is kept as who asked and who read whom, and put together when a verdict needs it: keys in one order,
 * whoever answered first.
 */

import type { Lane, Reading, Seen } from '../facts/observation.ts';
import { none } from '../facts/observation.ts';
import { keyOf, type Question } from '../facts/question.ts';
import type { Scope } from './scope.ts';
import { type Look, late, NotLoaded, Seldom, type Topic } from './topic.ts';

/** One topic's reading, and the evidence for it. */
interface Taken<T = unknown> {
  readonly reading: Promise<Reading<T>>;
  /** The reading once it has settled. */
  settled?: Reading<T>;
  /** Keys of the questions it asked itself. */
  readonly asked: string[];
  readonly read: Taken[];
  /** Everything asked for it, in order; kept once nothing can be added. */
  keys?: readonly string[];
}

/** A set of topics that several rules read. */
export class ReadSet {
  readonly #topics: readonly Topic<unknown>[];
  readonly #kept: Kept;
  readonly #take: (topic: Topic<unknown>) => Taken;
  #members: readonly Taken[] = [];
  #ready: Promise<void> | undefined;
  #asked: readonly string[] | undefined;

  /** `take` takes one topic; `kept` are those of the run before. */
  constructor(topics: readonly Topic<unknown>[], kept: Kept, take: (topic: Topic<unknown>) => Taken) {
    this.#topics = topics;
    this.#kept = kept;
    this.#take = take;
  }

  /** Takes the topics, or joins in where they are being taken. Settles, never rejects, when every one has. */
  take(): Promise<void> {
    if (this.#ready) return this.#ready;
    this.#members = this.#topics.map(this.#take);
    this.#ready = settled(this.#members);
    return this.#ready;
  }

  /** The reading of the topic at a place of the set. Only once it has settled. */
  reading(at: number): Reading<unknown> {
    return this.#members[at]?.settled as Reading<unknown>;
  }

  /** Keys of all questions behind them, in order. Only once they have settled. */
  asked(): readonly string[] {
    this.#asked ??= union(this.#members.map(keysOf));
    return this.#asked;
  }

  /** All of them are kept from the run before. */
  stands(): boolean {
    return this.#topics.every((topic, i) => this.#kept.get(topic.name) === this.#members[i]);
  }
}

/** Topics that read as they read in the run before, by name. */
export type Kept = ReadonlyMap<string, Taken>;

/** Topics of one run, and the questions they ask. */
export class Readings {
  readonly #scope: Scope;
  readonly #observe: (question: Question, key: string, lane: Lane) => Promise<Seen<unknown>>;
  readonly #kept: Kept;
  readonly #taken: Map<string, Taken>;
  readonly #answers = new Map<string, Promise<Seen<unknown>>>();
  readonly #runBy: Map<string, string>;

  /** `observe` is called once for each question; `before` are the readings of an earlier run. */
  constructor(
    scope: Scope,
    observe: (question: Question, key: string, lane: Lane) => Promise<Seen<unknown>>,
    kept: Kept = new Map(),
    before?: Readings,
  ) {
    this.#scope = scope;
    this.#observe = observe;
    this.#kept = kept;
    this.#taken = new Map(kept);
    this.#runBy = new Map(before ? before.#runBy : []);
  }

  /**
   * Who runs the hosts that were visited for these questions; undefined when one is the owner's, or none was visited.
   */
  runBy(asked: readonly string[]): string | undefined {
    const whose = asked.filter((key) => key.startsWith('smtp ')).map((key) => this.#runBy.get(key));
    return whose.length === 0 || whose.includes(undefined) ? undefined : [...new Set(whose)].join(' and ');
  }

  /** What was read without asking any of these questions. Only once everything has settled. */
  without(changed: ReadonlySet<string>): Kept {
    return new Map([...this.#taken].filter(([, taken]) => !keysOf(taken).some((key) => changed.has(key))));
  }

  /** The set of some topics. Nothing is asked yet. */
  of(topics: readonly Topic<unknown>[]): ReadSet {
    return new ReadSet(topics, this.#kept, this.#take);
  }

  readonly #take = <T>(topic: Topic<T>): Taken<T> => {
    const running = this.#taken.get(topic.name);
    if (running) return running as Taken<T>;
    const asked: string[] = [];
    const read: Taken[] = [];
    const look: Look = {
      scope: this.#scope,
      ask: (question, lane = 'main', whose) => {
        const key = keyOf(question);
        if (!asked.includes(key)) asked.push(key);
        if (whose !== undefined) this.#runBy.set(key, whose);
        let answer = this.#answers.get(key);
        if (!answer) {
          answer = this.#observe(question, key, lane);
          this.#answers.set(key, answer);
        }
        return answer as Promise<Seen<never>>;
      },
      read: (other) => {
        const inner = this.#take(other);
        if (!read.includes(inner)) read.push(inner);
        return inner.reading;
      },
    };
    const taken: Writable<Taken<T>> = { reading: undefined as never, asked, read };
    this.#taken.set(topic.name, taken);
    taken.reading = reading(topic, look, taken);
    return taken;
  };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What a topic reads; where it comes upon a path that is left out, what it reads whole. */
async function reading<T>(topic: Topic<T>, look: Look, taken: Taken<T>): Promise<Reading<T>> {
  try {
    try {
      taken.settled = await topic.take(look);
    } catch (error) {
      if (!(error instanceof Seldom) || !topic.whole) throw error;
      taken.settled = await (await late(topic.whole)).take(look);
    }
  } catch (error) {
    taken.settled = none(
      error instanceof NotLoaded
        ? { reason: 'not-loaded' }
        : { reason: 'rule-broke', detail: error instanceof Error ? error.message : String(error) },
    );
  }
  return taken.settled;
}

/** One after the other is as good as together: they run already, never reject, and all are waited for. */
async function settled(members: readonly Taken[]): Promise<void> {
  for (const member of members) if (!member.settled) await member.reading;
}

/** What was asked for a reading. What it read without waiting for the end is left out until that has ended. */
function keysOf(taken: Taken): readonly string[] {
  if (taken.keys) return taken.keys;
  const lists: (readonly string[])[] = [taken.asked.toSorted()];
  let whole = true;
  for (const other of taken.read)
    if (other.settled) lists.push(keysOf(other));
    else whole = false;
  const keys = union(lists);
  if (whole) taken.keys = keys;
  return keys;
}

/** Sorted lists as one, each key once. */
function union(lists: readonly (readonly string[])[]): readonly string[] {
  // The longest first: most of the others hold nothing that it does not.
  let all: readonly string[] = [];
  for (const list of lists) if (list.length > all.length) all = list;
  for (const list of lists) all = merged(all, list);
  return all;
}

/** Two sorted lists as one; `long` itself where it holds everything. */
function merged(long: readonly string[], short: readonly string[]): readonly string[] {
  if (short.length === 0 || long === short) return long;
  if (long.length === 0) return short;
  let out: string[] | undefined;
  let at = 0;
  for (const key of short) {
    const from = at;
    while (at < long.length && (long[at] as string) < key) at++;
    if (long[at] === key && !out) continue;
    out ??= long.slice(0, from);
    for (let i = from; i < at; i++) out.push(long[i] as string);
    out.push(key);
    if (long[at] === key) at++;
  }
  if (!out) return long;
  for (; at < long.length; at++) out.push(long[at] as string);
  return out;
}
