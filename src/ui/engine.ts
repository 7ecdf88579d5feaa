/*
 * Everything a check needs and the start page does not: loaded while the visitor types. What stands above the
 * report reads the same topics as the rules, in the same run, so it costs no further question.
 */

import type { Input } from '../dns/input.ts';
import type { Name } from '../dns/name.ts';
import { plainInput } from '../dns/plain-input.ts';
import { type AnyRule, rule } from '../engine/rule.ts';
import { Seldom, type Topic, type ValueOf } from '../engine/topic.ts';
import type { Finding } from '../engine/verdict.ts';
import { fetchWords } from '../engine/words.ts';
import { type Observer, type Reading, unseen } from '../facts/observation.ts';
import { mailboxLabel } from '../mail/dane/mailbox.ts';
import type { RelayPlace } from '../observe/relay.ts';
import { rules } from '../rules/index.ts';
import { posture } from '../topics/posture.ts';
import { provider } from '../topics/provider.ts';
import type { Subject } from './check.svelte.ts';

export { diagnose } from '../engine/diagnose.ts';
export { scopeOf } from '../engine/scope.ts';
export { createResolverPool, type ResolverPool } from '../observe/resolver-pool.ts';
export { headlines } from '../questions/index.ts';
export { areaOf, areaTitle, byArea } from '../report/order.ts';
export { rules };

// Who comes upon a path that is left out is begun anew; what it had begun beside it, nobody waits for any more.
addEventListener('unhandledrejection', (event) => {
  if (event.reason instanceof Seldom) event.preventDefault();
});

/**
 * What somebody typed, understood; or the sentence that says what to enter, and the name probably meant. A sending
 * host is left out where it is no name. Rejects when what the more unusual takes could not be loaded.
 */
export async function understand(
  text: string,
  sending?: string,
): Promise<Understood | { says: string; instead: Name | undefined }> {
  const input = await readTyped(text);
  if (!input.ok) return { says: input.sentence, instead: input.instead };
  const { domain, display, mailbox } = input;
  const host = sending === undefined ? undefined : await readTyped(sending);
  const notes = host && !host.ok ? [...input.notes, LEFT_OUT] : input.notes;
  return {
    domain,
    subject: { ascii: domain, shown: display, notes },
    ...(mailbox === undefined ? {} : { mailbox: mailboxLabel(mailbox) }),
    ...(host?.ok ? { submission: host.domain } : {}),
  };
}

async function readTyped(text: string): Promise<Input> {
  return plainInput(text) ?? (await import('../observe/typed.ts')).readTyped(text);
}

const LEFT_OUT = 'The sending host in the address of this page is not a name, so it was left out.';

/** What is to be checked. */
export interface Understood {
  readonly domain: Name;
  readonly subject: Subject;
  /** The label of the address typed (Scope.mailbox), where one was. */
  readonly mailbox?: Promise<string | undefined>;
  /** The sending host somebody named. */
  readonly submission?: Name;
}

/** What the report shows of the domain before anything else. */
export const FIRST = { posture, provider };

// biome-ignore lint/suspicious/noExplicitAny: topics of any value; ValueOf recovers it.
type Topics = Readonly<Record<string, Topic<any>>>;

/** The readings of some topics, each as soon as it has settled. */
export type ReadingsOf<T extends Topics> = { readonly [K in keyof T]?: Reading<ValueOf<T[K]>> };

/** Rules that judge nothing and hand on what they read. */
export function viewRules<T extends Topics>(
  topics: T,
  show: (readings: ReadingsOf<T>) => void,
): Record<string, AnyRule> {
  return Object.fromEntries(
    Object.entries(topics).map(([name, topic]) => [
      `view/${name}`,
      rule({
        title: name,
        why: '',
        bears: [],
        cites: [],
        reads: { value: topic as Topic<unknown> },
        partial: ['value'],
        cases: {},
        judge: ({ value }) => {
          show({ [name]: value } as ReadingsOf<T>);
          return { is: 'not-applicable', because: '' };
        },
      }) as AnyRule,
    ]),
  );
}

/** An observer that answers from a sample's records and asks nobody. */
export async function sampleObserver(domain: string, at: number): Promise<Observer> {
  return (await import('./sample.ts')).sampleObserver(domain, at);
}

/** Asks relays what a browser cannot see itself; what that takes is fetched with the first question. */
export function relayOf(relays: readonly RelayPlace[], signal: AbortSignal): Observer | undefined {
  if (relays.length === 0) return undefined;
  let loading: Promise<Observer> | undefined;
  return {
    observe: async (question, lane) => {
      loading ??= import('../observe/relay.ts').then(({ relayObserver }) =>
        relayObserver({ relays, signal }),
      );
      try {
        return await (await loading).observe(question, lane);
      } catch {
        loading = undefined;
        return { question, result: unseen('not-loaded'), at: Date.now(), by: '', tries: [] };
      }
    },
  };
}

/** A finding with its words, which are fetched where they are not at hand yet. */
export function read(finding: Finding): Finding | Promise<Finding> {
  const rule = rules[finding.rule];
  return finding.pending === undefined || rule === undefined
    ? finding
    : fetchWords(finding, rule).then((read) => read.finding);
}
