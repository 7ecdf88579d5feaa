/*
 * Asks relays what a browser cannot see itself: mail ports and policy files. What a relay sends is hostile text
 * until it has been read; whatever goes wrong on the way there is the relay's failure and never a fact about
 * the domain.
 */

import {
  type Blind,
  type Observation,
  type Observer,
  type Seen,
  seen,
  type Try,
  unseen,
} from '../facts/observation.ts';
import type { PolicyAnswer, PolicyQuestion, SmtpQuestion } from '../facts/question.ts';
import { readSmtpAnswer, SMTP_PORTS, type SmtpAnswer } from '../facts/smtp.ts';
import {
  type Abilities,
  type Can,
  RELAY_VERSION,
  REPLY_DEADLINE,
  REPLY_LIMIT,
  type RelayErrorName,
  relayUrl,
} from '../relay/contract.ts';
import type { Fetch } from './doh.ts';

/** A relay to ask. */
export interface RelayPlace {
  /** As shown in evidence. */
  readonly name: string;
  readonly url: string;
}

/** What the observer is made of. */
export interface RelayOptions {
  /** Tried by ability, in this order. */
  readonly relays: readonly RelayPlace[];
  readonly fetch?: Fetch | undefined;
  readonly now?: (() => number) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Answers mail hosts and policies; anything else is not its business (`relay-cannot`). */
export function relayObserver({ relays, ...options }: RelayOptions): Observer {
  const fetch: Fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const now = options.now ?? Date.now;
  const able = new Map<RelayPlace, Promise<Abilities | Blind>>();
  const abilities = (relay: RelayPlace) => {
    const known = able.get(relay) ?? readAbilities(relay, fetch, options.signal);
    able.set(relay, known);
    // One that could not be asked may be well again for the next question.
    void known.then((result) => 'reason' in result && able.delete(relay));
    return known;
  };
  return {
    observe: async (question) => {
      const tries: Try[] = [];
      const done = (result: Seen<never> | Seen<SmtpAnswer | PolicyAnswer>, by: string): Observation => ({
        question,
        result: result as Seen<never>,
        at: now(),
        by,
        tries,
      });
      if (relays.length === 0) return done(unseen('relay-absent'), 'nobody');
      if (question.kind === 'dns') return done(unseen('relay-cannot'), 'nobody');
      let because: Blind = { reason: 'relay-cannot' };
      for (const relay of relays) {
        const start = now();
        const tried = (failed?: Blind) =>
          tries.push({ by: relay.name, ms: Math.max(0, now() - start), ...(failed ? { failed } : {}) });
        const can = await abilities(relay);
        const cannot = 'reason' in can ? can : whyNot(can, question);
        const result = cannot === undefined ? await ask(relay, question, fetch, options.signal) : undefined;
        if (result?.seen) {
          tried();
          return done(result, relay.name);
        }
        const failed =
          cannot ?? (result?.seen === false ? result.because : { reason: 'relay-failed' as const });
        tried(failed);
        // A relay that broke says more about what to mend than one that could never have helped.
        if (because.reason === 'relay-cannot') because = failed;
        if (options.signal?.aborted) break;
      }
      return done({ seen: false, because }, relays.map(({ name }) => name).join(', '));
    },
  };
}

/** Asks a relay what it can do; for settings that want to show it. */
export async function readAbilities(
  relay: RelayPlace,
  fetch: Fetch = (url, init) => globalThis.fetch(url, init),
  signal?: AbortSignal,
): Promise<Abilities | Blind> {
  const came = await get(relay.url, 20_000, fetch, signal);
  if ('reason' in came) return came;
  return abilitiesFrom(came.body) ?? { reason: 'relay-failed', detail: 'no relay answers there' };
}

/** Why not even to ask this relay; undefined when it may know. */
function whyNot({ can, control }: Abilities, question: SmtpQuestion | PolicyQuestion): Blind | undefined {
  if (question.kind === 'policy')
    return can.policy ? undefined : { reason: 'relay-cannot', detail: 'it fetches no policies' };
  const { port } = question;
  if (!can.ports.includes(port)) return { reason: 'relay-cannot', detail: `port ${port}` };
  const proof = control.find((each) => each.port === port);
  if (proof === undefined || proof.connect === 'open') return undefined;
  return { reason: 'relay-cannot', detail: `port ${port}: it does not reach ${proof.host} either` };
}

async function ask(
  relay: RelayPlace,
  question: SmtpQuestion | PolicyQuestion,
  fetch: Fetch,
  signal: AbortSignal | undefined,
): Promise<Seen<SmtpAnswer | PolicyAnswer>> {
  const came = await get(relayUrl(relay.url, question), REPLY_DEADLINE, fetch, signal);
  if ('reason' in came) return { seen: false, because: came };
  const answer = question.kind === 'smtp' ? readSmtpAnswer(came.body.answer) : policyFrom(came.body.answer);
  return answer === undefined ? unseen('relay-failed', 'its answer could not be read') : seen(answer);
}

/** The body of a reply, already known to be of this version and no error. */
async function get(
  url: string,
  deadline: number,
  fetch: Fetch,
  signal: AbortSignal | undefined,
): Promise<{ body: Readonly<Record<string, unknown>> } | Blind> {
  const late = AbortSignal.timeout(deadline);
  try {
    const response = await fetch(url, {
      signal: signal ? AbortSignal.any([signal, late]) : late,
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
      redirect: 'error',
    });
    const body = parsed(await textOf(response));
    if (body?.relay !== RELAY_VERSION)
      return response.status === 429
        ? { reason: 'relay-busy', detail: 'HTTP 429' }
        : { reason: 'relay-failed', detail: `HTTP ${response.status}, not a relay's reply` };
    const error = body.error as { name?: unknown; detail?: unknown } | null | undefined;
    if (error === undefined) return { body };
    const name = typeof error?.name === 'string' ? error.name.slice(0, 40) : 'unknown';
    return {
      reason: Object.hasOwn(REASONS, name) ? REASONS[name as RelayErrorName] : 'relay-failed',
      detail: DETAILS.get(name) ?? name,
    };
  } catch {
    if (signal?.aborted) return { reason: 'aborted' };
    return { reason: 'relay-failed', detail: late.aborted ? 'no answer in time' : 'not reached' };
  }
}

/** The text of a reply; empty when it is larger than any. */
async function textOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return '';
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > REPLY_LIMIT) {
      void reader.cancel().catch(() => {});
      return '';
    }
    text += decoder.decode(value, { stream: true });
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function abilitiesFrom(body: Readonly<Record<string, unknown>>): Abilities | undefined {
  const { can, control, helo } = body;
  if (!isRecord(can) || !Array.isArray(can.ports) || !Array.isArray(control)) return undefined;
  const said = (key: keyof Can) => can[key] === true;
  const ports = can.ports as unknown[];
  return {
    relay: RELAY_VERSION,
    helo: typeof helo === 'string' ? helo.slice(0, 255) : '',
    can: {
      ports: SMTP_PORTS.filter((port) => ports.includes(port)),
      ipv6: said('ipv6'),
      outcomes: said('outcomes'),
      certificates: said('certificates'),
      certificates13: said('certificates13'),
      finish: said('finish'),
      trust: said('trust'),
      policy: said('policy'),
      policyCertificates: said('policyCertificates'),
    },
    control: SMTP_PORTS.flatMap((port) => {
      const found = (control as unknown[]).filter(isRecord).find((each) => each.port === port);
      if (found === undefined) return [];
      // Anything but a plain "open" is no proof.
      const connect = found.connect === 'open' ? 'open' : 'unclear';
      return [
        { port, host: typeof found.host === 'string' ? found.host.slice(0, 255) : '', connect } as const,
      ];
    }),
  };
}

