import { readFileSync } from 'node:fs';
import { parseZone, type Zone } from '../dns/zone.ts';
import { UsageError } from './usage.ts';

/** Reads a text zone from a file. A file that cannot be read, or a line that cannot, is wrong use. */
export function readZoneFile(path: string): Zone {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new UsageError(`The zone file "${path}" cannot be read.`);
  }
  const zone = parseZone(text);
  const [fault] = zone.faults;
  if (fault !== undefined)
    throw new UsageError(
      `Line ${fault.line} of the zone file "${path}" cannot be read: ${fault.because}: ${fault.text.slice(0, 120)}`,
    );
  return zone;
}
