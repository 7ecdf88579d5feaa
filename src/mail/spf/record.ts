/*
 * The text of an SPF record (RFC 7208 §4.5, §4.6, §12). A record is `v=spf1` and terms between spaces:
 * mechanisms, which say who may send, and modifiers, `name=value`. One error anywhere makes the whole record
 * an error for every receiver (§4.6). What the error is called and how it is mended is told by `mistakes.ts`,
 * which nobody needs whose record is sound.
 */

import { isIp4, isIp6 } from '../../dns/address.ts';
import { type MacroPart, parseMacros } from './macro.ts';

/** What a matching mechanism says: pass, fail, softfail, neutral (RFC 7208 §4.6.2). */
export type Qualifier = '+' | '-' | '~' | '?';

/** A name with or without macros (RFC 7208 §7.1); octet offsets in the record. */
export interface DomainSpec {
  readonly text: string;
  readonly parts: readonly MacroPart[];
  readonly from: number;
  readonly to: number;
}

/** Where something stands. */
export interface Place {
  /** Octets of the whole term, `[from, to)`. */
  readonly from: number;
  readonly to: number;
}

interface Directive extends Place {
  readonly qualifier: Qualifier;
  /** Whether the qualifier is written out. */
  readonly signed: boolean;
}

/** One term that follows the grammar, or one that does not (`broken`). */
export type Term =
  | (Directive & { readonly kind: 'all' })
  | (Directive & { readonly kind: 'include'; readonly spec: DomainSpec })
  | (Directive & { readonly kind: 'exists'; readonly spec: DomainSpec })
  | (Directive & {
      readonly kind: 'a' | 'mx';
      readonly spec?: DomainSpec;
      readonly v4: number;
      readonly v6: number;
    })
  | (Directive & { readonly kind: 'ptr'; readonly spec?: DomainSpec })
  | (Directive & { readonly kind: 'ip4'; readonly address: string; readonly prefix: number })
  | (Directive & { readonly kind: 'ip6'; readonly address: string; readonly prefix: number })
  | (Place & { readonly kind: 'redirect'; readonly spec: DomainSpec })
  | (Place & { readonly kind: 'exp'; readonly spec: DomainSpec })
  | (Place & { readonly kind: 'unknown'; readonly name: string; readonly value: string })
  | (Place & { readonly kind: 'broken' });

/** A record as read. */
export interface SpfRecord {
  readonly text: string;
  /** All terms in order; what follows no grammar is `broken`. */
  readonly terms: readonly Term[];
  /** The octets `[from, to)` of what voids it first, in the order of the text; absent where the record is sound. */
  readonly error?: Place;
  /** A term may be legal and not what was meant (`mistakes.ts` knows). */
  readonly suspect: boolean;
}

/** Whether a TXT is an SPF record: `v=spf1` in any case, then the end or a space (RFC 7208 §4.5). */
export function isSpf(text: string): boolean {
  return /^v=spf1(?: |$)/i.test(text);
}

/** The record in its plainest form: one space between terms, lower-case names, no sign where it is pass. */
export function printSpf(record: SpfRecord): string {
  return ['v=spf1', ...record.terms.map((term) => printTerm(term, record.text))].join(' ');
}

/** Reads a record. Total, and linear in its length; a text without the version is no record and has no terms. */
export function parseSpf(text: string): SpfRecord {
  const terms: Term[] = [];
  if (!isSpf(text)) return { text, terms, error: { from: 0, to: Math.min(6, text.length) }, suspect: false };
  const chunks = chunksOf(text);
  for (let i = 0; i < chunks.length; i++) {
    const { chunk, from } = chunks[i] as Chunk;
    const next = chunks[i + 1]?.chunk;
    // §4.6.1: nothing but printable ASCII.
    const term = /[^\x21-\x7e]/.test(chunk) ? undefined : strictTerm(chunk, from);
    if (term) terms.push(term);
    else if (next !== undefined && /^[+~?-]$/.test(chunk) && strictTerm(chunk + next, 0)) {
      // A sign apart from its mechanism, which does not say the contrary without it.
      i++;
      terms.push({ kind: 'broken', from, to: from + chunk.length + 1 + next.length });
    } else terms.push({ kind: 'broken', from, to: from + chunk.length });
  }
  const error = terms.find(
    (term, i) =>
      term.kind === 'broken' ||
      // §6: at most once each.
      ((term.kind === 'redirect' || term.kind === 'exp') &&
        terms.findIndex(({ kind }) => kind === term.kind) < i),
  );
  return { text, terms, ...(error ? { error } : {}), suspect: terms.some(isSuspect) };
}

