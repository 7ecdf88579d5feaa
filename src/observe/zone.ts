import { answerFrom, policyFrom, smtpFrom, type Zone } from '../dns/zone.ts';
import {
  type BlindReason,
  type Millis,
  type Observer,
  type Seen,
  seen,
  unseen,
} from '../facts/observation.ts';
import type { PolicyAnswer, PolicyQuestion, Question, SmtpQuestion } from '../facts/question.ts';
import { readSmtpAnswer, type SmtpAnswer } from '../facts/smtp.ts';

/**
 * Answers everything from a text zone and asks nobody. A policy file that the zone does not hold is blind, as
 * without a relay. `at` is the time written on every observation.
 */
export function zoneObserver(zone: Zone, at: Millis): Observer {
  return {
    observe: async (question: Question) => {
      if (question.kind === 'policy')
        return { question, result: policyIn(zone, question), at, by: 'zone', tries: [] };
      if (question.kind === 'smtp')
        return { question, result: smtpIn(zone, question), at, by: 'zone', tries: [] };
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

function smtpIn(zone: Zone, { host, port }: SmtpQuestion): Seen<SmtpAnswer> {
  const lines = smtpFrom(zone, host, port);
  if (lines === undefined) return unseen('relay-absent');
  const failure = lines.find((line) => line.failure !== undefined)?.failure;
  if (failure !== undefined) return unseen(isReason(failure) ? failure : 'relay-failed');
  const control = lines.find((line) => line.control !== undefined)?.control;
  const answer = readSmtpAnswer({
    addresses: lines.flatMap(({ address }) => (address === undefined ? [] : [address])),
    helo: 'relay',
    ...(control === undefined ? {} : { control }),
    ms: 100,
  });
  return answer === undefined ? unseen('malformed') : seen(answer);
}

const REASONS: ReadonlySet<string> = new Set<BlindReason>([
  'http-status',
  'malformed',
  'network',
  'rate-limited',
  'rcode',
  'refused',
  'relay-busy',
  'relay-cannot',
  'relay-failed',
  'relay-refused',
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
