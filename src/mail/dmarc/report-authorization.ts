/*
 * Reports to another organization's mailbox: so that nobody can flood a stranger, the receiving host must say that
 * it wants them. It publishes a text beginning `v=DMARC1` at `<domain>._report._dmarc.<host>` (RFC 7489 §7.1, now
 * RFC 9990). Without it receivers drop the address. The text may name another address, but only on the same host.
 */

import { type Name, prefixed } from '../../dns/name.ts';
import { isDmarcRecord, isValidAddress, parseDmarcRecord } from './record.ts';

/**
 * What the host says: `authorized`; `loosely` authorized by a text without the semicolon RFC 7489 wants;
 * `redirected` to another address of the same host; `diverted` to another host, by which no report is sent at
 * all; `silent` when nothing authorizes.
 */
export type Authorization = 'authorized' | 'loosely' | 'redirected' | 'diverted' | 'silent';

/** The name that authorizes; undefined when it would be longer than names can be (RFC 9990: no authorization then). */
export function authorizationName(policyDomain: Name, host: Name): Name | undefined {
  return prefixed(`${policyDomain}._report._dmarc`, host);
}

/** Reads what stands at that name (RFC 7489 §7.1 steps 5 to 8). */
export function readAuthorization(texts: readonly string[], host: Name): Authorization {
  const records = texts.filter(isDmarcRecord);
  if (records.length === 0) return 'silent';
  const others = records.flatMap((text) => parseDmarcRecord(text).rua.filter(isValidAddress));
  if (others.some((address) => address.host !== host)) return 'diverted';
  if (others.length > 0) return 'redirected';
  return records.some((text) => text.includes(';')) ? 'authorized' : 'loosely';
}
