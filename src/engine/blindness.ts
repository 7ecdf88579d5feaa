/*
 * The words for every reason not to know. Each says what kept us from seeing, never anything about the domain,
 * and how to lift it where the reader can.
 */

import { printable } from '../dns/text.ts';
import type { Blind, BlindReason } from '../facts/observation.ts';

/** A sentence part that completes "could not be checked: …". */
export function wordsFor(because: Blind): string {
  const words = WORDS[because.reason];
  return because.detail === undefined ? words : `${words} (${printable(because.detail).slice(0, 120)})`;
}

/** What the reader can do about it, as a sentence; undefined when nothing helps but waiting. */
export function remedyFor(because: Blind): string | undefined {
  return REMEDIES[because.reason];
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

const AGAIN = 'Check again in a moment.';
const OTHER = 'Choose another resolver and check again.';

const REMEDIES: Readonly<Partial<Record<BlindReason, string>>> = {
  aborted: AGAIN,
  'captive-portal': 'Sign in to your network first, then check again.',
  'content-type': OTHER,
  disagreement: 'A recent change may still be spreading: check again after the TTL has passed.',
  'http-status': OTHER,
  malformed: OTHER,
  network:
    'See whether your network or a browser extension blocks DNS over HTTPS, or choose another resolver.',
  'not-loaded': 'See whether you are online, then check again.',
  'over-budget': AGAIN,
  'rate-limited': 'Wait a minute, or choose another resolver.',
  rcode: OTHER,
  refused: OTHER,
  'relay-absent': 'Run a relay and name it in the settings.',
  'relay-busy': 'Wait a minute, then check again.',
  'relay-cannot': 'Connect a relay on a machine whose network lets it out through that port.',
  'relay-failed': 'See whether the relay named in the settings runs, then check again.',
  'relay-refused':
    'Relays visit only public hosts of the domain. If this is one, name another relay in the settings.',
  servfail: 'If it stays, the name servers of that zone need attention.',
  'suffix-list': 'Reload the page.',
  timeout: AGAIN,
  truncated: OTHER,
  'turned-away': 'Use a relay whose address has a good name, or check again later.',
  'unrelated-answer': OTHER,
  'wrong-question': OTHER,
};
