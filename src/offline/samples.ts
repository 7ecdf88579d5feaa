import { mustName } from '../dns/name.ts';
import { parseZone } from '../dns/zone.ts';
import { diagnose } from '../engine/diagnose.ts';
import { EXAMPLE_NOW } from '../engine/rule.ts';
import { scopeOf } from '../engine/scope.ts';
import { sampleZones } from '../fixtures/sample-zones.ts';
import { samples } from '../fixtures/samples.ts';
import { zoneObserver } from '../observe/zone.ts';
import { headlines } from '../questions/index.ts';
import { rules } from '../rules/index.ts';

/** Ids of the rules whose words the samples' reports show without being asked: those of problems. */
export async function rulesReadInSamples(): Promise<string[]> {
  const reports = await Promise.all(
    samples.map(({ domain }) =>
      diagnose({
        scope: scopeOf(mustName(domain), EXAMPLE_NOW),
        rules,
        headlines,
        observer: zoneObserver(parseZone(sampleZones[domain] ?? ''), EXAMPLE_NOW),
      }),
    ),
  );
  const problems = reports.flatMap(({ findings }) => findings.filter(({ outcome }) => outcome === 'problem'));
  return [...new Set(problems.map(({ rule }) => rule))];
}
