/*
 * The hosts that take the domain's mail, with their addresses. A sender takes the MX records in order of
 * preference and looks up A and AAAA of each host; without any MX record the domain's own addresses stand in as
 * an implicit MX of preference 0 (RFC 5321 §5.1). An MX host must not be an alias (RFC 2181 §10.3), yet senders
 * commonly follow one, so the addresses behind it are read too.
 */

import { isAddress } from '../dns/address.ts';
import { labelCount, labelsOf, type Name, ROOT } from '../dns/name.ts';
import { dns } from '../dns/record.ts';
import { type Look, topic } from '../engine/topic.ts';
import { type Blind, none, part, whole } from '../facts/observation.ts';
import { mx } from './mx.ts';

/** One host that takes mail, in MX order. */
export interface MailHost {
  readonly exchange: Name;
  readonly preference: number;
  /** Not a host name at all: the null MX, an address written as a name, a single label. */
  readonly special?: 'null' | 'address-literal' | 'one-label';
  /** Names the exchange is an alias for (CNAME), in order. */
  readonly chain: readonly Name[];
  /** The exchange itself exists (an alias to nowhere exists, RFC 8020 §2). */
  readonly exists: boolean;
  readonly a: readonly string[];
  readonly aaaa: readonly string[];
  /** The resolver validated both answers. */
  readonly authentic: boolean;
  /** Why one of its two address questions has no answer. */
  readonly blind?: Blind;
}

/** More hosts than any sender would try; the rest is left unasked. */
export const MOST_HOSTS = 20;

export const hosts = topic<readonly MailHost[]>('hosts', async ({ scope, ask, read }) => {
  const reading = await read(mx);
  if (reading.got !== 'whole') return none(reading.because);
  const { hosts: exchanges, nameMissing } = reading.value;
  if (nameMissing) return whole([]);
  if (exchanges.length === 0) {
    const own = await lookUp(ask, { exchange: scope.domain, preference: 0 });
    if (own.a.length + own.aaaa.length > 0) return own.blind ? part([own], own.blind) : whole([own]);
    return own.blind ? none(own.blind) : whole([]);
  }
  const unique = exchanges.filter(
    (host, i) => exchanges.findIndex((h) => h.exchange === host.exchange) === i,
  );
  const found = await Promise.all(unique.slice(0, MOST_HOSTS).map((host) => lookUp(ask, host)));
  const blind: Blind | undefined =
    unique.length > MOST_HOSTS
      ? { reason: 'over-budget', detail: `${unique.length} mail servers` }
      : found.find((host) => host.blind)?.blind;
  return blind ? part(found, blind) : whole(found);
});

/** No name of a host: an address, one label, or the domain twice over; and nothing answers under it. */
export function isMisnamed({ special, exchange, a, aaaa }: MailHost, domain: Name): boolean {
  if (special === 'address-literal') return true;
  if (a.length + aaaa.length > 0) return false;
  return special === 'one-label' || exchange.endsWith(`.${domain}.${domain}`);
}

async function lookUp(
  ask: Look['ask'],
  { exchange, preference }: { exchange: Name; preference: number },
): Promise<MailHost> {
  const special = specialOf(exchange);
  const nothing = { exchange, preference, chain: [], exists: false, a: [], aaaa: [], authentic: false };
  if (special === 'null' || special === 'address-literal') return { ...nothing, special };
  const [a, aaaa] = await Promise.all([ask(dns(exchange, 'A')), ask(dns(exchange, 'AAAA'))]);
  const answers = [a, aaaa].flatMap((result) => (result.seen ? [result.answer] : []));
  const blind = !a.seen ? a.because : !aaaa.seen ? aaaa.because : undefined;
  const chain = answers.find((answer) => answer.chain.length > 0)?.chain ?? [];
  return {
    exchange,
    preference,
    ...(special ? { special } : {}),
    chain,
    exists: chain.length > 0 || answers.some((answer) => answer.rcode === 'NOERROR'),
    a: a.seen ? a.answer.records.map((record) => record.data) : [],
    aaaa: aaaa.seen ? aaaa.answer.records.map((record) => record.data) : [],
    authentic: answers.length === 2 && answers.every((answer) => answer.authentic),
    ...(blind ? { blind } : {}),
  };
}

function specialOf(exchange: Name): MailHost['special'] {
  if (exchange === ROOT) return 'null';
  const text = labelsOf(exchange)
    .join('.')
    .replace(/^\[(.*)\]$/, '$1');
  if (isAddress(text)) return 'address-literal';
  return labelCount(exchange) === 1 ? 'one-label' : undefined;
}
