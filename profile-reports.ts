/* The reports by which the build finds out what most of them go through, and what samples need: see profile-guided.ts. */

import { mustName } from './src/dns/name.ts';
import { parseZone } from './src/dns/zone.ts';
import { diagnose } from './src/engine/diagnose.ts';
import { type AnyHeadline, type AnyRule, EXAMPLE_NOW } from './src/engine/rule.ts';
import { scopeOf } from './src/engine/scope.ts';
import type { Finding, Report } from './src/engine/verdict.ts';
import { unseen } from './src/facts/observation.ts';
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
 * Makes reports by the parts of rules that a build ships, one after the other: of worlds and samples, each of which has
 * something odd, and of domains as most are. `done` is told which of the two one was, what was found, and which rules
 * stand in it under their titles.
 */
export async function reportOnAll(
  done: (which: 'odd' | 'ordinary', findings: readonly Finding[], titled: readonly string[]) => void,
): Promise<void> {
  const report = async (
    which: 'odd' | 'ordinary',
    domain: string,
    zone: string,
    fails?: (nth: number) => boolean,
  ) => {
    const { findings } = await reportOn(domain, zone, fails);
    if (fails) return done(which, findings, []);
    const titled = inAreas(findings)
      .flatMap((area) => gathered(area.findings.filter(({ outcome }) => outcome === 'unknown')).each)
      .map(({ rule }) => rule);
    done(which, findings, titled);
  };
  const ordinary = ordinaryZones.map((zone) => ['example.com', zone] as const);
  for (const [domain, zone] of ordinary) await report('ordinary', domain, zone);
  // Who is reached by no answer may be reached by no file either.
  for (const fails of [() => true, ...[2, 3, 5].map((n) => (nth: number) => nth % n === 1)])
    for (const [domain, zone] of ordinary) await report('ordinary', domain, zone, fails);
  for (const [domain, zone] of Object.entries(sampleZones)) await report('odd', domain, zone);
  for (const [path, zone] of Object.entries(zones)) {
    const domain = `${path.slice('./src/fixtures/worlds/'.length, -'.zone'.length)}.example`;
    await report('odd', domain, zone);
  }
}

/** Makes the samples' reports in the same way. */
export async function reportOnSamples(): Promise<void> {
  for (const [domain, zone] of Object.entries(sampleZones)) await reportOn(domain, zone);
}

async function reportOn(
  domain: string,
  zone: string,
  fails: (nth: number) => boolean = () => false,
): Promise<Report> {
  const { observe } = zoneObserver(parseZone(zone), EXAMPLE_NOW);
  let asked = 0;
  return diagnose({
    scope: scopeOf(mustName(domain), EXAMPLE_NOW),
    rules,
    headlines,
    // Somebody listens: what is answered sooner is judged for nobody else.
    on: () => {},
    observer: {
      observe: async (question, lane) => {
        const seen = await observe(question, lane);
        return fails(asked++) ? { ...seen, result: unseen('timeout') } : seen;
      },
    },
  });
}
