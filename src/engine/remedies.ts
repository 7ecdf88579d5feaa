/*
 * How the reader can lift what kept us from seeing.
 */

import type { Blind, BlindReason } from '../facts/observation.ts';

/** What the reader can do about it, as a sentence; undefined when nothing helps but waiting. */
export function remedyFor(because: Blind): string | undefined {
  return REMEDIES[because.reason];
}

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
