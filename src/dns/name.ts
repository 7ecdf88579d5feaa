/*
 * Domain names. A name is a list of labels of 1 to 63 octets, at most 255 octets on the wire with its
 * length octets (RFC 1035 §2.3.4), compared without case (RFC 1034 §3.1). Everything here works on one
 * canonical text: lower case, no trailing dot, the root as ".", octets that are not printable ASCII as \DDD,
 * and a backslash before a dot inside a label and before what master files give a meaning (RFC 1035 §5.1).
 * Two names are the same when their texts are.
 */

declare const brand: unique symbol;

/** A valid domain name in canonical text. Made only by the functions of this file. */
export type Name = string & { readonly [brand]: 'Name' };

/** The root of the name tree. */
export const ROOT = '.' as Name;

/**
 * Reads presentation text ("Example.COM.", "a\.b.example") into a name.
 * Returns undefined for text that is no name: empty label, label over 63 octets, over 255 octets in all,
 * a broken escape, or a character that is not an octet.
 */
export function parseName(text: string): Name | undefined {
  if (text === '.') return ROOT;
  if (text.length > LONGEST) return undefined;
  if (PLAIN.test(text)) {
    const end = text.endsWith('.') ? text.length - 1 : text.length;
    if (end > 253) return undefined;
    return text.slice(0, end).toLowerCase() as Name;
  }
  const labels = splitLabels(text);
  return labels && nameOf(labels);
}

/** The same, for text that the program itself wrote. Throws when it is no name. */
export function mustName(text: string): Name {
  const name = parseName(text);
  if (name === undefined) throw new RangeError(`not a domain name: ${text}`);
  return name;
}

/** Builds a name from labels given as byte strings (one character an octet), first label first. */
export function nameOf(labels: readonly string[]): Name | undefined {
  let octets = 1;
  for (const label of labels) {
    if (label.length === 0 || label.length > 63 || NOT_OCTETS.test(label)) return undefined;
    octets += label.length + 1;
  }
  if (octets > 255) return undefined;
  return labels.length === 0 ? ROOT : (labels.map(escapeLabel).join('.') as Name);
}

/** The labels as byte strings, first label first. The root has none. */
export function labelsOf(name: Name): string[] {
  if (name === ROOT) return [];
  return name.includes('\\') ? (splitLabels(name) ?? []) : name.split('.');
}

/** The name without its first label, undefined for the root. */
export function parentOf(name: Name): Name | undefined {
  if (name === ROOT) return undefined;
  return nameOf(labelsOf(name).slice(1));
}

/** All names above this one up to and including the top-level domain, nearest first. The root is left out. */
export function parentsOf(name: Name): Name[] {
  const parents: Name[] = [];
  for (let up = parentOf(name); up !== undefined && up !== ROOT; up = parentOf(up)) parents.push(up);
  return parents;
}

/** `prefix` (labels joined by dots, "_dmarc" or "s1._domainkey") in front of a name; undefined when that is no name. */
export function prefixed(prefix: string, name: Name): Name | undefined {
  return parseName(name === ROOT ? prefix : `${prefix}.${name}`);
}

/** Whether `name` is `ancestor` or lies below it. */
export function isWithin(name: Name, ancestor: Name): boolean {
  if (ancestor === ROOT || name === ancestor) return true;
  if (!name.endsWith(`.${ancestor}`)) return false;
  // A dot that is escaped belongs to a label and separates nothing.
  const before = name.slice(0, name.length - ancestor.length - 1);
  return /(^|[^\\])(\\\\)*$/.test(before);
}

/** How many labels the name has; the root has 0. */
export function labelCount(name: Name): number {
  return labelsOf(name).length;
}

/** Octets of the name on the wire (RFC 1035 §3.1). */
export function wireLength(name: Name): number {
  return labelsOf(name).reduce((sum, label) => sum + label.length + 1, 1);
}

/** Whether the name is a host name: letters, digits and inner hyphens, top label not all digits (RFC 1123 §2.1). */
export function isHostName(name: Name): boolean {
  const labels = labelsOf(name);
  return (
    labels.length > 0 &&
    labels.every((label) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(label)) &&
    !/^[0-9]+$/.test(labels.at(-1) ?? '')
  );
}

/** Characters of the longest name: 254 octets of labels and lengths, each octet of a label at most `\\255`. */
const LONGEST = 4 * 254;
const PLAIN = /^(?=.)(?:[A-Za-z0-9_*-]{1,63}(?:\.(?!$)|\.?$))+$/;
const NOT_OCTETS = /[^\x00-\xff]/;

function splitLabels(text: string): string[] | undefined {
  const labels: string[] = [];
  let label = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === '.') {
      labels.push(label);
      label = '';
    } else if (char === '\\') {
      const digits = /^[0-9]{3}/.exec(text.slice(i + 1, i + 4))?.[0];
      if (digits !== undefined) {
        if (Number(digits) > 255) return undefined;
        label += String.fromCharCode(Number(digits));
        i += 3;
      } else {
        const next = text[i + 1];
        if (next === undefined || /[0-9]/.test(next)) return undefined;
        label += next;
        i += 1;
      }
    } else label += char;
  }
  // A final dot leaves an empty last label that is the root, not a label of its own.
  if (label !== '' || labels.length === 0) labels.push(label);
  return labels;
}

function escapeLabel(label: string): string {
  // Case is folded for ASCII letters only; octets above 127 have no case (RFC 4343 §3).
  return label
    .replace(/[A-Z]/g, (char) => char.toLowerCase())
    .replace(/[^!-~]|[.\\";()@$]/g, (char) =>
      /[!-~]/.test(char) ? `\\${char}` : `\\${String(char.charCodeAt(0)).padStart(3, '0')}`,
    );
}
