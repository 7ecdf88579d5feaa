/*
 * Trying examples: the scope an example describes, and observers that hide, replace or delay what another
 * observer sees. Used by the generic tests and by the rule pages, where examples run live.
 */

import { mustName } from '../dns/name.ts';
import { type Observation, type Observer, unseen } from '../facts/observation.ts';
import { keyOf, type Question } from '../facts/question.ts';
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
    },
  );
}

/** The same observer, but the questions of these keys time out. */
export function hiding(inner: Observer, keys: ReadonlySet<string>): Observer {
  return replacing(inner, (question) =>
    keys.has(keyOf(question))
      ? { question, result: unseen('timeout'), at: 0, by: 'nobody', tries: [] }
      : undefined,
  );
}

/** The same observer, with some observations replaced. */
export function replacing(
  inner: Observer,
  replace: (question: Question) => Observation | undefined,
): Observer {
  return {
    observe: async (question, lane) => replace(question) ?? inner.observe(question, lane),
  };
}
