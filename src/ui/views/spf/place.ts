import type { Term } from '../../../mail/spf/record.ts';

/** Where a term stands, as one text: whose record, and from which octet. */
export function placeOf(domain: string | undefined, { from }: Pick<Term, 'from'>): string {
  return `${domain ?? ''} ${from}`;
}
