import { type Name, parentsOf } from '../dns/name.ts';
import type { Millis } from '../facts/observation.ts';

/** What the report is about. Everything a report depends on beside the facts and the rules. */
export interface Scope {
  /** The domain, as A-labels. */
  readonly domain: Name;
  /** Names above it, nearest first, up to the top-level domain. */
  readonly parents: readonly Name[];
  /** What the owner says: the domain sends or receives mail, or none at all. Absent: nobody said. */
  readonly intent?: 'mail' | 'no-mail';
  /** DKIM selectors the user named or pasted. */
  readonly selectors: readonly string[];
  /**
   * The label under which keys of one address stand (mail/dane/mailbox.ts). Absent: no address was given, or one
   * without a part before the @.
   */
  readonly mailbox?: string;
  /** The host people hand in mail at, where the user named one. */
  readonly submission?: Name;
  /** When the report is made; every age and expiry is measured from here. */
  readonly now: Millis;
  /**
   * A label that nobody publishes, to find out what the zone answers for any name. The same for the same
   * domain, so that a report can be replayed from its facts.
   */
  readonly unlikely: string;
}

/** Makes a scope. `selectors` are taken as given; empty ones are dropped. */
export function scopeOf(
  domain: Name,
  now: Millis,
  options: Partial<Pick<Scope, 'intent' | 'selectors' | 'mailbox' | 'submission'>> = {},
): Scope {
  return {
    domain,
    parents: parentsOf(domain),
    ...(options.intent ? { intent: options.intent } : {}),
    selectors: (options.selectors ?? []).filter((selector) => selector !== ''),
    ...(options.mailbox ? { mailbox: options.mailbox } : {}),
    ...(options.submission ? { submission: options.submission } : {}),
    now,
    unlikely: unlikelyLabel(domain),
  };
}

/** Twenty letters and digits derived from the name by two FNV-1a hashes. */
function unlikelyLabel(domain: string): string {
  let label = '';
  for (const seed of [0x811c9dc5, 0x1000193, 0x9e3779b9]) {
    let hash = seed;
    for (let i = 0; i < domain.length; i++) hash = Math.imul(hash ^ domain.charCodeAt(i), 0x01000193) >>> 0;
    label += hash.toString(36).padStart(7, '0');
  }
  return `x${label.slice(-19)}`;
}
