/*
 * The month in which a key was made, where its selector says so: `20230601`, `s2024-11`. No standard asks for
 * such names, but who changes keys on schedule often gives them. Nothing else in DNS shows how old a key is.
 */

/** Whole months from the date in a selector to `now` (milliseconds since 1970); undefined where it names none. */
export function monthsSince(selector: string, now: number): number | undefined {
  const date = /(?<![0-9])(20[0-9]{2})-?(0[1-9]|1[0-2])(?:-?(?:0[1-9]|[12][0-9]|3[01]))?(?![0-9])/.exec(
    selector,
  );
  if (!date) return undefined;
  const today = new Date(now);
  const months = (today.getUTCFullYear() - Number(date[1])) * 12 + today.getUTCMonth() + 1 - Number(date[2]);
  return months >= 0 && months < 360 ? months : undefined;
}
