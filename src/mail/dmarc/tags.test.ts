import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTagList } from './tags.ts';

const SEED = 20261123;

test('blanks around names, equals signs and values do not count', () => {
  const { tags, faults } = parseTagList(' v = DMARC1 ;\tp=\tnone ; ');
  expect(tags.map(({ name, value }) => [name, value])).toEqual([
    ['v', 'DMARC1'],
    ['p', 'none'],
  ]);
  expect(faults).toEqual([]);
});

test('offsets lead back to the text', () => {
  const text = 'v=DMARC1;  rua = mailto:a@example.com ;p=none';
  for (const { name, value, from, to, valueFrom, valueTo } of parseTagList(text).tags) {
    expect(text.slice(valueFrom, valueTo)).toBe(value);
    expect(text.slice(from, to)).toMatch(new RegExp(`^${name}\\s*=.*${value}$`));
  }
});

test.each([
  ['a=1;;b=2', [['empty', 4, 5]]],
  ['a=1;b', [['no-equals', 4, 5]]],
  ['a=1;a=2', [['duplicate', 4, 7]]],
  ['-a=1', [['name', 0, 2]]],
  ['a=x\xe2\x80\x9cy', [['octet', 3, 6]]],
  ['=x', [['name', 0, 0]]],
  ['', []],
  [';', [['empty', 0, 1]]],
])('where %j leaves the form', (text, expected) => {
  expect(parseTagList(text).faults.map(({ kind, from, to }) => [kind, from, to])).toEqual(expected);
});

test('an empty value is a value', () => {
  expect(parseTagList('p=').tags).toEqual([
    { name: 'p', value: '', from: 0, to: 2, valueFrom: 2, valueTo: 2 },
  ]);
});

test('any octets are read without a throw, with offsets inside the text', () => {
  fc.assert(
    fc.property(octets, (text) => {
      const { tags, faults } = parseTagList(text);
      for (const tag of tags) {
        expect(0 <= tag.from && tag.from <= tag.valueFrom).toBe(true);
        expect(tag.valueFrom <= tag.valueTo && tag.valueTo <= tag.to && tag.to <= text.length).toBe(true);
      }
      for (const { from, to } of faults) expect(0 <= from && from <= to && to <= text.length).toBe(true);
    }),
    { seed: SEED, numRuns: 500 },
  );
});

const octets = fc
  .array(
    fc.oneof(
      fc.constantFrom('v', 'p', '=', ';', ' ', '\t', ','),
      fc.nat(255).map((n) => String.fromCharCode(n)),
    ),
    {
      maxLength: 80,
    },
  )
  .map((chars) => chars.join(''));
