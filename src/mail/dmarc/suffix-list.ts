/*
 * Organizational domains by the Public Suffix List, as RFC 7489 §3.2 has them: the longest public suffix of a
 * name and one label more. The standard names no list and no section; the private section is used too, as the
 * common validators do, for its suffixes (hosting names, say) belong to strangers as much as a top-level domain.
 * The list is large, so it is loaded only when a report is made.
 */

import { type Name, parseName } from '../../dns/name.ts';

/** What the list says of a name. */
export interface SuffixList {
  /** The organizational domain; undefined when the name is itself a public suffix. */
  organizationalDomain(name: Name): Name | undefined;
  /** The public suffix of the name, and in which section it is listed (`unlisted`: the rule of the last label). */
  publicSuffix(name: Name): { readonly suffix: Name; readonly section: 'icann' | 'private' | 'unlisted' };
}

/** Loads the list. Rejects when it cannot be loaded; a later call tries again. */
export async function loadSuffixList(): Promise<SuffixList> {
  const { parse } = await import('tldts');
  const options = {
    allowPrivateDomains: true,
    detectIp: false,
    extractHostname: false,
    validateHostname: false,
  };
  return {
    organizationalDomain(name) {
      const domain = parse(name, options).domain;
      return domain ? parseName(domain) : undefined;
    },
    publicSuffix(name) {
      const { publicSuffix, isIcann, isPrivate } = parse(name, options);
      return {
        suffix: (publicSuffix && parseName(publicSuffix)) || name,
        section: isIcann ? 'icann' : isPrivate ? 'private' : 'unlisted',
      };
    },
  };
}
