/*
 * Wrong use of the command line: a sentence on standard error and exit status 2. Arguments are read by Node's own
 * parser; nothing more is needed for five commands.
 */

import { type ParseArgsConfig, parseArgs } from 'node:util';
import { printable } from '../dns/text.ts';

/** What every command line comes to. 3: too little could be checked to say. */
export type ExitStatus = 0 | 1 | 2 | 3;

/** The command was called wrongly; the message says how to call it. */
export class UsageError extends Error {}

/** Reads a command's arguments; throws UsageError for unknown options and missing values. */
export function readArguments<const O extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: O,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Node's first sentence says what is wrong; what follows advises on quoting.
    throw new UsageError(message.split(/\. (?=To specify)/)[0]?.replace(/\.?$/, '.') ?? message);
  }
}

/** The one positional argument a command takes. */
export function onlyArgument(positionals: readonly string[], what: string): string {
  const [first, second] = positionals;
  if (first === undefined || first === '') throw new UsageError(`${what} is missing.`);
  if (second !== undefined)
    throw new UsageError(`One ${what.toLowerCase()} at a time: "${second}" is one too many.`);
  return first;
}

/** One of a list of words, or the default when the option was not given. */
export function oneOf<W extends string>(
  option: string,
  value: string | undefined,
  words: readonly W[],
  otherwise: W,
): W {
  if (value === undefined) return otherwise;
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw new UsageError(`${option} takes ${words.join(', ')}, not "${value}".`);
  return word;
}

/** `HOST:PORT`, `[V6]:PORT` or `HOST` with a default port. */
export function readHostPort(option: string, value: string, port: number): { host: string; port: number } {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/\s]+))(?::([0-9]{1,5}))?$/i.exec(value);
  const host = match?.[1] ?? match?.[2];
  const number = match?.[3] === undefined ? port : Number(match[3]);
  if (host === undefined || number < 1 || number > 65535)
    throw new UsageError(`${option} takes HOST:PORT, as in 127.0.0.1:53, not "${value}".`);
  return { host, port: number };
}

/** Writes an error as one harmless line. */
export function complain(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`mailproof: ${printable(message)}\n`);
}
