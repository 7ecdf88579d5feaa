import { describe, expect, test } from 'vitest';
import { mustName, prefixed } from '../dns/name.ts';
import { type DnsAnswer, dns, texts } from '../dns/record.ts';
import { parseZone } from '../dns/zone.ts';
import { Log } from '../facts/log.ts';
import { none, type Observer, part, seen, whole } from '../facts/observation.ts';
import { keyOf } from '../facts/question.ts';
import { recordedObserver } from '../observe/recorded.ts';
import { inWaves } from '../observe/waves.ts';
import { zoneObserver } from '../observe/zone.ts';
import { diagnose, type Event } from './diagnose.ts';
import { type AnyHeadline, type AnyRule, EXAMPLE_NOW, headline, rule } from './rule.ts';
import { scopeOf } from './scope.ts';
import { seldom, type Topic, topic } from './topic.ts';

const scope = scopeOf(mustName('example.com'), EXAMPLE_NOW);
const zone = parseZone(`example.com TXT "one"
  next.example.com TXT "two"
  broken.example.com TXT !servfail`);
const observer = zoneObserver(zone, EXAMPLE_NOW);

const first = topic<string>('first', async ({ scope, ask }) => {
  const result = await ask(dns(scope.domain, 'TXT'));
  return result.seen ? whole(texts(result.answer).join(' ')) : none(result.because);
});
const second = topic<string>('second', async ({ scope, ask, read }) => {
  const before = await read(first);
  if (before.got !== 'whole') return before;
  const result = await ask(dns(prefixed('next', scope.domain) ?? scope.domain, 'TXT'));
  return result.seen ? whole(`${before.value} ${texts(result.answer).join(' ')}`) : none(result.because);
});
const blind = topic<string>('blind', async ({ scope, ask }) => {
  const result = await ask(dns(prefixed('broken', scope.domain) ?? scope.domain, 'TXT'));
  return result.seen ? whole('') : part('some', result.because);
});
const throwing = topic<string>('throwing', async () => {
  throw new Error('topic fell over');
});

const words = { title: 'T', why: 'W.', bears: [], cites: [] } as const;
const says = rule({
  ...words,
  reads: { second },
  cases: { fine: { passes: true, says: (d: { text: string }) => `saw ${d.text}` } },
  judge: ({ second }) => ({ is: 'fine', data: { text: second } }),
});
const whole_ = rule({
  ...words,
  reads: { blind },
  cases: { fine: { passes: true, says: 'fine' } },
  judge: () => ({ is: 'fine' }),
});
const partial = rule({
  ...words,
  reads: { blind },
  partial: ['blind'],
  cases: { fine: { passes: true, says: 'fine' } },
  judge: ({ blind }) =>
    blind.got === 'part' ? { is: 'fine' } : { is: 'unknown', because: { reason: 'timeout' } },
});
const breaks = rule({
  ...words,
  reads: { first },
  cases: { fine: { passes: true, says: 'fine' } },
  judge: () => {
    throw new Error('rule fell over');
  },
});
const onThrowing = rule({
  ...words,
  reads: { throwing },
  cases: { fine: { passes: true, says: 'fine' } },
  judge: () => ({ is: 'fine' }),
});
const missing = rule({
  ...words,
  reads: {
    gone: topic<boolean>('gone', async ({ ask }) => {
      const result = await ask(dns(GONE, 'TXT'));
      return result.seen ? whole(result.answer.records.length === 0) : none(result.because);
    }),
  },
  cases: {
    there: { passes: true, says: 'there' },
    gone: { severity: 'high', says: 'gone', fix: { stage: 'mend', effort: 'minutes', text: 'Publish it.' } },
  },
  judge: ({ gone }) => (gone ? { is: 'gone', rests: [dns(GONE, 'TXT')] } : { is: 'there' }),
});
const GONE = mustName('gone.example.com');

