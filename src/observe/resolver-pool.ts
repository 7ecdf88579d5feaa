/*
 * Several resolvers as one observer. The first answers everything while it is well; a question that fails or
 * waits too long goes to the next as well, and the first good answer counts. What is remembered of an answer
 * belongs to one report; what is learnt about a resolver's health belongs to the pool.
 */

import type { DnsQuestion } from '../dns/record.ts';
import {
  type Blind,
  type BlindReason,
  type Lane,
  type Observation,
  type Observer,
  seen,
  type Try,
  unseen,
} from '../facts/observation.ts';
import { keyOf, type Question } from '../facts/question.ts';
import { askDoh, type DohReply, type Fetch } from './doh.ts';
import { type Health, Ward } from './health.ts';
import { Lanes } from './lanes.ts';
import type { Resolver } from './resolvers.ts';

/** The clock and timers the pool runs on. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs something later; the function returned takes it back. */
  after(ms: number, run: () => void): () => void;
}

/** What a pool is made of. */
export interface PoolOptions {
  /** In order of preference; at least one. */
  readonly resolvers: readonly Resolver[];
  readonly fetch?: Fetch | undefined;
  readonly clock?: Clock | undefined;
}

/** What one report may ask in all: questions a lane, and second opinions. */
interface Limits {
  readonly main: number;
  readonly guess: number;
  readonly second: number;
}

/** What one report has asked so far. */
export interface Tally {
  readonly asked: number;
  readonly answered: number;
  readonly blind: number;
  /** Requests sent, retries and second opinions included. */
  readonly sent: number;
}

/** The observer of one report. */
export interface ReportObserver extends Observer {
  observe<Q extends Question>(question: Q, lane: Lane): Promise<Observation<Q>>;
  /** Asks another resolver than the one that answered; undefined with one resolver, or when it may ask no more. */
  confirm(question: Question): Promise<Observation | undefined>;
  tally(): Tally;
}

/** What a report may be begun with. */
export interface ReportOptions {
  /** Ends the report: everything unanswered becomes blind (`aborted`) at once. */
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** Takes the questions that are not DNS; without it they are blind (`relay-absent`). */
  readonly relay?: Observer | undefined;
}

/** Resolvers and their health. Lives as long as the page or the process. */
export interface ResolverPool {
  readonly resolvers: readonly Resolver[];
  /** Begins a report: fresh memory, fresh budget. */
  begin(options?: ReportOptions): ReportObserver;
  health(): readonly Health[];
}

/** Milliseconds until a question in waiting is put to the next resolver as well. */
export const PATIENCE = 2000;
/** Milliseconds until a resolver's answer is no longer waited for; one that rests gets PATIENCE only. */
const TIMEOUT = 6000;
/** Milliseconds until a question is given up, whoever has been asked. */
export const DEADLINE = 8000;
/** Resolvers a question is put to at most, a lane. */
const TRIES: Readonly<Record<Lane, number>> = { main: 3, guess: 2 };
/** A typical domain needs about a hundred questions; a hostile one ends here. */
const LIMITS: Limits = { main: 400, guess: 200, second: 60 };

/** Makes a pool. */
export function createResolverPool(options: PoolOptions): ResolverPool {
  const { resolvers } = options;
  if (resolvers.length === 0) throw new RangeError('a pool needs a resolver');
  const world: World = {
    resolvers,
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    clock: options.clock ?? SYSTEM_CLOCK,
    ward: new Ward(resolvers),
  };
  return {
    resolvers,
    begin: (report = {}) => new Report(world, report) as ReportObserver,
    health: () => world.ward.list(world.clock.now()),
  };
}

interface World {
  readonly resolvers: readonly Resolver[];
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly ward: Ward;
}

class Report {
  readonly #world: World;
  readonly #lanes: Lanes;
  readonly #signal: AbortSignal | undefined;
  readonly #relay: Observer | undefined;
  readonly #kept = new Map<string, Promise<Observation>>();
  readonly #answeredBy = new Map<string, number>();
  readonly #open = new Set<Flight>();
  #second: number;
  #stopTimer: (() => void) | undefined;
  #asked = 0;
  #answered = 0;
  #blind = 0;
  #sent = 0;

