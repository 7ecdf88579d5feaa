/*
 * Whether rules about mail on its way to the domain apply at all: it has an MX record that names a host, and its
 * owner did not say that it has no mail. A domain without MX may still get mail at its own address (RFC 5321
 * §5.1), but has to publish an MX before it protects that path; that is a finding of its own elsewhere.
 */

import { ROOT } from '../dns/name.ts';
import { topic } from '../engine/topic.ts';
import { none, whole } from '../facts/observation.ts';
import { mx } from './mx.ts';

/** Whether mail comes in, and if not, why not, as a sentence. */
export type Inbound = { readonly takes: true } | { readonly takes: false; readonly because: string };

export const inbound = topic<Inbound>('inbound', async ({ scope, read }) => {
  const records = await read(mx);
  if (records.got !== 'whole') return none(records.because);
  const { hosts, hasNull } = records.value;
  if (scope.intent === 'no-mail')
    return whole({ takes: false, because: 'You said that this domain has no mail.' });
  if (hosts.some((host) => host.exchange !== ROOT)) return whole({ takes: true });
  const because = hasNull ? 'The domain declares that it takes no mail.' : 'The domain has no MX record.';
  return whole({ takes: false, because });
});
