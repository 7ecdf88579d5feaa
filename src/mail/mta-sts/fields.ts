/*
 * The field list that MTA-STS and TLS-RPT records share: a version, then `name=value` fields between semicolons
 * (RFC 8461 §3.1, RFC 8460 §3). Spaces and tabs may stand around a semicolon and nowhere else; one semicolon may
 * end the record. Deviation: blanks at the very end are forgiven also without a last semicolon, as senders do.
 */

/** One `name=value`. Offsets are octets in the whole record, `[from, to)`. */
export interface Field {
  readonly name: string;
  readonly value: string;
  readonly from: number;
  readonly to: number;
  readonly valueFrom: number;
}

/** What can be wrong with any field. */
export type FieldFault =
  | 'empty-field'
  | 'no-equals'
  | 'space-at-equals'
  | 'bad-name'
  | 'empty-value'
  | 'bad-value';

/** Something that breaks the grammar, where it stands. */
export interface Fault<K extends string> {
  readonly kind: K;
  readonly from: number;
  readonly to: number;
}

/** At most this many faults are kept of one text; more tell nobody anything. */
export const MAX_FAULTS = 32;

/** The range without spaces and tabs at its ends. Walked by hand: a regular expression is quadratic on blanks. */
export function trimmed(text: string, start: number, end: number): [from: number, to: number] {
  let [from, to] = [start, end];
  while (from < to && isBlank(text, from)) from++;
  while (to > from && isBlank(text, to - 1)) to--;
  return [from, to];
}

/**
 * Reads the fields from `start` (just behind the version's semicolon) to the end of the record.
 * `known` names fields whose values have a grammar of their own, which is not checked here.
 */
export function parseFields(
  text: string,
  start: number,
  known: readonly string[],
): { fields: Field[]; faults: Fault<FieldFault>[] } {
  const fields: Field[] = [];
  const faults: Fault<FieldFault>[] = [];
  const fault = (kind: FieldFault, from: number, to: number) => {
    if (faults.length < MAX_FAULTS) faults.push({ kind, from, to });
  };
  for (let at = start; at <= text.length; ) {
    const semicolon = text.indexOf(';', at);
    const end = semicolon === -1 ? text.length : semicolon;
    const [from, to] = trimmed(text, at, end);
    at = end + 1;
    if (from === to) {
      // Nothing behind the last semicolon is the optional final delimiter.
      if (semicolon !== -1) fault('empty-field', Math.max(start - 1, from - 1), end + 1);
      continue;
    }
    const equals = text.slice(from, to).indexOf('=');
    if (equals === -1) {
      fault('no-equals', from, to);
      continue;
    }
    const [nameFrom, nameTo] = trimmed(text, from, from + equals);
    const [valueFrom, valueTo] = trimmed(text, from + equals + 1, to);
    const name = text.slice(nameFrom, nameTo);
    const value = text.slice(valueFrom, valueTo);
    if (nameTo !== from + equals || valueFrom !== from + equals + 1)
      fault('space-at-equals', nameTo, Math.max(valueFrom, nameTo + 1));
    else if (!NAME.test(name)) fault('bad-name', from, Math.max(nameTo, from + 1));
    else if (value === '') fault('empty-value', from, to);
    else if (!known.includes(name) && !VALUE.test(value)) fault('bad-value', valueFrom, valueTo);
    fields.push({ name, value, from, to, valueFrom });
  }
  return { fields, faults };
}

function isBlank(text: string, at: number): boolean {
  return text[at] === ' ' || text[at] === '\t';
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/;
const VALUE = /^[\x21-\x3a\x3c\x3e-\x7e]+$/;
