/*
 * Whether the domain sends mail, receives mail, or neither, judged by what it publishes. What the owner says
 * wins. Sending shows in an SPF record that lets anybody pass or in a live DKIM key; receiving in an MX record,
 * or in the domain's own addresses where there is none (implicit MX, RFC 5321 §5.1). A null MX (RFC 7505) or an
 * SPF record under which nothing passes (RFC 7208 §10.1.2) declares that the domain takes, or sends, no mail.
 */

import type { Name } from '../dns/name.ts';
import { topic } from '../engine/topic.ts';
import { none } from '../facts/observation.ts';

/** What the domain does with mail. */
export interface Posture {
  readonly kind:
    | 'sends-and-receives'
    | 'receives-only'
    | 'sends-only'
    | 'declared-no-mail'
    | 'undeclared'
    | 'missing';
  readonly sends: boolean;
  readonly receives: boolean;
  /** No MX record, but addresses that senders would deliver to. */
  readonly implicitMx: boolean;
  /** As a sentence part: "sends and receives mail, mailboxes at Google Workspace". */
  readonly words: string;
}

export const posture = topic<Posture>('posture', async () => none({ reason: 'not-provable' }));
