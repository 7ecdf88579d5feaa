import { diagnose, type Event } from '../src/engine/diagnose.ts';
import { type AnyHeadline, EXAMPLE_NOW } from '../src/engine/rule.ts';
import { scopeOf } from '../src/engine/scope.ts';
import type { Report } from '../src/engine/verdict.ts';
import { Log } from '../src/facts/log.ts';
import { recordedObserver } from '../src/observe/recorded.ts';
import { inWaves } from '../src/observe/waves.ts';
import { zoneObserver } from '../src/observe/zone.ts';
import { headlines } from '../src/questions/index.ts';
import { rules } from '../src/rules/index.ts';
import { middle } from './middle.ts';
import type { World } from './world.ts';

/** What the engine costs on one world. */
export interface EngineFigures {
  /** Whole reports a second of processor time, from recorded facts: the middle of many batches. */
  readonly reportsPerSecond: number;
  /** The same by the clock, where other programs take their share of the machine. */
  readonly byTheClock: number;
  /** Questions in each round, those that only a relay answers included. */
  readonly roundSizes: readonly number[];
  /** Rounds of the impersonation answer alone: until it is told, and until it is whole. */
  readonly chains: readonly [told: number, whole: number];
  readonly areas: readonly AreaCost[];
}

/** What one area of the rulebook asks. */
interface AreaCost {
  readonly area: string;
  /** Questions its findings rest on. */
  readonly questions: number;
  /** Those that no other area needs: what would be saved without it. */
  readonly own: number;
}

/** Reports after which Node compiles hardly anything any more. */
const WARM_UP = 600;
const BATCHES = 21;
const BATCH = 25;

/** Measures the engine alone: no browser, no network, no waiting. */
export async function measureEngine({ domain, zone }: World): Promise<EngineFigures> {
  const scope = scopeOf(domain, EXAMPLE_NOW);
  const waves = inWaves(zoneObserver(zone, EXAMPLE_NOW));
  const report = await diagnose({ scope, rules, headlines, observer: waves });
  const { impersonation } = headlines;
  let soon = false;
  const chainOf = async (question: AnyHeadline) => {
    const alone = inWaves(zoneObserver(zone, EXAMPLE_NOW));
    const on = ({ type }: Event) => {
      soon ||= type === 'sooner';
    };
    await diagnose({ scope, rules: {}, headlines: { impersonation: question }, observer: alone, on });
    return alone.waves.length;
  };
  const whole = await chainOf(impersonation);
  const told =
    soon && impersonation.sooner ? await chainOf({ ...impersonation, ...impersonation.sooner }) : whole;
  const observer = recordedObserver(Log.of(report.facts));
  const once = () => diagnose({ scope, rules, headlines, observer });
  for (let i = 0; i < WARM_UP; i++) await once();
  const byCore: number[] = [];
  const byClock: number[] = [];
  for (let batch = 0; batch < BATCHES; batch++) {
    const [cpu, start] = [process.cpuUsage(), performance.now()];
    for (let i = 0; i < BATCH; i++) await once();
    const { user, system } = process.cpuUsage(cpu);
    byCore.push((BATCH * 1e6) / (user + system));
    byClock.push((BATCH * 1e3) / (performance.now() - start));
  }
  return {
    reportsPerSecond: Math.round(middle(byCore)),
    byTheClock: Math.round(middle(byClock)),
    roundSizes: waves.waves.map((wave) => wave.length),
    chains: [told, whole],
    areas: areaCosts(report),
  };
}

function areaCosts({ findings }: Report): AreaCost[] {
  const asked = new Map<string, Set<string>>();
  for (const { rule, asked: keys } of findings) {
    const area = rule.slice(0, rule.indexOf('/'));
    asked.set(area, new Set([...(asked.get(area) ?? []), ...keys]));
  }
  return [...asked].map(([area, keys]) => {
    const others = new Set([...asked].flatMap(([other, theirs]) => (other === area ? [] : [...theirs])));
    return { area, questions: keys.size, own: [...keys].filter((key) => !others.has(key)).length };
  });
}
