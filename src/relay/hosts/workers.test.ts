import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority } from '../../../e2e/lab/certificates.ts';
import { type ScriptedServer, scripted } from '../../../e2e/lab/scripted-smtp.ts';
import { HOST, keysOf, SCENARIOS } from '../../../e2e/lab/smtp-scenarios.ts';
import { readSmtpAnswer, type SmtpAddress } from '../../facts/smtp.ts';
import { visit } from '../dialogue.ts';
import { CAPS, type Caps } from '../wire.ts';
import { nodeHost } from './node.ts';

const QUICK: Partial<Caps> = { greeting: 2500, reply: 2000, handshake: 2500, quit: 2000, visit: 9000 };
/** Scenario number n lives on this address, a port 20000 above its own: nobody has to be root. */
const addressOf = (n: number) => `127.77.0.${n + 1}`;
const require = createRequire(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'mailproof-workerd-'));
const keys = keysOf(createAuthority());
const servers: ScriptedServer[] = [];
let dns: Server;
let workerd: ChildProcess;
let address = '';

beforeAll(async () => {
  for (const mode of ['lab', 'workers'])
    await build({
      configFile: 'vite.relay.config.ts',
      mode,
      logLevel: 'silent',
      build: { outDir: join(folder, mode) },
    });
  for (const [n, { script, port }] of SCENARIOS.entries())
    servers.push(await scripted(script(keys), { address: addressOf(n), port: port + 20_000 }));
  dns = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://dns');
    const n = /^s([0-9]+)\.lab\.test$/.exec(searchParams.get('name') ?? '')?.[1];
    const answer =
      n !== undefined && searchParams.get('type') === 'A' ? [{ type: 1, data: addressOf(Number(n)) }] : [];
    response.end(JSON.stringify({ Status: 0, Answer: answer }));
  });
  await new Promise<void>((resolve) => dns.listen(0, '127.0.0.1', resolve));
  const bindings = {
    DNS: `http://127.0.0.1:${(dns.address() as AddressInfo).port}/`,
    CAPS: JSON.stringify(QUICK),
  };
  writeFileSync(
    join(folder, 'lab.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "relay", esModule = embed "lab/relay-worker.mjs")],
      compatibilityDate = "2026-11-01",
      bindings = [${Object.entries(bindings)
        .map(([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`)
        .join(', ')}],
      globalOutbound = "network")),
    (name = "network", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);\n`,
  );
  // The program itself: the script beside it would keep the control channel to itself.
  const { default: bin } = require('workerd') as { default: string };
  workerd = spawn(bin, ['serve', '--control-fd=3', 'lab.capnp'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  address = await new Promise<string>((resolve, reject) => {
    workerd.once('exit', (code) => reject(new Error(`workerd ended with ${code}`)));
    workerd.stdio[3]?.on('data', (data: Buffer) => {
      const port = /"port":\s*([0-9]+)/.exec(data.toString())?.[1];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    });
  });
}, 60_000);

afterAll(async () => {
  workerd?.kill('SIGKILL');
  dns?.close();
  await Promise.all(servers.map((server) => server.close()));
  rmSync(folder, { recursive: true });
});

const seenBy = async (n: number): Promise<SmtpAddress | undefined> => {
  const name = `s${n}.lab.test`;
  const response = await fetch(`${address}/smtp?domain=${name}&host=${name}&port=${SCENARIOS[n]?.port}`);
  const body = (await response.json()) as { answer: unknown };
  return readSmtpAnswer(body.answer)?.addresses[0];
};

/** What does not depend on who looks: no times, and the name asked for by it. */
const comparable = (seen: SmtpAddress | undefined) =>
  JSON.parse(
    JSON.stringify(seen, (key, value) =>
      ['ms', 'connectMs', 'sni', 'address', 'finished', 'failure', 'trust'].includes(key) ? undefined : value,
    ),
  ) as SmtpAddress;

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
      connect: (to: string, port: number, timeout: number) =>
        base.connect(to, (port + 20_000) as 25, timeout),
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
  const bundle = readFileSync(join(folder, 'workers', 'relay-worker.mjs'));
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
  expect(each).toBeLessThan(10);
});
