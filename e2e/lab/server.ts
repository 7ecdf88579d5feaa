/*
 * The built command line serving the page, as a user would start it: on any free port, asking the lab's DNS.
 */

import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** A running `mailproof serve`. */
export interface Server {
  /** The address to open, with a final slash. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the server with options beside `--port`; resolves with its printed address. */
export function startServer(options: readonly string[]): Promise<Server> {
  return started([join(DIST, 'cli', 'mailproof.mjs'), 'serve', '--port', '0', ...options]);
}

/** Starts the built relay in the same way. */
export function startRelay(options: readonly string[]): Promise<Server> {
  return started([join(DIST, 'relay.mjs'), '--port', '0', ...options]);
}

async function started(command: readonly string[]): Promise<Server> {
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const address = /http:\/\/\S+/.exec(out)?.[0];
      if (address !== undefined) resolve(address);
    });
    void ended.then(() => reject(new Error(`${command[0]} ended before it printed its address`)));
  });
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

const DIST = join(import.meta.dirname, '..', '..', 'dist');
