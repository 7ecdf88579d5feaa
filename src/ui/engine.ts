/*
 * Everything a check needs and the start page does not: loaded while the visitor types. The pictures of the
 * report read the same topics as the rules, in the same run, so they cost no further question.
 */

import { readInput } from '../dns/input.ts';
import type { Name } from '../dns/name.ts';
import { parseZone } from '../dns/zone.ts';
import { type AnyRule, rule } from '../engine/rule.ts';
import type { Topic } from '../engine/topic.ts';
import type { Observer, Reading } from '../facts/observation.ts';
import type { Sample } from '../fixtures/samples.ts';
import { toAscii } from '../observe/idna.ts';
import { zoneObserver } from '../observe/zone.ts';
import { dkim } from '../topics/dkim.ts';
import { dmarc } from '../topics/dmarc.ts';
import { hosts } from '../topics/hosts.ts';
import { posture } from '../topics/posture.ts';
import { provider } from '../topics/provider.ts';
import { spf } from '../topics/spf.ts';
import type { Subject } from './check.svelte.ts';

export { diagnose } from '../engine/diagnose.ts';
export { scopeOf } from '../engine/scope.ts';
export { createResolverPool, type ResolverPool } from '../observe/resolver-pool.ts';
export { areaOf, areaTitle, byArea } from '../report/order.ts';
export { rules } from '../rules/index.ts';
export { headlines } from './headlines.ts';

/** What somebody typed, understood; or the sentence that says what to enter, and the name probably meant. */
export function read(
  text: string,
): { domain: Name; subject: Subject } | { says: string; instead: Name | undefined } {
  const input = readInput(text, toAscii);
  if (!input.ok) return { says: input.sentence, instead: input.instead };
  const { domain, display, notes } = input;
  return { domain, subject: { ascii: domain, shown: display, notes } };
}

/** What the pictures show. */
const TOPICS = { posture, provider, spf, dmarc, dkim, hosts };

/** The readings behind the pictures, each as soon as it has settled. */
export type Readings = {
  readonly [K in keyof typeof TOPICS]?: (typeof TOPICS)[K] extends Topic<infer T> ? Reading<T> : never;
};

/** Ids of the rules that only hand readings on begin so. */
export const VIEW = 'view/';

/** Rules that judge nothing and hand on what they read. */
export function viewRules(show: (readings: Readings) => void): Record<string, AnyRule> {
  return Object.fromEntries(
    Object.entries(TOPICS).map(([name, topic]) => [
      VIEW + name,
      rule({
        title: name,
        why: '',
        bears: [],
        cites: [],
        reads: { value: topic as Topic<unknown> },
        partial: ['value'],
        cases: {},
        judge: ({ value }) => {
          show({ [name]: value } as Readings);
          return { is: 'not-applicable', because: '' };
        },
      }) as AnyRule,
    ]),
  );
}

/** An observer that answers from a sample and asks nobody. */
export function sampleObserver(sample: Sample, at: number): Observer {
  return zoneObserver(parseZone(sample.zone), at);
}
