/*
 * Links hold whole reports: over every world, sample and case of a rule the facts come back and are judged the same,
 * and nobody is asked. Whatever else a link holds leads to a report or a named refusal, in bounded time: `FUZZ=10000`
 * tries more of them.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { inflateSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { mustName } from '../dns/name.ts';
import { parseZone } from '../dns/zone.ts';
import { diagnose } from '../engine/diagnose.ts';
import { type AnyRule, EXAMPLE_NOW, type Example } from '../engine/rule.ts';
import { type Scope, scopeOf } from '../engine/scope.ts';
import { scopeOfExample } from '../engine/trial.ts';
import type { Report } from '../engine/verdict.ts';
import { Log } from '../facts/log.ts';
import type { Observation, Observer } from '../facts/observation.ts';
import { sampleZones } from '../fixtures/sample-zones.ts';
import { recordedObserver } from '../observe/recorded.ts';
import { zoneObserver } from '../observe/zone.ts';
import { headlines } from '../questions/index.ts';
import { rules } from '../rules/index.ts';
import { OCTETS, WORDS } from './dictionary.ts';
import { digestOf, linkOf as reportLink } from './digest.ts';
import { isReportLink } from './fragment.ts';
import {
  decodeLink,
  encodeLink,
  type Frozen,
  LINK_LIMIT,
  type LinkRefusal,
  quickly,
  refusalWords,
  seal,
} from './link.ts';
import { reduced } from './reduce.ts';

const SEED = 20261123;
const FUZZ = Number(process.env.FUZZ ?? 400);

const folder = new URL('../fixtures/worlds/', import.meta.url);
const worlds = [
  ...readdirSync(folder)
    .filter((file) => file.endsWith('.zone'))
    .map((file) => ({
      domain: `${file.slice(0, -'.zone'.length)}.example`,
      zone: readFileSync(new URL(file, folder), 'utf8'),
    })),
  ...Object.entries(sampleZones).map(([domain, zone]) => ({ domain, zone })),
];
const FIRM = 'firm.example';
const FACTS = (
  await judge(
    scopeOf(mustName(FIRM), EXAMPLE_NOW),
    rules,
    zoneObserver(parseZone(sampleZones[FIRM] ?? ''), EXAMPLE_NOW),
  )
).facts;

const modules = import.meta.glob<{ default: AnyRule; examples?: readonly Example[] }>(
  ['../rules/*/*.ts', '!../rules/**/*.test.ts'],
  { eager: true },
);

test('the dictionaries stay what they are: they are part of every link ever made', () => {
  const sum = (octets: Uint8Array) => createHash('sha256').update(octets).digest('hex').slice(0, 16);
  expect([sum(WORDS), sum(OCTETS)]).toEqual(['2f61fed1ef2f4fa7', 'a26e0e31e369c235']);
});

test('a link made once is read for ever', async () => {
  const frozen = opened(readFileSync(new URL('./first-link.txt', import.meta.url), 'utf8'));
  expect(frozen.domain).toBe('firm.example');
  const { findings } = await judge(frozen, rules, recordedObserver(Log.of(frozen.facts)));
  expect(findings.filter(({ outcome }) => outcome === 'problem').length).toBeGreaterThan(3);
});

