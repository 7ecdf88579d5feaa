import type { KeyRecord } from './key-record.ts';

/** The standard that prints this key together with its private half (RFC 6376 §C, RFC 8463 §A); undefined for others. */
export function printedIn({ base64 = '' }: Pick<KeyRecord, 'base64'>): string | undefined {
  return PRINTED.find(([piece]) => base64.includes(piece))?.[1];
}

/** A piece of each printed key's base64 that no other key shares, and where it is printed. */
const PRINTED: readonly (readonly [piece: string, document: string])[] = [
  ['DwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2', 'RFC 6376'],
  ['DkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2', 'RFC 8463'],
  ['11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo', 'RFC 8463'],
];
