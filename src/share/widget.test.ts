import { expect, test } from 'vitest';
import {
  isCommand,
  isHeight,
  isWidgetMessage,
  type WidgetOptions,
  widgetOptions,
  widgetSearch,
} from './widget.ts';

const all: WidgetOptions = {
  domain: 'example.com',
  id: 'a-1',
  theme: 'dark',
  accent: '#0a7f5a',
  size: 'full',
  auto: true,
  origin: 'https://shop.example',
};

test('an address says what a frame is to be, and nothing else', () => {
  expect(widgetOptions('?d=example.com')).toBeUndefined();
  expect(widgetOptions('?embed=example.com')).toEqual({
    domain: 'example.com',
    id: '',
    theme: 'auto',
    size: 'compact',
    auto: false,
  });
  expect(widgetOptions(widgetSearch(all))).toEqual(all);
  expect(
    widgetOptions(
      '?embed=a&id=<b>&theme=url(x)&accent=red;}&size=huge&auto=yes&origin=https://shop.example/path',
    ),
  ).toEqual({ domain: 'a', id: '', theme: 'auto', size: 'compact', auto: false });
  for (const origin of ['null', '*', 'javascript:alert(1)', 'https://a@b', 'data:,x', 'HTTPS://A.example'])
    expect(widgetOptions(`?embed=a&origin=${encodeURIComponent(origin)}`)).not.toHaveProperty('origin');
});

test('only messages of this contract, version and id are taken', () => {
  const ready = { mailproof: 1, id: 'a', type: 'ready' };
  expect(isWidgetMessage(ready, 'a')).toBe(true);
  for (const other of [
    null,
    'ready',
    [],
    { ...ready, id: 'b' },
    { ...ready, mailproof: 2 },
    { ...ready, type: 'eval' },
  ])
    expect(isWidgetMessage(other, 'a')).toBe(false);
  expect(isWidgetMessage({ ...ready, type: 'height', height: 1e9 }, 'a')).toBe(false);
  expect(isCommand({ ...ready, type: 'check' }, 'a')).toBe(true);
  expect(isCommand({ ...ready, type: 'check' }, '')).toBe(false);
  expect([40, 20_000].every(isHeight)).toBe(true);
  expect([39, 40.5, -1, Number.NaN, '100', Number.POSITIVE_INFINITY].some(isHeight)).toBe(false);
});
