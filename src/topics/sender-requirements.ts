/*
 * What the large receivers demand of senders, as far as DNS shows it: SPF that can pass, a DKIM key that can
 * verify, and a DMARC record that applies. Volume, complaints, unsubscribing, message format and the reverse
 * names of sending addresses cannot be seen here.
 */

import { topic } from '../engine/topic.ts';
import { none, part, whole } from '../facts/observation.ts';
import { dkim } from './dkim.ts';
import { dmarc } from './dmarc.ts';
import { posture } from './posture.ts';
import { spf } from './spf.ts';

/** The state of each demand. */
export interface SenderRequirements {
  /** The domain may send mail; when not, nothing else here matters. */
  readonly sends: boolean;
  /** `broken`: receivers end in permerror, or find several records. */
  readonly spf: 'usable' | 'missing' | 'broken';
  /** `unproven`: no key found, which does not mean there is none. */
  readonly dkim: 'usable' | 'missing' | 'unproven';
  readonly dmarc: 'applied' | 'missing';
  /** What today's receivers do with mail of the domain that fails. */
  readonly policy: 'not-applied' | 'none' | 'quarantine' | 'reject';
}

export const senderRequirements = topic<SenderRequirements>('sender-requirements', async ({ read }) => {
  const [does, sender, keys, policies] = await Promise.all([
    read(posture),
    read(spf),
    read(dkim),
    read(dmarc),
  ]);
  if (does.got !== 'whole') return none(does.because);
  // What passes, or who passes, does not matter here; a branch of the tree that was not seen may yet break it.
  if (sender.got !== 'whole') return none(sender.because);
  if (policies.got !== 'whole') return none(policies.because);
  const live = keys.got === 'none' ? 0 : keys.value.live;
  const absent = keys.got === 'whole' && keys.value.absence === 'proven';
  const { candidates, stranger } = sender.value;
  const policy = policies.value.rfc9989.exact.effective.policy;
  const former = policies.value.rfc7489.exact.effective.policy;
  const broken = candidates.length > 1 || [stranger.v4, stranger.v6].includes('permerror');
  const value: SenderRequirements = {
    sends: does.value.sends,
    spf: candidates.length === 0 ? 'missing' : broken ? 'broken' : 'usable',
    dkim: live > 0 ? 'usable' : absent ? 'missing' : 'unproven',
    dmarc: policy === 'not-applied' && former === 'not-applied' ? 'missing' : 'applied',
    policy,
  };
  const unseen = value.dkim === 'unproven' && keys.got !== 'whole' && keys.because.reason !== 'not-provable';
  return unseen ? part(value, keys.because) : whole(value);
});

/** Names of the demands that are certainly not met, for words. */
export function lacking(requirements: SenderRequirements): string[] {
  return [
    ...(requirements.spf === 'usable'
      ? []
      : [requirements.spf === 'missing' ? 'SPF' : 'a working SPF record']),
    ...(requirements.dkim === 'missing' ? ['DKIM'] : []),
    ...(requirements.dmarc === 'missing' ? ['DMARC'] : []),
  ];
}
