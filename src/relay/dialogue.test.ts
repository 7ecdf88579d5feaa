import { describe, expect, test } from 'vitest';
import { createAuthority } from '../../e2e/lab/certificates.ts';
import { scripted } from '../../e2e/lab/scripted-smtp.ts';
import { HOST, keysOf, SCENARIOS, type Scenario } from '../../e2e/lab/smtp-scenarios.ts';
import type { SmtpAddress } from '../facts/smtp.ts';
import { readSmtpAnswer } from '../facts/smtp.ts';
import { visit } from './dialogue.ts';
import { nodeHost } from './hosts/node.ts';

import { CAPS, type Caps } from './wire.ts';

/** The real limits, each second a few milliseconds. */
const QUICK: Partial<Caps> = { greeting: 2500, reply: 2000, handshake: 2500, quit: 2000, visit: 9000 };
const authority = createAuthority();
const keys = keysOf(authority);

async function look(scenario: Scenario): Promise<{ seen: SmtpAddress; heard: string[]; visits: number }> {
  const server = await scripted(scenario.script(keys));
  const base = nodeHost({ helo: 'relay.lab.test', ca: authority.root });
  const host = {
    ...base,
    connect: (address: string, _: number, timeout: number) =>
      base.connect(address, server.port as 25, timeout),
  };
  try {
    const target = { host: HOST, address: '127.0.0.1', port: scenario.port };
    const seen = await visit(host, target, { ...CAPS, ...QUICK });
    return { seen, heard: [...server.heard], visits: server.connections };
  } finally {
    await server.close();
  }
}

describe('servers of every kind, by Node', () => {
  test.concurrent.each(SCENARIOS.map((each) => [each.name, each] as const))(
    '%s',
    { timeout: 20_000 },
    async (_, scenario) => {
      const { seen, heard, visits } = await look(scenario);
      expect(seen).toMatchObject(scenario.seen);
      if (scenario.finished) expect(seen).toMatchObject(scenario.finished);
      // What a relay says is what a page reads.
      expect(readSmtpAnswer({ addresses: [seen], helo: 'relay', ms: 1 })).toEqual({
        addresses: [seen],
        helo: 'relay',
        ms: 1,
      });
      expect(visits).toBeLessThanOrEqual(2);
      expect(heard.filter((line) => !/^(EHLO relay\.lab\.test|STARTTLS|QUIT)$/.test(line))).toEqual([]);
    },
  );
});
