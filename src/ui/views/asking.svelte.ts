/*
 * How tools of the page come to answers: from the report's own facts, from what tools asked before, and then from
 * whoever the report asked. What they ask is kept beside the report, which no rule judges by.
 */

import { type Blind, type Observation, unseen } from '../../facts/observation.ts';
import { keyOf, type Question } from '../../facts/question.ts';
import type { Lookup } from '../../mail/spf/lookup.ts';
import type { Check } from '../check.svelte.ts';

/** One run of a tool. */
export class Asking {
  /** Questions put to the resolver, and answers in. */
  asked = $state(0);
  answered = $state(0);
  readonly #check: Check;
  readonly #aborter = new AbortController();
  readonly #observer;

  constructor(check: Check) {
    this.#check = check;
    this.#observer = check.source.begin(this.#aborter.signal);
  }

  /** What is known already. */
  known(question: Question): Observation | undefined {
    const key = keyOf(question);
    const aside = this.#check.asides.get(key);
    // What was stopped may be asked again.
    const stopped = aside && !aside.result.seen && aside.result.because.reason === 'aborted';
    return this.#check.facts.get(key) ?? (stopped ? undefined : aside);
  }

  /** The answer to any question; never rejects. */
  async observe(question: Question): Promise<Observation> {
    const known = this.known(question);
    if (known) return known;
    this.asked += 1;
    const observation = await this.#observer.observe(question, 'main');
    this.answered += 1;
    this.#check.asides.set(keyOf(observation.question), observation);
    this.#check.asideRevision += 1;
    return observation;
  }

  readonly lookup: Lookup<Blind> = async (question) => (await this.observe(question)).result as never;

  /** Stops waiting: what is missing stays unknown. */
  stop(): void {
    this.#aborter.abort();
  }

  get stopped(): boolean {
    return this.#aborter.signal.aborted;
  }
}

/** An answer nobody was asked for. */
export function notAsked(question: Question): Observation {
  return { question, result: unseen('not-recorded'), at: 0, by: '', tries: [] };
}
