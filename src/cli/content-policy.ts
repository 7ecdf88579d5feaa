/*
 * What the page may do, as a Content Security Policy: run and draw nothing but its own files, make no markup from
 * text (Trusted Types), and ask nobody but its own server, the resolvers it offers and the relays it is given.
 * `frame-ancestors` is no part of it, because a policy inside a page cannot say that: servers add it.
 */

import { RESOLVERS } from '../observe/resolvers.ts';

/** The settings of a page: whom it may ask, the default resolver first. Addresses may be relative to the page's. */
export interface PageConfig {
  readonly resolvers?:
    | readonly { readonly id: string; readonly name: string; readonly url: string }[]
    | undefined;
  readonly relays?: readonly { readonly name: string; readonly url: string }[] | undefined;
}

/** The name of the `<meta>` that a page carries its settings in. */
export const SETTINGS = 'mailproof-config';

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

/** The page with these settings, and their policy, in place of what it was built with. */
export function withSettings(html: string, config: PageConfig): string {
  const meta = `<meta name="${SETTINGS}" content="${quoted(JSON.stringify(config))}" />`;
  return html
    .replace(
      /(<meta http-equiv="Content-Security-Policy" content=")[^"]*"/,
      (_, start: string) => `${start}${quoted(contentPolicy(config))}"`,
    )
    .replace(new RegExp(`\\s*<meta name="${SETTINGS}"[^>]*>`), '')
    .replace('<head>', () => `<head>\n    ${meta}`);
}

/** Text inside a quoted attribute. */
function quoted(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
