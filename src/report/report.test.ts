import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mustName } from '../dns/name.ts';
import { dns } from '../dns/record.ts';
import type { Severity, Stage } from '../engine/rule.ts';
import type { Finding, Report } from '../engine/verdict.ts';
import { type Observation, seen, unseen } from '../facts/observation.ts';
import { type About, effortWords } from './about.ts';
import { evidenceOf, repeatLine } from './evidence.ts';
import { fieldFor } from './host-field.ts';
import { jsonReport } from './json.ts';
import { markdownReport } from './markdown.ts';
import { headingOf, nextSteps, whoseFix } from './next-steps.ts';
import { inAreas, tallyWords } from './order.ts';
import { newIn, piecesOf } from './pieces.ts';
import { textReport } from './text.ts';

const SEED = 20261123;
const domain = mustName('example.com');

function problem(rule: string, severity: Severity, stage: Stage, more: Partial<Finding> = {}): Finding {
  return {
    rule,
    outcome: 'problem',
    severity,
    case: 'broken',
    title: 'It holds',
    says: `${rule} is broken.`,
    why: 'Because.',
    fix: { stage, effort: 'minutes', text: 'Mend it.' },
    bears: [],
    cites: [],
    shows: [],
    asked: [],
    ...more,
  };
}

function other(rule: string, outcome: 'pass' | 'unknown' | 'not-applicable'): Finding {
  return {
    rule,
    outcome,
    title: 'It holds',
    says: 'So it is.',
    why: '',
    bears: [],
    cites: [],
    shows: [],
    asked: [],
  };
}

const about: About = {
  domain: 'example.com',
  at: Date.UTC(2026, 10, 23, 12, 4),
  resolvers: ['Cloudflare'],
  stats: { questions: 84, rounds: 3, ms: 412 },
};

describe('a file to serve', () => {
  const text = 'version: STSv1\nmode: testing\nmx: *.example.com\nmax_age: 604800\n';
  const file = { address: 'https://mta-sts.example.com/.well-known/mta-sts.txt', text };
  const fix = { stage: 'transport', effort: 'hour', text: 'Serve it.', file } as const;
  const report: Report = {
    findings: [problem('mta-sts/record', 'medium', 'transport', { fix })],
    answers: [],
    facts: [],
  };

  test('stands in text line by line, indented and never wrapped', () => {
    const lines = text.trimEnd().split('\n');
    expect(textReport(report, about, 40)).toContain(
      `   Serve this text file at ${file.address}\n${lines.map((line) => `     ${line}\n`).join('')}`,
    );
  });

  test('is fenced in Markdown', () => {
    expect(markdownReport(report, about)).toContain(
      `\`\`\`\nServe this text file at ${file.address}\n  version: STSv1\n`,
    );
  });
});

describe('next steps', () => {
  test('go from mending by reports and authentication to enforcing, whatever is graver', () => {
    const steps = nextSteps([
      problem('dmarc/policy', 'high', 'enforce'),
      problem('dmarc/reports', 'medium', 'report'),
      problem('dkim/keys', 'medium', 'authenticate'),
    ]);
    expect(steps.map((step) => step.fix.stage)).toEqual(['report', 'authenticate', 'enforce']);
  });

  test('begin with what is critical', () => {
    const steps = nextSteps([problem('a/a', 'medium', 'mend'), problem('b/b', 'critical', 'transport')]);
    expect(steps.map((step) => step.finding.rule)).toEqual(['b/b', 'a/a']);
  });

  test('are at most three, none for a remark, the lesser only where room is left', () => {
    const many = ['a', 'b', 'c'].map((name) => problem(`${name}/x`, 'medium', 'tidy'));
    const steps = nextSteps([problem('z/z', 'low', 'mend'), problem('i/i', 'info', 'mend'), ...many]);
    expect(steps.map((step) => step.finding.rule)).toEqual(['a/x', 'b/x', 'c/x']);
    expect(nextSteps([problem('z/z', 'low', 'mend'), ...many.slice(1)])).toHaveLength(3);
  });

  test('are nothing that only a provider can change', () => {
    const theirs = problem('tls/versions', 'high', 'transport', { runBy: 'Some Mail' });
    expect(nextSteps([theirs, problem('b/b', 'low', 'tidy')]).map((step) => step.finding.rule)).toEqual([
      'b/b',
    ]);
    expect(whoseFix(theirs)).toMatch(/^Some Mail runs what this is about, so it is theirs to change/);
    expect(whoseFix(problem('b/b', 'low', 'tidy'))).toBe('');
  });

  test('touch one record once', () => {
    const change = { op: 'add', name: domain, type: 'TXT', value: 'v=spf1 -all' } as const;
    const fix = { stage: 'mend', effort: 'minutes', text: 'x', changes: [change] } as const;
    const steps = nextSteps([
      problem('spf/a', 'high', 'mend', { fix }),
      problem('spf/b', 'medium', 'mend', { fix }),
    ]);
    expect(steps.map((step) => [step.finding.rule, step.also.length])).toEqual([['spf/a', 1]]);
  });

  test('mend one cause once, from whichever side it is met', () => {
    const fix = { stage: 'mend', effort: 'hour', cause: 'certificate-dates', text: 'x' } as const;
    const steps = nextSteps([
      problem('certificate/dates', 'high', 'transport', { fix: { ...fix, stage: 'transport' } }),
      problem('mta-sts/mx-tls', 'critical', 'mend', { fix }),
      problem('dkim/keys', 'high', 'mend', { fix: { ...fix, cause: 'dkim-key' } }),
    ]);
    expect(steps.map((step) => [step.finding.rule, step.also.length])).toEqual([
      ['mta-sts/mx-tls', 1],
      ['dkim/keys', 0],
    ]);
  });

  test('have the first sentence as heading, names not broken', () => {
    expect(headingOf('Add `v=DMARC1; p=none. x` at once. Then wait.')).toEqual({
      heading: 'Add `v=DMARC1; p=none. x` at once',
      rest: 'Then wait.',
    });
    expect(headingOf('Wait.')).toEqual({ heading: 'Wait', rest: '' });
  });
});

