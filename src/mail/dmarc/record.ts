/*
 * DMARC policy records: one line of text at `_dmarc.<domain>` that tells receivers what to do with mail that only
 * pretends to come from the domain, and where to report (RFC 9989 §4.7 and §4.8; before it RFC 7489 §6.3 and §6.4).
 * A text counts as a record only when it begins with `v=DMARC1`; a bad `p`, `sp` or `np` costs the whole policy;
 * any other bad value costs only itself. One parse serves both standards and says of every tag how each reads it.
 *
 * Deviations, all towards what receivers do: tag names are read in any case, as the grammar's literals allow
 * though RFC 6376 §3.2 does not; of a tag given twice the first counts; blanks after the last value and `;;` do no
 * harm; RFC 7489's demand that `p` comes second is noted and not enforced.
 */

import { type Name, parseName } from '../../dns/name.ts';
import type { AlignmentMode, Policy } from './policy.ts';
import { parseTagList, type Tag } from './tags.ts';

/** The tags RFC 9989 knows, and those only RFC 7489 knew (`pct`, `rf`, `ri`). */
export type TagName =
  | 'v'
  | 'p'
  | 'sp'
  | 'np'
  | 'rua'
  | 'ruf'
  | 'adkim'
  | 'aspf'
  | 'fo'
  | 'psd'
  | 't'
  | 'pct'
  | 'rf'
  | 'ri';

/**
 * How one generation of receivers takes a tag: `declared` as written; `default` because it is absent; `replaced`
 * by the default because its value is bad; `ignored` because that standard does not know it or it has no effect;
 * `invalid` because its value costs the record its policy.
 */
export type Standing = 'declared' | 'default' | 'replaced' | 'ignored' | 'invalid';

/** One tag of the record, or the default of one that is absent. */
export interface Setting {
  readonly name: string;
  readonly tag?: Tag;
  /** The value in force; empty when there is none. */
  readonly value: string;
  readonly rfc9989: Standing;
  readonly rfc7489: Standing;
}

/** One address of `rua` or `ruf`; offsets in the record's text. */
export interface ReportAddress {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** Lower case, without the colon. */
  readonly scheme?: string;
  /** The mail address and its host, for a sound `mailto:`. */
  readonly address?: string;
  readonly host?: Name;
  /** The obsolete size limit after `!`, as written (RFC 7489 §6.2). */
  readonly size?: string;
  /** Why it is no valid reporting URI (RFC 9989 §4.8). */
  readonly broken?: 'no-scheme' | 'slashes' | 'blank' | 'octet' | 'size' | 'empty' | 'address' | 'uri';
}

/** What is wrong with a record, named by the mistake. Offsets mark the octets that make it. */
export interface DmarcFault {
  readonly kind:
    | 'policy-missing'
    | 'policy-value'
    | 'policy-empty'
    | 'separator'
    | 'empty-segment'
    | 'no-equals'
    | 'lost-address'
    | 'tag-name'
    | 'tag-case'
    | 'tag-unknown'
    | 'tag-removed'
    | 'duplicate'
    | 'empty-value'
    | 'value'
    | 'octet'
    | 'address'
    | 'version-upper-case'
    | 'policy-not-second';
  readonly from: number;
  readonly to: number;
  /** The tag concerned, as the standard spells it (for `tag-unknown`: as written). */
  readonly tag?: string;
  /** What was probably meant. */
  readonly meant?: string;
}

/** A text that begins as a DMARC record, read. */
export interface DmarcRecord {
  readonly text: string;
  /** Known tags first, in the standard's order, absent ones with their default; then the others as written. */
  readonly settings: readonly Setting[];
  /** Absent when missing or bad; `faults` tells which. */
  readonly p?: Policy;
  readonly sp?: Policy;
  readonly np?: Policy;
  readonly adkim: AlignmentMode;
  readonly aspf: AlignmentMode;
  readonly psd: 'y' | 'n' | 'u';
  /** Test mode (RFC 9989 §4.7, `t=y`). */
  readonly test: boolean;
  /** RFC 7489 only: 0 to 100. */
  readonly pct: number;
  readonly rua: readonly ReportAddress[];
  readonly ruf: readonly ReportAddress[];
  readonly fo: readonly string[];
  /** Tags among p, sp and np that are missing or bad, by which the record loses its policy. */
  readonly badPolicies: readonly ('p' | 'sp' | 'np')[];
  /** Tags given more than once. RFC 6376 §3.2 voids the list then; RFC 9989 §4.8 may be read more mildly. */
  readonly duplicates: readonly string[];
  readonly faults: readonly DmarcFault[];
}

