/*
 * What a page may ask a relay, and what comes back. Requests are GETs without headers of their own, so that no
 * browser sends a preflight; replies are JSON that names this version.
 *
 *     GET /                                        Abilities
 *     GET /smtp?domain=NAME&host=NAME&port=25      { relay: 1, answer: SmtpAnswer }
 *     GET /policy?domain=NAME                      { relay: 1, answer: PolicyAnswer }
 *     anything refused or failed                   { relay: 1, error: { name, detail? } }
 *
 * A relay may stand below a path (`https://example.com/relay/`); addresses are then below it as well. An
 * `error` is always about the relay and never a fact about the domain.
 */

import type { PolicyAnswer, PolicyQuestion, SmtpQuestion } from '../facts/question.ts';
import type { ConnectOutcome, SmtpAnswer, SmtpPort } from '../facts/smtp.ts';

/** The version of this contract. A page takes no other. */
export const RELAY_VERSION = 1;

/** What a relay's platform can do. */
export interface Can {
  /** Ports it opens at all. */
  readonly ports: readonly SmtpPort[];
  readonly ipv6: boolean;
  /** Tells refused, filtered and unreachable apart; without it every failure to connect is "unclear". */
  readonly outcomes: boolean;
  /** Shows certificate chains of servers that still speak TLS 1.2. */
  readonly certificates: boolean;
  /** Shows them of servers that speak nothing but TLS 1.3, too. */
  readonly certificates13: boolean;
  /** Completes handshakes: EHLO inside TLS, and everything on port 465 after the certificate. */
  readonly finish: boolean;
  /** Gives a verdict of its own on certificates. */
  readonly trust: boolean;
  /** Fetches MTA-STS policies. */
  readonly policy: boolean;
  /** Verifies the policy host's certificate, and shows it. */
  readonly policyCertificates: boolean;
}

/** What lately came of a visit to a host known to be there. */
export interface ControlResult {
  readonly port: SmtpPort;
  readonly host: string;
  readonly connect: ConnectOutcome;
}

/** The answer to `GET /`. */
export interface Abilities {
  readonly relay: typeof RELAY_VERSION;
  /** The name it gives with EHLO. */
  readonly helo: string;
  readonly can: Can;
  /** For each port that has one. A port whose control is not open cannot be used to blame anybody. */
  readonly control: readonly ControlResult[];
}

/** Why a relay gives no answer. */
export type RelayErrorName =
  /** The address or its parameters are not of this contract. */
  | 'bad-request'
  /** A name that is none, or stands for no host on the Internet. */
  | 'bad-name'
  | 'bad-port'
  /** The page's origin is not among those allowed. */
  | 'bad-origin'
  /** The host does not belong to the domain by the relay's own look-up. */
  | 'unrelated-host'
  /** The host has an address that is not public. */
  | 'private-address'
  /** This relay cannot do that from where it runs. */
  | 'cannot'
  /** Too many requests of this visitor, or to this host. */
  | 'rate-limited'
  /** All places are taken. */
  | 'busy'
  /** The relay's own look-up in DNS failed. */
  | 'dns-failed'
  /** The relay broke. */
  | 'broke';

/** The body of every reply that is no answer. */
export interface RelayError {
  readonly relay: typeof RELAY_VERSION;
  readonly error: { readonly name: RelayErrorName; readonly detail?: string };
}

/** The body of a reply to a question. */
export interface RelayReply<A extends SmtpAnswer | PolicyAnswer> {
  readonly relay: typeof RELAY_VERSION;
  readonly answer: A;
}

/** Octets of a reply read at most: eight addresses, two long chains each, in base64. */
export const REPLY_LIMIT = 3_000_000;

/** Milliseconds until a relay has answered anything, its own caps included. */
export const REPLY_DEADLINE = 120_000;

/** The address of a question, below the relay's own. */
export function relayUrl(base: string, question: SmtpQuestion | PolicyQuestion): string {
  const root = base.endsWith('/') ? base : `${base}/`;
  if (question.kind === 'policy') return `${root}policy?${new URLSearchParams({ domain: question.domain })}`;
  const { domain, host, port } = question;
  return `${root}smtp?${new URLSearchParams({ domain, host, port: `${port}` })}`;
}

/** HTTP status that goes with an error. */
export const STATUS: Readonly<Record<RelayErrorName, number>> = {
  'bad-request': 400,
  'bad-name': 400,
  'bad-port': 400,
  'bad-origin': 403,
  'unrelated-host': 403,
  'private-address': 403,
  cannot: 501,
  'rate-limited': 429,
  busy: 503,
  'dns-failed': 502,
  broke: 500,
};
