import type { Log } from '../facts/log.ts';
import { type Observer, unseen } from '../facts/observation.ts';

/** Answers from a recording and asks nobody; what the recording lacks is blind (`not-recorded`). */
export function recordedObserver(log: Log): Observer {
  return {
    observe: async (question) =>
      log.find(question) ?? { question, result: unseen('not-recorded'), at: 0, by: 'recording', tries: [] },
  };
}
