/*
 * Addresses of the page: `?d=example.com` runs a check, with options beside it. Only what the visitor chose is
 * written into an address, so that a link sent to a colleague asks what the sender asked.
 */

/** What an address asks for. */
export interface Ask {
  /** As typed: a domain, an e-mail address, a URL. */
  readonly input: string;
  /** A resolver by its known name. */
  readonly resolver?: string;
  readonly selectors: readonly string[];
  readonly intent?: 'mail' | 'no-mail';
  /** The label of one address, which is a hash (Scope.mailbox). */
  readonly mailbox?: string;
  /** The host people hand in mail at. */
  readonly submission?: string;
  /** No relay is to be asked, whichever is set. */
  readonly relay?: 'off';
}

/** Reads the query of an address; undefined for the start page. */
export function askIn(search: string): Ask | undefined {
  const query = new URLSearchParams(search);
  const input = query.get('d');
  if (input === null) return undefined;
  const resolver = query.get('resolver') ?? '';
  const intent = query.get('intent');
  const mailbox = query.get('mailbox') ?? '';
  const submission = query.get('submission')?.trim() ?? '';
  return {
    input,
    selectors: query
      .getAll('selector')
      .flatMap((list) => list.split(/[\s,]+/))
      .filter((selector) => selector !== '')
      .slice(0, 20),
    ...(resolver === '' ? {} : { resolver }),
    ...(intent === 'mail' || intent === 'no-mail' ? { intent } : {}),
    ...(/^[0-9a-f]{56}$/.test(mailbox) ? { mailbox } : {}),
    ...(submission === '' ? {} : { submission }),
    ...(query.get('relay') === 'off' ? { relay: 'off' } : {}),
  };
}

/** The query for an ask, with its question mark. */
export function searchFor(ask: Ask): string {
  const query = new URLSearchParams({ d: ask.input });
  if (ask.resolver !== undefined) query.set('resolver', ask.resolver);
  if (ask.selectors.length > 0) query.set('selector', ask.selectors.join(','));
  if (ask.intent !== undefined) query.set('intent', ask.intent);
  if (ask.mailbox !== undefined) query.set('mailbox', ask.mailbox);
  if (ask.submission !== undefined) query.set('submission', ask.submission);
  if (ask.relay !== undefined) query.set('relay', ask.relay);
  return `?${query}`;
}
