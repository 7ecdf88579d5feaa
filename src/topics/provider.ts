/*
 * Whose services the domain uses, from what it publishes at its own name: MX hosts, SPF includes (as text) and
 * name servers. Everything is asked in the first round; nothing is judged from it alone.
 */

import { topic } from '../engine/topic.ts';
import { whole } from '../facts/observation.ts';
import type { DnsHost, Provider } from '../mail/provider/match.ts';

/** The services recognised. Nobody recognised is an answer too. */
export interface Providers {
  /** Where mailboxes are: by MX, or by SPF when a gateway stands in front. */
  readonly mailbox?: Provider;
  /** A filter or forwarder that takes the mail first. */
  readonly gateway?: Provider;
  /** Services that may send as the domain, by SPF. */
  readonly senders: readonly Provider[];
  readonly dnsHost?: DnsHost;
}

export const provider = topic<Providers>('provider', async () => whole({ senders: [] }));
