/*
 * Author Domain Signing Practices: TXT at `_adsp._domainkey.<domain>` (RFC 5617), historic since 2013. DMARC took
 * its place and nobody acts on it; it is read only so that it can be cleared away.
 */

import { prefixed } from '../dns/name.ts';
import { dns, texts } from '../dns/record.ts';
import { topic } from '../engine/topic.ts';
import { none, whole } from '../facts/observation.ts';

/** The ADSP records of the domain. */
export const adsp = topic<readonly string[]>('adsp', async ({ scope, ask }) => {
  const name = prefixed('_adsp._domainkey', scope.domain);
  if (name === undefined) return whole([]);
  const result = await ask(dns(name, 'TXT'), 'guess');
  if (!result.seen) return none(result.because);
  return whole(texts(result.answer).filter((text) => /^\s*dkim\s*=/i.test(text)));
});
