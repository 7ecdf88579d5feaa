/*
 * The public resolvers that answer a web page: unfiltered, DNSSEC-validating, RFC 8484 over GET, readable across
 * origins. In the order they are tried. Filtering resolvers would show blocked names as missing ones, so none
 * is listed. Policies change from year to year: this is data, to be measured again.
 */

/** A DNS-over-HTTPS resolver. */
export interface Resolver {
  /** Stands in addresses and settings; for a custom resolver its URL. */
  readonly id: string;
  /** Shown to people, and written on every observation as `by`. */
  readonly name: string;
  /** Where questions go; `?dns=` is added (RFC 8484 §4.1). */
  readonly url: string;
  /** Who runs it. Empty for a custom resolver. */
  readonly operator: string;
  /** The country the operator is at home in. Empty for a custom resolver. */
  readonly country: string;
  /** What the operator says it keeps. */
  readonly privacy?: string;
  /** Its address for plain DNS, for a `dig @…` line. */
  readonly address?: string;
}

/** Known resolvers, the default first. */
export const RESOLVERS: readonly Resolver[] = [
  {
    id: 'cloudflare',
    name: 'Cloudflare',
    url: 'https://cloudflare-dns.com/dns-query',
    operator: 'Cloudflare, Inc.',
    country: 'United States',
    privacy: 'https://developers.cloudflare.com/1.1.1.1/privacy/public-dns-resolver/',
    address: '1.1.1.1',
  },
  {
    id: 'google',
    name: 'Google',
    url: 'https://dns.google/dns-query',
    operator: 'Google LLC',
    country: 'United States',
    privacy: 'https://developers.google.com/speed/public-dns/privacy',
    address: '8.8.8.8',
  },
  {
    id: 'dns-sb',
    name: 'DNS.SB',
    url: 'https://doh.dns.sb/dns-query',
    operator: 'xTom GmbH',
    country: 'Germany',
    privacy: 'https://dns.sb/privacy/',
    address: '185.222.222.222',
  },
  {
    id: 'cz-nic',
    name: 'CZ.NIC',
    url: 'https://odvr.nic.cz/doh',
    operator: 'CZ.NIC, z. s. p. o.',
    country: 'Czechia',
    privacy: 'https://www.nic.cz/odvr/',
    address: '193.17.47.1',
  },
];

/**
 * A resolver by its id, or at a URL somebody typed. Plain http only to this machine or, with `origin`, to the
 * page's own origin. Undefined for anything else, and for a URL that carries a user name or password.
 */
export function resolverNamed(text: string, origin?: string): Resolver | undefined {
  const wanted = text.trim();
  const known = RESOLVERS.find(({ id, url }) => id === wanted.toLowerCase() || url === wanted);
  if (known) return known;
  let url: URL;
  try {
    // RFC 8484 templates end in {?dns}; a person who copies one means the address before it.
    url = new URL(wanted.replace(/\{\?dns\}$/, ''), origin);
  } catch {
    return undefined;
  }
  const loopback = /^(localhost|127(\.[0-9]{1,3}){3}|\[::1\])$/.test(url.hostname);
  const allowed =
    url.protocol === 'https:' || (url.protocol === 'http:' && (loopback || url.origin === origin));
  if (!allowed || url.username !== '' || url.password !== '') return undefined;
  url.hash = '';
  return { id: url.href, name: url.host, url: url.href, operator: '', country: '' };
}

/** The resolvers to ask: the chosen one first, the other known ones after it as stand-ins. */
export function resolversFrom(chosen: Resolver): readonly Resolver[] {
  return [chosen, ...RESOLVERS.filter(({ id }) => id !== chosen.id)];
}
