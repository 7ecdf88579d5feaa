/*
 * Small pieces of sentences that rules share.
 */

/** Names or values in backticks as part of a sentence: "`a`, `b` and `c`", "`a`, `b` and 7 more". */
export function enumerated(values: readonly string[], limit = 4): string {
  const quoted = values.map((value) => `\`${value}\``);
  const shown =
    quoted.length > limit ? [...quoted.slice(0, limit - 1), `${quoted.length - limit + 1} more`] : quoted;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** A number with its noun: "1 mail server", "3 mail servers". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