describe('a report', () => {
  test('has one finding a rule, whatever happens', async () => {
    const rules = {
      'a/says': says,
      'a/whole': whole_,
      'a/partial': partial,
      'a/breaks': breaks,
      'a/on': onThrowing,
    };
    const report = await diagnose({ scope, rules, headlines: {}, observer });
    const outcomes = Object.fromEntries(report.findings.map((f) => [f.rule, [f.outcome, f.because?.reason]]));
    expect(outcomes).toEqual({
      'a/says': ['pass', undefined],
      'a/whole': ['unknown', 'servfail'],
      'a/partial': ['pass', undefined],
      'a/breaks': ['unknown', 'rule-broke'],
      'a/on': ['unknown', 'rule-broke'],
    });
  });

  test('asks each question once and knows which finding used it', async () => {
    const asked: string[] = [];
    const counting: Observer = {
      observe(question, lane) {
        asked.push(keyOf(question));
        return observer.observe(question, lane);
      },
    };
    const report = await diagnose({
      scope,
      rules: { 'a/b': says, 'a/c': breaks },
      headlines: {},
      observer: counting,
    });
    expect(asked).toEqual(['dns example.com TXT', 'dns next.example.com TXT']);
    expect(report.findings[0]?.asked).toEqual(['dns example.com TXT', 'dns next.example.com TXT']);
    expect(report.findings[1]?.asked).toEqual(['dns example.com TXT']);
  });

  test('takes as many rounds as its longest chain', async () => {
    const waves = inWaves(observer);
    await diagnose({ scope, rules: { 'a/b': says, 'a/c': whole_ }, headlines: {}, observer: waves });
    expect(waves.waves.map((wave) => wave.length)).toEqual([2, 1]);
  });

  test('hands out each finding the moment its readings stand', async () => {
    const order: string[] = [];
    await diagnose({
      scope,
      rules: { 'a/late': says, 'a/early': whole_ },
      headlines: {},
      observer: inWaves(observer),
      on: (event: Event) => {
        if (event.type === 'finding') order.push(event.finding.rule);
      },
    });
    expect(order).toEqual(['a/early', 'a/late']);
  });

  test('can be made again from its facts alone', async () => {
    const rules = { 'a/b': says, 'a/c': whole_ };
    const report = await diagnose({ scope, rules, headlines: {}, observer });
    const again = await diagnose({
      scope,
      rules,
      headlines: {},
      observer: recordedObserver(Log.of(report.facts)),
    });
    expect(again).toEqual(report);
  });

  test('words hostile data inertly', async () => {
    const hostile = parseZone('example.com TXT "x"\nnext.example.com TXT "\\027[31m\\226\\128\\174"');
    const report = await diagnose({
      scope,
      rules: { 'a/b': says },
      headlines: {},
      observer: zoneObserver(hostile, EXAMPLE_NOW),
    });
    expect(report.findings[0]?.says).toMatch(/^[\x20-\x7e\x80-\xff\\]*$/);
    expect(report.findings[0]?.says).toContain('\\x1b[31m');
  });
});

