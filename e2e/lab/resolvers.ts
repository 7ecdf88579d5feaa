/*
 * The public resolvers as the browser meets them, answered at the page from a text zone; each may be given a fault.
 */

import * as packet from '@dnsquery/dns-packet';
import type { Page, Route } from '@playwright/test';
import { mustName } from '../../src/dns/name.ts';
import type { Zone } from '../../src/dns/zone.ts';
import { RESOLVERS } from '../../src/observe/resolvers.ts';
import { encodable, respond } from '../../src/observe/zone-server.ts';

/** What a resolver does with a question; undefined when it answers as it should. */
export type Fault = (route: Route, query: Uint8Array, zone: Zone) => Promise<void> | undefined;

/** The resolvers of a page. */
export interface Resolvers {
  /** Questions by resolver, since the last change. */
  readonly asked: ReadonlyMap<string, number>;
  /** Gives a resolver a fault, or takes it away. */
  set(id: string, fault: Fault | undefined): void;
  setAll(fault: Fault | undefined): void;
}

/** Stands in for the known resolvers of a page. */
export async function fakeResolvers(page: Page, zone: Zone): Promise<Resolvers> {
  const faults = new Map<string, Fault>();
  const asked = new Map<string, number>();
  for (const { id, url } of RESOLVERS)
    await page.route(`${url}?*`, async (route) => {
      asked.set(id, (asked.get(id) ?? 0) + 1);
      const query = Buffer.from(new URL(route.request().url()).searchParams.get('dns') ?? '', 'base64url');
      // A page that stopped waiting, or has gone, takes no answer.
      await (faults.get(id)?.(route, query, zone) ?? answer(route, respond(zone, query))).catch(() => {});
    });
  const set = (id: string, fault: Fault | undefined) => {
    if (fault) faults.set(id, fault);
    else faults.delete(id);
    asked.clear();
  };
  return { asked, set, setAll: (fault) => RESOLVERS.forEach(({ id }) => void set(id, fault)) };
}

/** The faults there are. */
export const FAULTS = {
  slow: async (route, query, zone) => {
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await answer(route, respond(zone, query));
  },
  dead: (route) => route.abort('connectionrefused'),
  silent: () => new Promise<void>(() => {}),
  'with a bad certificate': (route) => route.abort('failed'),
  'answering another question': (route, query, zone) => {
    const other = packet.decode(query as never) as unknown as { questions: { name: string }[] };
    return answer(
      route,
      respond(
        zone,
        packet.encode({
          ...other,
          questions: other.questions.map((asked) => ({ ...asked, name: 'other.example' })),
        } as never),
      ),
    );
  },
  'adding strange records': (route, query, zone) => {
    const right = respond(zone, query);
    if (!(right instanceof Uint8Array)) return answer(route, right);
    const reply = packet.decode(right as never) as unknown as { answers: object[] };
    const strange = mustName('stranger.example');
    const added = [
      encodable(strange, 'TXT', 60, ['v=spf1 +all'] as never),
      encodable(strange, 'A', 60, '192.0.2.66' as never),
    ];
    return answer(route, packet.encode({ ...reply, answers: [...added, ...reply.answers] } as never));
  },
  'knowing no name': (route, query) => {
    const reply = Uint8Array.from(query);
    reply[2] = 0x81;
    reply[3] = 0x83;
    return answer(route, reply);
  },
  'showing a web page': (route) =>
    route.fulfill({ status: 200, contentType: 'text/html', headers: OPEN, body: '<h1>Please log in</h1>' }),
  'asking for patience': (route) =>
    route.fulfill({ status: 429, headers: { ...OPEN, 'retry-after': '30' }, body: '' }),
  'cutting answers': (route, query, zone) => {
    const right = respond(zone, query);
    return answer(route, right instanceof Uint8Array ? right.subarray(0, right.length - 7) : right);
  },
} satisfies Record<string, Fault>;

function answer(route: Route, reply: ReturnType<typeof respond>): Promise<void> {
  if (!(reply instanceof Uint8Array)) return route.abort('timedout');
  const headers = { ...OPEN, 'content-type': 'application/dns-message' };
  return route.fulfill({ status: 200, headers, body: Buffer.from(reply) });
}

const OPEN = { 'access-control-allow-origin': '*' };
