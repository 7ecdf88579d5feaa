import { type Concern, SEVERITIES } from '../../engine/rule.ts';
import type { Finding } from '../../engine/verdict.ts';
import { byUrgency } from '../../report/order.ts';

const MOST = 3;

/**
 * Problems and unknowns that bear on a question, the graver first; what only a relay sees is said by the answer.
 * Those that decide it are the first few that weigh medium or more.
 */
export function bearingOn(
  id: Concern,
  findings: readonly Finding[],
): { open: Finding[]; deciding: Finding[] } {
  const open = findings
    .filter(
      ({ bears, outcome, because }) =>
        bears.includes(id) &&
        (outcome === 'problem' || (outcome === 'unknown' && because?.reason !== 'relay-absent')),
    )
    .sort(byUrgency);
  const weighs = ({ severity }: Finding) =>
    severity !== undefined && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf('medium');
  return { open, deciding: open.filter(weighs).slice(0, MOST) };
}
