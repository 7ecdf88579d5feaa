/*
 * Hostile inputs from good ones. Everything follows from a seed, so any input can be made again.
 */

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A variant of one of the seeds, up to eight changes away. Characters are octets where the seeds' are. */
export function mutated(seeds: readonly string[], words: readonly string[], random: () => number): string {
  const any = (all: readonly string[]) => all[Math.floor(random() * all.length)] ?? '';
  let text = any(seeds);
  for (let changes = 1 + Math.floor(random() * 8); changes > 0; changes--) {
    const at = Math.floor(random() * (text.length + 1));
    const to = at + Math.floor(random() ** 3 * (text.length - at + 1));
    const [head, tail] = [text.slice(0, at), text.slice(at)];
    switch (Math.floor(random() * 8)) {
      case 0:
        text = head + String.fromCharCode(Math.floor(random() * 256)) + tail.slice(1);
        break;
      case 1:
        text = head + any(words) + tail;
        break;
      case 2:
        text = head + text.slice(to);
        break;
      case 3:
        text = head + text.slice(at, to).repeat(2 + Math.floor(random() * 3)) + text.slice(to);
        break;
      case 4: {
        const other = any(seeds);
        text = head + other.slice(Math.floor(random() * other.length));
        break;
      }
      case 5:
        text =
          head +
          String.fromCharCode((tail.charCodeAt(0) || 0) ^ (1 << Math.floor(random() * 8))) +
          tail.slice(1);
        break;
      case 6:
        text = head + any(ODD) + tail;
        break;
      default:
        text = head;
    }
    if (text.length > LONGEST) text = text.slice(0, LONGEST);
  }
  return text;
}

const LONGEST = 8192;

/** What disturbs readers, screens and numbers. */
const ODD: readonly string[] = [
  '\0',
  '\x1b[31m',
  '\xff\xff',
  '\xc0\x0c',
  '\xc0\x00',
  '\r\n',
  '\xe2\x80\xae',
  '\xe2\x80\x8b',
  '\xed\xa0\x80',
  '\\',
  '"',
  ';;',
  '..',
  '%{',
  '%%',
  '/0',
  '//129',
  '-1',
  '99999999999999999999',
  '__proto__',
  'constructor',
  '<img src=x onerror=alert(1)>',
  ' '.repeat(64),
  'a'.repeat(300),
];