/** A modifier that nobody heeds, or a name unlike a name. */
function isSuspect(term: Term): boolean {
  if (term.kind === 'unknown') return true;
  return 'spec' in term && /[:/@]|-all$|(?:^|\.)\.|[^.]{64}/i.test(term.spec?.text ?? '');
}

/** A second `v=spf1` among the terms, which begins no second record (RFC 7208 §6: an unknown modifier). */
export function isSecondVersion(term: Term): boolean {
  return term.kind === 'unknown' && term.name.toLowerCase() === 'v' && /^spf/i.test(term.value);
}

/** A mechanism written with `=`, which makes it a modifier that is ignored. */
export function isModifierForMechanism(term: Term): boolean {
  return term.kind === 'unknown' && /^(?:a|mx|ptr|all|include|exists|ipv?[46]?)$/i.test(term.name);
}

/** One term in its plainest form; a broken one as it stands. */
export function printTerm(term: Term, text: string): string {
  switch (term.kind) {
    case 'broken':
      return text.slice(term.from, term.to);
    case 'unknown':
      return `${term.name}=${term.value}`;
    case 'redirect':
    case 'exp':
      return `${term.kind}=${term.spec.text}`;
  }
  const sign = term.qualifier === '+' ? '' : term.qualifier;
  switch (term.kind) {
    case 'all':
      return `${sign}all`;
    case 'ip4':
    case 'ip6': {
      const full = term.kind === 'ip4' ? 32 : 128;
      return `${sign}${term.kind}:${term.address}${term.prefix === full ? '' : `/${term.prefix}`}`;
    }
    case 'a':
    case 'mx': {
      const v4 = term.v4 === 32 ? '' : `/${term.v4}`;
      const v6 = term.v6 === 128 ? '' : `//${term.v6}`;
      return `${sign}${term.kind}${term.spec ? `:${term.spec.text}` : ''}${v4}${v6}`;
    }
    default:
      return `${sign}${term.kind}${term.spec ? `:${term.spec.text}` : ''}`;
  }
}

/** What stands between two spaces. */
export interface Chunk {
  readonly chunk: string;
  readonly from: number;
}

/** What stands between spaces after the version; only SP separates (RFC 7208 §4.6.1). */
export function chunksOf(text: string): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 6; at < text.length; ) {
    if (text[at] === ' ') {
      at++;
      continue;
    }
    const space = text.indexOf(' ', at);
    const end = space < 0 ? text.length : space;
    chunks.push({ chunk: text.slice(at, end), from: at });
    at = end;
  }
  return chunks;
}

