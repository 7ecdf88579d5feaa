import { parseZone, type Zone } from '../../dns/zone.ts';
import { diagnose } from '../../engine/diagnose.ts';
import type { AnyRule, Example } from '../../engine/rule.ts';
import { scopeOfExample } from '../../engine/trial.ts';
import type { Finding } from '../../engine/verdict.ts';
import { zoneObserver } from '../../observe/zone.ts';

/** What a rule says of an example, and the lines of its zone that could not be read. Nobody is asked. */
export async function judged(
  id: string,
  rule: AnyRule,
  example: Omit<Example, 'expect' | 'name'>,
): Promise<{ finding: Finding; faults: Zone['faults'] }> {
  const scope = scopeOfExample(example);
  const zone = parseZone(example.zone);
  const observer = zoneObserver(zone, scope.now);
  const report = await diagnose({ scope, rules: { [id]: rule }, headlines: {}, observer });
  const finding = report.findings[0];
  if (!finding) throw new Error(`${id} found nothing`);
  return { finding, faults: zone.faults };
}

/** The lines of an example's zone as they are shown: without indentation and empty ones. */
export function zoneLines(zone: string): string[] {
  return zone
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
