/*
 * The MTA-STS policy file, fetched once over HTTPS from `mta-sts.<domain>` (RFC 8461 §3.3) and only where a
 * valid record announces it, as senders do. A browser cannot read that file itself: without a relay this topic
 * reads as none, and every rule about the policy is unknown.
 */

import { topic } from '../engine/topic.ts';
import { none, whole } from '../facts/observation.ts';
import type { PolicyAnswer } from '../facts/question.ts';
import { parseStsPolicy, type StsPolicy } from '../mail/mta-sts/policy.ts';
import { mtaSts } from './mta-sts.ts';

/** What came of fetching the policy. */
export interface StsPolicyReading {
  /** A valid record announces a policy; if not, nothing was fetched. */
  readonly announced: boolean;
  readonly answer?: PolicyAnswer;
  /** The body, read; only when the file was served as RFC 8461 §3.3 demands (status 200, complete). */
  readonly policy?: StsPolicy;
}

export const mtaStsPolicy = topic<StsPolicyReading>('mta-sts-policy', async ({ scope, ask, read }) => {
  const record = await read(mtaSts);
  if (record.got === 'none') return none(record.because);
  if (!record.value.usable) return whole({ announced: false });
  const result = await ask({ kind: 'policy', domain: scope.domain });
  if (!result.seen) return none(result.because);
  const { answer } = result;
  const served = answer.status === 200 && answer.failure === undefined;
  return whole({ announced: true, answer, ...(served ? { policy: parseStsPolicy(answer.body) } : {}) });
});

/** Why there is no policy to judge, as a sentence; undefined when there is one. */
export function whyNoPolicy({ announced, policy }: StsPolicyReading): string | undefined {
  if (!announced) return 'No valid MTA-STS record announces a policy.';
  if (policy === undefined) return 'The policy cannot be fetched.';
  return policy.faults.some((fault) => fault.kind === 'html')
    ? 'What is served is a web page, not a policy.'
    : undefined;
}