describe('a path that a build left out', () => {
  const whole = topic<string>('left-out', async ({ read }) => read(second));
  const cut = (fetch: () => Promise<Topic<string>>) =>
    topic<string>(
      'left-out',
      async ({ read }) => {
        await read(first);
        return seldom();
      },
      fetch,
    );
  const reading = (topic: Topic<string>) =>
    rule({
      ...words,
      reads: { topic },
      cases: { fine: { passes: true, says: (d: { text: string }) => `saw ${d.text}` } },
      judge: ({ topic }) => ({ is: 'fine', data: { text: topic } }),
    });
  const judging = (fetched: Partial<AnyRule>): AnyRule => ({ ...says, judge: seldom, ...fetched });
  const wellPut: AnyHeadline = headline({
    asks: 'Well?',
    reads: { second },
    cases: { good: { passes: true, headline: 'Good.', reason: 'Seen.' } },
    judge: () => ({ is: 'good' }),
  });
  const make = (rules: Record<string, AnyRule>, impersonation?: AnyHeadline) =>
    diagnose({ scope, rules, headlines: impersonation ? { impersonation } : {}, observer });

  test('makes a topic begin anew, whole, without asking twice', async () => {
    const { findings, facts } = await make({ 'a/left': reading(cut(async () => whole)), 'a/said': says });
    expect(findings.map((finding) => finding.says)).toEqual(['saw one two', 'saw one two']);
    expect(facts.length).toBe(2);
  });

  test('makes a rule judge anew: by its neighbours’ file, by its words, by those whole', async () => {
    const cutWords = async () => ({ ...says, judge: seldom, whole: async () => says });
    const { findings } = await make({
      'a/late': judging({ late: async () => says, words: async () => says }),
      'a/words': judging({ words: async () => says }),
      'a/whole': judging({ words: cutWords }),
      'a/waits': judging({ judge: async () => seldom(), words: async () => says }),
    });
    expect(findings.map(({ outcome, case: is }) => [outcome, is])).toEqual(Array(4).fill(['pass', 'fine']));
  });

  test('makes a question answer anew', async () => {
    const cutQuestion = { ...wellPut, judge: seldom, whole: async () => wellPut };
    expect((await make({}, cutQuestion)).answers).toEqual((await make({}, wellPut)).answers);
  });

  test('turns what needs it unknown where it cannot be fetched', async () => {
    const fails = () => Promise.reject(new Error('no network'));
    const { findings, answers } = await make(
      {
        'a/topic': reading(cut(fails)),
        'a/rule': judging({ words: fails }),
        'a/late': judging({ words: fails, late: fails }),
      },
      { ...wellPut, judge: seldom, whole: fails },
    );
    for (const one of [...findings, ...answers]) {
      expect(one.outcome).toBe('unknown');
      expect(one.because).toEqual({ reason: 'not-loaded' });
    }
  });
});

describe('an absence that makes a problem', () => {
  const has: DnsAnswer<'TXT'> = {
    rcode: 'NOERROR',
    chain: [],
    records: [{ ttl: 1, data: ['here'] }],
    authentic: false,
    errors: [],
  };

  test('is put to a second resolver and stands when it agrees', async () => {
    const report = await diagnose({
      scope,
      rules: { 'a/b': missing },
      headlines: {},
      observer: seconded(undefined),
    });
    expect(report.findings[0]).toMatchObject({ outcome: 'problem', case: 'gone' });
    expect(report.facts[0]?.confirmedBy).toBe('second');
  });

  test('turns unknown when the second has data, after the first picture stood', async () => {
    const told: string[] = [];
    const report = await diagnose({
      scope,
      rules: { 'a/b': missing, 'a/c': says },
      headlines: {},
      observer: seconded(has),
      on: (event) => {
        if (event.type === 'finding') told.push(`${event.finding.rule} ${event.finding.outcome}`);
      },
    });
    expect(report.findings[0]).toMatchObject({ outcome: 'unknown', because: { reason: 'disagreement' } });
    expect(told).toEqual(['a/b problem', 'a/c pass', 'a/b unknown']);
  });

  test('stands when nobody else can be asked', async () => {
    const report = await diagnose({ scope, rules: { 'a/b': missing }, headlines: {}, observer });
    expect(report.findings[0]?.outcome).toBe('problem');
    expect(report.facts[0]?.confirmedBy).toBeUndefined();
  });

  function seconded(answer: DnsAnswer<'TXT'> | undefined): Observer {
    return {
      ...observer,
      confirm: async (question) => ({
        ...(await observer.observe(question, 'main')),
        ...(answer ? { result: seen(answer) } : {}),
        by: 'second',
      }),
    };
  }
});

test('main questions that an answer leads to leave before guesses', async () => {
  const several = (label: string, count: number) =>
    Array.from({ length: count }, (_, i) =>
      dns(prefixed(`${label}${i}`, scope.domain) ?? scope.domain, 'TXT'),
    );
  const guessing = topic('guessing', async ({ ask, read }) => {
    await read(first);
    await Promise.all(several('guess', 40).map((question) => ask(question, 'guess')));
    return whole('');
  });
  const leading = topic('leading', async ({ ask, read }) => {
    await read(first);
    // It goes on with what others make of the answer.
    for (let turns = 0; turns < 15; turns++) await undefined;
    await Promise.all(several('main', 5).map((question) => ask(question)));
    return whole('');
  });
  const reader = rule({
    ...words,
    reads: { guessing, leading },
    cases: { fine: { passes: true, says: 'fine' } },
    judge: () => ({ is: 'fine' }),
  });
  const asked: string[] = [];
  const noting: Observer = {
    observe(question, lane) {
      asked.push(lane);
      return observer.observe(question, lane);
    },
  };
  await diagnose({ scope, rules: { 'a/b': reader }, headlines: {}, observer: noting });
  expect(asked).toEqual(['main', ...new Array(5).fill('main'), ...new Array(40).fill('guess')]);
});

