/*
 * The name a mail server greets with, beside the reverse names of its address. A server usually gives the same name
 * with HELO when it sends, and receivers compare that with the reverse name (RFC 5321 §4.1.4); they must not refuse
 * mail for a difference alone.
 */

import { isSameAddress } from '../dns/address.ts';
import { type Name, parseName } from '../dns/name.ts';
import { topic } from '../engine/topic.ts';
import { type Blind, none, part, whole } from '../facts/observation.ts';
import { suffixesOf } from '../mail/dmarc/suffix-list.ts';
import { ptr } from './ptr.ts';
import { opened, smtp } from './smtp.ts';

/** One mail server of the domain's own. */
export interface GreetingName {
  readonly address: string;
  /** As it greets. */
  readonly own: Name;
  /** As its address is called. */
  readonly reverse: readonly Name[];
  /** One of these is of the same organization. */
  readonly akin: boolean;
}

/** The servers that greet with a name and whose address has one. */
export interface GreetingNames {
  /** Why there is nothing to compare, as a sentence. */
  readonly because?: string;
  readonly servers: readonly GreetingName[];
}

export const greetingNames = topic<GreetingNames>('greeting-names', async ({ read }) => {
  const [seen, reverse] = await Promise.all([read(smtp), read(ptr)]);
  const { because, visits, missing } = opened(seen);
  if (because !== undefined) return whole({ because, servers: [] });
  if (reverse.got === 'none') return none(reverse.because);
  const pairs = visits.flatMap(({ address, greeting }) => {
    const name = greeting?.own.kind === 'fqdn' ? parseName(greeting.own.name) : undefined;
    const entry = reverse.value.find((each) => isSameAddress(each.address, address));
    return name && entry && entry.names.length > 0 ? [{ address, own: name, reverse: entry.names }] : [];
  });
  const unwelcome = visits.find(({ welcome }) => typeof welcome === 'object')?.welcome as Blind | undefined;
  const blind = missing ?? unwelcome ?? (reverse.got === 'part' ? reverse.because : undefined);
  if (pairs.length === 0) return blind ? none(blind) : whole({ servers: [] });
  let servers: GreetingName[];
  try {
    const suffixes = await suffixesOf(pairs.flatMap(({ own, reverse }) => [own, ...reverse]));
    const organization = (name: Name) => suffixes.organizationalDomain(name) ?? name;
    servers = pairs.map((pair) => ({
      ...pair,
      akin: pair.reverse.some((name) => organization(name) === organization(pair.own)),
    }));
  } catch {
    return none({ reason: 'suffix-list' });
  }
  return blind ? part({ servers }, blind) : whole({ servers });
});
