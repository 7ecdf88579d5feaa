/*
 * Which certificate authorities may issue for the domain: its CAA records, or those of the nearest name above that
 * has any (RFC 8659 §3). The climb leaves at once for all names, and the lowest set that is not empty decides alone.
 * An authority must not issue where the lookup fails, so a failure is looked at: a set whose signatures do not
 * verify is proved by asking again with checking disabled. Authorities climb from every host they issue for; only
 * the climb from the domain itself is read here.
 */

import { isWithin, type Name } from '../dns/name.ts';
import { dns, type RecordData } from '../dns/record.ts';
import { topic } from '../engine/topic.ts';
import { none, whole } from '../facts/observation.ts';
import { askChecked } from './checked.ts';

/** A CAA record. */
export type CaaRecord = RecordData['CAA'];

/** The set that decides for the domain. */
export interface CaaSet {
  /** Where it stands; absent when there is none. */
  readonly at?: Name;
  readonly records: readonly CaaRecord[];
  /**
   * The name whose question fails, although its MX question is answered: `bogus` when it is answered without
   * checking of signatures, `failing` when it is not answered then either.
   */
  readonly fails?: { readonly name: Name; readonly how: 'bogus' | 'failing' };
}

/** Names asked at most, the domain included. */
const MOST_NAMES = 5;

export const caa = topic<CaaSet>('caa', async ({ scope, ask }) => {
  const names = [scope.domain, ...scope.parents].slice(0, MOST_NAMES);
  const [itself, ...results] = await Promise.all([
    ask(dns(scope.domain, 'MX')),
    ...names.map(async (name) => ({ name, ...(await askChecked(ask, dns(name, 'CAA'))) })),
  ]);
  for (const { name, result, bogus, failing } of results) {
    if ((bogus || failing) && name === scope.domain && itself.seen)
      return whole({ records: [], fails: { name, how: bogus ? 'bogus' : 'failing' } });
    if (!result.seen) return none(result.because);
    // Unchecked records of a name that does not validate are nobody's answer.
    if (bogus) return none({ reason: 'servfail' });
    const records = result.answer.records.map(({ data }) => data);
    if (records.length > 0) return whole({ at: name, records });
  }
  return whole({ records: [] });
});

/** Whether a set stands at the domain or inside its organization, where its owner can change it. */
export function isOwn({ at }: CaaSet, domain: Name): boolean {
  return at !== undefined && isWithin(domain, at) && at.includes('.');
}

/** A property's value, read (RFC 8659 §4.2): the authority's domain, empty where nobody is meant, and parameters. */
export interface Issuance {
  readonly issuer: string;
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

/** Reads the value of an `issue`, `issuewild`, `issuemail` or `issuevmc` property; undefined where it is malformed. */
export function issuanceOf(value: string): Issuance | undefined {
  const [issuer = '', ...rest] = value.split(';').map((part) => part.trim());
  if (
    issuer !== '' &&
    !/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i.test(issuer)
  )
    return undefined;
  const parameters: (readonly [string, string])[] = [];
  for (const part of rest) {
    if (part === '') continue;
    const found = /^([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\s*=\s*([\x21-\x3a\x3c-\x7e]*)$/i.exec(part);
    if (!found) return undefined;
    parameters.push([(found[1] ?? '').toLowerCase(), found[2] ?? '']);
  }
  return { issuer: issuer.toLowerCase(), parameters };
}

/** Why there is no set to judge, as a sentence; undefined when there is one. */
export function whyNoSet({ records, fails }: CaaSet): string | undefined {
  if (fails) return 'The question for CAA records fails; that comes first.';
  return records.length === 0 ? 'No CAA record limits who may issue certificates for the domain.' : undefined;
}

/** A record as zone files write it. */
export function written({ flags, tag, value }: CaaRecord): string {
  return `${flags} ${tag} "${value.replace(/["\\]/g, '\\$&')}"`;
}
