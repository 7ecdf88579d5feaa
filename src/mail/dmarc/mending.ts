/*
 * Writing DMARC records: small edits of a record that is read, texts that were meant to be a record and are read
 * by nobody (with the mistake named), and the record that was meant. A corrected record keeps every value its
 * owner wrote wherever a receiver could understand it.
 */

import { fromOctets, toOctets } from '../../dns/text.ts';
import { isDmarcRecord, isPolicy, isTagName, meantPolicy, meantTag, slips } from './record.ts';
import { parseTagList } from './tags.ts';

/** Why a text that was meant as a DMARC record is ignored as a whole. */
export interface VersionFault {
  readonly kind: 'case' | 'separator' | 'missing' | 'not-first' | 'leading' | 'escaped' | 'spelling';
  readonly from: number;
  readonly to: number;
}

/**
 * Names the mistake by which a text meant as a DMARC record is none. Undefined when the text is a record, or
 * nothing shows that it was meant as one.
 */
export function versionFault(whole: string): VersionFault | undefined {
  if (isDmarcRecord(whole)) return undefined;
  // The beginning shows it, and bounds the work on hostile text.
  const text = whole.slice(0, 2048);
  const at = (kind: VersionFault['kind'], from: number, to: number): VersionFault => ({ kind, from, to });
  const junk =
    /^(?:[\s"'`\\]|\xa0|\xc2[\xa0\xab\xbb]|\xe2\x80[\x80-\xbf]|\xef\xbb\xbf)+/.exec(text)?.[0].length ?? 0;
  const rest = text.slice(junk);
  if (junk > 0 && /^v[ \t]*=[ \t]*DMARC1/i.test(rest)) return at('leading', 0, junk);
  const start = /^v[ \t]*=[ \t]*/i.exec(rest)?.[0].length;
  if (start !== undefined) {
    const value = rest.slice(start);
    const from = junk + start;
    const exact = /^DMARC1/i.exec(value)?.[0];
    if (exact !== undefined) {
      const end = from + exact.length;
      const next = value.slice(exact.length);
      if (/^[ \t]*\\+;/.test(next)) return at('escaped', end, end + next.indexOf(';') + 1);
      if (/^[ \t]*(?:;|$)/.test(next)) return at('case', from, end);
      if (/^(?:[ \t]*[,:.|/&\xa0\xc2\xef\xe2]|[ \t]+)/.test(next))
        return at('separator', end, end + Math.max(1, next.search(/[A-Za-z]|$/)));
      return at('spelling', from, from + wordLength(value));
    }
    const word = value.slice(0, wordLength(value)).toUpperCase();
    const policy = /;[ \t]*s?p[ \t]*=[ \t]*(?:none|quarantine|reject)\b/i.test(value);
    if (/D ?M ?A ?R ?C/.test(word) || slips(word.slice(0, 12), 'DMARC1', 2) || policy)
      return at('spelling', from, from + Math.max(1, wordLength(value)));
    return undefined;
  }
  const later = /[;,\s][ \t]*(v[ \t]*=[ \t]*DMARC1)/i.exec(text);
  if (later) {
    const from = later.index + later[0].length - (later[1] ?? '').length;
    return at('not-first', from, later.index + later[0].length);
  }
  const word = /^(?:v[ \t]*[:;]?[ \t]*)?DMARC1?/i.exec(rest);
  if (word && /[;,:=\s]|$/.test(rest[word[0].length] ?? ''))
    return /[;:,]|$/.test(rest.slice(word[0].length, word[0].length + 1)) && rest.includes('=')
      ? at('missing', junk, junk + word[0].length)
      : undefined;
  if (/^p[ \t]*=[ \t]*(?:none|quarantine|reject)[ \t]*(?:;|$)/i.test(rest))
    return at('missing', junk, Math.min(text.length, junk + 1));
  return undefined;
}

/**
 * The record with some tags set (in octets) or, with null, left out. Everything else stays in its order; a new
 * policy comes among the policies, any other tag at the end; of a tag given twice the first stays.
 */
export function edited(text: string, edits: Readonly<Record<string, string | null>>): string {
  const parts = new Map<string, string>();
  for (const tag of parseTagList(text).tags) {
    const name = tag.name.toLowerCase();
    const edit = edits[name];
    if (edit === null || parts.has(name)) continue;
    parts.set(name, edit === undefined ? text.slice(tag.from, tag.to) : `${name}=${edit}`);
  }
  const written = [...parts];
  for (const [name, value] of Object.entries(edits)) {
    if (value === null || parts.has(name)) continue;
    const rank = POLICIES.indexOf(name);
    const after =
      written.findLastIndex(([held]) => rank > POLICIES.indexOf(held) && POLICIES.includes(held)) + 1;
    written.splice(rank === -1 ? written.length : after, 0, [name, `${name}=${value}`]);
  }
  return written.map(([, text]) => text).join('; ');
}

/**
 * The record that was probably meant: version first and right, semicolons between tags, names and policies
 * spelt as the standard does, report addresses with `mailto:`. A policy nobody can guess becomes `none`.
 */
export function mended(text: string): string {
  const plain = toOctets(
    fromOctets(text.slice(0, 16_384))
      .replace(/["“”„‟«»‘’`]/g, '')
      .replace(/[\u00a0\u2000-\u200f\u202f\u2060\ufeff\s]+/g, ' ')
      .replace(/[；;\\]+/g, ';'),
  ).replace(/[^ -~]/g, '');
  // A second record glued on behind the first is left out.
  const begins = plain.search(/DMARC1/i) + 6;
  const second = begins < 6 ? -1 : plain.slice(begins).search(/ v ?= ?DMARC1 ?;/i);
  const spaced = (second < 0 ? plain : plain.slice(0, begins + second))
    .replace(/\bv ?[=:;]? ?d ?m ?a ?r ?c ?[-v]{0,2}1?(?![a-z0-9])[ ,:.|/&]*/i, '; ')
    .replace(/^ ?DMARC1?[ ,:;]/i, '; ')
    .replace(BETWEEN_TAGS, (run, next: string | undefined) => (next ? `; ${next}` : run));
  const parts = new Map<string, string>();
  let last: string | undefined;
  for (const segment of spaced.split(';')) {
    const piece = segment
      .trim()
      .replace(/^([a-z]+) ?: ?(?!\/)/i, (run, name: string) =>
        isTagName(name.toLowerCase()) ? `${name}=` : run,
      );
    const equals = piece.indexOf('=');
    const name = piece.slice(0, Math.max(0, equals)).trim().toLowerCase();
    if (/^[a-z]+$/.test(name)) {
      const known = isTagName(name) ? name : (meantTag(name) ?? name);
      const value = piece.slice(equals + 1).trim();
      last = known;
      if (known !== 'v' && value !== '' && !parts.has(known)) parts.set(known, value);
    } else if (piece.includes('@') && (last === 'rua' || last === 'ruf')) {
      const held = parts.get(last);
      parts.set(last, held ? `${held},${piece}` : piece);
    }
  }
  const p = policyMeant(parts.get('p')) ?? 'none';
  const out = ['v=DMARC1', `p=${p}`];
  for (const [name, value] of parts) {
    if (name === 'p') continue;
    if (name === 'sp' || name === 'np') {
      const policy = policyMeant(value);
      if (policy) out.push(`${name}=${policy}`);
    } else if (name === 'rua' || name === 'ruf') {
      const list = mendedAddresses(value);
      if (list) out.push(`${name}=${list}`);
    } else if (name !== 'v') out.push(`${name}=${value}`);
  }
  return out.join('; ');
}

/** A list of report addresses with the usual slips corrected; empty when none can be saved. */
export function mendedAddresses(value: string): string {
  return value
    .split(/[,\s;]+/)
    .map((entry) => entry.replace(/^(?:mailto:?\/*|mail:)+/i, ''))
    .filter((entry) => /^[!-~]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+(?:![0-9]+[kmgt]?)?$/i.test(entry))
    .filter((entry) => !/["<>()\\]/.test(entry))
    .map((entry) => `mailto:${entry}`)
    .join(',');
}

function policyMeant(value: string | undefined): string | undefined {
  const word = value?.toLowerCase().split(/[^a-z]/, 1)[0] ?? '';
  return isPolicy(word) ? word : meantPolicy(word);
}

function wordLength(value: string): number {
  return value.search(/[;,\s]|$/);
}

/** The order in which policies stand. */
const POLICIES = ['v', 'p', 'sp', 'np'];
const BETWEEN_TAGS = /[\s,;]+((?:v|p|sp|np|rua|ruf|adkim|aspf|fo|psd|t|pct|rf|ri) ?=)?/gi;
