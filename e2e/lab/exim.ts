/*
 * Exim, the second implementation, unpacked beside Postfix because the two packages exclude each other. One daemon
 * on one address: 25 and 587 with STARTTLS, 465 with TLS from the start. Start: `exim4 -C FILE -bdf` as root,
 * stop: SIGTERM to it.
 */

import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ended, type Running } from './running.ts';

/** Where `npm test` unpacks it. */
const UNPACKED = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'exim');
const PROGRAM = join(UNPACKED, 'usr', 'sbin', 'exim4');

/** What it needs to be told. */
export interface EximOptions {
  readonly address: string;
  readonly name: string;
  /** Files of its chain and key, in PEM. */
  readonly chain: string;
  readonly key: string;
}

/** Whether it is there and may be run. */
export const canExim = (): boolean => process.getuid?.() === 0 && existsSync(PROGRAM);

export function startExim(folder: string, { address, name, chain, key }: EximOptions): Running {
  const at = (file: string) => join(folder, file);
  // It becomes a user of its own as soon as it listens.
  chmodSync(folder, 0o777);
  writeFileSync(
    at('exim.conf'),
    `primary_hostname = ${name}
local_interfaces = <; ${address}
daemon_smtp_ports = 25 : 465 : 587
tls_on_connect_ports = 465
tls_advertise_hosts = *
tls_certificate = ${chain}
tls_privatekey = ${key}
auth_advertise_hosts = \${if and{{!eq{$tls_in_cipher}{}}{!eq{$received_port}{25}}}{*}{}}
host_lookup =
rfc1413_hosts =
spool_directory = ${folder}
keep_environment =
log_file_path = ${at('%slog')}
pid_file_path = ${at('exim.pid')}
acl_smtp_mail = nobody
begin acl
nobody:
  deny
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = false
`,
  );
  const child = spawn(PROGRAM, ['-C', at('exim.conf'), '-bdf'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LD_LIBRARY_PATH: libraries() },
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  return {
    log: () => said + (existsSync(at('mainlog')) ? readFileSync(at('mainlog'), 'utf8') : ''),
    stop: () => ended(child),
  };
}

/** Libraries unpacked with it: of any architecture. */
function libraries(): string {
  const triplet = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[process.arch as string] ?? '';
  return join(UNPACKED, 'usr', 'lib', triplet);
}
