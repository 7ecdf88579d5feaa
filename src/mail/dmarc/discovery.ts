/*
 * Finding the record that governs a name, and the organizational domain by which relaxed alignment compares.
 * RFC 9989 §4.10 walks: it asks at the name, then at each parent up to the top (at most eight questions, so long
 * names skip some), and takes the shortest name that has a record, unless a record says `psd`. RFC 7489 §3.2
 * asks at the name and at the organizational domain by the Public Suffix List only. Both stand here as functions
 * of what is published; asking is somebody else's work.
 *
 * Two records at one name: RFC 7489 §6.6.3 stops, RFC 9989 §4.10 discards both and, read literally, walks on. Read
 * so here; `contested` tells where it mattered. Walks start at the From domain itself, so that a `psd=y` at its
 * parent counts (RFC 9989 §4.10.2 would, by the letter of §4.10.1, skip it there).
 */

import { labelsOf, type Name, nameOf, parentOf, prefixed } from '../../dns/name.ts';
import { NO_STANCE, type Stance, stanceOf } from './policy.ts';
import { type DmarcRecord, isDmarcRecord, parseDmarcRecord } from './record.ts';
import type { Suffixes } from './suffix-list.ts';

/** What is published at `_dmarc.<domain>`: its texts; undefined when that is not known. */
export type Published = (domain: Name) => readonly string[] | undefined;

/** What receivers keep of the texts at one name. */
export interface Found {
  readonly domain: Name;
  /** Texts that begin as a DMARC record. */
  readonly candidates: readonly string[];
  /** The record, when there is exactly one. */
  readonly record?: DmarcRecord;
}

/** The record that governs a name, and where it stands. */
export interface AppliedRecord {
  /** The domain it stands at, without `_dmarc`. */
  readonly domain: Name;
  readonly relation: 'own' | 'organizational' | 'public-suffix';
  readonly text: string;
  readonly record: DmarcRecord;
}

/** What one generation of receivers finds for a name. */
export interface Discovery {
  readonly applied?: AppliedRecord;
  /** The name itself where there is no better one. */
  readonly organizationalDomain: Name;
  /** The names of which two or more records were discarded. */
  readonly contested: readonly Name[];
}

/** Reads what stands at one name; the same list once, because several walks come by. */
export function foundAt(domain: Name, texts: readonly string[]): Found {
  const held = founds.get(texts);
  if (held?.domain === domain) return held;
  const candidates = texts.filter(isDmarcRecord);
  const [only] = candidates;
  const found =
    candidates.length === 1 && only !== undefined
      ? { domain, candidates, record: parseDmarcRecord(only) }
      : { domain, candidates };
  founds.set(texts, found);
  return found;
}

const founds = new WeakMap<readonly string[], Found>();

/**
 * The domains whose `_dmarc` a walk from this name may ask, the name first (RFC 9989 §4.10 steps 3 to 7):
 * never more than eight.
 */
export function walkNames(name: Name): Name[] {
  const labels = labelsOf(name);
  const names = [name];
  // Names of eight labels and more jump to their last seven.
  let up = labels.length < 8 ? parentOf(name) : nameOf(labels.slice(-7));
  while (up !== undefined && up !== '.') {
    names.push(up);
    up = parentOf(up);
  }
  return names;
}

/** Discovery by RFC 9989 §4.10.1 and §4.10.2. Undefined when something needed is not known. */
export function discover9989(name: Name, published: Published): Discovery | undefined {
  const visited: (Found & { domain: Name })[] = [];
  for (const domain of walkNames(name)) {
    const texts = published(domain);
    if (texts === undefined) return undefined;
    const found = foundAt(domain, texts);
    visited.push(found);
    if (found.record && found.record.psd !== 'u') break;
  }
  const organizationalDomain = organizationalFrom(name, visited);
  const contested = visited.filter((found) => found.candidates.length > 1).map((found) => found.domain);
  const at = (domain: Name, relation: AppliedRecord['relation']): AppliedRecord | undefined => {
    const found = visited.find((candidate) => candidate.domain === domain);
    return found?.record && { domain, relation, text: found.record.text, record: found.record };
  };
  const last = visited.at(-1);
  const applied =
    at(name, 'own') ??
    at(organizationalDomain, 'organizational') ??
    // RFC 9989 §4.10.1: the registry's record only where the organizational domain has none.
    (last?.record?.psd === 'y' ? at(last.domain, 'public-suffix') : undefined);
  return { ...(applied ? { applied } : {}), organizationalDomain, contested };
}

