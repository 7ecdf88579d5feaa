/*
 * A relay: requests of the contract in, replies out, on web standards alone. The guard decides, the dialogue
 * looks, and what comes back are facts. State is counters, a short memory of answers and the controls.
 */

import type { PolicyAnswer } from '../facts/question.ts';
import type { SmtpAddress, SmtpAnswer, SmtpControl, SmtpPort } from '../facts/smtp.ts';
import { type Abilities, RELAY_VERSION, type RelayError, type RelayReply, STATUS } from './contract.ts';
import { greet, visit } from './dialogue.ts';
import {
  checkedAddresses,
  checkOrigin,
  checkRelated,
  hostName,
  isPublic,
  Meter,
  Refused,
  readRequest,
  visitor,
  type Wanted,
} from './guard.ts';
import type { Host } from './host.ts';
import { CAPS, type Caps, since } from './wire.ts';

/** What a relay takes on. */
export interface Limits {
  /** Questions a visitor may ask in a minute. A page about one domain asks a dozen to thirty. */
  readonly perVisitor: number;
  /** Visits to one address in ten minutes, whoever asks. */
  readonly perAddress: number;
  /** Questions under way: of one visitor, and of all. */
  readonly atOncePerVisitor: number;
  readonly atOnce: number;
  /** Milliseconds an answer is kept for the same question. */
  readonly memory: number;
}

/** What a relay is made of. Everything is the operator's; nothing can be said in a request. */
export interface RelayOptions {
  readonly host: Host;
  /** Origins of pages that may ask; '*' for all. */
  readonly origins?: '*' | readonly string[] | undefined;
  /** Where the relay stands on its server: "/" or "/relay/". */
  readonly base?: string | undefined;
  /** A host known to answer, for each port that is to be proved. */
  readonly controls?: Readonly<Partial<Record<SmtpPort, string>>> | undefined;
  readonly limits?: Partial<Limits> | undefined;
  readonly caps?: Partial<Caps> | undefined;
  /** Instead of "public": for the lab, whose servers are on loopback addresses. */
  readonly allow?: ((address: string) => boolean) | undefined;
}

/** Answers requests. `client` is the visitor's address as the platform tells it. Never rejects. */
export type Relay = (request: Request, client: string) => Promise<Response>;

const LIMITS: Limits = {
  perVisitor: 120,
  perAddress: 30,
  atOncePerVisitor: 24,
  atOnce: 600,
  memory: 60_000,
};

/** Addresses visited of one host, of each family. */
const ADDRESSES = 4;
/** Milliseconds a control's success, or failure, is believed. */
const CONTROL_GOOD = 600_000;
const CONTROL_BAD = 30_000;
/** Answers kept at most. */
const KEPT = 300;
/** RFC 8461 §3.3. */
const POLICY = { timeout: 60_000, limit: 65_536 };

/** Makes a relay. */
export function createRelay(options: RelayOptions): Relay {
  const relay = new Desk(options);
  return (request, client) => relay.answer(request, client);
}

