/*
 * `node relay.mjs`: a relay that runs alone. Everything it may do is said on its command line.
 */

import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { SMTP_PORTS, type SmtpPort } from '../../facts/smtp.ts';
import { createRelay } from '../handler.ts';
import { nodeHost } from './node.ts';
import { createRelayServer } from './node-server.ts';

/** A mail host that answers everybody on port 25; asked at most once in ten minutes. */
const CONTROL = 'gmail-smtp-in.l.google.com';

const HELP = `Usage: node relay.mjs [options]
  --port N          port to listen on (8026)
  --host ADDRESS    address to listen on (127.0.0.1)
  --helo NAME       name to give with EHLO; should resolve to this machine
  --origin URL      a page that may ask, repeatable (without it every page may)
  --ports LIST      ports this machine's network lets out (25,465,587,2525)
  --control NAME    host known to answer on port 25, or "off" (${CONTROL})
  --dns ADDRESS     name server to ask, repeatable (the system's)
  --proxied         the visitor's address is the last of X-Forwarded-For
`;

function main(): void {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8026' },
      host: { type: 'string', default: '127.0.0.1' },
      helo: { type: 'string' },
      origin: { type: 'string', multiple: true },
      ports: { type: 'string' },
      control: { type: 'string', default: CONTROL },
      dns: { type: 'string', multiple: true },
      proxied: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const relay = createRelay({
    host: nodeHost({ helo: values.helo, ports: portsFrom(values.ports), dns: values.dns }),
    origins: values.origin ?? '*',
    controls: values.control === 'off' ? {} : { 25: values.control },
  });
  const server = createRelayServer(relay, values.proxied);
  server.once('error', fail);
  server.listen(Number(values.port), values.host, () => {
    const { address, family, port } = server.address() as AddressInfo;
    process.stdout.write(`Relay: http://${family === 'IPv6' ? `[${address}]` : address}:${port}/\n`);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
}

function portsFrom(text: string | undefined): readonly SmtpPort[] | undefined {
  if (text === undefined) return undefined;
  return text.split(',').map((each) => {
    const port = SMTP_PORTS.find((known) => `${known}` === each);
    if (port === undefined) throw new RangeError(`--ports takes some of ${SMTP_PORTS.join(',')}.`);
    return port;
  });
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(2);
}

try {
  main();
} catch (error) {
  fail(error);
}
