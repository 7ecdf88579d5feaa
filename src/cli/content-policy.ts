/*
 * What the page may do, as a Content Security Policy: run and draw nothing but its own files, make no markup from
 * text (Trusted Types), and ask nobody but its own server, the resolvers it offers and the relays it is given.
 * `frame-ancestors` is no part of it, because a policy inside a page cannot say that: servers add it.
 */

import { RESOLVERS } from '../observe/resolvers.ts';

/** The settings of a page, as config.json has them. */
export interface PageConfig {
  readonly resolvers?: readonly { readonly url: string }[] | undefined;
  readonly relays?: readonly { readonly url: string }[] | undefined;
}

/** The policy of a page with these settings; without settings it asks the known resolvers. */
export function contentPolicy(config: PageConfig = {}): string {
  const asked = [...(config.resolvers ?? RESOLVERS), ...(config.relays ?? [])];
  const origins = asked.flatMap(({ url }) => (URL.canParse(url) ? [new URL(url).origin] : []));
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src ${[...new Set(["'self'", ...origins])].join(' ')}`,
    "worker-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "require-trusted-types-for 'script'",
    'trusted-types svelte-trusted-html mailproof-offline',
  ].join('; ');
}

/** The page with the policy of these settings in place of the one it was built with. */
export function withPolicy(html: string, config: PageConfig): string {
  return html.replace(
    /(<meta http-equiv="Content-Security-Policy" content=")[^"]*"/,
    (_, start: string) => `${start}${contentPolicy(config).replaceAll("'", '&#39;')}"`,
  );
}
