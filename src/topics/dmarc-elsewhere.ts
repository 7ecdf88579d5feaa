/*
 * DMARC records where no receiver looks. The record belongs at `_dmarc.<domain>` (RFC 9989 §4.5); panels that add
 * the domain by themselves, or leave the underscore away, put it at a neighbouring name. Those names are asked only
 * when the right one holds no record.
 */

import { type Name, parseName } from '../dns/name.ts';
import { dns, texts } from '../dns/record.ts';
import { topic } from '../engine/topic.ts';
import { none, whole } from '../facts/observation.ts';
import { isDmarcRecord } from '../mail/dmarc/record.ts';
import { dmarcHere } from './dmarc-record.ts';

/** A record at a name that is not asked. */
export interface StrayRecord {
  readonly name: Name;
  readonly text: string;
}

/** Stray records, when the right name holds none; else an empty list. */
export const dmarcElsewhere = topic<readonly StrayRecord[]>(
  'dmarc-elsewhere',
  async ({ scope, ask, read }) => {
    const here = await read(dmarcHere);
    if (here.got === 'none') return here;
    const { texts: own, chain } = here.value;
    if (chain.length > 0 || own.some((text) => isDmarcRecord(text)) || here.value.misread.length > 0)
      return whole([]);
    const { domain } = scope;
    const names = [
      domain,
      parseName(`dmarc.${domain}`),
      parseName(`__dmarc.${domain}`),
      parseName(`_dmarc.${domain}.${domain}`),
      parseName(`_dmarc.www.${domain}`),
    ].filter((name) => name !== undefined);
    const answers = await Promise.all(
      names.map(async (name) => ({
        name,
        result: await ask(dns(name, 'TXT'), name === domain ? 'main' : 'guess'),
      })),
    );
    const found: StrayRecord[] = [];
    for (const { name, result } of answers) {
      if (!result.seen) return none(result.because);
      const text = texts(result.answer).find(isDmarcRecord);
      if (text !== undefined) found.push({ name, text });
    }
    return whole(found);
  },
);
