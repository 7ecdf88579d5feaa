/*
 * What the visitor chose, kept in this browser where it lets us: the theme and the resolver. And what the
 * server that serves this page says about itself, when it is Mailproof's own.
 */

import type { RelayPlace } from '../observe/relay.ts';
import { RESOLVERS, type Resolver, resolversFrom } from '../observe/resolvers.ts';
import { keep, kept } from './storage.ts';

export type Theme = 'auto' | 'light' | 'dark';

/** The choices of this browser. */
class Settings {
  theme = $state<Theme>(readTheme());
  /** Resolvers to choose from, the default first. */
  offered: readonly Resolver[] = RESOLVERS;
  /** Relays this page may ask, in this order. */
  relays: readonly RelayPlace[] = [];
  /** The id of the resolver chosen here. */
  #chosen = $state(kept('resolver') ?? '');
  #fixed = false;

  constructor() {
    this.#configure();
    this.#showTheme();
  }

  get resolver(): Resolver {
    return this.offered.find(({ id }) => id === this.#chosen) ?? (this.offered[0] as Resolver);
  }

  chooseResolver(id: string): void {
    this.#chosen = id;
    keep('resolver', id);
  }

  chooseTheme(theme: Theme): void {
    this.theme = theme;
    keep('theme', theme);
    this.#showTheme();
  }

  /**
   * Whom to ask, in order. A resolver named in the address wins over the one chosen here, but only one that is
   * offered: a link must not send the visitor's questions to a stranger, who could answer what he likes. Others
   * stand in when the first fails, except on a server that says which resolvers it wants asked.
   */
  resolversFor(named: string | undefined): readonly Resolver[] {
    const first = this.offered.find(({ id }) => id === named) ?? this.resolver;
    if (this.#fixed) return [first, ...this.offered.filter(({ id }) => id !== first.id)];
    return resolversFrom(first);
  }

  /** Takes what the page carries, if it does: whom it may ask. */
  #configure(): void {
    const settings = document.querySelector<HTMLMetaElement>('meta[name="mailproof-config"]')?.content;
    if (!settings) return;
    try {
      const config = JSON.parse(settings) as {
        resolvers?: readonly { id: string; name: string; url: string }[];
        relays?: readonly { name: string; url: string }[];
      };
      this.relays = (config.relays ?? []).map(({ name, url }) => ({
        name,
        url: new URL(url, location.href).href,
      }));
      const offered = (config.resolvers ?? []).map(
        ({ id, name, url }): Resolver =>
          RESOLVERS.find((known) => known.url === url) ?? {
            id,
            name,
            url: new URL(url, location.href).href,
            operator: '',
            country: '',
          },
      );
      if (offered.length === 0) return;
      this.offered = offered;
      this.#fixed = true;
    } catch {
      // A page whose settings cannot be read still works with the public resolvers.
    }
  }

  #showTheme(): void {
    const root = document.documentElement;
    if (this.theme === 'auto') delete root.dataset.theme;
    else root.dataset.theme = this.theme;
  }
}

export const settings = new Settings();

function readTheme(): Theme {
  const theme = kept('theme');
  return theme === 'light' || theme === 'dark' ? theme : 'auto';
}