class Desk {
  readonly #host: Host;
  readonly #options: RelayOptions;
  readonly #limits: Limits;
  readonly #caps: Caps;
  readonly #allow: (address: string) => boolean;
  readonly #visitors: Meter;
  readonly #addresses: Meter;
  readonly #underWay = new Map<string, number>();
  #all = 0;
  readonly #answers: Memory<SmtpAnswer | PolicyAnswer>;
  readonly #controls: Memory<SmtpControl>;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#host = options.host;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#caps = { ...CAPS, ...options.caps };
    this.#allow = options.allow ?? isPublic;
    this.#answers = new Memory(options.host.sharesWork);
    this.#controls = new Memory(options.host.sharesWork);
    this.#visitors = new Meter(this.#limits.perVisitor, 60_000);
    this.#addresses = new Meter(this.#limits.perAddress, 600_000);
  }

  async answer(request: Request, client: string): Promise<Response> {
    let origin: string | undefined;
    try {
      origin = checkOrigin(request.headers, this.#options.origins ?? '*');
      const wanted = readRequest(request.method, request.url, this.#options.base);
      if (wanted.kind === 'abilities') return reply(200, await this.#abilities(), origin);
      const answer = await this.#admitted(wanted, visitor(client));
      const body: RelayReply<SmtpAnswer | PolicyAnswer> = { relay: RELAY_VERSION, answer };
      return reply(200, body, origin);
    } catch (error) {
      const refused = error instanceof Refused ? error : new Refused('broke');
      const { reason, detail, retryAfter } = refused;
      const body: RelayError = {
        relay: RELAY_VERSION,
        error: { name: reason, ...(detail === undefined ? {} : { detail }) },
      };
      // A page that may not ask may still read that it may not: nothing else is in the reply.
      return reply(STATUS[reason], body, reason === 'bad-origin' ? '*' : origin, retryAfter);
    }
  }

  async #abilities(): Promise<Abilities> {
    const { can, helo } = this.#host;
    const control = await Promise.all(
      can.ports
        .filter((port) => this.#options.controls?.[port] !== undefined)
        .map(async (port) => {
          const { host, connect } = (await this.#control(port)) as SmtpControl;
          return { port, host, connect };
        }),
    );
    return { relay: RELAY_VERSION, helo, can, control };
  }

  async #admitted(
    wanted: Exclude<Wanted, { kind: 'abilities' }>,
    client: string,
  ): Promise<SmtpAnswer | PolicyAnswer> {
    const { can } = this.#host;
    if (wanted.kind === 'smtp' ? !can.ports.includes(wanted.port) : !can.policy) throw new Refused('cannot');
    this.#visitors.count(client, performance.now());
    const mine = this.#underWay.get(client) ?? 0;
    if (mine >= this.#limits.atOncePerVisitor || this.#all >= this.#limits.atOnce)
      throw new Refused('busy', undefined, 5);
    this.#underWay.set(client, mine + 1);
    this.#all++;
    try {
      return await this.#remembered(wanted);
    } finally {
      this.#all--;
      const left = (this.#underWay.get(client) ?? 1) - 1;
      if (left > 0) this.#underWay.set(client, left);
      else this.#underWay.delete(client);
    }
  }

  /** The same question is looked into once at a time and once a minute. */
  async #remembered(wanted: Exclude<Wanted, { kind: 'abilities' }>): Promise<SmtpAnswer | PolicyAnswer> {
    // A host serves many domains and is visited once for all of them; whether it belongs is asked each time.
    if (wanted.kind === 'smtp') await checkRelated(this.#host.resolve, wanted);
    const key = wanted.kind === 'smtp' ? `${wanted.host} ${wanted.port}` : `policy ${wanted.domain}`;
    return this.#answers.get(
      key,
      () => (wanted.kind === 'smtp' ? this.#smtp(wanted) : this.#policy(wanted.domain)),
      (came) => (isLarge(came) ? 0 : this.#limits.memory),
    );
  }

  async #smtp({ host, port }: Extract<Wanted, { kind: 'smtp' }>): Promise<SmtpAnswer> {
    const start = performance.now();
    const { resolve, helo } = this.#host;
    const addresses = await checkedAddresses(resolve, host, this.#allow);
    const [control, seen] = await Promise.all([
      addresses.length === 0 ? undefined : this.#control(port),
      this.#visits(host, addresses, port),
    ]);
    // Where the relay's own way out is shut, a failure says nothing about the host.
    const shut = control !== undefined && control.connect !== 'open';
    return {
      addresses: shut ? seen.map(blockedHere) : seen,
      helo,
      ...(control === undefined ? {} : { control }),
      ms: since(start),
    };
  }

  async #visits(host: string, addresses: readonly string[], port: SmtpPort): Promise<SmtpAddress[]> {
    const { ipv6 } = this.#host.can;
    const families = [addresses.filter((each) => !each.includes(':')), addresses.filter(isV6)];
    const chosen = new Set(families.flatMap((family) => family.slice(0, ADDRESSES)));
    const seen = addresses.slice(0, 20).map(
      (address): SmtpAddress => ({
        address,
        connect: 'not-tried',
        connectMs: 0,
        handshakes: [],
      }),
    );
    const todo = [...seen.keys()].filter((i) => {
      const address = addresses[i] as string;
      return chosen.has(address) && (ipv6 || !isV6(address));
    });
    for (const i of todo) this.#addresses.count(`${addresses[i]}`, performance.now());
    const next = todo.values();
    const worker = async () => {
      for (const i of next)
        seen[i] = await visit(this.#host, { host, address: addresses[i] as string, port }, this.#caps);
    };
    await Promise.all(Array.from({ length: Math.min(this.#host.parallel, todo.length) }, worker));
    return seen;
  }

  async #policy(domain: string): Promise<PolicyAnswer> {
    const start = performance.now();
    const { fetchPolicy, resolve } = this.#host;
    if (fetchPolicy === undefined) throw new Refused('cannot');
    const name = hostName(`mta-sts.${domain}`);
    const addresses = await checkedAddresses(resolve, name, this.#allow);
    if (addresses.length === 0) return { status: 0, failure: 'no-address', body: '', ms: since(start) };
    for (const address of addresses.slice(0, ADDRESSES))
      this.#addresses.count(`policy ${address}`, performance.now());
    const usable = this.#host.can.ipv6 ? addresses : addresses.filter((each) => !isV6(each));
    // Only addresses of a kind this relay has no way to: nothing was tried.
    if (usable.length === 0) throw new Refused('cannot', 'IPv6 only');
    return fetchPolicy({ name, addresses: usable, ...POLICY });
  }

  /** What lately came of the control for a port; undefined where there is none. */
  #control(port: SmtpPort): Promise<SmtpControl> | undefined {
    const host = this.#options.controls?.[port];
    if (host === undefined) return undefined;
    return this.#controls.get(
      `${port}`,
      () => this.#proof(host, port),
      ({ connect }) => (connect === 'open' ? CONTROL_GOOD : CONTROL_BAD),
    );
  }

  async #proof(host: string, port: SmtpPort): Promise<SmtpControl> {
    try {
      const addresses = await checkedAddresses(this.#host.resolve, host, this.#allow);
      const address = addresses.find((each) => !isV6(each)) ?? addresses[0];
      if (address === undefined) return { host, connect: 'not-tried', lines: [] };
      const caps = { ...this.#caps, connect: Math.min(this.#caps.connect, 5000) };
      return { host, ...(await greet(this.#host, { host, address, port }, caps)) };
    } catch {
      return { host, connect: 'not-tried', lines: [] };
    }
  }
}

/** What is known for a while; what is being found out is found out once. */
class Memory<T> {
  readonly #known = new Map<string, { readonly value: T; readonly until: number }>();
  readonly #coming = new Map<string, Promise<T>>();
  readonly #shares: boolean;

  constructor(shares: boolean) {
    this.#shares = shares;
  }

  /** `keep` says for how many milliseconds. What fails is not kept. */
  async get(key: string, find: () => Promise<T>, keep: (value: T) => number): Promise<T> {
    const known = this.#known.get(key);
    if (known !== undefined && known.until > performance.now()) return known.value;
    const coming = this.#coming.get(key);
    if (coming !== undefined) return coming;
    const finding = find();
    if (this.#shares) this.#coming.set(key, finding);
    try {
      const value = await finding;
      this.#keep(key, value, keep(value));
      return value;
    } finally {
      this.#coming.delete(key);
    }
  }

  #keep(key: string, value: T, ms: number): void {
    const now = performance.now();
    this.#known.delete(key);
    if (ms > 0) this.#known.set(key, { value, until: now + ms });
    for (const [old, { until }] of this.#known) {
      if (until > now && this.#known.size <= KEPT) break;
      this.#known.delete(old);
    }
  }
}

function blockedHere(seen: SmtpAddress): SmtpAddress {
  return seen.connect === 'open' || seen.connect === 'not-tried'
    ? seen
    : { ...seen, connect: 'blocked-here' };
}

/** Whether an answer takes more memory than keeping it saves work. */
function isLarge(answer: SmtpAnswer | PolicyAnswer): boolean {
  if (!('addresses' in answer)) return false;
  const chains = answer.addresses.flatMap(({ handshakes }) => handshakes.flatMap(({ chain = [] }) => chain));
  return chains.reduce((size, each) => size + (typeof each === 'string' ? each.length : 0), 0) > 100_000;
}

function isV6(address: string): boolean {
  return address.includes(':');
}

function reply(status: number, body: object, origin: string | undefined, retryAfter?: number): Response {
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      vary: 'origin',
      ...(origin === undefined ? {} : { 'access-control-allow-origin': origin }),
      ...(retryAfter === undefined ? {} : { 'retry-after': `${retryAfter}` }),
      ...(status === 400 && 'error' in body ? { allow: 'GET' } : {}),
    },
  });
}
