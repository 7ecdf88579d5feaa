/*
 * The sample domains of the start page, whose records come with it. All that takes is asked for at once.
 */

import { parseZone } from '../dns/zone.ts';
import type { Observer } from '../facts/observation.ts';
import { sampleZones } from '../fixtures/sample-zones.ts';
import { zoneObserver } from '../observe/zone.ts';

/** An observer that answers from a sample's records and asks nobody; `at` is the time of its answers (ms since 1970). */
export function sampleObserver(domain: string, at: number): Observer {
  return zoneObserver(parseZone(sampleZones[domain] ?? ''), at);
}
