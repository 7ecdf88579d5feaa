/*
 * Old TLS by `openssl s_server`, which speaks versions and suites that mail servers of today no longer have. It
 * knows no SMTP, so what comes before STARTTLS is said here, and what is said inside TLS goes through its standard
 * input and output. Connections are served one after the other. Start: `openssl s_server -quiet …`, stop: SIGTERM.
 */

import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { answers, ended, type Running } from './running.ts';
import { scripted } from './scripted-smtp.ts';

/** A server on port 25. */
export interface OpensslOptions {
  readonly address: string;
  readonly name: string;
  /** Files of its chain and key, in PEM. */
  readonly chain: string;
  readonly key: string;
  /** What s_server is told: versions and suites. */
  readonly tls: readonly string[];
}

export async function startOpenssl({ address, name, chain, key, tls }: OpensslOptions): Promise<Running> {
  const own = spawn(
    'openssl',
    [
      ...['s_server', '-quiet', '-accept', `${address}:${BEHIND}`],
      ...['-cert', chain, '-cert_chain', chain, '-key', key, ...tls],
    ],
    // Debian's own settings would refuse what this is here for.
    { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, OPENSSL_CONF: '/dev/null' } },
  );
  // A connection that s_server takes and loses.
  await answers(address, BEHIND);
  own.stdout.on('data', (chunk: Buffer) => {
    const said = chunk.toString('latin1');
    if (/^EHLO/im.test(said)) own.stdin.write(`250-${name}\r\n250 SIZE 1000000\r\n`);
    if (/^QUIT/im.test(said)) own.stdin.write('221 2.0.0 Bye\r\n');
  });
  const front = await scripted(
    async (peer) => {
      peer.say(`220 ${name} ESMTP`);
      if ((await peer.serve([name, 'STARTTLS'], 'STARTTLS')) === undefined) return;
      peer.say('220 2.0.0 Ready');
      await peer.passTo(connect({ host: address, port: BEHIND }));
    },
    { address, port: 25 },
  );
  return {
    log: () => '',
    stop: async () => {
      await front.close();
      await ended(own);
    },
  };
}

/** Where s_server itself listens. */
const BEHIND = 2500;
