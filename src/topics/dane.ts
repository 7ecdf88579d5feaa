/*
 * TLSA records of each mail server, also where senders do not look for them: a record in a zone that is not signed
 * protects nothing, and its owner should know. Senders use one only if the MX answer, the host's addresses and the
 * record itself are all validated (RFC 7672 §2.2). Servers of a known provider are asked about only where DANE can
 * apply. Where the look-up fails with validation and succeeds without, the signatures are broken, and senders that
 * use DANE deliver nothing to that host (RFC 7672 §2.1.2).
 */

import { labelCount, type Name, prefixed, ROOT } from '../dns/name.ts';
import { dns } from '../dns/record.ts';
import { topic } from '../engine/topic.ts';
import { type Blind, none, part, whole } from '../facts/observation.ts';
import { type Tlsa, tlsaFault } from '../mail/dane/record.ts';
import { PROVIDERS } from '../mail/provider/fingerprints.ts';
import { longestMatch } from '../mail/provider/match.ts';
import { askChecked } from './checked.ts';
import { hosts } from './hosts.ts';
import { inbound } from './inbound.ts';
import { mx } from './mx.ts';

/** One mail server and what stands at its TLSA name. */
export interface DaneHost {
  readonly host: Name;
  /** `_25._tcp.<host>`. */
  readonly name: Name;
  readonly records: readonly Tlsa[];
  /** Those that senders can use. */
  readonly usable: readonly Tlsa[];
  /** The resolver validated the answer. */
  readonly authentic: boolean;
  /** Refused with validation, answered without. */
  readonly broken: boolean;
  readonly ttl?: number;
  /** Aliases followed from the TLSA name. */
  readonly chain: readonly Name[];
  /** The host's addresses are validated; undefined when they could not be asked for. */
  readonly hostAuthentic?: boolean;
  /** Names the host is an alias for. */
  readonly aliases: readonly Name[];
}

/** DANE of the domain's mail servers, from DNS. */
export interface DaneReading {
  /** Why nothing was asked, as a sentence. */
  readonly because?: string;
  /** The MX answer is validated: without that senders need not look. */
  readonly mxAuthentic: boolean;
  readonly hosts: readonly DaneHost[];
}

/** More mail servers than this are not asked for. */
const MOST_HOSTS = 20;

export const dane = topic<DaneReading>('dane', async ({ ask, read }) => {
  const [records, mail] = await Promise.all([read(mx), read(inbound)]);
  if (records.got !== 'whole') return none(records.because);
  if (mail.got !== 'whole') return none(mail.because);
  const { authentic: mxAuthentic } = records.value;
  if (!mail.value.takes) return whole({ because: mail.value.because, mxAuthentic, hosts: [] });
  const exchanges = [...new Set(records.value.hosts.map(({ exchange }) => exchange))]
    .filter((host) => host !== ROOT && labelCount(host) > 1 && !/\.[0-9]+$/.test(host))
    .filter((host) => mxAuthentic || longestMatch(PROVIDERS, 'mx', host) === undefined);
  if (exchanges.length === 0)
    return whole({
      because: 'The answers that name your mail servers are not signed, so DANE does not apply.',
      mxAuthentic,
      hosts: [],
    });
  if (exchanges.length > MOST_HOSTS)
    return none({ reason: 'over-budget', detail: `${exchanges.length} hosts` });
  const asked = exchanges.map(async (host) => {
    const name = prefixed('_25._tcp', host);
    if (name === undefined) return undefined;
    const { result, bogus } = await askChecked(ask, dns(name, 'TLSA'));
    return { host, name, result, broken: bogus };
  });
  const [answers, addresses] = await Promise.all([Promise.all(asked), read(hosts)]);
  let blind: Blind | undefined;
  const found: DaneHost[] = [];
  for (const one of answers) {
    if (one === undefined) continue;
    const { host, name, result, broken } = one;
    if (!result.seen) {
      blind ??= result.because;
      continue;
    }
    const { answer } = result;
    const data = answer.records.map((record) => record.data);
    const known =
      addresses.got === 'none' ? undefined : addresses.value.find((each) => each.exchange === host);
    found.push({
      host,
      name,
      records: data,
      usable: data.filter((record) => tlsaFault(record) === undefined),
      authentic: answer.authentic && !broken,
      broken,
      ...(answer.records[0] ? { ttl: answer.records[0].ttl } : {}),
      chain: answer.chain,
      ...(known && !known.blind ? { hostAuthentic: known.authentic } : {}),
      aliases: known?.chain ?? [],
    });
  }
  const value = { mxAuthentic, hosts: found };
  return blind ? part(value, blind) : whole(value);
});

/** The hosts whose TLSA records senders see, whether or not they can use one. */
export function boundBy({ mxAuthentic, hosts }: DaneReading): readonly DaneHost[] {
  return mxAuthentic ? hosts.filter(({ authentic, records }) => authentic && records.length > 0) : [];
}
