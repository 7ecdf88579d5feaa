import { answerFrom, type Zone } from '../dns/zone.ts';
import { type BlindReason, type Millis, type Observer, seen, unseen } from '../facts/observation.ts';
import type { Question } from '../facts/question.ts';

/** Answers everything from a text zone and asks nobody. `at` is the time written on every observation. */
export function zoneObserver(zone: Zone, at: Millis): Observer {
  return {
    observe: async (question: Question) => {
      if (question.kind !== 'dns')
        return { question, result: unseen('relay-absent'), at, by: 'zone', tries: [] };
      const reply = answerFrom(zone, question);
      const result =
        'answer' in reply ? seen(reply.answer) : unseen(isReason(reply.failure) ? reply.failure : 'servfail');
      return { question, result, at, by: 'zone', tries: [] };
    },
  };
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
