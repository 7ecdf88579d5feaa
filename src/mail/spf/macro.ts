/*
 * SPF macros (RFC 7208 §7): text that a receiver completes with what it knows of one message, so that a record
 * can name something that depends on the sender's address. A macro-string is read once into parts with the
 * faults found; a domain-spec must besides end like a name (§7.1, collected in §12). Expansion never expands
 * what it inserted. A U-label in a domain becomes an A-label, and a non-ASCII local part makes any term that
 * uses it match nothing (RFC 8616 §4).
 */

/** A piece of a macro-string: literal text, or a macro to complete. */
export type MacroPart =
  | { readonly kind: 'literal'; readonly text: string; readonly from: number; readonly to: number }
  | {
      readonly kind: 'macro';
      /** Lower case. */
      readonly letter: MacroLetter;
      /** Written in upper case: the expansion is percent-encoded (§7.3). */
      readonly escaped: boolean;
      /** How many parts are kept, from the right; absent: all. */
      readonly keep?: number;
      readonly reverse: boolean;
      /** Characters to split at; "." when none is written. */
      readonly delimiters: string;
      readonly from: number;
      readonly to: number;
    };

/** The letters of §7.2; `c`, `r` and `t` only in explanation text. */
export type MacroLetter = 's' | 'l' | 'o' | 'd' | 'i' | 'p' | 'h' | 'c' | 'r' | 't' | 'v';

/** Why a `%` is wrong. */
export type MacroFaultCode =
  | 'macro-percent'
  | 'macro-form'
  | 'macro-letter'
  | 'macro-explanation-only'
  | 'macro-zero';

/** A wrong `%`, with octet offsets. */
export interface MacroFault {
  readonly code: MacroFaultCode;
  readonly from: number;
  readonly to: number;
}

/** Values to complete macros with; a letter that is absent cannot be completed. Byte strings. */
export type MacroValues = { readonly [letter in MacroLetter]?: string };

/**
 * Reads a macro-string. `at` is the offset of its first octet in the record. `explanation` allows `c`, `r`, `t`,
 * which are errors anywhere else (§7.2). Octets are not checked here. `endsInMacro`: nothing follows the last macro.
 */
export function parseMacros(
  text: string,
  at = 0,
  explanation = false,
): { parts: MacroPart[]; faults: MacroFault[]; endsInMacro: boolean } {
  const parts: MacroPart[] = [];
  const faults: MacroFault[] = [];
  let macroEnd = -1;
  let literal = '';
  let literalFrom = at;
  const flush = (end: number) => {
    if (literal !== '') parts.push({ kind: 'literal', text: literal, from: literalFrom, to: end });
    literal = '';
  };
  for (let i = 0; i < text.length; ) {
    const percent = text.indexOf('%', i);
    if (percent < 0) {
      if (literal === '') literalFrom = at + i;
      literal += text.slice(i);
      break;
    }
    if (percent > i) {
      if (literal === '') literalFrom = at + i;
      literal += text.slice(i, percent);
    }
    const fixed = FIXED[text.slice(percent, percent + 2)];
    if (fixed !== undefined) {
      if (literal === '') literalFrom = at + percent;
      literal += fixed;
      i = macroEnd = percent + 2;
      continue;
    }
    MACRO.lastIndex = percent;
    const match = MACRO.exec(text);
    if (!match) {
      const fault = faultAt(text, percent);
      faults.push({ code: fault.code, from: at + percent, to: at + percent + fault.length });
      i = percent + fault.length;
      continue;
    }
    const [whole, letter = '', digits = '', reverse = '', delimiters = ''] = match;
    const to = percent + whole.length;
    const lower = letter.toLowerCase();
    if (!explanation && 'crt'.includes(lower))
      faults.push({ code: 'macro-explanation-only', from: at + percent, to: at + to });
    // §7.3: the number of parts to keep must not be zero.
    if (digits !== '' && /^0+$/.test(digits))
      faults.push({ code: 'macro-zero', from: at + percent, to: at + to });
    flush(at + percent);
    parts.push({
      kind: 'macro',
      letter: lower as MacroLetter,
      escaped: letter !== lower,
      ...(digits === '' ? {} : { keep: Number(digits.slice(-6)) }),
      reverse: reverse !== '',
      delimiters: delimiters === '' ? '.' : delimiters,
      from: at + percent,
      to: at + to,
    });
    i = macroEnd = to;
  }
  flush(at + text.length);
  return { parts, faults, endsInMacro: macroEnd === text.length };
}

/** Completes a macro-string; undefined when a value is missing. Bounded: inserted text is not expanded again. */
export function expand(parts: readonly MacroPart[], values: MacroValues): string | undefined {
  let out = '';
  for (const part of parts) {
    if (part.kind === 'literal') {
      out += part.text;
      continue;
    }
    const value = values[part.letter];
    if (value === undefined) return undefined;
    out += transformed(value, part);
  }
  return out;
}

/**
 * An expanded domain-spec as labels, first label first: a final dot dropped, whole labels cut from the left
 * until at most 253 characters remain (RFC 7208 §7.3). The labels may still be no valid name.
 */
export function labelsOfTarget(text: string): string[] {
  const labels = (text.endsWith('.') ? text.slice(0, -1) : text).split('.');
  let length = labels.reduce((sum, label) => sum + label.length + 1, -1);
  let first = 0;
  while (length > 253 && first < labels.length - 1) length -= (labels[first++]?.length ?? 0) + 1;
  return labels.slice(first);
}

/** The letters a macro-string uses. */
export function lettersOf(parts: readonly MacroPart[]): ReadonlySet<MacroLetter> {
  return new Set(parts.flatMap((part) => (part.kind === 'macro' ? [part.letter] : [])));
}

function transformed(value: string, part: Extract<MacroPart, { kind: 'macro' }>): string {
  let words = splitAt(value, part.delimiters);
  if (part.reverse) words = words.reverse();
  if (part.keep !== undefined && part.keep > 0 && part.keep < words.length) words = words.slice(-part.keep);
  const out = words.join('.');
  if (!part.escaped) return out;
  return out.replace(
    /[^A-Za-z0-9._~-]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

function splitAt(value: string, delimiters: string): string[] {
  const words: string[] = [];
  let word = '';
  for (const char of value) {
    if (delimiters.includes(char)) {
      words.push(word);
      word = '';
    } else word += char;
  }
  words.push(word);
  return words;
}

/** What is wrong at a `%` that starts no macro, and how many octets to mark. */
function faultAt(text: string, percent: number): { code: MacroFaultCode; length: number } {
  if (text[percent + 1] !== '{') return { code: 'macro-percent', length: 1 };
  const close = text.indexOf('}', percent);
  if (close < 0 || close - percent > 64) return { code: 'macro-form', length: 2 };
  const letter = text[percent + 2] ?? '';
  const known = /[slodiphcrtv]/i.test(letter);
  return { code: known ? 'macro-form' : 'macro-letter', length: close - percent + 1 };
}

const MACRO = /%\{([slodiphcrtv])([0-9]*)(r?)([.\-+,/_=]*)\}/iy;

const FIXED: Readonly<Record<string, string>> = { '%%': '%', '%_': ' ', '%-': '%20' };
