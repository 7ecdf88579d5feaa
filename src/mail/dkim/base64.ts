/*
 * Base64 as DKIM writes it (RFC 6376 §2.10, RFC 4648 §4): folding white space may stand anywhere, padding may
 * be left out. Octets are byte strings.
 */

/** What could be decoded, and where (offset in the text) the first character stands that could not. */
export interface Decoded {
  readonly octets: string;
  readonly wrongAt?: number;
}

/** Decodes base64. A single left-over character, or data after padding, is wrong. */
export function decodeBase64(text: string): Decoded {
  const octets: string[] = [];
  let [buffer, held, count, padding] = [0, 0, 0, 0];
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === ' ' || char === '\t' || char === '\r' || char === '\n') continue;
    if (char === '=') {
      padding++;
      if (padding > 2 || (count + padding) % 4 === 1) return { octets: octets.join(''), wrongAt: i };
      continue;
    }
    const value = ALPHABET.indexOf(char);
    if (value === -1 || padding > 0) return { octets: octets.join(''), wrongAt: i };
    count++;
    buffer = ((buffer << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      octets.push(String.fromCharCode((buffer >> held) & 0xff));
    }
  }
  const whole = { octets: octets.join('') };
  return count % 4 === 1 ? { ...whole, wrongAt: text.length - 1 } : whole;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
