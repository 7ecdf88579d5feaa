/*
 * What was seen, and what was not. A failure to look is never a fact about the domain: it is `Blind`, with its
 * reason from a closed list, so that every place that judges must decide what not knowing means.
 */

import type { Answer, AnswerTo, Question } from './question.ts';

/** Milliseconds since 1970. */
export type Millis = number;

/** Every reason for not knowing. The words for each stand in engine/blindness.ts. */
export type BlindReason =
  | 'aborted'
  | 'captive-portal'
  | 'content-type'
  | 'disagreement'
  | 'http-status'
  | 'malformed'
  | 'network'
  | 'not-loaded'
  | 'not-provable'
  | 'not-recorded'
  | 'over-budget'
  | 'rate-limited'
  | 'rcode'
  | 'refused'
  | 'relay-absent'
  | 'relay-busy'
  | 'relay-cannot'
  | 'relay-failed'
  | 'relay-refused'
  | 'rule-broke'
  | 'servfail'
  | 'suffix-list'
  | 'timeout'
  | 'truncated'
  | 'turned-away'
  | 'unrelated-answer'
  | 'wrong-question';

/** Why something is not known. `detail` is hostile text from outside or a number, shown as text. */
export interface Blind {
  readonly reason: BlindReason;
  readonly detail?: string;
}

/** An answer, or the reason there is none. */
export type Seen<A> =
  | { readonly seen: true; readonly answer: A }
  | { readonly seen: false; readonly because: Blind };

/** One attempt at a question: who was asked, how long it took, why it failed if it did. */
export interface Try {
  readonly by: string;
  readonly ms: number;
  readonly failed?: Blind;
}

/** A question, its outcome, when (of the answer) and from whom. */
export interface Observation<Q extends Question = Question> {
  readonly question: Q;
  readonly result: Seen<AnswerTo<Q>>;
  readonly at: Millis;
  readonly by: string;
  readonly tries: readonly Try[];
  /** Another resolver that gave the same answer. */
  readonly confirmedBy?: string;
}

/** Which queue a question waits in. A `guess` never delays a `main` question. */
export type Lane = 'main' | 'guess';

/** Whoever answers questions: resolvers over the network, a recording, a text zone. Never rejects. */
export interface Observer {
  observe(question: Question, lane: Lane): Promise<Observation>;
  /** Asks somebody else the same thing. Undefined when there is nobody else to ask. */
  confirm?(question: Question): Promise<Observation | undefined>;
}

/** A reading of one or more facts: all of it, what could be had, or nothing. */
export type Reading<T> =
  | { readonly got: 'whole'; readonly value: T }
  | { readonly got: 'part'; readonly value: T; readonly because: Blind }
  | { readonly got: 'none'; readonly because: Blind };

/** A complete reading. */
export function whole<T>(value: T): Reading<T> {
  return { got: 'whole', value };
}

/** A reading that lacks something, and why. */
export function part<T>(value: T, because: Blind): Reading<T> {
  return { got: 'part', value, because };
}

/** No reading, and why. */
export function none<T = never>(because: Blind): Reading<T> {
  return { got: 'none', because };
}

/** An answer. */
export function seen<A extends Answer>(answer: A): Seen<A> {
  return { seen: true, answer };
}

/** No answer, and why. */
export function unseen(reason: BlindReason, detail?: string): { seen: false; because: Blind } {
  return { seen: false, because: detail === undefined ? { reason } : { reason, detail } };
}
