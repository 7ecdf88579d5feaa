/*
 * Records of other kinds that stand at `_dmarc`, where receivers skip them: pasted there by mistake.
 */

import type { Name } from '../../dns/name.ts';

/** What was meant to stand elsewhere among texts at `_dmarc`, and where. */
export function meantFor(
  texts: readonly string[],
  domain: Name,
): { readonly kind: string; readonly belongs: string } | undefined {
  for (const text of texts) {
    if (/^v=spf1(?: |$)/i.test(text)) return { kind: 'An SPF record', belongs: `\`${domain}\` itself` };
    if (/^v=DKIM1\b/i.test(text) || /(?:^|;)\s*p=[A-Za-z0-9+/]{40}/.test(text) || /\bdkim\b/i.test(text))
      return { kind: 'A DKIM record', belongs: `a selector’s name below \`_domainkey.${domain}\`` };
  }
  return undefined;
}
