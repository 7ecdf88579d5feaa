/*
 * An SPF record published under the wrong name: many DNS panels append the domain to whatever is typed, so that
 * a record entered as `example.com` ends up at `example.com.example.com` and the domain itself has none. Asked only
 * where the domain has no SPF record. The same mistake with DMARC is read by dmarc-elsewhere.
 */

import { type Name, prefixed } from '../dns/name.ts';
import { dns, texts } from '../dns/record.ts';
import { topic } from '../engine/topic.ts';
import { none, whole } from '../facts/observation.ts';
import { apexTxt } from './apex-txt.ts';

/** A record found with the domain doubled, and the name it was meant for. */
export interface Misplaced {
  readonly at: Name;
  readonly meant: Name;
  /** The record, its strings joined. */
  readonly text: string;
}

/** Undefined when nothing is misplaced. */
export const misplaced = topic<Misplaced | undefined>('misplaced', async ({ scope, ask, read }) => {
  const apex = await read(apexTxt);
  if (apex.got !== 'whole') return none(apex.because);
  const { texts: here, chain, nameMissing } = apex.value;
  const at = prefixed(scope.domain, scope.domain);
  if (at === undefined || nameMissing || chain.length > 0 || here.some(isSpf)) return whole(undefined);
  const doubled = await ask(dns(at, 'TXT'), 'guess');
  if (!doubled.seen) return none(doubled.because);
  // An alias leads to somebody else's records, and a wildcard puts the same text at every name.
  const text = doubled.answer.chain.length === 0 ? texts(doubled.answer).find(isSpf) : undefined;
  if (text === undefined) return whole(undefined);
  const wild = await ask(dns(prefixed(scope.unlikely, scope.domain) ?? at, 'TXT'));
  if (!wild.seen) return none(wild.because);
  return whole(texts(wild.answer).includes(text) ? undefined : { at, meant: scope.domain, text });
});

function isSpf(text: string): boolean {
  return /^v=spf1(?: |$)/i.test(text);
}
