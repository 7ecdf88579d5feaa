/*
 * Deflate (RFC 1951) for small texts, as short as can be with moderate effort: one block, its matches chosen by what
 * they cost under the codes that the choice before led to, or with the fixed codes, or stored where that is shorter. A link is made seldom and sent by people, so every
 * character counts more than milliseconds; libraries that know preset dictionaries are a tenth longer.
 */

/** Octets taken at most: the effort grows with them. */
export const DEFLATE_LIMIT = 60_000;

/** Compresses `data`; whoever inflates it must know `dictionary`, too. */
export function deflate(data: Uint8Array, dictionary: Uint8Array): Uint8Array {
  const all = new Uint8Array(dictionary.length + data.length);
  all.set(dictionary);
  all.set(data, dictionary.length);
  const matches = matchesIn(all, dictionary.length);
  let codes = fixedCodes();
  let best = stored(data);
  for (let round = 0; round < ROUNDS; round++) {
    const steps = cheapest(all, dictionary.length, matches, codes);
    if (round === 0) best = shorter(best, write(steps, codes, true));
    codes = codesFor(steps);
    const written = write(steps, codes, false);
    if (round > 1 && written.length >= best.length) break;
    best = shorter(best, written);
  }
  return best;
}

function shorter(a: Uint8Array, b: Uint8Array): Uint8Array {
  return b.length < a.length ? b : a;
}

/** As it is (RFC 1951 §3.2.4). */
function stored(data: Uint8Array): Uint8Array {
  const { length } = data;
  const out = new Uint8Array(length + 5);
  out.set([1, length & 255, length >> 8, ~length & 255, (~length >> 8) & 255]);
  out.set(data, 5);
  return out;
}

/** A literal (`distance` 0), or a match. */
interface Step {
  readonly length: number;
  readonly distance: number;
  readonly literal: number;
}

/** Lengths of codes: of literals and lengths, and of distances. */
interface Codes {
  readonly main: Uint8Array;
  readonly distances: Uint8Array;
}

/** For each place, matches by growing length, each the nearest of its length: `[length, distance, …]`. */
function matchesIn(all: Uint8Array, from: number): number[][] {
  const last = new Int32Array(1 << HASH_BITS).fill(-1);
  const before = new Int32Array(all.length).fill(-1);
  const found: number[][] = [];
  for (let at = 0; at < all.length; at++) {
    const three = ((all[at] ?? 0) << 16) | ((all[at + 1] ?? 0) << 8) | (all[at + 2] ?? 0);
    const key = Math.imul(three, 0x9e3779b1) >>> (32 - HASH_BITS);
    const here: number[] = [];
    if (at + SHORTEST <= all.length) {
      before[at] = last[key] as number;
      last[key] = at;
      if (at >= from) {
        const most = Math.min(LONGEST, all.length - at);
        let longest = SHORTEST - 1;
        let tries = TRIES;
        for (
          let other = before[at] as number;
          other >= 0 && at - other <= WINDOW;
          other = before[other] as number
        ) {
          if (tries-- === 0) break;
          if (all[other + longest] !== all[at + longest]) continue;
          let length = 0;
          while (length < most && all[other + length] === all[at + length]) length++;
          if (length <= longest) continue;
          longest = length;
          here.push(length, at - other);
          if (length === most) break;
        }
      }
    }
    if (at >= from) found.push(here);
  }
  return found;
}

/** The way through the data that takes the fewest bits under these codes. */
function cheapest(all: Uint8Array, from: number, matches: readonly number[][], codes: Codes): Step[] {
  const size = matches.length;
  const cost = new Float64Array(size + 1).fill(Number.POSITIVE_INFINITY);
  const length = new Uint16Array(size + 1);
  const distance = new Uint16Array(size + 1);
  const bits = (lengths: Uint8Array, symbol: number) => lengths[symbol] || UNUSED;
  const lengthCost = Float64Array.from({ length: LONGEST + 1 }, (_, each) => {
    const [symbol, extra] = lengthSymbol(Math.max(each, SHORTEST));
    return bits(codes.main, symbol) + extra;
  });
  cost[0] = 0;
  for (let at = 0; at < size; at++) {
    const here = cost[at] as number;
    const plain = here + bits(codes.main, all[from + at] as number);
    if (plain < (cost[at + 1] as number)) {
      cost[at + 1] = plain;
      length[at + 1] = 1;
      distance[at + 1] = 0;
    }
    const found = matches[at] as number[];
    let shortest = SHORTEST;
    for (let i = 0; i < found.length; i += 2) {
      const [longest, away] = [found[i] as number, found[i + 1] as number];
      const [symbol, extra] = distanceSymbol(away);
      const reach = here + bits(codes.distances, symbol) + extra;
      for (let each = shortest; each <= longest; each++) {
        const total = reach + (lengthCost[each] as number);
        if (total >= (cost[at + each] as number)) continue;
        cost[at + each] = total;
        length[at + each] = each;
        distance[at + each] = away;
      }
      shortest = longest + 1;
    }
  }
  const steps: Step[] = [];
  for (let at = size; at > 0; at -= length[at] as number) {
    const away = distance[at] as number;
    steps.push({ length: length[at] as number, distance: away, literal: all[from + at - 1] as number });
  }
  return steps.reverse();
}

