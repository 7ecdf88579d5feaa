/*
 * The words for every reason not to know. Each says what kept us from seeing, never anything about the domain.
 * How to lift it stands in remedies.ts.
 */

import { printable } from '../dns/text.ts';
import type { Blind, BlindReason } from '../facts/observation.ts';

/** A sentence part that completes "could not be checked: …". */
export function wordsFor(because: Blind): string {
  const words = WORDS[because.reason];
  return because.detail === undefined ? words : `${words} (${printable(because.detail).slice(0, 120)})`;
}

const WORDS: Readonly<Record<BlindReason, string>> = {
  aborted: 'the check was stopped before the answer came',
  'captive-portal': 'a web page came back instead of a DNS answer, as behind a login page of a network',
  'content-type': 'the resolver answered with something that is not DNS',
  disagreement: 'two resolvers gave different answers',
  'http-status': 'the resolver answered with an HTTP error',
  malformed: 'the answer could not be read',
  network: 'the resolver could not be reached',
  'not-loaded': 'a part of this page could not be loaded',
  'not-provable': 'DNS alone cannot show it',
  'not-recorded': 'this recording does not contain the answer',
  'over-budget': 'the limit of questions for one report was reached',
  'rate-limited': 'the resolver asked us to slow down',
  rcode: 'the resolver answered with an error',
  refused: 'the resolver refused to answer',
  'relay-absent': 'no relay is connected, and a browser cannot open mail ports itself',
  'relay-busy': 'the relay has more to do than it takes on at once',
  'relay-cannot': 'the relay that is connected cannot do this from where it runs',
  'relay-failed': 'the relay could not be reached, or its answer could not be used',
  'relay-refused': 'the relay declined to look',
  'rule-broke': 'this check itself failed, which is our fault',
  servfail: 'the resolver got no usable answer from the name servers',
  'suffix-list': 'the list of public suffixes could not be loaded',
  timeout: 'no answer came in time',
  truncated: 'the answer came cut short',
  'turned-away': 'the mail server turned the relay away, which says nothing about how it treats others',
  'unrelated-answer': 'the answer held only records that were not asked for',
  'wrong-question': 'the resolver answered another question',
};
