/*
 * Keys for one address, where one was given: its S/MIME certificates (RFC 8162) and OpenPGP keys (RFC 7929). Without
 * an address nothing is asked. Only answers that the resolver validated may be used by mail programs.
 */

import type { Name } from '../dns/name.ts';
import { dns, type RecordData } from '../dns/record.ts';
import type { Scope } from '../engine/scope.ts';
import { type Look, type Topic, topic } from '../engine/topic.ts';
import { none, type Reading, whole } from '../facts/observation.ts';
import { keyName } from '../mail/dane/mailbox.ts';

/** The records of one kind at an address's name. */
interface AddressKeys<T extends 'SMIMEA' | 'OPENPGPKEY'> {
  readonly name: Name;
  readonly records: readonly RecordData[T][];
  /** The resolver validated the answer. */
  readonly authentic: boolean;
}

/** Undefined where no address was given. */
export const smimeKeys: Topic<AddressKeys<'SMIMEA'> | undefined> = topic('smime-keys', (look) =>
  keysOf(look, '_smimecert', 'SMIMEA'),
);

/** Undefined where no address was given. */
export const openpgpKeys: Topic<AddressKeys<'OPENPGPKEY'> | undefined> = topic('openpgp-keys', (look) =>
  keysOf(look, '_openpgpkey', 'OPENPGPKEY'),
);

/** The records there are, or why there are none, as a sentence. */
export function publishedOf<K extends AddressKeys<'SMIMEA' | 'OPENPGPKEY'>>(
  keys: K | undefined,
  { mailbox }: Scope,
  what: string,
): K | string {
  if (keys === undefined)
    return mailbox === undefined
      ? 'Only where an address is given, not a domain alone.'
      : 'The domain name is too long to carry such a record.';
  return keys.records.length === 0 ? `No ${what} is published for the address.` : keys;
}

async function keysOf<T extends 'SMIMEA' | 'OPENPGPKEY'>(
  { scope, ask }: Look,
  kind: '_smimecert' | '_openpgpkey',
  type: T,
): Promise<Reading<AddressKeys<T> | undefined>> {
  const name = scope.mailbox && keyName(scope.mailbox, kind, scope.domain);
  if (!name) return whole(undefined);
  const result = await ask(dns<T>(name, type));
  if (!result.seen) return none(result.because);
  const { records, authentic } = result.answer;
  return whole({ name, records: records.map(({ data }) => data as RecordData[T]), authentic });
}