describe('a report comes back as it was', () => {
  test.each(worlds)('$domain', async ({ domain, zone }) => {
    const scope = scopeOf(mustName(domain), EXAMPLE_NOW, {
      intent: 'mail',
      selectors: ['s-1', 'ü'],
      submission: mustName('smtp.elsewhere.test'),
    });
    const report = await judge(scope, rules, zoneObserver(parseZone(zone), scope.now));
    const { back, again } = await roundTrip(scope, report, rules);
    expect(back).toMatchObject({
      intent: 'mail',
      selectors: ['s-1', 'ü'],
      submission: 'smtp.elsewhere.test',
      digest: digestOf(report),
    });
    expect(again.answers).toEqual(report.answers);
    expect(again.facts).toEqual(await reduced(report.facts));
  });

  test('an example of every case of every rule', async () => {
    for (const [path, module] of Object.entries(modules)) {
      const cases = new Map((module.examples ?? []).map((example) => [example.expect, example]));
      for (const example of cases.values()) {
        const scope = scopeOfExample(example);
        const rule = { [path.slice('../rules/'.length, -3)]: module.default };
        const observer = zoneObserver(parseZone(example.zone), scope.now);
        await roundTrip(scope, await judge(scope, rule, observer), rule, quickly);
      }
    }
  }, 240_000);

  test('with resolvers, seconds and second witnesses', () => {
    const facts = seasoned(FACTS);
    const back = opened(linkOf({ facts }));
    const told = (all: readonly Observation[]) =>
      all.map(({ by, at, confirmedBy, question }) => [question, by, Math.floor(at / 1000), confirmedBy]);
    expect(new Set(told(back.facts).map((each) => JSON.stringify(each)))).toEqual(
      new Set(told(facts).map((each) => JSON.stringify(each))),
    );
  });
});

describe('a link that cannot be opened says why', () => {
  const link = linkOf({});
  const refusals: readonly (readonly [string, LinkRefusal, string])[] = [
    ['nothing', 'not-a-report', ''],
    ['an anchor of the page', 'not-a-report', '#everything'],
    ['a later version', 'future-version', link.replace(/^1/, '2')],
    ['another codec', 'future-version', link.replace('.d.', '.e.')],
    ['no payload', 'cut-short', '1.d.'],
    ['half a link', 'cut-short', link.slice(0, link.length / 2)],
    ['the last character missing', 'cut-short', link.slice(0, -2)],
    ['one character changed', 'damaged', link.replace(/.(.{20})$/, (_, rest) => `_${rest}`)],
    ['something appended', 'damaged', `${link}AAAA`],
    ['foreign characters inside', 'damaged', `${link.slice(0, 40)}<b>${link.slice(43)}`],
    ['too long', 'too-long', `1.d.${'A'.repeat(LINK_LIMIT)}`],
    ['sixty thousand brackets', 'damaged', `1.d.A${'<'.repeat(60_000)}A`],
    ['no JSON inside', 'bad-content', sealed('<script>alert(1)</script>')],
    ['nothing inside', 'bad-content', sealed('')],
    ['a list nested deeply', 'bad-content', sealed('['.repeat(200_000))],
    ['a list nested deeply, and closed', 'bad-content', sealed('['.repeat(100_000) + ']'.repeat(100_000))],
    ['a prototype', 'bad-content', sealed('{"__proto__":{"length":12}}')],
    ['two megabytes of blanks', 'too-much-inside', sealed(' '.repeat(2_000_000))],
    [
      'the domain a hundred thousand times',
      'too-much-inside',
      sealed(`["${'a'.repeat(200)}"${',"\x01"'.repeat(100_000)}]`),
    ],
    ['one large answer two thousand times', 'too-much-inside', repeated()],
  ];

  test.each(refusals)('%s', (_, refused, text) => {
    const start = performance.now();
    expect(decodeLink(text)).toMatchObject({ refused });
    expect(performance.now() - start).toBeLessThan(20_000);
    expect(refusalWords(refused)).toMatch(/^[A-Z].*\.$/s);
  });

  test('while what programs add to links does no harm', () => {
    for (const text of [
      `#${link}`,
      `${link}.`,
      `${link})`,
      `${link}>`,
      `${link}%20`,
      `${link}\n`,
      link.replace(/(.{70})/g, '$1\n'),
    ])
      expect(opened(text).domain).toBe('firm.example');
    expect(isReportLink(`#${link}`)).toBe(true);
    expect(isReportLink('#9.zip.xyz')).toBe(true);
    expect(isReportLink('#spf/lookup-limit')).toBe(false);
    expect(isReportLink('')).toBe(false);
  });

  test('and none is made that could not be opened', () => {
    const noise = createHash('sha512');
    const body = Array.from({ length: 2000 }, (_, i) =>
      noise.copy().update(`${i}`).digest().toString('latin1'),
    ).join('');
    const [first] = FACTS as [Observation];
    const result = { seen: true as const, answer: { status: 200, body: body.slice(0, 65_000), ms: 1 } };
    const question = { kind: 'policy' as const, domain: mustName('firm.example') };
    expect(encodeLink({ ...frozenOf({}), facts: [{ ...first, question, result }] })).toBeUndefined();
  });
});

