/*
 * One finding about several things. Each has its own case; the gravest is said, with those it applies to. Where
 * something was not seen, only the gravest case of all may be said, because whatever is hidden could not change
 * it; anything lighter might have to give way, so it stays unknown.
 */

import type { Blind } from '../facts/observation.ts';

/** The gravest case with what it applies to, or why that cannot be said; undefined when nothing is concerned. */
export function gravest<T, K extends string>(
  items: readonly T[],
  /** Cases from the gravest to the lightest. */
  order: readonly K[],
  caseOf: (item: T) => NoInfer<K> | Blind | undefined,
  /** Why the list is not all there is. */
  missing?: Blind,
):
  | { readonly is: K; readonly of: readonly [T, ...T[]] }
  | { readonly is: 'unknown'; readonly because: Blind }
  | undefined {
  const found = new Map<K, [T, ...T[]]>();
  let blind = missing;
  for (const item of items) {
    const one = caseOf(item);
    if (one === undefined) continue;
    if (typeof one === 'object') blind ??= one;
    else {
      const same = found.get(one);
      if (same) same.push(item);
      else found.set(one, [item]);
    }
  }
  const worst = order.find((name) => found.has(name));
  if (blind && worst !== order[0]) return { is: 'unknown', because: blind };
  return worst === undefined ? undefined : { is: worst, of: found.get(worst) as [T, ...T[]] };
}