test('areas and rows stand in reading order, whatever order they came in', () => {
  const findings = [
    other('dns/x', 'pass'),
    other('dmarc/na', 'not-applicable'),
    other('dmarc/ok', 'pass'),
    other('dmarc/dark', 'unknown'),
    problem('dmarc/low', 'low', 'tidy'),
    problem('dmarc/high', 'high', 'mend'),
  ];
  const areas = inAreas(findings);
  expect(areas.map((area) => area.id)).toEqual(['dmarc', 'dns']);
  expect(areas[0]?.findings.map(({ rule }) => rule)).toEqual([
    'dmarc/high',
    'dmarc/low',
    'dmarc/dark',
    'dmarc/ok',
    'dmarc/na',
  ]);
  expect(areas.map(({ tally }) => tallyWords(tally))).toEqual(['2 problems, 1 met, 1 unknown', '1 met']);
  expect(inAreas([...findings].reverse())).toEqual(areas);
});

describe('pieces', () => {
  const text = fc
    .string({ unit: 'binary', maxLength: 3000 })
    .map((chars) =>
      [...chars].map((char) => String.fromCharCode((char.codePointAt(0) ?? 0) & 0xff)).join(''),
    );
  const marks = fc.array(fc.tuple(fc.integer({ min: -5, max: 4000 }), fc.integer({ min: -5, max: 4000 })));

  test(`account for every octet (seed ${SEED})`, () => {
    fc.assert(
      fc.property(text, marks, fc.integer({ min: 50, max: 5000 }), (bytes, ranges, limit) => {
        const pieces = piecesOf(bytes, ranges, limit);
        const skipped = pieces.reduce((sum, piece) => sum + (piece.skipped ?? 0), 0);
        expect(bytes.length - skipped).toBeLessThanOrEqual(Math.max(limit, 50));
        if (bytes.length <= limit) expect(skipped).toBe(0);
        expect(pieces.some((piece) => /[\x00-\x1f\x7f-\x9f]/.test(piece.text))).toBe(false);
      }),
      { seed: SEED },
    );
  });

  test('mark what they are told to', () => {
    expect(piecesOf('v=DMARC1; p=none', [[10, 16]])).toEqual([
      { text: 'v=DMARC1; ', marked: false },
      { text: 'p=none', marked: true },
    ]);
  });

  test('show the neighbourhood of a mark far into a long record', () => {
    const pieces = piecesOf(`${'x'.repeat(60_000)}BAD${'y'.repeat(4000)}`, [[60_000, 60_003]]);
    expect(pieces.find((piece) => piece.marked)?.text).toBe('BAD');
    expect(pieces.filter((piece) => piece.skipped !== undefined)).toHaveLength(2);
  });
});

test('a changed record shows what is new in it', () => {
  const was = 'v=DMARC1; p=reject; sp=none; rua=mailto:a@b.example';
  const now = 'v=DMARC1; p=reject; sp=reject; rua=mailto:a@b.example';
  expect(newIn(now, was).map(([from, to]) => now.slice(from, to))).toEqual(['sp=reject']);
  expect(newIn('a b', 'a b c')).toEqual([]);
  expect(newIn('a b c', 'a c').map(([from, to]) => 'a b c'.slice(from, to))).toEqual(['b']);
  fc.assert(
    fc.property(fc.string(), fc.string(), (value, before) => {
      for (const [from, to] of newIn(value, before)) {
        expect(from).toBeLessThan(to);
        expect(to).toBeLessThanOrEqual(value.length);
      }
    }),
    { seed: SEED },
  );
});