test(`${FUZZ} changed links: a report or a named refusal, each in bounded time`, async () => {
  const random = randomFrom(SEED);
  const pick = (n: number) => Math.floor(random() * n);
  const links = [linkOf({}), linkOf({ facts: seasoned(FACTS) }), linkOf({ facts: [] })];
  const texts = links.map((link) => insideOf(link));
  const count = new Map<string, number>();
  let slowest = 0;
  for (let i = 0; i < FUZZ; i++) {
    const outside = i % 2 === 0;
    const text = outside
      ? mutated(links[pick(links.length)] as string, links[pick(links.length)] as string, pick, ALPHABET)
      : (seal(
          mutated(texts[pick(texts.length)] as string, texts[pick(texts.length)] as string, pick, INSIDE),
          OCTETS.subarray(0, pick(OCTETS.length)),
          quickly,
        ) as string);
    const start = performance.now();
    const decoded = decodeLink(text);
    slowest = Math.max(slowest, performance.now() - start);
    count.set(
      'refused' in decoded ? decoded.refused : 'a report',
      (count.get('refused' in decoded ? decoded.refused : 'a report') ?? 0) + 1,
    );
    if ('refused' in decoded) {
      expect(refusalWords(decoded.refused), `seed ${SEED}, ${i}`).toBeTruthy();
      continue;
    }
    const { frozen } = decoded;
    const { findings } = await judge(frozen, rules, recordedObserver(Log.of(frozen.facts)));
    expect(findings.length, `seed ${SEED}, ${i}`).toBe(Object.keys(rules).length);
    expect(
      findings
        .filter(({ because }) => because?.reason === 'rule-broke')
        .map(({ rule, because }) => `${rule} ${because?.detail}`),
      `seed ${SEED}, ${i}`,
    ).toEqual([]);
  }
  console.log(
    `Changed links: ${[...count].map(([what, n]) => `${n} ${what}`).join(', ')}; slowest ${slowest.toFixed(0)} ms.`,
  );
  expect(slowest).toBeLessThan(2000);
}, 600_000);

function judge(about: Scope | Frozen, which: Readonly<Record<string, AnyRule>>, observer: Observer) {
  const { domain, now, intent, selectors } = about;
  const scope = scopeOf(domain, now, { ...(intent ? { intent } : {}), selectors });
  return diagnose({ scope, rules: which, headlines: which === rules ? headlines : {}, observer });
}

async function roundTrip(
  scope: Scope,
  report: Report,
  which: Readonly<Record<string, AnyRule>>,
  compress?: typeof quickly,
) {
  const { domain, now, intent, selectors } = scope;
  const about = { domain, now, ...(intent ? { intent } : {}), selectors };
  const link = compress
    ? encodeLink({ ...about, facts: await reduced(report.facts), digest: digestOf(report) }, compress)
    : await reportLink(scope, report);
  const back = opened(link as string);
  const again = await judge(back, which, recordedObserver(Log.of(back.facts)));
  // A thousand times over: the same text is the same, and only a difference is worth the comparison in depth.
  if (JSON.stringify(again.findings) !== JSON.stringify(report.findings))
    expect(again.findings).toEqual(report.findings);
  if (again.facts.length !== back.facts.length) expect.fail('something is asked that was not recorded');
  if (digestOf(again) !== digestOf(report)) expect.fail('the digest is another');
  return { back, again };
}

