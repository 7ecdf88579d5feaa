/*
 * What a check asks first, about any domain: found out by running it before an observer that answers nothing. The
 * build writes it into the start page, which can so say what will happen before it has loaded what does it.
 */

import { mustName } from '../../dns/name.ts';
import { diagnose } from '../../engine/diagnose.ts';
import { EXAMPLE_NOW } from '../../engine/rule.ts';
import { scopeOf } from '../../engine/scope.ts';
import { unseen } from '../../facts/observation.ts';
import { keyOf, type Question } from '../../facts/question.ts';
import { headlines } from '../../questions/index.ts';
import { rules } from '../../rules/index.ts';

/** How much a check asks at first. */
export interface Plan {
  /** Questions to a resolver. */
  readonly questions: number;
  /** The names they concern, beside the domain itself. */
  readonly names: number;
}

/** Every question a check asks before it has seen any answer. */
export async function firstQuestions(domain = 'example.com'): Promise<Question[]> {
  const asked = new Map<string, Question>();
  await diagnose({
    scope: scopeOf(mustName(domain), EXAMPLE_NOW),
    rules,
    headlines,
    observer: {
      async observe(question) {
        asked.set(keyOf(question), question);
        return { question, result: unseen('not-recorded'), at: 0, by: '', tries: [] };
      },
    },
  });
  return [...asked.values()];
}

/** The plan in numbers. */
export async function plan(): Promise<Plan> {
  const domain = mustName('example.com');
  const questions = (await firstQuestions(domain)).filter((question) => question.kind === 'dns');
  const names = new Set(questions.map(({ name }) => name));
  names.delete(domain);
  return { questions: questions.length, names: names.size };
}
