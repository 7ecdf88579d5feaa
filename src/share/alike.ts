/*
 * Answers that are much alike, as those of one mail service's hosts are: each but the first is written as the
 * strings and numbers in which it differs from an earlier one. The host's own name, which stands in greetings and
 * certificates, counts as the same on both sides.
 */

/** A value as JSON, its strings and numbers cut out of it, with a mark where they hold the host's name. */
export interface Cut {
  readonly shape: string;
  readonly leaves: readonly (string | number)[];
}

/** Cuts a value up; undefined when its own strings hold the mark. */
export function cut(value: unknown, host: string): Cut | undefined {
  const leaves: (string | number)[] = [];
  let marked = false;
  const shape = JSON.stringify(value, (_, each: unknown) => {
    if (typeof each === 'number') {
      leaves.push(each);
      return 0;
    }
    if (typeof each !== 'string') return each;
    marked ||= each.includes(HOST);
    leaves.push(host === '' ? each : each.replaceAll(host, HOST));
    return '';
  });
  return marked ? undefined : { shape, leaves };
}

/** Places and values in which another value of the same shape differs; undefined when the shape does. */
export function differences(from: Cut, to: Cut): (string | number)[] | undefined {
  if (from.shape !== to.shape) return undefined;
  return to.leaves.flatMap((leaf, i) => (leaf === from.leaves[i] ? [] : [i, leaf]));
}

/** The value that differs so from another; undefined when it would be longer than `limit` or is none. */
export function changed(
  from: Cut,
  changes: readonly unknown[],
  host: string,
  limit: number,
): unknown | undefined {
  const leaves = [...from.leaves];
  for (let i = 0; i < changes.length; i += 2) {
    const [place, leaf] = [changes[i], changes[i + 1]];
    if (typeof place !== 'number' || leaves[place] === undefined) return undefined;
    if (typeof leaf !== typeof leaves[place]) return undefined;
    leaves[place] = leaf as string | number;
  }
  let length = from.shape.length;
  const whole = leaves.map((leaf) => {
    if (typeof leaf === 'number') return leaf;
    const parts = leaf.split(HOST);
    length += leaf.length + (parts.length - 1) * host.length;
    return length > limit ? '' : parts.join(host);
  });
  if (length > limit) return undefined;
  let at = 0;
  return JSON.parse(from.shape, (_, each: unknown) =>
    typeof each === 'string' || typeof each === 'number' ? whole[at++] : each,
  );
}

const HOST = '\x03';
