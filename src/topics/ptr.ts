/*
 * Reverse names: what the owner of an address calls it (PTR), and whether that name leads back to the address
 * (RFC 8601 §3, iprev). Receivers look at the address that connects to them, so this matters for addresses that
 * send: those an SPF record lists one by one, and mail hosts, which return undeliverable mail. Hosts of a known
 * provider are the provider's business and are not asked about. An alias on the way to the PTR record is usual
 * (RFC 2317); the name it gives must not be one (RFC 2181 §10.2).
 */

import { isSameAddress, purposeOf, reverseName } from '../dns/address.ts';
import type { Name } from '../dns/name.ts';
import { dns } from '../dns/record.ts';
import { type Look, topic } from '../engine/topic.ts';
import { type Blind, none, part, whole } from '../facts/observation.ts';
import { apexTxt } from './apex-txt.ts';
import { hosts } from './hosts.ts';
import { mx } from './mx.ts';
import { runBy } from './smtp.ts';

/** One address of the domain's own, with its reverse names. */
export interface ReverseName {
  readonly address: string;
  /** The mail host it belongs to. */
  readonly host?: Name;
  /** The domain's SPF record lists it by itself. */
  readonly sender: boolean;
  /** Where its PTR records stand. */
  readonly at: Name;
  /** All names the PTR records give. */
  readonly names: readonly Name[];
  /** Names that lead back to the address. */
  readonly confirmed: readonly Name[];
  /** Names that are aliases themselves. */
  readonly aliases: readonly Name[];
}

/** Addresses asked about, at most. */
export const MOST_ADDRESSES = 10;

/** PTR names followed per address, as SPF and iprev checkers do (RFC 7208 §4.6.4). */
const MOST_NAMES = 10;

export const ptr = topic<readonly ReverseName[]>('ptr', async ({ ask, read }) => {
  const [mxReading, txt] = await Promise.all([read(mx), read(apexTxt)]);
  if (mxReading.got !== 'whole') return none(mxReading.because);
  if (txt.got !== 'whole') return none(txt.because);
  const listed = listedAddresses(txt.value.texts);
  const own = mxReading.value.hosts.some((host) => isOwn(host.exchange));
  // Senders need nothing but the first round; only own mail hosts wait for their addresses.
  const senders = listed.slice(0, MOST_ADDRESSES).map((address) => lookUp(ask, address));
  const hostReading = own ? await read(hosts) : whole([]);
  if (hostReading.got === 'none') return none(hostReading.because);
  const inMx = hostReading.value
    .filter((host) => isOwn(host.exchange))
    .flatMap((host) => [...host.a, ...host.aaaa].map((address) => ({ address, host: host.exchange })))
    .filter(({ address }) => purposeOf(address) === undefined);
  const rest = inMx
    .filter(({ address }, i) => inMx.findIndex((other) => other.address === address) === i)
    .filter(({ address }) => !listed.some((other) => isSameAddress(other, address)))
    .slice(0, Math.max(0, MOST_ADDRESSES - senders.length));
  const found = await Promise.all([
    ...senders,
    ...rest.map(({ address, host }) => lookUp(ask, address, host)),
  ]);
  const value = found.map(({ blind: _, sender, ...entry }): ReverseName => {
    const host = inMx.find(({ address }) => isSameAddress(address, entry.address))?.host;
    return { ...entry, sender, ...(host ? { host } : {}) };
  });
  const blind = found.find((entry) => entry.blind)?.blind;
  const because = blind ?? (hostReading.got === 'part' ? hostReading.because : undefined);
  return because ? part(value, because) : whole(value);
});

function isOwn(exchange: Name): boolean {
  return runBy(exchange) === undefined;
}

/** Addresses that an SPF record of the domain lists singly (`ip4:192.0.2.1`), public ones only. */
function listedAddresses(texts: readonly string[]): string[] {
  const terms = texts.filter((text) => /^v=spf1(?: |$)/i.test(text)).flatMap((text) => text.split(' '));
  const single = terms.flatMap((term) => {
    const address = /^\+?(?:ip4:([0-9.]+)(?:\/32)?|ip6:([0-9a-f:.]+)(?:\/128)?)$/i.exec(term);
    return address ? [(address[1] ?? address[2]) as string] : [];
  });
  return [...new Set(single)].filter((address) => reverseName(address) && purposeOf(address) === undefined);
}

async function lookUp(
  ask: Look['ask'],
  address: string,
  host?: Name,
): Promise<ReverseName & { blind?: Blind }> {
  const at = reverseName(address) as Name;
  const nothing = { address, sender: host === undefined, at, names: [], confirmed: [], aliases: [] };
  const result = await ask(dns(at, 'PTR'));
  if (!result.seen) return { ...nothing, blind: result.because };
  const names = [...new Set(result.answer.records.map((record) => record.data))];
  const type = at.endsWith('.ip6.arpa') ? 'AAAA' : 'A';
  const back = await Promise.all(
    names.slice(0, MOST_NAMES).map(async (name) => ({ name, result: await ask(dns(name, type)) })),
  );
  const confirmed = back.flatMap(({ name, result }) =>
    result.seen && result.answer.records.some((record) => isSameAddress(record.data, address)) ? [name] : [],
  );
  const aliases = back.flatMap(({ name, result }) =>
    result.seen && result.answer.chain.length > 0 ? [name] : [],
  );
  const unseen = back.flatMap(({ result }) => (result.seen ? [] : [result.because]))[0];
  return { ...nothing, names, confirmed, aliases, ...(unseen ? { blind: unseen } : {}) };
}
