/*
 * From one report to another: what is different between what stands here and a frozen report.
 */

import type { Side } from '../../report/compare.ts';
import { type Made, session } from '../session.svelte.ts';
import { compareWithLink, differences } from './frozen.ts';

/** From a frozen report to a live one, and what is different between them. */
export function compareNow(): void {
  const { ask, made } = session;
  if (!ask || !made) return;
  const before = sideOf(made);
  session.anew(ask, 'push', async (now) => {
    const comparison = await differences(before, sideOf(now));
    if (session.made === now) session.comparison = comparison;
  });
}

/** Says what is different between what stands here and another frozen report; or why that cannot be opened. */
export async function compareWith(link: string): Promise<string> {
  const { made } = session;
  if (!made) return '';
  const compared = await compareWithLink(link, sideOf(made));
  if ('says' in compared) return compared.says;
  if (session.made === made) session.comparison = compared;
  return '';
}

function sideOf({ scope, report }: Made): Side {
  return { domain: scope.domain, at: scope.now, report };
}
