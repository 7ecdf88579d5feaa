import { readFileSync } from 'node:fs';
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

test('every option that the docs list is read', () => {
  const doc = readFileSync(new URL('../../docs/links.md', import.meta.url), 'utf8');
  const options = [...doc.matchAll(/^\| (`[a-z]+=.+?`) \|/gm)].flatMap(([, cell]) =>
    [...(cell as string).matchAll(/`([^`]+)`/g)].map(([, option]) =>
      (option as string).replace('HASH', HASH),
    ),
  );
  expect(options.length).toBe(8);
  const [, ...more] = options;
  for (const option of more)
    expect(askIn(`?d=example.com&${option}`), option).not.toEqual(askIn('?d=example.com'));
});

const HASH = 'c93f1e400f26708f98cb19d936620da35eec8f72e57f9eec01c1afd6';
