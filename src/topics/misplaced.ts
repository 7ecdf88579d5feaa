/*
 * Records that were published under the wrong name: many DNS panels append the domain to whatever is typed, so
 * that `_dmarc.example.com` becomes `_dmarc.example.com.example.com` and the real name stays empty. Asked only
 * where the real name is empty.
 */

import { type Name, prefixed } from '../dns/name.ts';
import { dns, texts } from '../dns/record.ts';
import { topic } from '../engine/topic.ts';
import { none, whole } from '../facts/observation.ts';

/** A record found with the domain doubled, and the name it was meant for. */
export interface Misplaced {
  readonly kind: 'dmarc' | 'spf' | 'mta-sts';
  readonly at: Name;
  readonly meant: Name;
  /** The record, its strings joined. */
  readonly text: string;
}

export const misplaced = topic<readonly Misplaced[]>('misplaced', async ({ scope, ask }) => {
  const found = await Promise.all(
    KINDS.map(async ({ kind, prefix, begins }) => {
      const meant = prefix === '' ? scope.domain : prefixed(prefix, scope.domain);
      const at = meant && prefixed(meant, scope.domain);
      if (meant === undefined || at === undefined) return { records: [] };
      const real = await ask(dns(meant, 'TXT'));
      if (!real.seen) return { blind: real.because };
      if (real.answer.chain.length > 0 || texts(real.answer).some((text) => begins.test(text)))
        return { records: [] };
      const doubled = await ask(dns(at, 'TXT'), 'guess');
      if (!doubled.seen) return { blind: doubled.because };
      // An alias leads to somebody else's records, and a wildcard would have answered for the real name, too.
      const own = doubled.answer.chain.length === 0 ? texts(doubled.answer) : [];
      return {
        records: own
          .filter((text) => begins.test(text))
          .map((text): Misplaced => ({ kind, at, meant, text })),
      };
    }),
  );
  for (const { blind } of found) if (blind) return none(blind);
  return whole(found.flatMap(({ records }) => records ?? []));
});

const KINDS = [
  { kind: 'dmarc', prefix: '_dmarc', begins: /^v=DMARC1/i },
  { kind: 'spf', prefix: '', begins: /^v=spf1(?: |$)/i },
  { kind: 'mta-sts', prefix: '_mta-sts', begins: /^v=STSv1/i },
] as const;
