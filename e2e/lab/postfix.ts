/*
 * Postfix, one instance of its own under a folder of its own, with an smtpd for every address and port the lab
 * wants. It takes no mail: nothing but smtpd and what smtpd needs is started. Start: `master -d -c FOLDER/etc` as root,
 * stop: SIGTERM to it.
 */

import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { ended, type Running } from './running.ts';

/** One smtpd. */
export interface PostfixService {
  readonly address: string;
  readonly port: number;
  /** The name it greets with. */
  readonly name: string;
  /** Parameters of main.cf that are other than the usual here. */
  readonly with: Readonly<Record<string, string>>;
}

/** Whether this machine can run it. */
export const canPostfix = (): boolean => process.getuid?.() === 0 && version() !== undefined;

function version(): string | undefined {
  try {
    return execFileSync('/usr/sbin/postconf', ['-dh', 'mail_version'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/** Starts it; the ports listen soon after. */
export async function startPostfix(folder: string, services: readonly PostfixService[]): Promise<Running> {
  const at = (...parts: string[]) => join(folder, ...parts);
  const [user, group] = [idOf('-u', 'postfix'), idOf('-g', 'postfix')];
  for (const name of ['etc', 'queue', 'queue/pid', 'data']) mkdirSync(at(name));
  for (const name of ['queue/private', 'queue/public', 'data']) {
    mkdirSync(at(name), { recursive: true });
    chownSync(at(name), user, group);
  }
  const logins = await startLogins();
  const { port } = logins.address() as { port: number };
  writeFileSync(
    at('etc', 'main.cf'),
    lines({
      compatibility_level: '3.6',
      queue_directory: at('queue'),
      data_directory: at('data'),
      command_directory: '/usr/sbin',
      daemon_directory: '/usr/lib/postfix/sbin',
      mail_owner: 'postfix',
      setgid_group: 'postdrop',
      inet_protocols: 'ipv4',
      mynetworks: '',
      smtpd_peername_lookup: 'no',
      alias_maps: '',
      smtpd_relay_restrictions: 'reject',
      smtpd_banner: '$myhostname ESMTP',
      smtpd_tls_protocols: '>=TLSv1.2',
      smtpd_tls_mandatory_protocols: '>=TLSv1.2',
      message_size_limit: '52428800',
      smtpd_sasl_type: 'dovecot',
      smtpd_sasl_path: `inet:127.0.0.1:${port}`,
      smtpd_client_connection_rate_limit: '0',
      smtpd_client_connection_count_limit: '0',
      maillog_file: at('log'),
      maillog_file_prefixes: folder,
    }),
  );
  const smtpd = services.map(
    ({ address, port, name, with: parameters }) =>
      `${address}:${port} inet n - n - - smtpd\n` +
      Object.entries({ myhostname: name, ...parameters })
        .map(([key, value]) => `  -o {${key}=${value}}\n`)
        .join(''),
  );
  writeFileSync(at('etc', 'master.cf'), `${smtpd.join('')}${HELPERS}`);
  chmodSync(folder, 0o755);
  const master = spawn('/usr/lib/postfix/sbin/master', ['-d', '-c', at('etc')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  master.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  return {
    log: () => said + logged(at('log')),
    stop: async () => {
      await ended(master);
      await new Promise((resolve) => logins.close(resolve));
    },
  };
}

/** Who would check passwords, in the protocol of Dovecot: it says which ways there are, and nobody gets in. */
async function startLogins(): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write(
      'VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nMECH\tLOGIN\tplaintext\n' +
        'SPID\t1\nCUID\t1\nCOOKIE\t00112233445566778899aabbccddeeff\nDONE\n',
    );
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return server;
}

function lines(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('');
}

function idOf(which: '-u' | '-g', user: string): number {
  return Number(execFileSync('id', [which, user], { encoding: 'utf8' }));
}

function logged(path: string): string {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(-12).join('\n');
  } catch {
    return '';
  }
}

/** What an smtpd asks before mail begins. */
const HELPERS = `rewrite unix - - n - - trivial-rewrite
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
`;
