/*
 * Octets as text. DNS carries character-strings of octets (RFC 1035 §3.3.14); nothing says which encoding.
 * They are kept as byte strings: JavaScript strings in which each character is one octet (U+0000 to U+00FF).
 * Offsets therefore count octets, as the standards do. For people they are decoded as UTF-8 where that is
 * valid, and whatever could disturb a screen, a terminal or a reader (controls, bidirectional overrides,
 * invisible characters, lone surrogates) is shown as an escape.
 */

/** Encodes text typed by a person into a byte string, as UTF-8. Lone surrogates become U+FFFD. */
export function toOctets(text: string): string {
  let out = '';
  for (const char of text) {
    let point = char.codePointAt(0) as number;
    if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
    if (point < 0x80) out += char;
    else if (point < 0x800) out += octets(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000)
      out += octets(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else
      out += octets(
        0xf0 | (point >> 18),
        0x80 | ((point >> 12) & 63),
        0x80 | ((point >> 6) & 63),
        0x80 | (point & 63),
      );
  }
  return out;
}

/** Decodes a byte string as UTF-8; octets that are no valid UTF-8 become \DDD (three decimal digits). */
export function fromOctets(bytes: string): string {
  if (!/[\x80-\uffff]/.test(bytes)) return bytes;
  let out = '';
  for (let i = 0; i < bytes.length; ) {
    const size = sequenceLength(bytes, i);
    if (size === 0) {
      out += `\\${String(bytes.charCodeAt(i) & 0xff).padStart(3, '0')}`;
      i += 1;
    } else {
      out += decodeSequence(bytes, i, size);
      i += size;
    }
  }
  return out;
}

/** Makes any text safe to print on one line: controls, bidi and invisible characters become visible escapes. */
export function printable(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(UNSEEN, (char) => {
    const point = char.codePointAt(0) as number;
    return point < 0x100
      ? `\\x${point.toString(16).padStart(2, '0')}`
      : `\\u{${point.toString(16).padStart(4, '0')}}`;
  });
}

/** A byte string as a person may read it: decoded, then made printable. */
export function shown(bytes: string): string {
  return printable(fromOctets(bytes));
}

/** `shown`, cut to at most `limit` characters with an ellipsis. */
export function excerpt(bytes: string, limit = 80): string {
  const text = shown(bytes.length > limit * 4 ? bytes.slice(0, limit * 4) : bytes);
  const chars = [...text];
  return chars.length <= limit && bytes.length <= limit * 4 ? text : `${chars.slice(0, limit - 1).join('')}…`;
}

const PLAIN = /^[ -~]*$/;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

function octets(...values: number[]): string {
  return String.fromCharCode(...values);
}

function sequenceLength(bytes: string, at: number): number {
  const first = bytes.charCodeAt(at);
  const size =
    first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  for (let i = 1; i < size; i++) {
    const next = bytes.charCodeAt(at + i);
    if (Number.isNaN(next) || next < 0x80 || next > 0xbf) return 0;
  }
  const second = bytes.charCodeAt(at + 1);
  // Over-long forms, surrogates and points above U+10FFFF are not UTF-8 (RFC 3629 §3).
  if (first === 0xe0 && second < 0xa0) return 0;
  if (first === 0xed && second > 0x9f) return 0;
  if (first === 0xf0 && second < 0x90) return 0;
  if (first === 0xf4 && second > 0x8f) return 0;
  return size;
}

function decodeSequence(bytes: string, at: number, size: number): string {
  if (size === 1) return bytes[at] as string;
  let point = bytes.charCodeAt(at) & (0xff >> (size + 1));
  for (let i = 1; i < size; i++) point = (point << 6) | (bytes.charCodeAt(at + i) & 63);
  return String.fromCodePoint(point);
}
