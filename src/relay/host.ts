/*
 * What a relay needs of the platform it runs on. Everything else is written on these few words, so that it is
 * the same on every platform; sockets are opened under `hosts/` only.
 */

import type { PolicyAnswer } from '../facts/question.ts';
import type { ConnectOutcome, SmtpPort, TlsTrust, TlsVersion } from '../facts/smtp.ts';
import type { Can } from './contract.ts';

/** A connection's octets, both ways. */
export interface ByteStream {
  /** What has come, at least one octet; undefined at the end. Rejects when the connection broke. */
  read(): Promise<Uint8Array | undefined>;
  /** Rejects when the connection broke. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends it, at once and in both directions. Never throws; a `read` under way comes to its end. */
  close(): void;
}

/** A connection, or how it failed. */
export type Connected =
  | { readonly stream: ByteStream }
  | { readonly failed: Exclude<ConnectOutcome, 'open'>; readonly code?: string };

/** What completing a handshake came to. `stream` is there when it succeeded. */
export interface Upgraded {
  readonly stream?: ByteStream;
  readonly failure?: string;
  readonly trust?: TlsTrust;
  /** DER certificates as sent. */
  readonly chain?: readonly Uint8Array[];
}

/** How to shake hands. */
export interface UpgradeOptions {
  readonly sni: string;
  readonly min: TlsVersion;
  readonly max: TlsVersion;
  readonly timeout: number;
}

/** Records as the relay's own look-up gives them; empty when there are none. Rejects when it failed. */
export interface Records {
  readonly A: readonly string[];
  readonly AAAA: readonly string[];
  /** Exchanges. */
  readonly MX: readonly string[];
  /** Targets. */
  readonly SRV: readonly string[];
}

/** A policy to fetch: from `name`, at one of these addresses and nowhere else. */
export interface PolicyTarget {
  readonly name: string;
  readonly addresses: readonly string[];
  /** Milliseconds for everything. */
  readonly timeout: number;
  /** Octets of body. */
  readonly limit: number;
}

/** A platform. */
export interface Host {
  readonly can: Can;
  /** The name to give with EHLO: it should resolve to where connections come from. */
  readonly helo: string;
  /** Addresses visited side by side for one question. */
  readonly parallel: number;
  /** Whether one request may wait for what another began. */
  readonly sharesWork: boolean;
  /** Connects to an address, never to a name. Never rejects. */
  connect(address: string, port: SmtpPort, timeout: number): Promise<Connected>;
  /** Completes a TLS handshake on what is left of a connection; where `can.finish`. Never rejects. */
  upgrade?(stream: ByteStream, options: UpgradeOptions): Promise<Upgraded>;
  resolve<T extends keyof Records>(name: string, type: T): Promise<Records[T]>;
  /** Where `can.policy`. Never rejects. */
  fetchPolicy?(target: PolicyTarget): Promise<PolicyAnswer>;
}
