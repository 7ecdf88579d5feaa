import { answerFrom, policyFrom, type Zone } from '../dns/zone.ts';
import {
  type BlindReason,
  type Millis,
  type Observer,
  type Seen,
  seen,
  unseen,
} from '../facts/observation.ts';
import type { PolicyAnswer, PolicyQuestion, Question } from '../facts/question.ts';

/**
 * Answers everything from a text zone and asks nobody. A policy file that the zone does not hold is blind, as
 * without a relay. `at` is the time written on every observation.
 */
export function zoneObserver(zone: Zone, at: Millis): Observer {
  return {
    observe: async (question: Question) => {
      if (question.kind !== 'dns')
        return { question, result: policyIn(zone, question), at, by: 'zone', tries: [] };
      const reply = answerFrom(zone, question);
      const result =
        'answer' in reply ? seen(reply.answer) : unseen(isReason(reply.failure) ? reply.failure : 'servfail');
      return { question, result, at, by: 'zone', tries: [] };
    },
  };
}

function policyIn(zone: Zone, { domain }: PolicyQuestion): Seen<PolicyAnswer> {
  const policy = policyFrom(zone, domain);
  if (policy === undefined) return unseen('relay-absent');
  if (!('body' in policy)) return unseen(isReason(policy.failure) ? policy.failure : 'timeout');
  const { status, failure, contentType, body } = policy;
  return seen({
    status,
    ...(isFetchFailure(failure) ? { failure } : {}),
    ...(contentType === undefined ? {} : { contentType }),
    body,
    ms: 100,
  });
}

const REASONS: ReadonlySet<string> = new Set<BlindReason>([
  'http-status',
  'malformed',
  'network',
  'rate-limited',
  'rcode',
  'refused',
  'servfail',
  'timeout',
  'truncated',
]);

function isReason(text: string): text is BlindReason {
  return REASONS.has(text);
}

type FetchFailure = NonNullable<PolicyAnswer['failure']>;

const FETCH_FAILURES: ReadonlySet<string> = new Set<FetchFailure>([
  'no-address',
  'no-connection',
  'certificate',
  'tls',
  'too-slow',
  'too-large',
]);

function isFetchFailure(text: string | undefined): text is FetchFailure {
  return text !== undefined && FETCH_FAILURES.has(text);
}
