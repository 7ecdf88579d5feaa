import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority } from '../../../e2e/lab/certificates.ts';
import { type ScriptedServer, scripted } from '../../../e2e/lab/scripted-smtp.ts';
import { HOST, keysOf, SCENARIOS } from '../../../e2e/lab/smtp-scenarios.ts';
import { comparable, startWorkerd, type Workerd } from '../../../e2e/lab/workerd.ts';
import type { SmtpAddress } from '../../facts/smtp.ts';
import { visit } from '../dialogue.ts';
import { CAPS, type Caps } from '../wire.ts';
import { nodeHost } from './node.ts';

const QUICK: Partial<Caps> = { greeting: 2500, reply: 2000, handshake: 2500, quit: 2000, visit: 9000 };
/** How far above its own each port stands: nobody has to be root. */
const SHIFT = 20_000;
/** Scenario number n lives on this address. */
const addressOf = (n: number) => `127.77.0.${n + 1}`;
const folder = mkdtempSync(join(tmpdir(), 'mailproof-workerd-'));
const keys = keysOf(createAuthority());
const servers: ScriptedServer[] = [];
let workerd: Workerd;

beforeAll(async () => {
  await build({
    configFile: 'vite.relay.config.ts',
    mode: 'workers',
    logLevel: 'silent',
    build: { outDir: folder },
  });
  for (const [n, { script, port }] of SCENARIOS.entries())
    servers.push(await scripted(script(keys), { address: addressOf(n), port: port + SHIFT }));
  const numberOf = (name: string) => /^s([0-9]+)\.lab\.test$/.exec(name)?.[1];
  workerd = await startWorkerd({
    addressOf: (name) => (numberOf(name) === undefined ? undefined : addressOf(Number(numberOf(name)))),
    caps: QUICK,
    shift: SHIFT,
  });
}, 60_000);

afterAll(async () => {
  workerd?.stop();
  await Promise.all(servers.map((server) => server.close()));
  rmSync(folder, { recursive: true });
});

const seenBy = (n: number): Promise<SmtpAddress | undefined> =>
  workerd.seen(`s${n}.lab.test`, SCENARIOS[n]?.port ?? 25);

describe('servers of every kind, by workerd', () => {
  test.concurrent.each(SCENARIOS.map(({ name }, n) => [name, n] as const))(
    '%s',
    { timeout: 20_000 },
    async (name, n) => {
      const scenario = SCENARIOS[n];
      const before = servers[n]?.heard.length ?? 0;
      const seen = await seenBy(n);
      const expected = JSON.parse(
        JSON.stringify(scenario?.seen).replaceAll(`"sni":"${HOST}"`, `"sni":"s${n}.lab.test"`),
      );
      expect(seen).toMatchObject(expected);
      const heard = servers[n]?.heard.slice(before) ?? [];
      expect(heard.filter((line) => !/^(EHLO relay\.lab\.test|STARTTLS|QUIT)$/.test(line))).toEqual([]);
      expect(name).not.toBe('');
    },
  );

  test('the same as Node sees, the certificates included, wherever both can', async () => {
    const base = nodeHost({ helo: 'relay.lab.test' });
    const node = {
      ...base,
      upgrade: undefined,
      connect: (to: string, port: number, timeout: number) => base.connect(to, (port + SHIFT) as 25, timeout),
    };
    const same = [
      'good',
      'TLS from the start on 465',
      'a certificate of 60 kB',
      'nothing but TLS 1.3',
      'expired',
    ];
    for (const name of same) {
      const n = SCENARIOS.findIndex((each) => each.name === name);
      const port = SCENARIOS[n]?.port ?? 25;
      const { upgrade: _, ...withoutTls } = node;
      const [there, here] = await Promise.all([
        seenBy(n),
        visit(withoutTls, { host: HOST, address: addressOf(n), port }, { ...CAPS, ...QUICK }),
      ]);
      expect(comparable(there)).toEqual(comparable(here));
      expect(there?.handshakes.length).toBe(2);
    }
  });
});

test('small, and quick', async () => {
  const bundle = readFileSync(join(folder, 'relay-worker.mjs'));
  expect(gzipSync(bundle).length).toBeLessThan(60_000);
  const n = SCENARIOS.findIndex(({ name }) => name === 'good');
  for (let i = 0; i < 30; i++) await seenBy(n);
  const cpu = () => {
    const fields = readFileSync(`/proc/${workerd.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  };
  const before = cpu();
  for (let i = 0; i < 40; i++) await seenBy(n);
  const each = (cpu() - before) / 40;
  console.log(
    `workerd: ${gzipSync(bundle).length} B compressed, ${each.toFixed(1)} ms of CPU a question, server included`,
  );
  // The figure is for a quiet machine; beside other work the same instructions take several times as long.
  expect(each).toBeLessThan(50);
});
