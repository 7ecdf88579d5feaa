import { existsSync, readFileSync } from 'node:fs';
import { mustName, type Name } from '../src/dns/name.ts';
import { parseZone, type Zone } from '../src/dns/zone.ts';

/** The company that everything here is measured on. */
export interface World {
  readonly domain: Name;
  readonly zone: Zone;
  /** Where it is from, for the table's heading. */
  readonly source: string;
}

/** The zone that other tools were measured on too, when it lies beside the project; else one much like it. */
export function world(): World {
  const shared = '../shared/bench/typical.zone';
  const [source, domain] = existsSync(shared)
    ? [shared, 'bench.test']
    : ['bench/company.zone', 'company.example'];
  return { domain: mustName(domain), zone: parseZone(readFileSync(source, 'utf8')), source };
}