test('the name field takes the form the DNS host wants', () => {
  const name = mustName('_dmarc.example.com');
  expect(fieldFor(name, domain, 'short')).toBe('_dmarc');
  expect(fieldFor(domain, domain, 'short')).toBe('@');
  expect(fieldFor(name, domain, 'full')).toBe('_dmarc.example.com');
  expect(fieldFor(mustName('x.other.example'), domain, 'short')).toBe('x.other.example');
});

test('evidence says what was asked, what came and how to repeat it', () => {
  const question = dns(mustName('_dmarc.example.com'), 'TXT');
  const facts: Observation[] = [
    {
      question,
      result: seen({
        rcode: 'NOERROR',
        chain: [],
        records: [{ ttl: 300, data: ['v=DMARC1; ', 'p=none'] }],
        authentic: false,
        errors: [],
      }),
      at: 5,
      by: 'Cloudflare',
      tries: [],
    },
  ];
  expect(evidenceOf(['dns _dmarc.example.com TXT', 'dns elsewhere A'], facts)).toMatchObject([
    {
      asked: 'TXT at _dmarc.example.com',
      answer: ['v=DMARC1; p=none'],
      outcome: '1 record',
      ttl: 300,
      repeat: 'dig +short TXT _dmarc.example.com',
    },
  ]);
  expect(repeatLine(dns(mustName("a;rm -rf '.example"), 'A', { cd: true }))).toMatch(
    /^dig \+short \+cd A '.*'$/,
  );
});

describe('written reports', () => {
  const hostile = '</code><img src=x onerror=alert(1)> [x](javascript:alert(1)) # h `tick` \x1b[31m';
  const report: Report = {
    answers: [
      {
        id: 'impersonation',
        asks: 'Can someone send mail in your name?',
        outcome: 'problem',
        case: 'open',
        severity: 'high',
        headline: 'Yes.',
        reason: 'Nothing tells receivers to refuse it.',
        lines: [{ who: 'this domain', what: 'delivered', tone: 'bad' }],
      },
    ],
    findings: [
      problem('dmarc/policy', 'high', 'enforce', {
        cites: [{ rfc: 7505, section: '3' }],
        shows: [{ name: domain, type: 'TXT', text: hostile }],
        fix: {
          stage: 'enforce',
          effort: 'hour',
          text: 'Change it.',
          changes: [{ op: 'replace', name: domain, type: 'TXT', was: hostile, value: 'v=DMARC1; p=reject' }],
        },
      }),
      other('spf/record', 'unknown'),
    ],
    facts: [{ question: dns(domain, 'MX'), result: unseen('timeout'), at: 0, by: '', tries: [] }],
  };

  test('as text act on no terminal and end in a line feed', () => {
    const text = textReport(report, about);
    expect(text).toContain('v=DMARC1; p=reject');
    expect(text).toContain('1 went unanswered');
    expect(/[\x00-\x09\x0b-\x1f]/.test(text)).toBe(false);
    expect(text.endsWith('\n')).toBe(true);
  });

  test('as Markdown hold records inert', () => {
    const text = markdownReport(report, about);
    const outside = text.replace(/^( *)(`{3,})\n[\s\S]*?\n\1\2$/gm, '').replace(/`[^`\n]*`/g, '');
    expect(outside).not.toContain('<img');
    expect(outside).not.toContain('](javascript');
  });

  test('as JSON have the documented shape', () => {
    const json = JSON.parse(JSON.stringify(jsonReport(report, about)));
    expect(Object.keys(json)).toEqual([
      'version',
      'domain',
      'at',
      'questions',
      'findings',
      'unanswered',
      'stats',
    ]);
    expect(json.findings[0]).toMatchObject({
      rule: 'dmarc/policy',
      severity: 'high',
      cites: [{ title: 'RFC 7505, section 3: MX Resource Records Specifying Null MX' }],
    });
    expect(json.unanswered).toEqual([
      { asked: 'MX at example.com', reason: 'timeout', says: 'no answer came in time' },
    ]);
    expect(json.at).toBe('2026-11-23T12:04:00.000Z');
  });
});

test('the closing line counts', () => {
  expect(effortWords({ questions: 84, rounds: 3, ms: 412 }, 0)).toBe(
    '84 questions, 0.4 s, nothing went unanswered',
  );
  expect(effortWords({ questions: 1, rounds: 1, ms: 12 }, 1)).toBe('1 question, 12 ms, 1 went unanswered');
});