/**
 * Whether receivers take the text for a DMARC record (RFC 9989 §4.7, `v`; RFC 7489 §6.6.3): the first tag is `v`
 * with exactly the value `DMARC1`, with nothing before it.
 */
export function isDmarcRecord(text: string): boolean {
  return /^v[ \t]*=[ \t]*DMARC1[ \t\r\n]*(?:;|$)/i.test(text) && /^.[ \t]*=[ \t]*DMARC1/.test(text);
}

/** Where a second record begins in the text of a first; undefined when none does. The beginning bounds the work. */
export function secondRecord(text: string): { readonly from: number; readonly to: number } | undefined {
  const second = /(?<=[^ ]) +v *= *DMARC1 *;/i.exec(text.slice(0, 4096));
  return second ? { from: second.index, to: second.index + second[0].length } : undefined;
}

/** Parses a text that `isDmarcRecord` accepts; of any other text the tags are read all the same. Total. */
export function parseDmarcRecord(text: string): DmarcRecord {
  const list = parseTagList(text);
  const given = new Set(list.tags.map((tag) => tag.name.toLowerCase()));
  const faults: DmarcFault[] = [];
  const first = new Map<string, Tag>();
  const others: Tag[] = [];
  const duplicates = new Set<string>();
  for (const tag of list.tags) {
    const name = tag.name.toLowerCase();
    if (!isTagName(name)) {
      others.push(tag);
      if (/^[A-Za-z][A-Za-z0-9_]*$/.test(tag.name)) {
        const meant = meantTag(name);
        faults.push({
          kind: 'tag-unknown',
          ...nameRange(tag),
          tag: tag.name,
          ...(meant && !given.has(meant) ? { meant } : {}),
        });
      }
    } else if (first.has(name)) {
      duplicates.add(name);
      faults.push({ kind: 'duplicate', from: tag.from, to: tag.to, tag: name });
    } else {
      first.set(name, tag);
      if (tag.name !== name)
        faults.push({
          kind: name === 'v' ? 'version-upper-case' : 'tag-case',
          ...nameRange(tag),
          tag: name,
          meant: name,
        });
      if (name === 'pct' || name === 'rf' || name === 'ri')
        faults.push({ kind: 'tag-removed', from: tag.from, to: tag.to, tag: name });
    }
  }
  for (const { kind, from, to } of list.faults) {
    if (kind === 'empty') faults.push({ kind: 'empty-segment', from, to });
    else if (kind === 'name') faults.push({ kind: 'tag-name', from, to });
    else if (kind === 'octet') faults.push({ kind: 'octet', from, to });
    else if (kind === 'no-equals')
      faults.push({ kind: text.slice(from, to).includes('@') ? 'lost-address' : 'no-equals', from, to });
  }
  for (const tag of others)
    if (/^mailto:/i.test(tag.name) || (tag.name.includes('@') && !tag.name.includes(',')))
      faults.push({ kind: 'lost-address', from: tag.from, to: tag.to });

  const badPolicies: ('p' | 'sp' | 'np')[] = [];
  const policy = (name: 'p' | 'sp' | 'np'): Policy | undefined => {
    const tag = first.get(name);
    if (tag === undefined) {
      if (name !== 'p') return undefined;
      badPolicies.push('p');
      faults.push({
        kind: 'policy-missing',
        from: 0,
        to: Math.min(text.length, endOfFirst(list.tags)),
        tag: 'p',
      });
      return undefined;
    }
    // RFC 9989 §4.8: the keywords are ABNF literals, so their case does not matter.
    const value = tag.value.toLowerCase();
    if (isPolicy(value)) return value;
    badPolicies.push(name);
    const swallowed = value.split(/[\s,]/, 1)[0] ?? '';
    if (value === '') faults.push({ kind: 'policy-empty', from: tag.from, to: tag.to, tag: name });
    else if (isPolicy(swallowed))
      faults.push({
        kind: 'separator',
        from: tag.valueFrom + swallowed.length,
        to: tag.valueTo,
        tag: name,
        meant: swallowed,
      });
    else {
      const meant = meantPolicy(value);
      faults.push({
        kind: 'policy-value',
        from: tag.valueFrom,
        to: tag.valueTo,
        tag: name,
        ...(meant ? { meant } : {}),
      });
    }
    return undefined;
  };

  const standings = new Map<string, { value: string; rfc9989: Standing; rfc7489: Standing }>();
  const keyword = <T extends string>(name: TagName, values: readonly T[], fallback: T): T => {
    const tag = first.get(name);
    if (tag === undefined) return fallback;
    const value = tag.value.toLowerCase();
    if ((values as readonly string[]).includes(value)) {
      standings.set(name, { value, rfc9989: 'declared', rfc7489: 'declared' });
      return value as T;
    }
    standings.set(name, { value: fallback, rfc9989: 'replaced', rfc7489: 'replaced' });
    faults.push(
      value === ''
        ? { kind: 'empty-value', from: tag.from, to: tag.to, tag: name }
        : { kind: 'value', from: tag.valueFrom, to: tag.valueTo, tag: name },
    );
    return fallback;
  };
  const addresses = (name: 'rua' | 'ruf'): ReportAddress[] => {
    const tag = first.get(name);
    if (tag === undefined) return [];
    if (tag.value === '') {
      faults.push({ kind: 'empty-value', from: tag.from, to: tag.to, tag: name });
      return [];
    }
    const list = readAddresses(tag);
    for (const { broken, from, to } of list)
      if (broken) faults.push({ kind: 'address', from, to, tag: name, meant: broken });
    return list;
  };

  const p = policy('p');
  const sp = policy('sp');
  const np = policy('np');
  const adkim = keyword('adkim', ['r', 's'], 'r');
  const aspf = keyword('aspf', ['r', 's'], 'r');
  const psd = keyword('psd', ['y', 'n', 'u'], 'u');
  const test = keyword('t', ['y', 'n'], 'n') === 'y';
  const rua = addresses('rua');
  const ruf = addresses('ruf');
  const fo = readOptions(first.get('fo'), faults);
  const pct = readPercent(first.get('pct'), faults);
  readRemoved(first.get('rf'), /^[a-z0-9-]+(?:[ \t]*:[ \t]*[a-z0-9-]+)*$/i, 'rf', faults);
  readRemoved(first.get('ri'), /^[0-9]{1,10}$/, 'ri', faults);

  const pTag = first.get('p');
  if (pTag && list.tags[1] !== pTag && list.tags[0]?.name.toLowerCase() === 'v')
    faults.push({ kind: 'policy-not-second', from: pTag.from, to: pTag.to, tag: 'p' });

  faults.sort((a, b) => a.from - b.from || a.to - b.to || (a.kind < b.kind ? -1 : 1));
  return {
    text,
    settings: settingsOf(first, others, standings, { faults, badPolicies, p, sp, pct }),
    ...(p ? { p } : {}),
    ...(sp ? { sp } : {}),
    ...(np ? { np } : {}),
    adkim,
    aspf,
    psd,
    test,
    pct,
    rua,
    ruf,
    fo,
    badPolicies,
    duplicates: [...duplicates],
    faults,
  };
}

