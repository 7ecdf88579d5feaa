/*
 * Key records put right. Only what the record itself still tells can be put right: tags out of place, left over
 * or misspelt. A damaged key cannot be, for nobody but its owner knows it. A record behind a CNAME that leads to
 * somebody else's zone is theirs to change.
 */

import { isWithin, type Name } from '../../dns/name.ts';
import { type KeyRecord, parseKeyRecord } from './key-record.ts';

/** A key record and where it was found. */
export interface Held {
  readonly selector: string;
  readonly name: Name;
  readonly chain: readonly Name[];
  readonly text: string;
  readonly record: KeyRecord;
  /** The service it belongs to, where known. */
  readonly provider?: string;
}

/** One TXT record to replace by another. */
export interface Correction {
  readonly op: 'replace';
  readonly name: Name;
  readonly type: 'TXT';
  readonly was: string;
  readonly value: string;
}

/** Tags to set, or to drop (undefined), in a record. */
export type Retag = Readonly<Record<string, string | undefined>>;

/** The name the record itself stands at: the end of its CNAMEs. */
export function holderOf(key: Held): Name {
  return key.chain.at(-1) ?? key.name;
}

/** Whether the record stands in the domain's own name space, so that its owner can change it. */
export function isOwn(key: Held, domain: Name): boolean {
  return isWithin(holderOf(key), domain);
}

/** Who keeps these records, when none of them is the owner's own to change. */
export function keeperOf(keys: readonly Held[], domain: Name): string | undefined {
  const [first] = keys;
  if (!first || keys.some((key) => isOwn(key, domain))) return undefined;
  return first.provider ?? `whoever runs \`${holderOf(first)}\``;
}

/** Effort and text of a fix: what the owner can do, or whom to tell where somebody else keeps the record. */
export function advice<E extends string>(
  keeper: string | undefined,
  effort: E,
  text: string,
): { effort: E | 'provider'; text: string } {
  if (keeper === undefined) return { effort, text };
  return {
    effort: 'provider',
    text: `Your selector points to a record that ${keeper} keeps: report the fault there, or set up DKIM there again.`,
  };
}

/** Replacements for those of the keys that are the owner's own and can be put right. */
export function corrections(
  keys: readonly Held[],
  domain: Name,
  retag: (record: KeyRecord) => Retag = () => ({}),
): Correction[] {
  return keys.flatMap((key) => {
    if (!isOwn(key, domain)) return [];
    const plain = parseKeyRecord(unframed(key.text));
    const value =
      rewrite(key.record, retag(key.record)) ??
      (plain.text === key.text ? undefined : rewrite(plain, retag(plain)));
    if (value === undefined || value === key.text) return [];
    return [{ op: 'replace', name: holderOf(key), type: 'TXT', was: key.text, value }];
  });
}

/** The changes of a fix, left out when there are none. */
export function asChanges(found: readonly Correction[]): { changes?: readonly Correction[] } {
  return found.length > 0 ? { changes: found } : {};
}

/** The first selector, with others in brackets: "`a`", "`a` (and also `b` and 3 more)"; what is said is said of the first. */
export function selectorInWords(keys: readonly { readonly selector: string }[]): string {
  const first = keys.slice(0, 1);
  const rest = keys.filter((key) => key.selector !== first[0]?.selector);
  return rest.length === 0
    ? selectorsInWords(first)
    : `${selectorsInWords(first)} (and also ${selectorsInWords(rest)})`;
}

/** Selectors in words: "`a`", "`a` and `b`", "`a`, `b`, `c` and 4 more". */
export function selectorsInWords(keys: readonly { readonly selector: string }[]): string {
  const names = [...new Set(keys.map((key) => `\`${key.selector}\``))];
  const [first = 'none', second = ''] = names;
  if (names.length < 2) return first;
  if (names.length === 2) return `${first} and ${second}`;
  if (names.length === 3) return `${first}, ${second} and ${names[2]}`;
  return `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

/**
 * The record written anew: version first, known tags in their usual order and spelling, the first of duplicates
 * that agree, nothing that is no key tag. Undefined when duplicates differ or no sound record comes of it.
 */
function rewrite(record: KeyRecord, retag: Retag = {}): string | undefined {
  const values = new Map<string, string>();
  for (const { name, value } of record.tags) {
    const known = name.toLowerCase();
    if (!ORDER.includes(known)) continue;
    const plain =
      known === 'p' ? value.replace(/[ \t\r\n]+/g, '') : LOWER.has(known) ? value.toLowerCase() : value;
    const before = values.get(known);
    if (before !== undefined && before !== plain) return undefined;
    values.set(known, plain);
  }
  values.set('v', 'DKIM1');
  for (const [name, value] of Object.entries(retag)) {
    if (value === undefined) values.delete(name);
    else values.set(name, value);
  }
  const text = ORDER.filter((name) => values.has(name))
    .map((name) => `${name}=${values.get(name)}`)
    .join('; ');
  return parseKeyRecord(text).state === 'broken' ? undefined : text;
}

/** The text without what editors and panels leave around and inside a key; the key's own letters stay. */
function unframed(text: string): string {
  return text
    .slice(0, 16_384)
    .replace(/-----(?:BEGIN|END) [A-Z ]{1,40}-----/g, '')
    .replace(/["'\\]|\xe2\x80[\x98-\x9f]/g, '')
    .replace(/,(?= *[vkhstnp] *=)/gi, ';');
}

const ORDER = ['v', 'k', 'h', 's', 't', 'n', 'p'];
/** Tags whose values are words of one case. */
const LOWER: ReadonlySet<string> = new Set(['k', 'h', 's', 't']);