function opened(link: string): Frozen {
  const decoded = decodeLink(link);
  if ('refused' in decoded) throw new Error(`${decoded.refused}: ${decoded.detail}`);
  return decoded.frozen;
}

function frozenOf(some: Partial<Frozen>): Frozen {
  return {
    domain: mustName('firm.example'),
    now: EXAMPLE_NOW,
    selectors: [],
    facts: FACTS,
    digest: '',
    ...some,
  };
}

function linkOf(some: Partial<Frozen>): string {
  return encodeLink(frozenOf(some)) as string;
}

function sealed(text: string): string {
  return seal(text, new Uint8Array(0), quickly) as string;
}

/** The text inside a link of ours. */
function insideOf(link: string): string {
  const all = Buffer.from(link.slice('1.d.'.length), 'base64url');
  const middle = 7 + all.readUInt16BE(2);
  return Buffer.from(inflateSync(all.subarray(7, middle), { dictionary: WORDS })).toString('utf8');
}

/** A link whose few characters stand for gigabytes. */
function repeated(): string {
  const text = insideOf(linkOf({}));
  const names = Array.from({ length: 1999 }, (_, i) => `"n${i}"`);
  const [domain, now, intent, selectors, digest, start, by] = JSON.parse(
    text.replaceAll('\x01', 'firm.example').replace(/\x02\d+;/g, ''),
  );
  const large = { d: [[1, ['x'.repeat(65_000)]]] };
  return sealed(
    `${JSON.stringify([domain, now, intent, selectors, digest, start, by]).slice(0, -1)},[["TXT",${names}]],[${JSON.stringify(large)}${',0'.repeat(1998)}],[0,1999],[0,1999],[]]`,
  );
}

/** The same facts as resolvers would have given them: at different times, by different ones, some twice. */
function seasoned(facts: readonly Observation[]): Observation[] {
  return facts.map((observation, i) => ({
    ...observation,
    at: EXAMPLE_NOW + i * 37,
    by: i % 9 === 0 ? 'Google' : 'Cloudflare',
    tries: [{ by: 'Cloudflare', ms: i }],
    ...(i % 11 === 0 ? { confirmedBy: 'DNS.SB' } : {}),
  }));
}

function mutated(text: string, other: string, pick: (n: number) => number, signs: string): string {
  let out = text;
  for (let times = 1 + pick(3); times > 0; times--) {
    const at = pick(out.length);
    const size = 1 + pick(1 + pick(30));
    const sign = signs[pick(signs.length)] as string;
    const ways = [
      () => out.slice(0, at) + sign + out.slice(at + 1),
      () => out.slice(0, at) + sign + out.slice(at),
      () => out.slice(0, at) + out.slice(at + size),
      () => out.slice(0, at),
      () => out.slice(0, at) + out.slice(at, at + size).repeat(1 + pick(50)) + out.slice(at + size),
      () => out.slice(0, at) + other.slice(pick(other.length)),
      // A number made another, which mostly leaves the shape whole.
      () => out.slice(0, at) + out.slice(at).replace(/\d+/, () => NUMBERS[pick(NUMBERS.length)] as string),
      () =>
        out.slice(0, at) + out.slice(at).replace(/"[^"]*"/, () => STRINGS[pick(STRINGS.length)] as string),
    ];
    out = (ways[pick(ways.length)] as () => string)();
  }
  return out;
}

/** A Park–Miller sequence in [0, 1). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.#%/ +=';
const INSIDE = `${ALPHABET}"[]{},:\\\x00\x01\x02\n\u202e\ud800é<>&'`;
const NUMBERS = [
  '0',
  '1',
  '-1',
  '65536',
  '4294967296',
  '9007199254740993',
  '1e308',
  '1e999',
  '0.5',
  '8640000000000001',
];
const STRINGS = [
  '""',
  '"."',
  '"_dmarc.\x01"',
  '"v=DMARC1; p=reject"',
  '"<img src=x onerror=alert(1)>"',
  '"\\u0000"',
  '"__proto__"',
  '[]',
  '{}',
  'null',
  'true',
];
