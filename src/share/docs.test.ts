/* What the docs tell people to paste is what the code makes and takes. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { badgeCode } from '../report/badge.ts';
import { frameCode, widgetOptions } from './widget.ts';

const page = 'https://mailproof.example/';
const doc = (name: string) => readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8');
const flat = (text: string) => text.replace(/\s+/g, ' ').replaceAll(' >', '>');

test('the frame and the component are those the builder writes', () => {
  const { frame, component } = frameCode(page, {
    domain: 'example.com',
    id: '',
    theme: 'auto',
    size: 'compact',
    auto: false,
  });
  expect(flat(doc('widget'))).toContain(flat(frame));
  expect(flat(doc('widget'))).toContain(flat(component));
});

test('every option in the table is read', () => {
  const options = [...doc('widget').matchAll(/^\| `([a-z]+=[^`]+)` \|/gm)].map(
    ([, option]) => option as string,
  );
  expect(options.length).toBe(7);
  const all = widgetOptions(`?${options.join('&')}`);
  for (const option of options.slice(1))
    expect(widgetOptions(`?embed=a&${option}`), option).not.toEqual(widgetOptions('?embed=a'));
  expect(all).toMatchObject({ domain: 'example.com', size: 'full', auto: true, id: 'one' });
});

test('the badge’s code is what the page gives', () => {
  const { html, markdown } = badgeCode('mailproof-example.com.svg', {
    domain: 'example.com',
    href: `${page}?d=example.com`,
  });
  expect(doc('badge')).toContain(html);
  expect(doc('badge')).toContain(markdown);
});
