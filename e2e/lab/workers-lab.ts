/*
 * The Workers build of the relay for the lab: loopback is let through, and each of the four ports may stand higher
 * than it should, so that nobody needs to be root. Started by `workerd serve` (workerd.ts).
 */

import { createRelay, type Relay } from '../../src/relay/handler.ts';
import { workersHost } from '../../src/relay/hosts/workers-host.ts';
import type { Caps } from '../../src/relay/wire.ts';

let relay: Relay | undefined;

export default {
  fetch(
    request: Request,
    { DNS, CAPS, SHIFT }: { DNS: string; CAPS: string; SHIFT: string },
  ): Promise<Response> {
    const base = workersHost({ helo: 'relay.lab.test', ports: [25, 465, 587, 2525], dns: DNS });
    relay ??= createRelay({
      host: {
        ...base,
        connect: (address, port, timeout) =>
          base.connect(address, (port + Number(SHIFT)) as typeof port, timeout),
      },
      allow: (address) => address.startsWith('127.'),
      limits: { perVisitor: 10_000, perAddress: 10_000, memory: 0 },
      caps: JSON.parse(CAPS) as Partial<Caps>,
    });
    return relay(request, '192.0.2.1');
  },
};
