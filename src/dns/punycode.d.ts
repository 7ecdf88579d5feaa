declare module 'punycode/' {
  /** The name with its `xn--` labels decoded. Throws RangeError for a label that does not decode. */
  export function toUnicode(name: string): string;
}