  constructor(world: World, { signal, limits, relay }: ReportOptions) {
    const { main, guess, second } = { ...LIMITS, ...limits };
    this.#world = world;
    this.#lanes = new Lanes({ main, guess });
    this.#second = second;
    this.#signal = signal;
    this.#relay = relay;
    signal?.addEventListener('abort', () => this.#abort(), { once: true });
  }

  observe(question: Question, lane: Lane): Promise<Observation> {
    if (question.kind !== 'dns') return this.#elsewhere(question, lane);
    const key = keyOf(question);
    const kept = this.#kept.get(key);
    if (kept) return kept;
    this.#asked++;
    const promise = this.#fly(question, lane, []).then((observation) => {
      if (observation.result.seen) this.#answered++;
      else {
        this.#blind++;
        this.#kept.delete(key);
      }
      return observation;
    });
    this.#kept.set(key, promise);
    return promise;
  }

  async confirm(question: Question): Promise<Observation | undefined> {
    if (question.kind !== 'dns' || this.#world.resolvers.length < 2 || this.#second <= 0) return undefined;
    this.#second--;
    return this.#fly(question, 'main', [this.#answeredBy.get(keyOf(question)) ?? 0], true);
  }

  tally(): Tally {
    return { asked: this.#asked, answered: this.#answered, blind: this.#blind, sent: this.#sent };
  }

  async #elsewhere(question: Question, lane: Lane): Promise<Observation> {
    if (this.#relay) return this.#relay.observe(question, lane);
    return { question, result: unseen('relay-absent'), at: this.#world.clock.now(), by: '', tries: [] };
  }

  /** Puts a question to the resolvers, those in `avoid` left out. A second opinion has its own budget. */
  #fly(question: DnsQuestion, lane: Lane, avoid: readonly number[], second = false): Promise<Observation> {
    return new Promise((resolve) => {
      const refuse = (reason: BlindReason) =>
        resolve({ question, result: unseen(reason), at: this.#world.clock.now(), by: '', tries: [] });
      if (this.#signal?.aborted) return refuse('aborted');
      if (!second && !this.#lanes.spend(lane)) return refuse('over-budget');
      const flight = new Flight(question, lane, avoid, resolve);
      this.#open.add(flight);
      this.#lanes.enter(lane, () => {
        if (flight.settled) return this.#lanes.done(lane);
        flight.started = true;
        flight.startedAt = this.#world.clock.now();
        this.#send(flight);
      });
    });
  }

  /** Sends a flight's question to the next resolver. False when there is none left to ask. */
  #send(flight: Flight): boolean {
    const { ward, clock, resolvers, fetch } = this.#world;
    const first = flight.asked.length === flight.avoided;
    const now = clock.now();
    if (flight.asked.length - flight.avoided >= TRIES[flight.lane] || now >= flight.startedAt + DEADLINE)
      return false;
    const chosen = ward.choose(flight.asked, now, first) ?? this.#again(flight, now);
    const resolver = chosen === undefined ? undefined : resolvers[chosen];
    if (chosen === undefined || !resolver) return false;
    flight.asked.push(chosen);
    const attempt: Attempt = {
      index: chosen,
      resolver,
      sentAt: now,
      endsAt: Math.min(now + (ward.rests(chosen, now) ? PATIENCE : TIMEOUT), flight.startedAt + DEADLINE),
      controller: new AbortController(),
      late: false,
    };
    flight.attempts.push(attempt);
    this.#sent++;
    void askDoh(resolver, flight.question, fetch, attempt.controller.signal).then((reply) =>
      this.#heard(flight, attempt, reply),
    );
    this.#watch();
    return true;
  }

  /**
   * Whom to ask a second time when there is nobody else, never while one may still answer: a single resolver that
   * failed, unless it rests, and one whose SERVFAIL nobody has confirmed.
   */
  #again(flight: Flight, now: number): number | undefined {
    if (flight.attempts.length > 0) return undefined;
    const { ward, resolvers } = this.#world;
    const servfails = flight.failures.filter(isServfail);
    if (servfails.length === 1) return servfails[0]?.index;
    return resolvers.length === 1 && flight.asked.length === 1 ? ward.choose([], now, false) : undefined;
  }

  #heard(flight: Flight, attempt: Attempt, reply: DohReply): void {
    const at = flight.attempts.indexOf(attempt);
    if (flight.settled || at < 0) return;
    const { ward, clock } = this.#world;
    const now = clock.now();
    if ('answer' in reply) {
      ward.answered(attempt.index, now);
      flight.attempts.splice(at, 1);
      flight.tries.push({ by: attempt.resolver.name, ms: now - attempt.sentAt });
      if (!flight.avoided) this.#answeredBy.set(keyOf(flight.question), attempt.index);
      this.#settle(flight, {
        question: flight.question,
        result: seen(reply.answer),
        at: now,
        by: attempt.resolver.name,
        tries: flight.tries,
      });
      return;
    }
    const { failed } = reply;
    if (THE_RESOLVERS_OWN.has(failed.reason)) {
      if (attempt.late && reply.restFor === undefined) ward.released(attempt.index);
      else
        ward.failed(
          attempt.index,
          now,
          failed.reason === 'rate-limited' ? (reply.restFor ?? 10_000) : undefined,
        );
    } else ward.answered(attempt.index, now);
    this.#lost(flight, at, failed, now);
  }

  /** An attempt ended without an answer: the next resolver, or the end. */
  #lost(flight: Flight, at: number, failed: Blind, now: number): void {
    const [attempt] = flight.attempts.splice(at, 1);
    if (!attempt) return;
    flight.tries.push({ by: attempt.resolver.name, ms: now - attempt.sentAt, failed });
    flight.failures.push({ failed, by: attempt.resolver.name, index: attempt.index });
    // Two looks that both found the name servers wanting are enough; a single one may be the resolver's own trouble.
    const servfails = flight.failures.filter(isServfail).length;
    const enough = servfails >= 2;
    if (!enough && this.#send(flight)) return;
    if (flight.attempts.length > 0 && !enough) return;
    const others = flight.failures.filter((failure) => !isServfail(failure));
    const telling = (enough || others.length === 0 ? flight.failures : others).reduce((best, next) =>
      TELLING.indexOf(next.failed.reason) < TELLING.indexOf(best.failed.reason) ? next : best,
    );
    this.#settle(flight, {
      question: flight.question,
      result: { seen: false, because: telling.failed },
      at: now,
      by: telling.by,
      tries: flight.tries,
    });
  }

  #settle(flight: Flight, observation: Observation): void {
    flight.settled = true;
    this.#open.delete(flight);
    for (const attempt of flight.attempts) {
      this.#world.ward.released(attempt.index);
      attempt.controller.abort();
    }
    flight.attempts.length = 0;
    if (this.#open.size === 0) {
      this.#stopTimer?.();
      this.#stopTimer = undefined;
    }
    flight.resolve(observation);
    if (flight.started) this.#lanes.done(flight.lane);
  }

  #abort(): void {
    const open = [...this.#open];
    // All of them first, so that none that waits is sent in the place of one that ends.
    for (const flight of open) flight.settled = true;
    for (const flight of open)
      this.#settle(flight, {
        question: flight.question,
        result: unseen('aborted'),
        at: this.#world.clock.now(),
        by: '',
        tries: flight.tries,
      });
  }

  /** One timer looks after every question in flight; a timer each would cost more than the questions' octets. */
  #watch(): void {
    this.#stopTimer ??= this.#world.clock.after(TICK, () => {
      this.#stopTimer = undefined;
      this.#look();
      if (this.#open.size > 0) this.#watch();
    });
  }

  #look(): void {
    const { clock, ward } = this.#world;
    const now = clock.now();
    for (const flight of [...this.#open])
      for (const attempt of [...flight.attempts]) {
        if (now - attempt.sentAt >= PATIENCE && !attempt.late) {
          attempt.late = true;
          ward.kept(attempt.index, attempt.sentAt, now);
          this.#send(flight);
        }
        const at = flight.attempts.indexOf(attempt);
        if (now < attempt.endsAt || at < 0) continue;
        attempt.controller.abort();
        this.#lost(flight, at, { reason: 'timeout' }, now);
      }
  }
}