/** A term that follows RFC 7208 §12 to the letter, or undefined. */
export function strictTerm(chunk: string, from: number): Term | undefined {
  const place = { from, to: from + chunk.length };
  // Most terms of most records are networks, plainly written.
  const network = chunk.startsWith('ip4:') ? 'ip4' : chunk.startsWith('ip6:') ? 'ip6' : undefined;
  if (network) return networkTerm(place.from, place.to, '', network, chunk.slice(3));
  const match = TERM.exec(chunk);
  if (!match) return undefined;
  const [, sign = '', written = '', rest = ''] = match;
  const name = written.toLowerCase();
  const restAt = from + sign.length + written.length;
  if (rest.startsWith('=')) {
    // §4.6.1: a modifier takes no qualifier.
    if (sign !== '') return undefined;
    const value = rest.slice(1);
    if (name === 'redirect' || name === 'exp') {
      const spec = domainSpec(value, restAt + 1);
      return spec && { ...place, kind: name, spec };
    }
    if (parseMacros(value).faults.length > 0) return undefined;
    return { ...place, kind: 'unknown', name: written, value };
  }
  const directive = { ...place, qualifier: (sign || '+') as Qualifier, signed: sign !== '' };
  switch (name) {
    case 'all':
      return rest === '' ? { ...directive, kind: name } : undefined;
    case 'include':
    case 'exists': {
      const spec = rest.startsWith(':') ? domainSpec(rest.slice(1), restAt + 1) : undefined;
      return spec && { ...directive, kind: name, spec };
    }
    case 'ptr': {
      if (rest === '') return { ...directive, kind: name };
      const spec = rest.startsWith(':') ? domainSpec(rest.slice(1), restAt + 1) : undefined;
      return spec && { ...directive, kind: name, spec };
    }
    case 'a':
    case 'mx': {
      const [, before = '', v4, v6] = DUAL.exec(rest) ?? [];
      const prefixes = { v4: prefixOf(v4, 32), v6: prefixOf(v6, 128) };
      if (prefixes.v4 === undefined || prefixes.v6 === undefined) return undefined;
      const base = { ...directive, kind: name, v4: prefixes.v4, v6: prefixes.v6 } as const;
      if (before === '') return base;
      const spec = before.startsWith(':') ? domainSpec(before.slice(1), restAt + 1) : undefined;
      return spec && { ...base, spec };
    }
    case 'ip4':
    case 'ip6':
      return networkTerm(place.from, place.to, sign as Qualifier | '', name, rest);
    default:
      return undefined;
  }
}

/** `ip4` or `ip6`; `rest` is what follows the name (RFC 7208 §5.6). Records hold hundreds: made in one piece. */
function networkTerm(
  from: number,
  to: number,
  sign: Qualifier | '',
  kind: 'ip4' | 'ip6',
  rest: string,
): Term | undefined {
  if (!rest.startsWith(':')) return undefined;
  const slash = rest.indexOf('/');
  const address = slash < 0 ? rest.slice(1) : rest.slice(1, slash);
  const prefix = prefixOf(slash < 0 ? undefined : rest.slice(slash + 1), kind === 'ip4' ? 32 : 128);
  const valid = kind === 'ip4' ? isIp4(address) : isIp6(address);
  if (prefix === undefined || !valid) return undefined;
  return { from, to, qualifier: sign || '+', signed: sign !== '', kind, address, prefix };
}

/** A prefix length: decimal without leading zero, at most `full` (RFC 7208 §12); absent means `full`. */
function prefixOf(digits: string | undefined, full: number): number | undefined {
  if (digits === undefined) return full;
  return /^(?:0|[1-9][0-9]{0,2})$/.test(digits) && Number(digits) <= full ? Number(digits) : undefined;
}

/** A domain-spec, or undefined where RFC 7208 §7.1 forbids it. */
export function domainSpec(text: string, from: number): DomainSpec | undefined {
  const { parts, faults, endsInMacro } = parseMacros(text, from);
  if (faults.length > 0 || text === '') return undefined;
  if (!endsInMacro) {
    const last = parts.at(-1);
    const tail = (last?.kind === 'literal' ? last.text : '').replace(/\.$/, '');
    const dot = tail.lastIndexOf('.');
    if (dot < 0 || !TOP_LABEL.test(tail.slice(dot + 1))) return undefined;
  }
  return { text, parts, from, to: from + text.length };
}

/** A term's sign, name and rest. */
export const TERM = /^([+\-~?]?)([A-Za-z][A-Za-z0-9\-_.]*)(.*)$/s;
const DUAL = /^(.*?)(?:\/([0-9]+))?(?:\/\/([0-9]+))?$/s;
const TOP_LABEL = /^(?:[A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*|[A-Za-z0-9]+-[A-Za-z0-9-]*[A-Za-z0-9])$/;
