import { expect, test } from 'vitest';
import { askIn, searchFor } from './address.ts';

test('an address and what it asks for lead to each other', () => {
  const ask = {
    input: 'münchen.example',
    resolver: 'google',
    selectors: ['s1', 'k2'],
    intent: 'no-mail' as const,
    submission: 'smtp.example.net',
  };
  expect(askIn(searchFor(ask))).toEqual(ask);
  expect(askIn('?d=example.com')).toEqual({ input: 'example.com', selectors: [] });
});

test('no domain means the start page; unknown options are ignored', () => {
  expect(askIn('')).toBeUndefined();
  expect(askIn('?resolver=google')).toBeUndefined();
  expect(askIn('?d=a.example&intent=war&selector=,%20a&selector=b&x=1')).toEqual({
    input: 'a.example',
    selectors: ['a', 'b'],
  });
});
