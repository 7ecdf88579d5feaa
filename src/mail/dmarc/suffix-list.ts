/*
 * Organizational domains by the Public Suffix List, as RFC 7489 §3.2 has them: the longest public suffix of a
 * name and one label more. The standard names no list and no section; the private section is used too, as the
 * common validators do, for its suffixes (hosting names, say) belong to strangers as much as a top-level domain.
 *
 * The list is large and most names need none of it: a rule of several labels bears on a name only when the last
 * two labels of both are the same, or when the top level has a wildcard. Under a country's top level a second one of
 * one or two characters, or `com` and its like, is taken for listed: a quarter of all rules are of that form. Of the
 * other endings a small filter knows all that are listed and takes some others for one of them (about 3 %), never the
 * reverse. For a name that it does not know the suffix is the last label; for all others the list is loaded and
 * decides.
 */

import { type Name, parseName } from '../../dns/name.ts';
import { ENDINGS, RANGE, WILD_TOPS } from './suffix-filter.ts';

/** Where organizations begin. */
export interface Suffixes {
  /** The organizational domain; undefined when the name is itself a public suffix. */
  organizationalDomain(name: Name): Name | undefined;
  /** The public suffix of the name. */
  publicSuffix(name: Name): { readonly suffix: Name };
}

/** The section a suffix is listed in; `unlisted`: it is one because it is the last label. */
export type Section = 'icann' | 'private' | 'unlisted';

/** What the list itself says of a name. */
export interface SuffixList extends Suffixes {
  publicSuffix(name: Name): { readonly suffix: Name; readonly section: Section };
}

/**
 * The suffixes of these names, and of no others: asked for another it may throw. Loads the list only when it could
 * matter for one of them, and rejects when it then cannot be loaded.
 */
export async function suffixesOf(names: readonly Name[]): Promise<Suffixes> {
  return names.some(mayBeListed) ? loadSuffixList() : LAST_LABELS;
}

/** Loads the list, whose sections the filter does not know. Rejects when it cannot; a later call tries again. */
export async function loadSuffixList(): Promise<SuffixList> {
  const { parse } = await import('tldts');
  const options = {
    allowPrivateDomains: true,
    detectIp: false,
    extractHostname: false,
    validateHostname: false,
  };
  return {
    organizationalDomain(name) {
      const domain = parse(name, options).domain;
      return domain ? parseName(domain) : undefined;
    },
    publicSuffix(name) {
      const { publicSuffix, isIcann, isPrivate } = parse(name, options);
      return {
        suffix: (publicSuffix && parseName(publicSuffix)) || name,
        section: isIcann ? 'icann' : isPrivate ? 'private' : 'unlisted',
      };
    },
  };
}

/** Whether a rule of several labels may bear on the name. Surely none does when this is false. */
export function mayBeListed(name: string): boolean {
  const ending = endingOf(name);
  if (ending === undefined) return false;
  return isTakenForListed(ending) || endings().has(hashOf(ending) % RANGE);
}

/** Whether an ending is of a form of which most are listed, or all. */
export function isTakenForListed(ending: string): boolean {
  return (
    /^(?:..?|com|edu|gov|mil|net|org)\.[a-z]{2}$/.test(ending) ||
    WILD_TOPS.includes(ending.slice(ending.indexOf('.') + 1))
  );
}

/** The last two labels as the list reads them, which splits at every dot. Undefined when there is one label. */
export function endingOf(name: string): string | undefined {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? undefined : name.slice(name.lastIndexOf('.', dot - 1) + 1);
}

/** FNV-1a, its bits mixed as MurmurHash3 does in the end: 32 bits. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

let known: ReadonlySet<number> | undefined;

/** The hashes of the endings: each character is the way to the next one, `~` a stretch without any. */
function endings(): ReadonlySet<number> {
  if (known) return known;
  const hashes = new Set<number>();
  let at = -1;
  for (let i = 0; i < ENDINGS.length; i++) {
    const code = ENDINGS.charCodeAt(i);
    at += Math.min(code - 39, 86);
    if (code < 126) hashes.add(at);
  }
  known = hashes;
  return known;
}

const LAST_LABELS: Suffixes = {
  organizationalDomain(name) {
    const ending = endingOf(settled(name));
    return ending === undefined ? undefined : parseName(ending);
  },
  publicSuffix(name) {
    const last = settled(name).slice(name.lastIndexOf('.') + 1);
    return { suffix: (last && parseName(last)) || name };
  },
};

function settled(name: Name): Name {
  if (mayBeListed(name)) throw new RangeError(`the list was not loaded for ${name}`);
  return name;
}
