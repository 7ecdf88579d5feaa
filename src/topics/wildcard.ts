/*
 * What the zone answers for a name that nobody published (rulebook: a random label). NXDOMAIN means that absence
 * can be proved name by name (RFC 8020 §2). A wildcard (RFC 1034 §4.3.3) makes every unlisted name exist, so data
 * found elsewhere may be its copy. No data instead of NXDOMAIN is compact denial (RFC 9824): absence and existence
 * then look alike. A wildcard of any type stands in for the names below an invented one as well (RFC 4592 §2.2.1),
 * so where one of those is denied, which is asked for a DMARC record anyway, there is nothing more to ask.
 * Known deviation: a wildcard that holds neither TXT, MX nor A (`*.D AAAA`) reads as compact.
 */

import { type Name, prefixed, ROOT } from '../dns/name.ts';
import { dns, isNowhere, texts } from '../dns/record.ts';
import { topic } from '../engine/topic.ts';
import { none, whole } from '../facts/observation.ts';
import { recordQuestion } from './dmarc-record.ts';

/** What any name below the domain is answered with. */
export interface Wildcard {
  readonly denial: 'nxdomain' | 'compact' | 'wildcard';
  /** TXT records of the wildcard, each joined. */
  readonly txt: readonly string[];
  /** A mail server stands in for every name (a wildcard null MX is none). */
  readonly mx: boolean;
  /** MX records of the wildcard as zone files write them, `10 mail.example.com` or `0 .`. */
  readonly exchanges: readonly string[];
  readonly addresses: boolean;
  /** Where a wildcard CNAME leads first. */
  readonly alias?: Name;
}

export const wildcard = topic<Wildcard>('wildcard', async ({ scope, ask }) => {
  const name = prefixed(scope.unlikely, scope.domain);
  if (name === undefined)
    return none({ reason: 'not-provable', detail: 'the domain leaves no room below it' });
  const below = recordQuestion(name);
  const beyond = below && (await ask(below));
  if (beyond?.seen === false) return none(beyond.because);
  if (beyond && isNowhere(beyond.answer))
    return whole({ denial: 'nxdomain', txt: [], mx: false, exchanges: [], addresses: false });
  const [txt, mx, a] = await Promise.all([ask(dns(name, 'TXT')), ask(dns(name, 'MX')), ask(dns(name, 'A'))]);
  if (!txt.seen) return none(txt.because);
  if (!mx.seen) return none(mx.because);
  if (!a.seen) return none(a.because);
  const answers = [txt.answer, mx.answer, a.answer];
  const alias = answers.find((answer) => answer.chain.length > 0)?.chain[0];
  const found = alias !== undefined || answers.some((answer) => answer.records.length > 0);
  const denied = answers.some((answer) => answer.rcode === 'NXDOMAIN');
  return whole({
    denial: found ? 'wildcard' : denied ? 'nxdomain' : 'compact',
    txt: texts(txt.answer),
    mx: mx.answer.records.some((record) => record.data.exchange !== ROOT),
    exchanges: mx.answer.records.map(({ data }) => `${data.preference} ${data.exchange}`),
    addresses: a.answer.records.length > 0,
    ...(alias === undefined ? {} : { alias }),
  });
});
