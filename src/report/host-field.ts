/*
 * What to type into the "Name" field of a DNS host. Some want the whole name, some only what stands before the
 * zone and complete it themselves; who types the whole name there gets `_dmarc.example.com.example.com`.
 */

import { isWithin, type Name } from '../dns/name.ts';

/** The name in a form the field takes: `_dmarc`, `@` for the zone itself, or the whole name. */
export function fieldFor(name: Name, zone: Name, form: 'short' | 'full'): string {
  if (form === 'full' || !isWithin(name, zone)) return name;
  return name === zone ? '@' : name.slice(0, name.length - zone.length - 1);
}
