/*
 * Whose services a domain uses, read from names it already publishes: mail hosts, SPF includes, name servers,
 * CNAME targets. A fingerprint is a suffix of whole labels and the longest that fits wins. A selector's name
 * alone proves nobody: `s1`, `k1`, `default` and `selector1` are used by many (a CNAME target does prove).
 */

/** What a service does for the domain. */
export type ProviderRole = 'mailbox' | 'gateway' | 'forwarder' | 'sender';

/** A mail service, as far as DNS tells. */
export interface Provider {
  /** Stable and short, `google`. */
  readonly id: string;
  /** As its customers know it, "Google Workspace". */
  readonly name: string;
  readonly role: ProviderRole;
  /** Suffixes of mail hosts. */
  readonly mx?: readonly string[];
  /** Suffixes of SPF include and redirect targets. */
  readonly spf?: readonly string[];
  /** DKIM selectors every customer has, best first. */
  readonly selectors?: readonly string[];
  /** Suffixes of the names its DKIM CNAMEs point to. */
  readonly dkim?: readonly string[];
}

/** Whose name servers the zone stands on, and what its "Name" field takes. */
export interface DnsHost {
  readonly id: string;
  readonly name: string;
  /** Suffixes of its name servers. */
  readonly ns: readonly string[];
  /** `short`: the name without the domain (`_dmarc`); `full`: the whole name (`_dmarc.example.com`). */
  readonly field: 'short' | 'full';
}
