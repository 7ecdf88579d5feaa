import { expect, test } from 'vitest';
import { parseZone } from '../dns/zone.ts';
import type { Look, Topic } from '../engine/topic.ts';
import { scopeOfExample } from '../engine/trial.ts';
import type { Reading } from '../facts/observation.ts';
import { keyOf } from '../facts/question.ts';
import { zoneObserver } from '../observe/zone.ts';
import { hosts, MOST_HOSTS } from './hosts.ts';
import { MOST_ADDRESSES, ptr } from './ptr.ts';
import { wildcard } from './wildcard.ts';

async function read<T>(topic: Topic<T>, zone: string): Promise<{ reading: Reading<T>; asked: Set<string> }> {
  const parsed = parseZone(zone);
  expect(parsed.faults).toEqual([]);
  const observer = zoneObserver(parsed, 0);
  const asked = new Set<string>();
  const look: Look = {
    scope: scopeOfExample({}),
    ask: async (question, lane = 'main') => {
      asked.add(keyOf(question));
      return (await observer.observe(question, lane)).result as never;
    },
    read: (other) => other.take(look),
  };
  return { reading: await topic.take(look), asked };
}

test('hosts come in the order of their records, each once', async () => {
  const { reading } = await read(
    hosts,
    `example.com MX 20 b.example.com
     example.com MX 10 a.example.com
     example.com MX 30 a.example.com
     a.example.com CNAME c.example.net
     c.example.net AAAA 2600::25
     b.example.com A 45.0.0.25`,
  );
  expect(reading).toMatchObject({
    got: 'whole',
    value: [
      {
        exchange: 'a.example.com',
        preference: 10,
        chain: ['c.example.net'],
        exists: true,
        aaaa: ['2600::25'],
      },
      { exchange: 'b.example.com', preference: 20, chain: [], a: ['45.0.0.25'], aaaa: [] },
    ],
  });
});

test('without MX the domain itself takes mail, if it has an address', async () => {
  expect((await read(hosts, 'example.com A 45.0.0.1')).reading).toMatchObject({
    value: [{ exchange: 'example.com', preference: 0 }],
  });
  expect((await read(hosts, 'example.com TXT "x"')).reading).toEqual({ got: 'whole', value: [] });
  expect((await read(hosts, 'example.com MX 0 .')).reading).toMatchObject({ value: [{ special: 'null' }] });
});

test.each([
  ['192.0.2.1', 'address-literal'],
  ['[192.0.2.1]', 'address-literal'],
  ['2001:db8::1', 'address-literal'],
  ['[2001:db8::1]', 'address-literal'],
  ['mail', 'one-label'],
])('%s is no name of a host', async (exchange, special) => {
  expect((await read(hosts, `example.com MX 10 ${exchange}`)).reading).toMatchObject({
    value: [{ special }],
  });
});

test('what is not answered is said, with what is', async () => {
  const { reading } = await read(
    hosts,
    'example.com MX 10 a.example.com\na.example.com A 45.0.0.25\na.example.com AAAA !timeout',
  );
  expect(reading).toMatchObject({
    got: 'part',
    because: { reason: 'timeout' },
    value: [{ a: ['45.0.0.25'] }],
  });
});

test('a thousand MX records and addresses are bounded', async () => {
  const many = Array.from({ length: 1000 }, (_, n) => `example.com MX ${n} h${n}.example.com`).join('\n');
  const { reading, asked } = await read(hosts, many);
  expect(reading).toMatchObject({ got: 'part', because: { reason: 'over-budget' } });
  expect(asked.size).toBe(1 + 2 * MOST_HOSTS);
  const listed = Array.from({ length: 1000 }, (_, n) => `ip4:45.0.${n >> 8}.${n & 255}`).join(' ');
  const senders = await read(ptr, `example.com TXT "v=spf1 ${listed} -all"`);
  expect(senders.reading).toMatchObject({ got: 'whole' });
  expect(senders.asked.size).toBe(2 + MOST_ADDRESSES);
});

test('hosts of a provider are not asked for their reverse names', async () => {
  const { reading, asked } = await read(
    ptr,
    'example.com MX 1 aspmx.l.google.com\naspmx.l.google.com A 45.0.0.25',
  );
  expect(reading).toEqual({ got: 'whole', value: [] });
  expect([...asked].sort()).toEqual(['dns example.com MX', 'dns example.com TXT']);
});

test.each([
  ['example.com A 45.0.0.1', { denial: 'nxdomain', txt: [], mx: false, addresses: false }],
  ['$COMPACT example.com\nexample.com A 45.0.0.1', { denial: 'compact' }],
  ['*.example.com A 45.0.0.1', { denial: 'wildcard', addresses: true, mx: false }],
  ['*.example.com MX 0 .', { denial: 'wildcard', mx: false, exchanges: ['0 .'] }],
  ['*.example.com CNAME gone.example.net', { denial: 'wildcard', alias: 'gone.example.net' }],
])('what any name is answered: %s', async (zone, expected) => {
  expect((await read(wildcard, zone)).reading).toMatchObject({ got: 'whole', value: expected });
});