/** RFC 1951 §3.2.6. */
function fixedCodes(): Codes {
  const main = new Uint8Array(288).fill(8).fill(9, 144, 256).fill(7, 256, 280);
  return { main, distances: new Uint8Array(30).fill(5) };
}

function codesFor(steps: readonly Step[]): Codes {
  const main = new Array<number>(286).fill(0);
  const distances = new Array<number>(30).fill(0);
  const count = (counts: number[], symbol: number) => {
    counts[symbol] = (counts[symbol] as number) + 1;
  };
  for (const { length, distance, literal } of steps) {
    count(main, distance === 0 ? literal : lengthSymbol(length)[0]);
    if (distance > 0) count(distances, distanceSymbol(distance)[0]);
  }
  main[END] = 1;
  return { main: codeLengths(main, 15), distances: codeLengths(distances, 15) };
}

/** Lengths of Huffman codes, none longer than `most`; where they would be, rare symbols are taken for less rare. */
function codeLengths(counts: readonly number[], most: number): Uint8Array {
  const lengths = new Uint8Array(counts.length);
  const symbols = counts.flatMap((count, symbol) => (count > 0 ? [symbol] : []));
  symbols.sort((a, b) => (counts[a] as number) - (counts[b] as number));
  // A code of one symbol still takes a bit (RFC 1951 §3.2.7).
  if (symbols.length < 2) {
    for (const symbol of symbols) lengths[symbol] = 1;
    return lengths;
  }
  for (let floor = 1; ; floor *= 2) {
    const depths = depthsOf(symbols.map((symbol) => Math.max(counts[symbol] as number, floor)));
    if (Math.max(...depths) > most) continue;
    for (const [i, symbol] of symbols.entries()) lengths[symbol] = depths[i] as number;
    return lengths;
  }
}

/** Depths in Huffman's tree of two or more weights, lightest first: leaves and joints each come in order of weight. */
function depthsOf(weights: readonly number[]): number[] {
  const { length } = weights;
  const all = [...weights];
  const above = new Array<number>(2 * length - 1).fill(0);
  let [leaf, joint] = [0, length];
  const lightest = () => {
    const takesLeaf =
      leaf < length && (joint >= all.length || (all[leaf] as number) <= (all[joint] as number));
    return takesLeaf ? leaf++ : joint++;
  };
  while (all.length < 2 * length - 1) {
    const [a, b] = [lightest(), lightest()];
    above[a] = all.length;
    above[b] = all.length;
    all.push((all[a] as number) + (all[b] as number));
  }
  const depths = new Array<number>(all.length).fill(0);
  for (let i = all.length - 2; i >= 0; i--) depths[i] = (depths[above[i] as number] as number) + 1;
  return depths.slice(0, length);
}

/** One last block, its codes the fixed ones or written before it (RFC 1951 §3.2.3). */
function write(steps: readonly Step[], codes: Codes, fixed: boolean): Uint8Array {
  const { main, distances } = codes;
  const out = new Bits();
  out.put(1, 1);
  out.put(fixed ? 1 : 2, 2);
  if (!fixed) writeCodes(out, codes);
  const [mainCodes, distanceCodes] = [codesOf(main), codesOf(distances)];
  for (const { length, distance, literal } of steps) {
    const [symbol, extra, value] = distance === 0 ? [literal, 0, 0] : lengthSymbol(length);
    out.put(mainCodes[symbol] as number, main[symbol] as number);
    out.put(value, extra);
    if (distance === 0) continue;
    const [away, more, rest] = distanceSymbol(distance);
    out.put(distanceCodes[away] as number, distances[away] as number);
    out.put(rest, more);
  }
  out.put(mainCodes[END] as number, main[END] as number);
  return out.octets();
}

