/*
 * The lab's DNS: one BIND that owns a small world from its own signed root down, and one that resolves and
 * validates it. Domains of e2e/lab/zones are signed or not as SIGNED says; the signatures of one are out of date,
 * one was tampered with after signing.
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ended } from './running.ts';

/** A running lab. */
export interface Lab {
  /** HOST:PORT of the validating resolver. */
  readonly dns: string;
  stop(): Promise<void>;
}

/** A domain beside those of e2e/lab/zones. */
export interface MoreZones {
  /** Records of each domain, as its zone file has them. */
  readonly zones: Readonly<Record<string, string>>;
  /** Those of them that are signed. */
  readonly signed: readonly string[];
  /** Records of the root zone, where reverse names have their place. */
  readonly elsewhere?: string;
}

/** Starts both servers; resolves when the resolver answers. */
export async function startLab(more: MoreZones = { zones: {}, signed: [] }): Promise<Lab> {
  const folder = mkdtempSync(join(tmpdir(), 'mailproof-lab-'));
  const [owner, resolver] = await Promise.all([freePort(), freePort()]);
  const names = [...zoneNames(), ...Object.keys(more.zones)];
  const isSigned = (name: string) => SIGNED.includes(name) || more.signed.includes(name);
  const anchor = writeZones(folder, names, isSigned, more);
  writeFileSync(join(folder, 'owner.conf'), ownerConfig(folder, owner, names, isSigned));
  writeFileSync(join(folder, 'resolver.conf'), resolverConfig(folder, owner, resolver, anchor));
  const servers = ['owner', 'resolver'].map((role) => named(folder, role));
  const stop = async () => {
    await Promise.all(servers.map(ended));
    rmSync(folder, { recursive: true, force: true });
  };
  const dns = `${HOST}:${resolver}`;
  try {
    await answering(dns, servers);
  } catch (error) {
    const logs = ['owner.log', 'resolver.log'].map((log) => lastLines(join(folder, log)));
    await stop();
    throw new Error(`BIND does not answer: ${String(error)}\n${logs.join('\n')}`);
  }
  console.log(`lab: BIND validates ${names.length} domains from its own root at ${dns}`);
  return { dns, stop };
}

/** Writes and signs every zone; the root's key, to be trusted. */
function writeZones(
  folder: string,
  names: readonly string[],
  isSigned: (name: string) => boolean,
  { zones, elsewhere: further = '' }: MoreZones,
): string {
  for (const name of names) {
    const records = zones[name] ?? readFileSync(join(ZONES, `${name}.zone`), 'utf8');
    writeFileSync(join(folder, name), `${HEAD}${records}`);
    if (isSigned(name)) sign(folder, name);
    if (name === TAMPERED) tamper(join(folder, `${name}.signed`));
  }
  const delegations = names.map((name) => `${name}. NS ns.test.\n`);
  writeFileSync(join(folder, 'test'), `${HEAD}${delegations.join('')}ns.test. A ${HOST}\n`);
  sign(folder, 'test');
  const elsewhere = readFileSync(join(ZONES, 'elsewhere'), 'utf8');
  writeFileSync(join(folder, 'root'), `${HEAD}test. NS ns.test.\nns.test. A ${HOST}\n${elsewhere}${further}`);
  return sign(folder, 'root', '.');
}

/** Signs a zone with one key, with DS records for signed zones below it; the key's public half. */
function sign(folder: string, file: string, origin = `${file}.`): string {
  const run = (program: string, args: string[]) =>
    execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  // -P: signzone would refuse to write signatures that do not verify.
  const times = file === EXPIRED ? ['-P', '-s', '20250101000000', '-e', '20250201000000'] : ['-e', '+864000'];
  const key = run('dnssec-keygen', ['-q', '-a', 'ECDSAP256SHA256', '-f', 'KSK', origin]).trim();
  run('dnssec-signzone', ['-q', '-S', '-z', '-g', '-o', origin, ...times, '-f', `${file}.signed`, file]);
  const words = /DNSKEY\s+(\d+) (\d+) (\d+) (.*)/.exec(readFileSync(join(folder, `${key}.key`), 'utf8'));
  return `${words?.[1]} ${words?.[2]} ${words?.[3]} "${words?.[4]?.replaceAll(' ', '')}"`;
}

/** Changes a signed record, so that its signature no longer fits. */
function tamper(path: string): void {
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replaceAll('v=spf1 -all', 'v=spf1 +all'));
}

function ownerConfig(
  folder: string,
  port: number,
  names: readonly string[],
  isSigned: (name: string) => boolean,
): string {
  const zones = [...names, 'test', 'root'].map((file) => {
    const signed = isSigned(file) || file === 'test' || file === 'root';
    return `zone "${file === 'root' ? '.' : file}" { type primary; file "${file}${signed ? '.signed' : ''}"; };`;
  });
  return `${common(folder, port, port)} recursion no; };\n${zones.join('\n')}\n`;
}

function resolverConfig(folder: string, owner: number, port: number, anchor: string): string {
  return `${common(folder, owner, port)} recursion yes; dnssec-validation yes; qname-minimization off;
  max-cache-ttl 60; servfail-ttl 0; };
trust-anchors { "." static-key ${anchor}; };
zone "." { type static-stub; server-addresses { ${HOST}; }; };
`;
}

/** `port` is where BIND finds other servers, `own` where it listens: so no privileged port is needed. */
function common(folder: string, port: number, own: number): string {
  return `controls { };
options { directory "${folder}"; port ${port}; listen-on port ${own} { ${HOST}; }; listen-on-v6 { none; };
  pid-file none; session-keyfile none; lock-file none; empty-zones-enable no;
  check-names primary ignore; check-integrity no; notify no; minimal-responses no; zone-statistics none;
  max-records-per-type 0; max-cache-size 64m;`;
}

function named(folder: string, role: string): ChildProcess {
  const log = join(folder, `${role}.log`);
  return spawn('named', ['-f', '-n', '1', '-U', '1', '-L', log, '-c', join(folder, `${role}.conf`)], {
    stdio: 'ignore',
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
  });
}

async function answering(dns: string, servers: readonly ChildProcess[]): Promise<void> {
  const resolver = new Resolver({ timeout: 1000, tries: 1 });
  resolver.setServers([dns]);
  const until = Date.now() + 20_000;
  for (;;) {
    try {
      await resolver.resolveMx('good.test');
      return;
    } catch (error) {
      if (Date.now() > until || servers.some((server) => server.exitCode !== null)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function lastLines(path: string): string {
  return existsSync(path)
    ? readFileSync(path, 'utf8').split('\n').slice(-12).join('\n')
    : `${path}: nothing logged`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, HOST, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

function zoneNames(): string[] {
  return readdirSync(ZONES)
    .filter((file) => file.endsWith('.zone'))
    .map((file) => basename(file, '.zone'));
}

const ZONES = join(import.meta.dirname, 'zones');
const HOST = '127.0.0.1';
const EXPIRED = 'expired.test';
const TAMPERED = 'tampered.test';
const SIGNED: readonly string[] = ['good.test', 'parked.test', EXPIRED, TAMPERED];
const HEAD = `$TTL 300\n@ SOA ns.test. hostmaster.test. 1 3600 600 86400 300\n@ NS ns.test.\n`;