/** One question on its way. */
class Flight {
  readonly question: DnsQuestion;
  readonly lane: Lane;
  readonly resolve: (observation: Observation) => void;
  /** Resolvers asked so far, after the `avoided` ones that must not be. */
  readonly asked: number[];
  readonly avoided: number;
  readonly attempts: Attempt[] = [];
  readonly tries: Try[] = [];
  readonly failures: Failure[] = [];
  started = false;
  startedAt = 0;
  settled = false;

  constructor(
    question: DnsQuestion,
    lane: Lane,
    avoid: readonly number[],
    resolve: (observation: Observation) => void,
  ) {
    this.question = question;
    this.lane = lane;
    this.asked = [...avoid];
    this.avoided = avoid.length;
    this.resolve = resolve;
  }
}

/** An attempt that ended without an answer. `index`: the resolver's place in the list. */
interface Failure {
  readonly failed: Blind;
  readonly by: string;
  readonly index: number;
}

function isServfail({ failed }: Failure): boolean {
  return failed.reason === 'servfail';
}

/** One request. `late`: it has waited longer than PATIENCE, and that has been counted. */
interface Attempt {
  readonly index: number;
  readonly resolver: Resolver;
  readonly sentAt: number;
  readonly endsAt: number;
  readonly controller: AbortController;
  late: boolean;
}

const TICK = 100;

const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Failures that speak against the resolver or the way to it, not against the name asked for. */
const THE_RESOLVERS_OWN: ReadonlySet<BlindReason> = new Set<BlindReason>([
  'captive-portal',
  'content-type',
  'http-status',
  'malformed',
  'network',
  'rate-limited',
  'refused',
  'wrong-question',
]);

/** Of several failures the one to report: what a resolver said of the name before what kept us from it. */
const TELLING: readonly BlindReason[] = [
  'servfail',
  'rcode',
  'truncated',
  'unrelated-answer',
  'malformed',
  'wrong-question',
  'captive-portal',
  'refused',
  'rate-limited',
  'content-type',
  'http-status',
  'timeout',
  'network',
];
