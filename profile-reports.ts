/* The reports by which the build finds out what most of them go through: see profile-guided.ts. */

import { mustName } from './src/dns/name.ts';
import { parseZone } from './src/dns/zone.ts';
import { diagnose } from './src/engine/diagnose.ts';
import { type AnyHeadline, type AnyRule, EXAMPLE_NOW } from './src/engine/rule.ts';
import { scopeOf } from './src/engine/scope.ts';
import type { Finding } from './src/engine/verdict.ts';
import { ordinaryZones } from './src/fixtures/ordinary-zones.ts';
import { sampleZones } from './src/fixtures/sample-zones.ts';
import { zoneObserver } from './src/observe/zone.ts';
import { gathered, inAreas } from './src/report/order.ts';

const zones = import.meta.glob<string>('./src/fixtures/worlds/*.zone', {
  eager: true,
  query: '?raw',
  import: 'default',
});
const files = import.meta.glob<AnyRule>(['./src/rules/*/*.ts', '!./src/rules/**/*.test.ts'], {
  eager: true,
  import: 'default',
  query: '?part',
});
const rules = Object.fromEntries(
  Object.entries(files).map(([path, rule]) => [path.slice('./src/rules/'.length, path.indexOf('.ts')), rule]),
);
const headlines = import.meta.glob<AnyHeadline>(['./src/questions/*.ts', '!./src/questions/index.ts'], {
  eager: true,
  import: 'default',
  query: '?part',
});

/**
 * Makes reports by the parts of rules that a build ships, one after the other: of the worlds, each of which has
 * something odd, and of domains as most are. `done` is told which of the two one was, what was found, and which rules
 * stand in it under their titles.
 */
export async function reportOnAll(
  done: (which: 'odd' | 'ordinary', findings: readonly Finding[], titled: readonly string[]) => void,
): Promise<void> {
  const report = async (which: 'odd' | 'ordinary', domain: string, zone: string) => {
    const { findings } = await diagnose({
      scope: scopeOf(mustName(domain), EXAMPLE_NOW),
      rules,
      headlines,
      observer: zoneObserver(parseZone(zone), EXAMPLE_NOW),
    });
    const titled = inAreas(findings)
      .flatMap((area) => gathered(area.findings.filter(({ outcome }) => outcome === 'unknown')).each)
      .map(({ rule }) => rule);
    done(which, findings, titled);
  };
  const ordinary = ordinaryZones.map((zone) => ['example.com', zone] as const);
  // Samples, too: they are shown where nothing can be fetched.
  for (const [domain, zone] of [...ordinary, ...Object.entries(sampleZones)])
    await report('ordinary', domain, zone);
  for (const [path, zone] of Object.entries(zones)) {
    const domain = `${path.slice('./src/fixtures/worlds/'.length, -'.zone'.length)}.example`;
    await report('odd', domain, zone);
  }
}
