/*
 * Whose services the domain uses, from what it publishes at its own name: MX hosts, SPF includes (as text) and
 * name servers. Everything is asked in the first round; nothing is judged from it alone. The name servers asked
 * for are those of the domain itself: a subdomain without a zone of its own shows none.
 */

import { isWithin, type Name } from '../dns/name.ts';
import { dns, texts } from '../dns/record.ts';
import { topic } from '../engine/topic.ts';
import { part, whole } from '../facts/observation.ts';
import { DNS_HOSTS, PROVIDERS } from '../mail/provider/fingerprints.ts';
import { type DnsHost, longestMatch, type Provider, recognise } from '../mail/provider/match.ts';
import { mx } from './mx.ts';

/** The services recognised. Nobody recognised is an answer too. */
export interface Providers {
  /** Where mailboxes are: by MX, or by SPF when a gateway stands in front. */
  readonly mailbox?: Provider;
  /** A filter or forwarder that takes the mail first. */
  readonly gateway?: Provider;
  /** Services that may send as the domain, by SPF. */
  readonly senders: readonly Provider[];
  readonly dnsHost?: DnsHost;
  /** The domain's name servers; empty where it has no zone of its own. */
  readonly nameServers: readonly Name[];
}

export const provider = topic<Providers>('provider', async ({ scope, ask, read }) => {
  const [hosts, text, servers] = await Promise.all([
    read(mx),
    ask(dns(scope.domain, 'TXT')),
    ask(dns(scope.domain, 'NS')),
  ]);
  const found = recognise(
    PROVIDERS,
    hosts.got === 'none' ? [] : hosts.value.hosts.map((host) => host.exchange),
    text.seen ? texts(text.answer).filter((record) => /^v=spf1(?: |$)/i.test(record)) : [],
  );
  const nameServers = servers.seen ? servers.answer.records.map((record) => record.data) : [];
  const dnsHost = nameServers
    .filter((server) => !isWithin(server, scope.domain))
    .map((server) => longestMatch(DNS_HOSTS, 'ns', server))
    .find((host) => host !== undefined);
  const value: Providers = { ...found, ...(dnsHost ? { dnsHost } : {}), nameServers };
  if (hosts.got === 'none') return part(value, hosts.because);
  if (!text.seen) return part(value, text.because);
  if (!servers.seen) return part(value, servers.because);
  return whole(value);
});