function policyFrom(value: unknown): PolicyAnswer | undefined {
  if (!isRecord(value)) return undefined;
  const { status, failure, contentType, body, ms, detail, chain, unverified } = value;
  const isText = (text: unknown, limit: number): text is string =>
    typeof text === 'string' && text.length <= limit && !/[^\x00-\xff]/.test(text);
  const isCount = (count: unknown, limit: number): count is number =>
    Number.isInteger(count) && (count as number) >= 0 && (count as number) <= limit;
  if (!isCount(status, 999) || !isCount(ms, 3_600_000) || !isText(body, 65_536)) return undefined;
  if (failure !== undefined && !(typeof failure === 'string' && Object.hasOwn(FAILURES, failure)))
    return undefined;
  if (contentType !== undefined && !isText(contentType, 1000)) return undefined;
  if (detail !== undefined && !isText(detail, 1000)) return undefined;
  if (chain !== undefined && !(Array.isArray(chain) && chain.length <= 20 && chain.every(isDer)))
    return undefined;
  return {
    status,
    ...(failure === undefined ? {} : { failure: failure as NonNullable<PolicyAnswer['failure']> }),
    ...(contentType === undefined ? {} : { contentType }),
    body,
    ms,
    ...(detail === undefined ? {} : { detail }),
    ...(chain === undefined ? {} : { chain: chain as readonly string[] }),
    ...(unverified === true ? { unverified } : {}),
  };
}

function isDer(text: unknown): boolean {
  return typeof text === 'string' && text.length <= 90_000 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a relay's own words mean to a report: never anything about the domain. */
const REASONS: Readonly<Record<RelayErrorName, Blind['reason']>> = {
  'bad-request': 'relay-refused',
  'bad-name': 'relay-refused',
  'bad-port': 'relay-refused',
  'bad-origin': 'relay-refused',
  'unrelated-host': 'relay-refused',
  'private-address': 'relay-refused',
  cannot: 'relay-cannot',
  'rate-limited': 'relay-busy',
  busy: 'relay-busy',
  'dns-failed': 'relay-failed',
  broke: 'relay-failed',
};

/** Refusals that are about the host and no other relay would mend. */
const DETAILS: ReadonlyMap<string, string> = new Map([
  ['unrelated-host', 'it visits hosts of the domain and of well-known services only'],
  ['private-address', 'the address is not on the public Internet'],
]);

const FAILURES: Readonly<Record<NonNullable<PolicyAnswer['failure']>, true>> = {
  'no-address': true,
  'no-connection': true,
  certificate: true,
  tls: true,
  'too-slow': true,
  'too-large': true,
};
