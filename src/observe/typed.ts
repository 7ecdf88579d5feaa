import { type Input, readInput } from '../dns/input.ts';
import { toAscii } from './idna.ts';

/** Reads what a person typed (`dns/input.ts`), international names as this platform does. */
export function readTyped(text: string): Input {
  return readInput(text, toAscii);
}