/** Whether an address is a syntactically valid reporting URI, of whatever scheme (RFC 9989 §4.8). */
export function isValidAddress(address: ReportAddress): boolean {
  return address.broken === undefined;
}

/** Whether the name, in lower case, is a tag of either standard. */
export function isTagName(name: string): name is TagName {
  return (TAGS as readonly string[]).includes(name);
}

/** Whether the value, in lower case, is a policy. */
export function isPolicy(value: string): value is Policy {
  return value === 'none' || value === 'quarantine' || value === 'reject';
}

/** The known tag a misspelt name (lower case) is one slip away from, if any. */
export function meantTag(name: string): TagName | undefined {
  const spelt = Object.hasOwn(SPELLINGS, name) ? SPELLINGS[name] : undefined;
  if (spelt) return spelt;
  if (name.length < 3) return undefined;
  return TAGS.find((tag) => tag.length > 2 && slips(name, tag, 1));
}

/** The policy a misspelt value (lower case) is at most two slips away from, if any. */
export function meantPolicy(value: string): Policy | undefined {
  if (value.length < 3 || value.length > 14) return undefined;
  if (value.startsWith('quar')) return 'quarantine';
  return (['reject', 'none', 'quarantine'] as const).find((policy) =>
    slips(value, policy, policy === 'none' ? 1 : 2),
  );
}

