/*
 * Records cut into pieces to show: what decides is marked, what a change alters too, and of a record too long to
 * read only the deciding part is shown, with a count of what was left out. Offsets count octets.
 */

import { shown } from '../dns/text.ts';

/** A run of text. `skipped`: octets left out in its place; its text is empty then. */
export interface Piece {
  readonly text: string;
  readonly marked: boolean;
  readonly skipped?: number;
}

type Range = readonly [from: number, to: number];

/** The byte string as printable pieces, at most about `limit` octets of it; of a file the ends of lines are kept. */
export function piecesOf(bytes: string, marks: readonly Range[] = [], limit = 1200, isFile = false): Piece[] {
  const show = isFile ? (part: string) => part.split(/\r?\n/).map(shown).join('\n') : shown;
  const ranges = tidy(marks, bytes.length);
  const windows = windowsOf(bytes.length, ranges[0], limit);
  const pieces: Piece[] = [];
  let at = 0;
  for (const [from, to] of windows) {
    if (from > at) pieces.push({ text: '', marked: false, skipped: from - at });
    at = from;
    for (const [start, end] of ranges) {
      const [a, b] = [Math.max(start, at), Math.min(end, to)];
      if (b <= a) continue;
      if (a > at) pieces.push({ text: show(bytes.slice(at, a)), marked: false });
      pieces.push({ text: show(bytes.slice(a, b)), marked: true });
      at = b;
    }
    if (to > at) pieces.push({ text: show(bytes.slice(at, to)), marked: false });
    at = to;
  }
  if (bytes.length > at) pieces.push({ text: '', marked: false, skipped: bytes.length - at });
  return pieces;
}

/** The part of `value` that `was` does not have, widened to whole words or tags; empty when nothing was added. */
export function newIn(value: string, was: string): Range[] {
  const words = (text: string) => text.match(/[\s;]+|[^\s;]+/g) ?? [];
  const [now, before] = [words(value), words(was)];
  let head = 0;
  while (head < now.length && head < before.length && now[head] === before[head]) head += 1;
  let tail = 0;
  while (
    tail < now.length - head &&
    tail < before.length - head &&
    now[now.length - 1 - tail] === before[before.length - 1 - tail]
  )
    tail += 1;
  const length = (parts: readonly string[]) => parts.join('').length;
  const from = length(now.slice(0, head));
  const to = value.length - length(now.slice(now.length - tail));
  const text = value.slice(from, to);
  const lead = text.length - text.trimStart().length;
  const end = to - (text.length - text.trimEnd().length);
  return from + lead < end ? [[from + lead, end]] : [];
}

/** Inside the text, in order, not overlapping; at most 200. */
function tidy(marks: readonly Range[], length: number): Range[] {
  const out: [number, number][] = [];
  for (const [from, to] of [...marks].sort((a, b) => a[0] - b[0])) {
    const [a, b] = [Math.max(0, Math.min(from, length)), Math.max(0, Math.min(to, length))];
    const last = out.at(-1);
    if (b <= a) continue;
    if (last && a <= last[1]) last[1] = Math.max(last[1], b);
    else if (out.length < 200) out.push([a, b]);
  }
  return out;
}

/** What to show of a long text: its beginning, and the neighbourhood of the first mark. */
function windowsOf(length: number, first: Range | undefined, limit: number): Range[] {
  if (length <= limit) return [[0, length]];
  if (!first || first[0] < limit / 2) return [[0, limit]];
  const head = Math.floor(limit / 4);
  const from = first[0] - head;
  return [
    [0, head],
    [Math.max(head, from), Math.min(length, from + limit - head)],
  ];
}