/** The header that tells the codes (RFC 1951 §3.2.7). */
function writeCodes(out: Bits, { main, distances }: Codes): void {
  const used = (lengths: Uint8Array, least: number) => {
    let size = lengths.length;
    while (size > least && lengths[size - 1] === 0) size--;
    return size;
  };
  const [mains, aways] = [used(main, 257), used(distances, 1)];
  const header = runsOf([...main.subarray(0, mains), ...distances.subarray(0, aways)]);
  const counts = new Array<number>(19).fill(0);
  for (const [symbol] of header) counts[symbol] = (counts[symbol] as number) + 1;
  const lengths = codeLengths(counts, 7);
  let ordered = ORDER.length;
  while (ordered > 4 && lengths[ORDER[ordered - 1] as number] === 0) ordered--;
  out.put(mains - 257, 5);
  out.put(aways - 1, 5);
  out.put(ordered - 4, 4);
  for (const symbol of ORDER.slice(0, ordered)) out.put(lengths[symbol] as number, 3);
  const codes = codesOf(lengths);
  for (const [symbol, extra, value] of header) {
    out.put(codes[symbol] as number, lengths[symbol] as number);
    out.put(value, extra);
  }
}

/** Lengths of codes as symbols with runs (RFC 1951 §3.2.7): `[symbol, extra bits, their value]`. */
function runsOf(lengths: readonly number[]): [number, number, number][] {
  const runs: [number, number, number][] = [];
  for (let at = 0; at < lengths.length; ) {
    const length = lengths[at] as number;
    let times = 1;
    while (lengths[at + times] === length) times++;
    at += times;
    if (length === 0) {
      for (; times >= 11; times -= Math.min(times, 138)) runs.push([18, 7, Math.min(times, 138) - 11]);
      if (times >= 3) {
        runs.push([17, 3, times - 3]);
        times = 0;
      }
    } else {
      runs.push([length, 0, 0]);
      times--;
      for (; times >= 3; times -= Math.min(times, 6)) runs.push([16, 2, Math.min(times, 6) - 3]);
    }
    for (; times > 0; times--) runs.push([length, 0, 0]);
  }
  return runs;
}

/** Canonical codes from their lengths (RFC 1951 §3.2.2), their bits turned round, as they are written. */
function codesOf(lengths: Uint8Array): number[] {
  const codes = new Array<number>(lengths.length).fill(0);
  let code = 0;
  for (let size = 1; size <= 15; size++) {
    for (const [symbol, length] of lengths.entries())
      if (length === size) codes[symbol] = turned(code++, size);
    code <<= 1;
  }
  return codes;
}

function turned(code: number, size: number): number {
  let out = 0;
  for (let bit = 0; bit < size; bit++) out |= ((code >> bit) & 1) << (size - 1 - bit);
  return out;
}

/** Bits, the lowest of an octet first. */
class Bits {
  readonly #octets: number[] = [];
  #held = 0;
  #count = 0;

  put(value: number, size: number): void {
    this.#held |= value << this.#count;
    this.#count += size;
    while (this.#count >= 8) {
      this.#octets.push(this.#held & 255);
      this.#held >>>= 8;
      this.#count -= 8;
    }
  }

  octets(): Uint8Array {
    return Uint8Array.from(this.#count > 0 ? [...this.#octets, this.#held] : this.#octets);
  }
}

/** Symbol, extra bits and their value. */
function lengthSymbol(length: number): [number, number, number] {
  if (length === LONGEST) return [285, 0, 0];
  return symbolOf(LENGTHS, length, 257, 4);
}

function distanceSymbol(distance: number): [number, number, number] {
  return symbolOf(DISTANCES, distance, 0, 2);
}

/** From a table of the least values, whose symbols begin with `first`. */
function symbolOf(
  table: readonly number[],
  value: number,
  first: number,
  group: number,
): [number, number, number] {
  let at = table.length - 1;
  while ((table[at] as number) > value) at--;
  const extra = Math.max(0, Math.floor(at / group) - 1);
  return [first + at, extra, value - (table[at] as number)];
}

/** The least value of each symbol, `group` of them with the same number of extra bits. */
function leastValues(first: number, group: number, count: number): number[] {
  const least: number[] = [];
  for (let at = 0, value = first; at < count; at++) {
    least.push(value);
    value += 1 << Math.max(0, Math.floor(at / group) - 1);
  }
  return least;
}

const LENGTHS = leastValues(3, 4, 28);
const DISTANCES = leastValues(1, 2, 30);
const SHORTEST = 3;
const LONGEST = 258;
const WINDOW = 32_768;
const END = 256;
const HASH_BITS = 14;
/** Earlier places looked at for each one. */
const TRIES = 100;
const ROUNDS = 4;
/** Bits reckoned for a symbol that has no code so far. */
const UNUSED = 13;
/** In which order the lengths of the header's own codes are written (RFC 1951 §3.2.7). */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
