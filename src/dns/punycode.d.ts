declare module 'punycode/' {
  /** The name with its `xn--` labels decoded. Throws RangeError for a label that does not decode. */
  export function toUnicode(name: string): string;
  /** The name with its other than ASCII labels as A-labels. Throws RangeError when a label does not encode. */
  export function toASCII(name: string): string;
}
