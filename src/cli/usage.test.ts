import { describe, expect, test } from 'vitest';
import { readTime, statusOf } from './check.ts';
import { safeJson } from './json-output.ts';
import { oneOf, onlyArgument, readArguments, readHostPort, UsageError } from './usage.ts';

describe('wrong use is a sentence', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['an unknown option', () => readArguments(['--frmat', 'json'], {}), /^Unknown option '--frmat'\.$/],
    [
      'a missing value',
      () => readArguments(['--format'], { format: { type: 'string' } }),
      /^Option '--format <value>' argument missing\.$/,
    ],
    ['no argument', () => onlyArgument([], 'The domain to check'), /^The domain to check is missing\.$/],
    ['two arguments', () => onlyArgument(['a', 'b'], 'The domain to check'), /"b" is one too many\.$/],
    [
      'another word',
      () => oneOf('--format', 'xml', ['text', 'json'], 'text'),
      /takes text, json, not "xml"\.$/,
    ],
    ['no port', () => readHostPort('--dns', '127.0.0.1:99999', 53), /takes HOST:PORT/],
    ['no time', () => readTime('yesterday'), /takes a time such as/],
    ['no such day', () => readTime('2026-13-41'), /takes a time such as/],
  ])('%s', (_, call, says) => {
    expect(call).toThrow(UsageError);
    expect(call).toThrow(says);
  });
});

describe('what is read', () => {
  test.each([
    ['127.0.0.1:5353', { host: '127.0.0.1', port: 5353 }],
    ['[::1]:53', { host: '::1', port: 53 }],
    ['dns.example', { host: 'dns.example', port: 53 }],
  ])('server %s', (text, expected) => {
    expect(readHostPort('--dns', text, 53)).toEqual(expected);
  });

  test.each([
    ['2026-11-23', Date.UTC(2026, 10, 23)],
    ['2026-11-23T12:00', Date.UTC(2026, 10, 23, 12)],
    ['2026-11-23T12:00:00Z', Date.UTC(2026, 10, 23, 12)],
    ['2026-11-23T12:00:00+01:00', Date.UTC(2026, 10, 23, 11)],
  ])('time %s', (text, expected) => {
    expect(readTime(text)).toBe(expected);
  });
});

describe('exit status', () => {
  const base = { title: '', says: '', why: '', bears: [], cites: [], shows: [], asked: [] };
  const problem = { ...base, rule: 'mx/null-mixed', outcome: 'problem', severity: 'medium' } as const;
  const unknown = {
    ...base,
    rule: 'mx/null-mixed',
    outcome: 'unknown',
    because: { reason: 'timeout' },
  } as const;

  test('0 when nothing is grave enough, 1 when something is', () => {
    expect(statusOf([problem], 'high')).toBe(0);
    expect(statusOf([problem], 'medium')).toBe(1);
    expect(statusOf([problem, unknown], 'low')).toBe(1);
  });

  test('3 when something as grave may be hidden', () => {
    expect(statusOf([unknown], 'high')).toBe(3);
    expect(statusOf([unknown], 'critical')).toBe(0);
    expect(statusOf([{ ...unknown, because: { reason: 'not-provable' } }], 'high')).toBe(0);
  });
});

test('JSON is safe to print and reads back the same', () => {
  const hostile = { a: '\u001b[2J\u009b31m\u202e\u2028\u{e0041}\ud800é😀', b: ['line\nfeed'] };
  const text = safeJson(hostile, 2);
  expect(text).toMatch(/^[^\p{Cf}\p{Cs}\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]*$/u);
  expect(JSON.parse(text)).toEqual(hostile);
});
