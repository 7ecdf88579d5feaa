/*
 * Author Domain Signing Practices: TXT at `_adsp._domainkey.<domain>` (RFC 5617), historic since 2013. DMARC took
 * its place and nobody acts on it; it is read only so that it can be cleared away.
 */

import { type Name, prefixed } from '../dns/name.ts';
import { type DnsQuestion, dns, texts } from '../dns/record.ts';
import { topic } from '../engine/topic.ts';
import { none, whole } from '../facts/observation.ts';

/** The question for the ADSP record of a domain; undefined when the name would be too long. */
export function adspQuestion(domain: Name): DnsQuestion<'TXT'> | undefined {
  const name = prefixed('_adsp._domainkey', domain);
  return name && dns(name, 'TXT');
}

/** The ADSP records of the domain. */
export const adsp = topic<readonly string[]>('adsp', async ({ scope, ask }) => {
  const question = adspQuestion(scope.domain);
  if (question === undefined) return whole([]);
  const result = await ask(question);
  if (!result.seen) return none(result.because);
  return whole(texts(result.answer).filter((text) => /^\s*dkim\s*=/i.test(text)));
});
