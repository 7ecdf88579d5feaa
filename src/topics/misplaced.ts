/*
 * A record published under a doubled name: many DNS panels append the domain to whatever is typed, so that a record
 * entered as `example.com` ends up at `example.com.example.com`, where nobody looks. Asked only where a sign of the
 * mistake is there: the domain has no SPF record, a selector the visitor named has no key, or one of the two records
 * for TLS between servers is there without the other. The same mistake with DMARC is read by dmarc-elsewhere.
 */

import { type Name, prefixed } from '../dns/name.ts';
import { dns, texts } from '../dns/record.ts';
import { type Look, topic } from '../engine/topic.ts';
import { type Blind, none, whole } from '../facts/observation.ts';
import { looksLikeKey } from '../mail/dkim/key-record.ts';
import { isStsRecord } from '../mail/mta-sts/record.ts';
import { isSpf } from '../mail/spf/record.ts';
import { isTlsRptRecord } from '../mail/tls-rpt/record.ts';
import { apexTxt } from './apex-txt.ts';
import { mtaSts } from './mta-sts.ts';
import { tlsRpt } from './tls-rpt.ts';

/** A record found with the domain doubled, and the name it was meant for. */
export interface Misplaced {
  readonly kind: 'SPF record' | 'DKIM key' | 'MTA-STS record' | 'TLS-RPT record';
  readonly at: Name;
  readonly meant: Name;
  /** The record, its strings joined. */
  readonly text: string;
}

/** A record that is missing where it belongs. */
interface Missing {
  readonly kind: Misplaced['kind'];
  readonly meant: Name;
  readonly is: (text: string) => boolean;
}

/** Undefined when nothing is misplaced. */
export const misplaced = topic<Misplaced | undefined>('misplaced', async (look) => {
  const { scope, ask, read } = look;
  const [apex, sts, reports, keys] = await Promise.all([
    read(apexTxt),
    read(mtaSts),
    read(tlsRpt),
    missingKeys(look),
  ]);
  if (apex.got !== 'whole') return none(apex.because);
  if (sts.got !== 'whole') return none(sts.because);
  if (reports.got !== 'whole') return none(reports.because);
  if ('reason' in keys) return none(keys);
  const { texts: here, chain, nameMissing } = apex.value;
  if (nameMissing || chain.length > 0) return whole(undefined);
  const [announced, asked] = [sts.value.texts.some(isStsRecord), reports.value.texts.some(isTlsRptRecord)];
  const missing: Missing[] = [
    ...(here.some(isSpf) ? [] : [{ kind: 'SPF record', meant: scope.domain, is: isSpf } as const]),
    ...keys,
    ...(asked && !announced && sts.value.name
      ? [{ kind: 'MTA-STS record', meant: sts.value.name, is: isStsRecord } as const]
      : []),
    ...(announced && !asked && reports.value.name
      ? [{ kind: 'TLS-RPT record', meant: reports.value.name, is: isTlsRptRecord } as const]
      : []),
  ];
  const found = await Promise.all(missing.map((one) => doubledOf(look, one)));
  let first: Misplaced | undefined;
  for (const one of found) {
    if (one === undefined) continue;
    if ('reason' in one) return none(one);
    first ??= one;
  }
  if (first === undefined) return whole(undefined);
  // A wildcard puts the same text at every name.
  const wild = await ask(dns(prefixed(scope.unlikely, scope.domain) ?? first.at, 'TXT'));
  if (!wild.seen) return none(wild.because);
  return whole(texts(wild.answer).includes(first.text) ? undefined : first);
});

async function doubledOf(
  { scope, ask }: Look,
  { kind, meant, is }: Missing,
): Promise<Misplaced | Blind | undefined> {
  const at = prefixed(meant, scope.domain);
  if (at === undefined) return undefined;
  const doubled = await ask(dns(at, 'TXT'), 'guess');
  if (!doubled.seen) return doubled.because;
  // An alias leads to somebody else's records.
  const text = doubled.answer.chain.length === 0 ? texts(doubled.answer).find(is) : undefined;
  return text === undefined ? undefined : { kind, at, meant, text };
}

/** Selectors that the visitor named and that have no key. */
async function missingKeys({ scope, ask }: Look): Promise<Missing[] | Blind> {
  const names = scope.selectors
    .slice(0, MOST_SELECTORS)
    .flatMap((selector) => prefixed(`${selector.toLowerCase()}._domainkey`, scope.domain) ?? []);
  const answers = await Promise.all(names.map((name) => ask(dns(name, 'TXT'))));
  const missing: Missing[] = [];
  for (const [i, answer] of answers.entries()) {
    if (!answer.seen) return answer.because;
    if (answer.answer.records.length === 0 && answer.answer.chain.length === 0)
      missing.push({ kind: 'DKIM key', meant: names[i] as Name, is: looksLikeKey });
  }
  return missing;
}

const MOST_SELECTORS = 4;
