/*
 * Workers' own runtime with the relay's build for the lab, and the resolver over HTTPS that it asks. Start: `workerd
 * serve lab.capnp`, stop: SIGKILL.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { readSmtpAnswer, type SmtpAddress } from '../../src/facts/smtp.ts';
import type { Caps } from '../../src/relay/wire.ts';

/** What it is started with. */
export interface WorkerdOptions {
  /** Address of a host; undefined where there is none. */
  readonly addressOf: (name: string) => string | undefined;
  readonly caps: Partial<Caps>;
  /** How much higher than asked for the ports are that it connects to. */
  readonly shift: number;
}

/** A running relay. */
export interface Workerd {
  readonly pid: number | undefined;
  /** What it sees of the first address of a host. */
  seen(host: string, port: number): Promise<SmtpAddress | undefined>;
  stop(): void;
}

export async function startWorkerd({ addressOf, caps, shift }: WorkerdOptions): Promise<Workerd> {
  const folder = mkdtempSync(join(tmpdir(), 'mailproof-workerd-'));
  await build({ configFile: CONFIG, mode: 'lab', logLevel: 'silent', build: { outDir: folder } });
  const dns = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://dns');
    const address = searchParams.get('type') === 'A' ? addressOf(searchParams.get('name') ?? '') : undefined;
    response.end(JSON.stringify({ Status: 0, Answer: address ? [{ type: 1, data: address }] : [] }));
  });
  await new Promise<void>((resolve) => dns.listen(0, '127.0.0.1', resolve));
  const bindings = {
    DNS: `http://127.0.0.1:${(dns.address() as AddressInfo).port}/`,
    CAPS: JSON.stringify(caps),
    SHIFT: `${shift}`,
  };
  writeFileSync(
    join(folder, 'lab.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "relay", esModule = embed "relay-worker.mjs")],
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
  const workerd = spawn(bin, ['serve', '--control-fd=3', 'lab.capnp'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const address = await new Promise<string>((resolve, reject) => {
    workerd.once('exit', (code) => reject(new Error(`workerd ended with ${code}`)));
    workerd.stdio[3]?.on('data', (data: Buffer) => {
      const port = /"port":\s*([0-9]+)/.exec(data.toString())?.[1];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    });
  });
  return {
    pid: workerd.pid,
    seen: async (host, port) => {
      const response = await fetch(`${address}/smtp?domain=${host}&host=${host}&port=${port}`);
      const { answer } = (await response.json()) as { answer: unknown };
      return readSmtpAnswer(answer)?.addresses[0];
    },
    stop: () => {
      workerd.kill('SIGKILL');
      dns.close();
      dns.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * What does not depend on who looks, or when: no times, those that a greeting tells included, no names that were
 * asked by, nothing that needs keys. Of text in the place of TLS only the first line: how much more of it has come
 * when one hangs up is chance.
 */
export function comparable(seen: SmtpAddress | undefined): unknown {
  const text = JSON.stringify(seen, (key, value) => {
    if (LOOKERS_OWN.has(key)) return undefined;
    if (key === 'plain') return (value as string).split('\r\n')[0];
    return typeof value === 'string' ? value.replace(/\b\d\d:\d\d:\d\d\b/g, 'hh:mm:ss') : value;
  });
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

const require = createRequire(import.meta.url);
const LOOKERS_OWN: ReadonlySet<string> = new Set([
  'ms',
  'connectMs',
  'sni',
  'address',
  'finished',
  'failure',
  'trust',
]);
const CONFIG = join(import.meta.dirname, '..', '..', 'vite.relay.config.ts');
