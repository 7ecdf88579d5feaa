/*
 * International names as resolvers take them: A-labels (RFC 5890 §2.3.2.1), by the UTS 46 processing that every
 * browser and Node carry in their URL parser. A URL's host is also read as an IPv4 address where it can be, which
 * is why anything but a name is refused before and after.
 */

/** The host in A-labels and lower case, or undefined when it is no name. */
export function toAscii(host: string): string | undefined {
  if (host === '' || /[\s\p{Cc}%/?#@:\\[\]<>^|]/u.test(host)) return undefined;
  let ascii: string;
  try {
    ascii = new URL(`https://${host}/`).hostname;
  } catch {
    return undefined;
  }
  return /^[0-9.]+$/.test(ascii) ? undefined : ascii;
}
