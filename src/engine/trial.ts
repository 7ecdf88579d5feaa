/*
 * Trying examples: the scope an example describes, and what is seen where facts are hidden or other
 * than they are. Used by the generic tests and by the rule pages, where examples run live.
 */

import { mustName } from '../dns/name.ts';
import type { DnsQuestion } from '../dns/record.ts';
import { type Observation, type Observer, seen, unseen } from '../facts/observation.ts';
import { keyOf, type Question } from '../facts/question.ts';
import type { Observations } from './diagnose.ts';
import { EXAMPLE_NOW, type Example } from './rule.ts';
import { type Scope, scopeOf } from './scope.ts';

/** The scope an example is judged in. Throws when its domain is no name. */
export function scopeOfExample(example: Omit<Example, 'expect' | 'name' | 'zone'>): Scope {
  return scopeOf(
    mustName(example.domain ?? 'example.com'),
    example.now === undefined ? EXAMPLE_NOW : Date.parse(example.now),
    {
      ...(example.intent ? { intent: example.intent } : {}),
      ...(example.selectors ? { selectors: example.selectors } : {}),
      ...(example.mailbox ? { mailbox: example.mailbox } : {}),
      ...(example.submission ? { submission: mustName(example.submission) } : {}),
    },
  );
}

/** What is seen of a question that times out. */
export function unanswered(question: Question): Observation {
  return { question, result: unseen('timeout'), at: 0, by: 'nobody', tries: [] };
}

/** What is seen of a question whose answer is that there is nothing. */
export function answeredEmpty(question: DnsQuestion, rcode: 'NOERROR' | 'NXDOMAIN'): Observation {
  const result = seen({ rcode, chain: [], records: [], authentic: false, errors: [] });
  return { question, result, at: 0, by: 'zone', tries: [] };
}

/** The same observer, with some observations, by the keys of their questions, in place of its own. */
export function replacing(inner: Observer, observations: Observations): Observer {
  return {
    observe: async (question, lane) => observations.get(keyOf(question)) ?? inner.observe(question, lane),
  };
}
