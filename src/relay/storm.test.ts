import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ScriptedServer, scripted } from '../../e2e/lab/scripted-smtp.ts';
import { createRelay } from './handler.ts';
import { nodeHost } from './hosts/node.ts';

const PROBES = 500;
/** Milliseconds until a tarpit is given up. */
const PATIENCE = 2000;
let tarpit: ScriptedServer;
let quick: ScriptedServer;

beforeAll(async () => {
  tarpit = await scripted(async (peer) => {
    // An octet now and then, for ever: never a line.
    peer.send('220-');
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      peer.send('x');
    }
  });
  quick = await scripted(async (peer) => {
    peer.say('220 mx ESMTP');
    await peer.serve(['mx', 'SIZE']);
  });
});
afterAll(() => Promise.all([tarpit.close(), quick.close()]));

test(`${PROBES} probes at once against tarpits hold nobody up and take no memory to speak of`, async () => {
  const base = nodeHost({ helo: 'relay.lab.test' });
  const relay = createRelay({
    host: {
      ...base,
      connect: (address, _, timeout) =>
        base.connect('127.0.0.1', (address === '127.2.0.1' ? quick.port : tarpit.port) as 25, timeout),
      resolve: (async (name: string, type: string) => {
        if (type !== 'A') return [];
        if (name === 'quick.lab.test') return ['127.2.0.1'];
        const n = Number(/^t([0-9]+)\./.exec(name)?.[1]);
        return [`127.1.${n >> 8}.${n & 255}`];
      }) as typeof base.resolve,
    },
    allow: (address) => address.startsWith('127.'),
    caps: { greeting: PATIENCE },
  });
  const ask = (name: string, client: string) =>
    relay(new Request(`http://relay/smtp?domain=${name}&host=${name}&port=25`), client);

  await ask('quick.lab.test', '198.51.100.1');
  const before = process.memoryUsage().rss;
  const start = performance.now();
  const storm = Array.from({ length: PROBES }, async (_, n) => {
    const response = await ask(`t${n}.lab.test`, `10.0.${n >> 8}.${n & 255}`);
    return (await response.json()) as { answer: { addresses: { greeting: { end: string } }[] } };
  });
  while (tarpit.connections < PROBES && performance.now() - start < 30_000)
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect(tarpit.connections).toBe(PROBES);
  const held = process.memoryUsage().rss - before;

  const second = performance.now();
  expect((await ask('quick.lab.test', '198.51.100.2')).status).toBe(200);
  expect((await relay(new Request('http://relay/'), '198.51.100.2')).status).toBe(200);
  const served = performance.now() - second;

  const ends = (await Promise.all(storm)).map(({ answer }) => answer.addresses[0]?.greeting.end);
  const took = performance.now() - start;
  console.log(
    `${PROBES} tarpits: ${(held / 1e6).toFixed(0)} MB more (both ends), another served in ${served.toFixed(0)} ms, all ended after ${took.toFixed(0)} ms`,
  );
  expect(new Set(ends)).toEqual(new Set(['timeout']));
  expect(served).toBeLessThan(PATIENCE);
  expect(held).toBeLessThan(100e6);
});
