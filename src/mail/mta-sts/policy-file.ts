/*
 * The policy file as it should be served (RFC 8461 §3.2, §3.3).
 */

import type { Name } from '../../dns/name.ts';

/** What a policy is to say. */
export interface PolicyLines {
  readonly mode: 'enforce' | 'testing' | 'none';
  readonly mx: readonly string[];
  /** Seconds. */
  readonly maxAge: number;
}

/** A week: long enough that senders remember, short enough to change one's mind (RFC 8461 §10.2). */
export const USUAL_AGE = 604800;

/** The file with its address. */
export function policyFile(domain: Name, { mode, mx, maxAge }: PolicyLines) {
  const lines = [
    'version: STSv1',
    `mode: ${mode}`,
    ...[...new Set(mx)].map((host) => `mx: ${host}`),
    `max_age: ${maxAge}`,
  ];
  return {
    address: `https://mta-sts.${domain}/.well-known/mta-sts.txt`,
    text: lines.map((line) => `${line}\n`).join(''),
  };
}
