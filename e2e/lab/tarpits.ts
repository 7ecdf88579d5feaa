/*
 * Mail servers that never come to the end of their greeting, and a relay that is asked about many of them at once.
 */

import { createRelay } from '../../src/relay/handler.ts';
import { nodeHost } from '../../src/relay/hosts/node.ts';
import { scripted } from './scripted-smtp.ts';

/** How a relay held out. */
export interface HeldOut {
  readonly probes: number;
  /** Connections that stood open together. */
  readonly open: number;
  /** Octets more in memory, both ends of every connection. */
  readonly held: number;
  /** Milliseconds in which another visitor was served meanwhile, two questions. */
  readonly served: number;
  /** Statuses of the answers to the other visitor. */
  readonly statuses: readonly number[];
  /** Milliseconds until the last probe had ended, and how they ended. */
  readonly took: number;
  readonly ends: ReadonlySet<string | undefined>;
}

/**
 * Asks a relay about so many tarpits at once, each by another client, and then about a server that answers. A tarpit
 * is given up after `patience` milliseconds.
 */
export async function holdProbes(probes: number, patience: number): Promise<HeldOut> {
  const tarpit = await scripted(async (peer) => {
    // An octet now and then, for ever: never a line.
    peer.send('220-');
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      peer.send('x');
    }
  });
  const quick = await scripted(async (peer) => {
    peer.say('220 mx ESMTP');
    await peer.serve(['mx', 'SIZE']);
  });
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
    caps: { greeting: patience },
  });
  const ask = (name: string, client: string) =>
    relay(new Request(`http://relay/smtp?domain=${name}&host=${name}&port=25`), client);

  try {
    // Once for what is loaded and made only then.
    await ask('quick.lab.test', '198.51.100.1');
    const before = process.memoryUsage().rss;
    const start = performance.now();
    const storm = Array.from({ length: probes }, async (_, n) => {
      const response = await ask(`t${n}.lab.test`, `10.0.${n >> 8}.${n & 255}`);
      return (await response.json()) as { answer: { addresses: { greeting: { end: string } }[] } };
    });
    while (tarpit.connections < probes && performance.now() - start < 30_000)
      await new Promise((resolve) => setTimeout(resolve, 50));
    const open = tarpit.connections;
    const held = process.memoryUsage().rss - before;
    const second = performance.now();
    const statuses = [
      (await ask('quick.lab.test', '198.51.100.2')).status,
      (await relay(new Request('http://relay/'), '198.51.100.2')).status,
    ];
    const served = performance.now() - second;
    const ends = new Set((await Promise.all(storm)).map(({ answer }) => answer.addresses[0]?.greeting.end));
    return { probes, open, held, served, statuses, took: performance.now() - start, ends };
  } finally {
    await Promise.all([tarpit.close(), quick.close()]);
  }
}