/** Whether two words differ by at most `limit` single letters changed, added, left out or swapped with a neighbour. */
export function slips(a: string, b: string, limit: number): boolean {
  if (Math.abs(a.length - b.length) > limit) return false;
  let [before, row] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      next.push(cost);
    }
    [before, row] = [row, next];
  }
  return (row[b.length] ?? 0) <= limit;
}

function nameRange(tag: Tag): { from: number; to: number } {
  return { from: tag.from, to: tag.from + tag.name.length };
}

function endOfFirst(tags: readonly Tag[]): number {
  return tags[0]?.to ?? 0;
}

/** Reads a comma-separated list of reporting URIs (RFC 9989 §4.6). */
function readAddresses(tag: Tag): ReportAddress[] {
  const list: ReportAddress[] = [];
  for (let start = 0; start <= tag.value.length; ) {
    const comma = tag.value.indexOf(',', start);
    const end = comma === -1 ? tag.value.length : comma;
    const raw = tag.value.slice(start, end);
    const text = raw.trim();
    const from = tag.valueFrom + start + (raw.length - raw.trimStart().length);
    list.push(readAddress(text, from));
    start = end + 1;
  }
  return list;
}

function readAddress(text: string, from: number): ReportAddress {
  const to = from + text.length;
  const base = { text, from, to };
  if (text === '') return { ...base, broken: 'empty' };
  const bang = text.indexOf('!');
  const uri = (bang === -1 ? text : text.slice(0, bang)).trim();
  const limit = bang === -1 ? undefined : text.slice(bang + 1).trim();
  const size = limit === undefined ? {} : { size: limit };
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1]?.toLowerCase();
  const known = { ...base, ...size, ...(scheme ? { scheme } : {}) };
  if (/[^\x20-\x7e\t]/.test(uri)) return { ...known, broken: 'octet' };
  if (scheme === undefined) return { ...known, broken: 'no-scheme' };
  if (/[ \t]/.test(uri)) return { ...known, broken: 'blank' };
  // RFC 3986 §2: reserved, unreserved and percent-encoded characters make a URI.
  if (!/^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/.test(uri))
    return { ...known, broken: 'uri' };
  if (scheme === 'mailto' && /^mailto:\/\//i.test(uri)) return { ...known, broken: 'slashes' };
  if (limit !== undefined && !/^[0-9]+[kmgt]?$/i.test(limit)) return { ...known, broken: 'size' };
  if (scheme !== 'mailto') return known;
  const address = (uri.slice('mailto:'.length).split('?', 1)[0] ?? '').replace(
    /%([0-9A-Fa-f]{2})/g,
    (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const at = address.lastIndexOf('@');
  const host = at > 0 ? parseName(address.slice(at + 1)) : undefined;
  if (host === undefined || !/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?$/.test(address.slice(at + 1)))
    return { ...known, broken: 'address' };
  return { ...known, address, host };
}

/**
 * Failure options (RFC 9989 §4.8, `dmarc-fo`): 0 or 1, d and s at most once each, joined by colons. Blanks around
 * the colons are RFC 7489's.
 */
function readOptions(tag: Tag | undefined, faults: DmarcFault[]): string[] {
  if (tag === undefined) return ['0'];
  if (tag.value === '') {
    faults.push({ kind: 'empty-value', from: tag.from, to: tag.to, tag: 'fo' });
    return ['0'];
  }
  const options = tag.value.toLowerCase().split(/[ \t]*:[ \t]*/, 65);
  const sound = options.every((option) => /^[01ds]$/.test(option));
  if (!sound || new Set(options).size !== options.length || (options.includes('0') && options.includes('1')))
    faults.push({ kind: 'value', from: tag.valueFrom, to: tag.valueTo, tag: 'fo' });
  return sound ? [...new Set(options)] : ['0'];
}

/** RFC 7489 §6.3: an integer from 0 to 100; anything else falls back to 100. */
function readPercent(tag: Tag | undefined, faults: DmarcFault[]): number {
  if (tag === undefined) return 100;
  const value = /^[0-9]{1,3}$/.test(tag.value) ? Number(tag.value) : 101;
  if (value <= 100) return value;
  faults.push({ kind: 'value', from: tag.valueFrom, to: tag.valueTo, tag: 'pct' });
  return 100;
}

function readRemoved(tag: Tag | undefined, form: RegExp, name: string, faults: DmarcFault[]): void {
  if (tag && !form.test(tag.value))
    faults.push({ kind: 'value', from: tag.valueFrom, to: tag.valueTo, tag: name });
}

function settingsOf(
  first: ReadonlyMap<string, Tag>,
  others: readonly Tag[],
  keywords: ReadonlyMap<string, { value: string; rfc9989: Standing; rfc7489: Standing }>,
  read: {
    faults: readonly DmarcFault[];
    badPolicies: readonly string[];
    p: Policy | undefined;
    sp: Policy | undefined;
    pct: number;
  },
): Setting[] {
  const bad = new Set(read.faults.filter((fault) => fault.kind === 'value').map((fault) => fault.tag));
  const settings = TAGS.map((name): Setting => {
    const tag = first.get(name);
    const only7489 = name === 'pct' || name === 'rf' || name === 'ri';
    const only9989 = name === 'np' || name === 'psd' || name === 't';
    if (tag === undefined) {
      const standing = read.badPolicies.includes(name) ? 'invalid' : 'default';
      return {
        name,
        value: name === 'sp' ? (read.p ?? '') : name === 'np' ? (read.sp ?? read.p ?? '') : DEFAULTS[name],
        rfc9989: only7489 ? 'ignored' : standing,
        rfc7489: only9989 ? 'ignored' : standing,
      };
    }
    const held = keywords.get(name);
    let standing: Standing = held?.rfc9989 ?? (bad.has(name) ? 'replaced' : 'declared');
    if (read.badPolicies.includes(name)) standing = 'invalid';
    // RFC 9989 §4.7: `fo` without `ruf` is ignored.
    if (name === 'fo' && !first.has('ruf')) standing = 'ignored';
    const value = standing === 'replaced' ? DEFAULTS[name] : (held?.value ?? tag.value);
    return {
      name,
      tag,
      value: name === 'pct' ? String(read.pct) : value,
      rfc9989: only7489 ? 'ignored' : standing,
      rfc7489: only9989 ? 'ignored' : standing,
    };
  });
  for (const tag of others)
    settings.push({ name: tag.name, tag, value: tag.value, rfc9989: 'ignored', rfc7489: 'ignored' });
  return settings;
}

const TAGS: readonly TagName[] = [
  'v',
  'p',
  'sp',
  'np',
  'rua',
  'ruf',
  'adkim',
  'aspf',
  'fo',
  'psd',
  't',
  'pct',
  'rf',
  'ri',
];

const DEFAULTS: Readonly<Record<TagName, string>> = {
  v: 'DMARC1',
  p: '',
  sp: '',
  np: '',
  rua: '',
  ruf: '',
  adkim: 'r',
  aspf: 'r',
  fo: '0',
  psd: 'u',
  t: 'n',
  pct: '100',
  rf: 'afrf',
  ri: '86400',
};

/** Names seen in the wild for tags that are more than a letter away. */
const SPELLINGS: Readonly<Record<string, TagName>> = {
  policy: 'p',
  subpolicy: 'sp',
  dkim: 'adkim',
  spf: 'aspf',
  aspk: 'aspf',
  rau: 'rua',
  ruo: 'rua',
  rus: 'rua',
  percent: 'pct',
  test: 't',
};
