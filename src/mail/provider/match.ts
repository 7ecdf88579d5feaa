/*
 * Whose services a domain uses, read from names it already publishes: mail hosts, SPF includes, name servers,
 * CNAME targets. A fingerprint is a suffix of whole labels (a label may end in `*`, which stands for any rest
 * of that label) and the longest that fits wins. A selector's name alone proves nobody: `s1`, `k1`, `default`
 * and `selector1` are used by many services; the name a CNAME points to does prove.
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
  /** Suffixes of SPF include, redirect, exists, a and mx targets. */
  readonly spf?: readonly string[];
  /** DKIM selectors its customers have, best first. */
  readonly selectors?: readonly string[];
  /** The selectors cannot be renamed and none is kept elsewhere: without them it does not sign as the domain. */
  readonly fixed?: true;
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

/** What a fingerprint is looked for in; each key holds suffixes. */
type Suffixed<K extends string> = { readonly [P in K]?: readonly string[] };

/**
 * The entry whose suffix under `key` fits `name` with most labels; undefined when none does.
 * `name` is a host name in any case, with or without a final dot.
 */
export function longestMatch<K extends string, E extends Suffixed<K>>(
  entries: readonly E[],
  key: K,
  name: string,
): E | undefined {
  const host = name.toLowerCase().replace(/\.$/, '');
  const { exact, starred } = indexOf(entries, key);
  let at = 0;
  let best = exact.get(host);
  for (let dot = host.indexOf('.'); best === undefined && dot >= 0; dot = host.indexOf('.', at)) {
    at = dot + 1;
    best = exact.get(host.slice(at));
  }
  let most = best === undefined ? 0 : host.slice(at).split('.').length;
  for (const { wanted, tail, entry } of starred)
    if (wanted.length > most && host.endsWith(tail) && endsWith(host.split('.'), wanted)) {
      best = entry;
      most = wanted.length;
    }
  return best;
}

/** The names an SPF text sends a checker to, in order: no grammar, no macros expanded, at most 200 terms. */
export function spfTargets(text: string): string[] {
  const targets: string[] = [];
  for (const term of text.split(/[ \t]+/, 200)) {
    const target = /^[-+~?]?(?:include:|redirect=|exists:|a:|mx:)([^/]{1,255})/i.exec(term)?.[1];
    if (target !== undefined) targets.push(target);
  }
  return targets;
}

/** What `recognise` makes of the domain's names. */
export interface Recognised {
  /** Where mailboxes are: by MX, or by SPF when a gateway or forwarder stands in front. */
  readonly mailbox?: Provider;
  /** A filter or forwarder that takes the mail first. */
  readonly gateway?: Provider;
  /** Services that may send as the domain, by SPF, in the record's order; the mailbox service is not repeated. */
  readonly senders: readonly Provider[];
}

/** Recognises services by mail hosts (best preference first) and SPF texts. */
export function recognise(
  providers: readonly Provider[],
  mailHosts: readonly string[],
  spfTexts: readonly string[],
): Recognised {
  const byMx = unique(mailHosts.map((host) => longestMatch(providers, 'mx', host)));
  const bySpf = unique(spfTexts.flatMap(spfTargets).map((target) => longestMatch(providers, 'spf', target)));
  const gateway = byMx.find((provider) => provider.role === 'gateway' || provider.role === 'forwarder');
  const mailbox =
    byMx.find((provider) => provider.role === 'mailbox') ??
    (gateway ? bySpf.find((provider) => provider.role === 'mailbox') : undefined);
  return {
    ...(mailbox ? { mailbox } : {}),
    ...(gateway ? { gateway } : {}),
    senders: bySpf.filter((provider) => provider !== mailbox && provider !== gateway),
  };
}

interface Index<E> {
  /** Entries by suffix, for suffixes without an asterisk. */
  readonly exact: ReadonlyMap<string, E>;
  /** The others, by labels; `tail` is what follows the last asterisk. */
  readonly starred: readonly {
    readonly wanted: readonly string[];
    readonly tail: string;
    readonly entry: E;
  }[];
}

/** Tables do not change, so each is indexed once; a report looks up a hundred names. */
const indexes = new WeakMap<readonly unknown[], Map<string, Index<unknown>>>();

function indexOf<K extends string, E extends Suffixed<K>>(entries: readonly E[], key: K): Index<E> {
  let byKey = indexes.get(entries);
  if (byKey === undefined) {
    byKey = new Map();
    indexes.set(entries, byKey);
  }
  let index = byKey.get(key) as Index<E> | undefined;
  if (index === undefined) {
    const exact = new Map<string, E>();
    const starred: { wanted: string[]; tail: string; entry: E }[] = [];
    for (const entry of entries)
      for (const suffix of entry[key] ?? [])
        if (suffix.includes('*'))
          starred.push({
            wanted: suffix.split('.'),
            tail: suffix.slice(suffix.lastIndexOf('*') + 1),
            entry,
          });
        else if (!exact.has(suffix)) exact.set(suffix, entry);
    index = { exact, starred };
    byKey.set(key, index);
  }
  return index;
}

function endsWith(labels: readonly string[], suffix: readonly string[]): boolean {
  const before = labels.length - suffix.length;
  return suffix.every((wanted, i) => {
    const label = labels[before + i];
    return wanted.endsWith('*') ? label?.startsWith(wanted.slice(0, -1)) : label === wanted;
  });
}

function unique(found: readonly (Provider | undefined)[]): Provider[] {
  return [...new Set(found)].filter((provider) => provider !== undefined);
}
