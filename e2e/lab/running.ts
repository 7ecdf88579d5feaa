import type { ChildProcess } from 'node:child_process';
import { connect } from 'node:net';

/** A server that runs in a process of its own. */
export interface Running {
  /** What it said lately. */
  log(): string;
  stop(): Promise<void>;
}

/** Asks a process to end and waits until it has. */
export function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

/** Waits until a port takes connections. */
export async function answers(address: string, port: number): Promise<void> {
  const until = Date.now() + 20_000;
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: address, port });
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    if (Date.now() > until) throw new Error(`nobody listens at ${address}, port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