/** Discovery by RFC 7489 §3.2 and §6.6.3. Undefined when something needed is not known. */
export function discover7489(name: Name, published: Published, suffixes: Suffixes): Discovery | undefined {
  const organizational = suffixes.organizationalDomain(name);
  const base = { organizationalDomain: organizational ?? name, contested: [] as Name[] };
  const tried: [Name, AppliedRecord['relation']][] = [[name, 'own']];
  if (organizational !== undefined && organizational !== name) tried.push([organizational, 'organizational']);
  for (const [domain, relation] of tried) {
    const texts = published(domain);
    if (texts === undefined) return undefined;
    const found = foundAt(domain, texts);
    // RFC 7489 §6.6.3 step 5: several records end the search.
    if (found.candidates.length > 1) return { ...base, contested: [domain] };
    if (found.record)
      return { ...base, applied: { domain, relation, text: found.record.text, record: found.record } };
  }
  return base;
}

/** Discovery and stances of one generation for a domain and the names below it. */
export interface Reach extends Discovery {
  readonly exact: Stance;
  /** The stance for the domain when a record above governs it and the domain itself does not exist. */
  readonly inherited?: Stance;
  readonly existing: Stance;
  readonly invented: Stance;
}

/**
 * The stances of one generation. `below` is a name under the domain that nobody publishes anything for; `wildcard`
 * what a wildcard answers at its `_dmarc` (texts), so that invented names may have a record after all.
 */
export function reach(
  generation: 'rfc9989' | 'rfc7489',
  name: Name,
  below: Name | undefined,
  published: Published,
  wildcard: readonly string[],
  suffixes: Suffixes,
): Reach | undefined {
  const discover = (domain: Name, own: readonly string[] | undefined) => {
    const texts: Published = (asked) => (asked === below ? own : published(asked));
    return generation === 'rfc9989' ? discover9989(domain, texts) : discover7489(domain, texts, suffixes);
  };
  const stance = (found: Discovery, kind: 'existing' | 'invented'): Stance => {
    if (!found.applied) return NO_STANCE;
    const { record, domain, relation } = found.applied;
    return stanceOf(record, domain, generation, relation === 'own' ? 'exact' : kind);
  };
  const here = discover(name, undefined);
  // A name as long as names can be has nothing below it.
  const existing = below === undefined ? here : discover(below, []);
  const invented = below === undefined ? here : discover(below, wildcard);
  if (here === undefined || existing === undefined || invented === undefined) return undefined;
  return {
    ...here,
    exact: stance(here, 'existing'),
    ...(here.applied && here.applied.relation !== 'own' ? { inherited: stance(here, 'invented') } : {}),
    existing: stance(existing, 'existing'),
    invented: stance(invented, 'invented'),
  };
}

/** The name at which the record of a domain stands. */
export function recordName(domain: Name): Name | undefined {
  return prefixed('_dmarc', domain);
}

function organizationalFrom(name: Name, visited: readonly Found[]): Name {
  let shortest: Name | undefined;
  for (const { domain, record } of visited) {
    if (!record) continue;
    // RFC 9989 §4.10.2 rule 1.
    if (record.psd === 'n') return domain;
    // Rule 2: one label below a public suffix, unless the walk began there.
    if (record.psd === 'y' && domain !== name)
      return nameOf(labelsOf(name).slice(-(labelsOf(domain).length + 1))) ?? name;
    shortest = domain;
  }
  // Rule 3: the fewest labels, which is the last one visited.
  return shortest ?? name;
}
