/*
 * Addresses and networks as SPF compares them: the high-order bits of the client's address and of the network's
 * (RFC 7208 §5). An IPv4-mapped IPv6 client counts as its IPv4 address, so the two families never meet.
 */

import ipaddr from 'ipaddr.js';
import { isIp4, isIp6 } from './record.ts';

/** Which of the two families a client or a network belongs to. */
export type Family = 'v4' | 'v6';

/** An address as a number, with its family. */
export interface Address {
  readonly family: Family;
  readonly bits: bigint;
  /** As written for people: dotted quad, or RFC 5952. */
  readonly text: string;
}

/** Octets of a family's addresses times eight. */
export const WIDTH: Readonly<Record<Family, number>> = { v4: 32, v6: 128 };

/** Reads an address; an IPv4-mapped one as IPv4 (RFC 7208 §5). Undefined for anything else. */
export function addressOf(text: string): Address | undefined {
  if (!isIp4(text) && !isIp6(text)) return undefined;
  const parsed = ipaddr.process(text);
  const bytes = parsed.toByteArray();
  return {
    family: bytes.length === 4 ? 'v4' : 'v6',
    bits: bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n),
    text: parsed.toString(),
  };
}

/** The bits of an address in a term or an answer, of its own family: a mapped address stays IPv6. */
export function bitsOf(text: string, family: Family): bigint | undefined {
  if (family === 'v4' ? !isIp4(text) : !isIp6(text)) return undefined;
  return ipaddr
    .parse(text)
    .toByteArray()
    .reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/** Whether the first `prefix` bits of two addresses of a family are the same. */
export function sameNetwork(a: bigint, b: bigint, prefix: number, family: Family): boolean {
  const shift = BigInt(WIDTH[family] - prefix);
  return a >> shift === b >> shift;
}

/** First and last address of a network, as numbers. */
export function rangeOf(bits: bigint, prefix: number, family: Family): readonly [bigint, bigint] {
  const size = 1n << BigInt(WIDTH[family] - prefix);
  const first = (bits / size) * size;
  return [first, first + size - 1n];
}

/** An address for people. */
export function textOf(bits: bigint, family: Family): string {
  const bytes: number[] = [];
  for (let i = WIDTH[family] / 8 - 1; i >= 0; i--) bytes.push(Number((bits >> BigInt(i * 8)) & 0xffn));
  return ipaddr.fromByteArray(bytes).toString();
}
