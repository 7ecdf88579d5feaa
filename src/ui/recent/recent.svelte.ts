/*
 * The domains checked in this browser, and what is remembered of each to say what has changed. Kept here and
 * nowhere else; where storage is full or forbidden the list lasts as long as the page.
 */

import { type Recall, readRecall } from '../../report/recall.ts';
import { keep, kept } from '../storage.ts';

/** One look at a domain. */
export interface Look {
  readonly domain: string;
  /** As people write it. */
  readonly shown: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly recall: Recall;
}

const MOST = 12;
/** Characters of everything that is kept. */
const LARGEST = 200_000;
const NAME = 'recent';

class Recent {
  looks = $state.raw<readonly Look[]>(read());
  /** The visitor wants domains to be remembered. */
  on = $state(kept(`${NAME}.off`) === undefined);

  /** The last look at a domain. */
  find(domain: string): Look | undefined {
    return this.looks.find((look) => look.domain === domain);
  }

  /** Remembers a look in place of older ones at the same domain; the oldest are forgotten. */
  add(look: Look): void {
    if (!this.on) return;
    // Another tab may have written meanwhile.
    const others = (kept(NAME) === undefined ? this.looks : read()).filter(
      ({ domain }) => domain !== look.domain,
    );
    this.looks = [look, ...others].slice(0, MOST);
    for (let few = this.looks; few.length > 0; few = few.slice(0, few.length >> 1))
      if (keep(NAME, JSON.stringify(few))) return;
  }

  /** Forgets one domain, or all. */
  forget(domain?: string): void {
    this.looks = domain === undefined ? [] : this.looks.filter((look) => look.domain !== domain);
    keep(NAME, this.looks.length === 0 ? undefined : JSON.stringify(this.looks));
  }

  /** Turns remembering on or off; off forgets everything. */
  turn(on: boolean): void {
    this.on = on;
    keep(`${NAME}.off`, on ? undefined : '1');
    if (!on) this.forget();
  }
}

export const recent = new Recent();

function read(): Look[] {
  const text = kept(NAME) ?? '';
  if (text === '' || text.length > LARGEST) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.slice(0, MOST).flatMap(lookFrom) : [];
  } catch {
    return [];
  }
}

function lookFrom(value: unknown): Look[] {
  const { domain, shown, at, recall: held } = (value ?? {}) as Record<string, unknown>;
  const recall = readRecall(held);
  return typeof domain === 'string' &&
    typeof shown === 'string' &&
    typeof at === 'number' &&
    Number.isFinite(new Date(at).getTime()) &&
    recall !== undefined
    ? [{ domain, shown, at, recall }]
    : [];
}