describe('headline questions', () => {
  const question = headline({
    asks: 'Well?',
    reads: { second },
    cases: {
      yes: { passes: true, headline: (d: { text: string }) => `Yes: ${d.text}`, reason: 'So it is.' },
    },
    judge: ({ second }) => ({
      is: 'yes',
      data: { text: second },
      lines: [{ who: 'all', what: 'well', tone: 'good' }],
    }),
  });

  test('are worded, with their lines', async () => {
    const report = await diagnose({ scope, rules: {}, headlines: { impersonation: question }, observer });
    expect(report.answers).toEqual([
      {
        id: 'impersonation',
        asks: 'Well?',
        outcome: 'pass',
        case: 'yes',
        headline: 'Yes: one two',
        reason: 'So it is.',
        lines: [{ who: 'all', what: 'well', tone: 'good' }],
      },
    ]);
  });

  test('say what is certain before everything is read', async () => {
    const early = headline({
      ...question,
      sooner: { reads: { first }, judge: ({ first }) => ({ is: 'yes', data: { text: first } }) },
    });
    const run = async (asked: typeof early) => {
      const heard: string[] = [];
      const on = (event: Event) => {
        if (event.type === 'sooner' || event.type === 'answer')
          heard.push(`${event.type}: ${event.answer.headline}`);
      };
      const { answers } = await diagnose({
        scope,
        rules: {},
        headlines: { impersonation: asked },
        observer,
        on,
      });
      expect(answers).toHaveLength(1);
      return heard;
    };
    expect(await run(early)).toEqual(['sooner: Yes: one', 'answer: Yes: one two']);
    const silent = { ...early, sooner: { reads: { first }, judge: () => undefined } };
    const broken = {
      ...early,
      sooner: {
        reads: { first },
        judge: () => {
          throw new Error('broken');
        },
      },
    };
    for (const asked of [silent, broken]) expect(await run(asked)).toEqual(['answer: Yes: one two']);
  });

  test('say what is missing when they cannot be answered', async () => {
    const none = zoneObserver(parseZone('example.com TXT !timeout'), EXAMPLE_NOW);
    const report = await diagnose({
      scope,
      rules: {},
      headlines: { impersonation: question },
      observer: none,
    });
    expect(report.answers[0]).toMatchObject({ outcome: 'unknown', because: { reason: 'timeout' } });
  });
});

describe('the types hold text and verdict together', () => {
  test('a rule can return only cases it words, with their data', () => {
    rule({
      ...words,
      reads: { first },
      cases: { fine: { passes: true, says: (d: { n: number }) => `${d.n}` } },
      // @ts-expect-error no such case
      judge: () => ({ is: 'other', data: { n: 1 } }),
    });
    rule({
      ...words,
      reads: { first },
      cases: { fine: { passes: true, says: (d: { n: number }) => `${d.n}` } },
      // @ts-expect-error the case needs data
      judge: () => ({ is: 'fine' }),
    });
    rule({
      ...words,
      reads: { first },
      cases: {
        bad: {
          severity: 'low',
          says: (d: { n: number }) => `${d.n}`,
          fix: (d: { m: string }) => ({ stage: 'tidy', effort: 'minutes', text: d.m }),
        },
      },
      // @ts-expect-error the fix needs data too
      judge: () => ({ is: 'bad', data: { n: 1 } }),
    });
    rule({
      ...words,
      reads: { first },
      cases: { fine: { passes: true, says: 'fine' } },
      // @ts-expect-error only declared readings are seen
      judge: ({ second }) => (second ? { is: 'fine' } : { is: 'fine' }),
    });
    expect(true).toBe(true);
  });
});
