/*
 * Tag lists: `name=value; name=value`, the form DKIM keys gave to DMARC and others (RFC 6376 §3.2). A list is
 * split at every semicolon, for none can stand inside a value; blanks around names, `=` and values do not count;
 * one semicolon may end the list. Names are kept as written: whether their case matters is for each standard.
 * Nothing is judged here beyond that form. Line breaks are trimmed like blanks (folding white space), which
 * DMARC's own grammar would not.
 */

/** One tag. `[from, to)` is the whole tag without outer blanks, `[valueFrom, valueTo)` its value; in octets. */
export interface Tag {
  readonly name: string;
  readonly value: string;
  readonly from: number;
  readonly to: number;
  readonly valueFrom: number;
  readonly valueTo: number;
}

/**
 * Where the text leaves the form: `empty` nothing between two semicolons, `no-equals` words without `=` (no tag),
 * `name` a tag whose name is not letters, digits and underscores, `duplicate` a name given before, `octet` a
 * run of octets in a value that are not printable ASCII.
 */
export interface TagFault {
  readonly kind: 'empty' | 'no-equals' | 'name' | 'duplicate' | 'octet';
  readonly from: number;
  readonly to: number;
}

/** The tags in order, duplicates and misnamed ones included, and where the text leaves the form. */
export interface TagList {
  readonly tags: readonly Tag[];
  readonly faults: readonly TagFault[];
}

/** Parses a tag list (RFC 6376 §3.2). Total, and linear in the length of the text. */
export function parseTagList(text: string): TagList {
  const tags: Tag[] = [];
  const faults: TagFault[] = [];
  const names = new Set<string>();
  for (let start = 0; start <= text.length; ) {
    const semicolon = text.indexOf(';', start);
    const end = semicolon === -1 ? text.length : semicolon;
    const [from, to] = trimmed(text, start, end);
    if (from === to) {
      // RFC 6376 §3.2: what follows the last semicolon may be nothing.
      if (semicolon !== -1) faults.push({ kind: 'empty', from: start, to: end + 1 });
    } else {
      const equals = text.indexOf('=', from);
      if (equals === -1 || equals >= to) faults.push({ kind: 'no-equals', from, to });
      else {
        const [nameFrom, nameTo] = trimmed(text, from, equals);
        const [valueFrom, valueTo] = trimmed(text, equals + 1, to);
        const name = text.slice(nameFrom, nameTo);
        tags.push({ name, value: text.slice(valueFrom, valueTo), from, to, valueFrom, valueTo });
        if (!TAG_NAME.test(name)) faults.push({ kind: 'name', from, to: Math.max(nameTo, from) });
        if (names.has(name)) faults.push({ kind: 'duplicate', from, to });
        names.add(name);
        for (const match of text.slice(valueFrom, valueTo).matchAll(NOT_VALUE))
          faults.push({
            kind: 'octet',
            from: valueFrom + match.index,
            to: valueFrom + match.index + match[0].length,
          });
      }
    }
    start = end + 1;
  }
  return { tags, faults };
}

/** The range without the blanks at both ends. */
function trimmed(text: string, start: number, end: number): [from: number, to: number] {
  let [from, to] = [start, end];
  while (from < to && BLANKS.includes(text[from] as string)) from++;
  while (to > from && BLANKS.includes(text[to - 1] as string)) to--;
  return [from, to];
}

const BLANKS = ' \t\r\n';
const TAG_NAME = /^[A-Za-z][A-Za-z0-9_]*$/;
const NOT_VALUE = /[^\t\r\n -~]+/g;

/**
 * What was written otherwise where a record has to begin with `version` and a semicolon, as a sentence part;
 * undefined where none of the usual mistakes shows.
 */
export function versionSlip(text: string, version: string): string | undefined {
  const at = text.slice(0, 200).toLowerCase().indexOf(version.toLowerCase());
  if (at < 0) return undefined;
  const next = text.slice(at + version.length).trimStart();
  if (next.startsWith('\\')) return 'a backslash stands before the semicolon';
  if (next.startsWith(',')) return 'a comma stands where a semicolon belongs';
  if (text.slice(at, at + version.length) !== version) return 'its letters are not in the right case';
  return at > 2 ? 'something stands in front of it' : undefined;
}
