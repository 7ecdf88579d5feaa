import { existsSync, readFileSync } from 'node:fs';
import { mustName, type Name } from '../src/dns/name.ts';
import { parseZone, type Zone } from '../src/dns/zone.ts';

/** What things here are measured on. */
export interface World {
  readonly domain: Name;
  readonly zone: Zone;
  /** Where it is from, for the table's heading. */
  readonly source: string;
}

/** An ordinary company: the zone other tools were measured on too, when it lies beside the project; else one much like it. */
export function ordinaryWorld(): World {
  const shared = '../shared/bench/typical.zone';
  return existsSync(shared) ? worldIn(shared, 'bench.test') : companyWorld();
}

/** An ordinary company whose zone comes with the project. */
export function companyWorld(): World {
  return worldIn('src/fixtures/worlds/company.zone', 'company.example');
}

/** Ten includes one below the other, ten mail hosts. */
export function heavyWorld(): World {
  return worldIn('bench/heavy.zone', 'heavy.example');
}

function worldIn(source: string, domain: string): World {
  return { domain: mustName(domain), zone: parseZone(readFileSync(source, 'utf8')), source };
}
