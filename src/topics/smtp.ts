/*
 * How the domain's mail servers behave on port 25, as a relay saw them: one question for each host, asked as soon
 * as the MX records are known. Without a relay every question is blind at once, and so is everything read here.
 * What a relay met on its own side is kept apart from what the server did: a port that is shut in the relay's own
 * network, a server that turns the relay's address away, silence within the limits of a visit. None of these says
 * anything about the server.
 */

import { labelCount, type Name, ROOT } from '../dns/name.ts';
import { late, topic } from '../engine/topic.ts';
import { type Blind, none, type Reading, type Seen, whole } from '../facts/observation.ts';
import type { SmtpAnswer, SmtpPort, TlsHandshake, TlsTrust, TlsVersion } from '../facts/smtp.ts';
import { PROVIDERS } from '../mail/provider/fingerprints.ts';
import { longestMatch } from '../mail/provider/match.ts';
import { SUBMISSION_HOSTS } from '../mail/provider/submission-hosts.ts';
import type { Ehlo, Greeting } from '../mail/smtp/reply.ts';
import { inbound } from './inbound.ts';
import { mx } from './mx.ts';

/** One address of a host on a port, visited. */
export interface Visit {
  readonly host: Name;
  readonly port: SmtpPort;
  /** Of the MX record; 0 for submission hosts. */
  readonly preference: number;
  readonly address: string;
  /** Whether anybody answers there. */
  readonly reach: 'open' | 'closed' | Blind;
  readonly greeting?: Greeting;
  /** What the first lines show; what the relay cannot show is blind. */
  readonly welcome?: 'welcome' | 'not-smtp' | Blind;
  readonly greetingMs?: number;
  /** The slowest reply of the visit. */
  readonly slowestMs: number;
  /** The list in clear text; on 465 the only one. */
  readonly ehlo?: Ehlo;
  /** Whether EHLO is understood: 250, or refused as a command that is not known. */
  readonly speaksEhlo?: boolean | Blind;
  /** The list inside TLS. */
  readonly after?: Ehlo;
  /** What became of EHLO inside TLS; undefined when nobody tried. */
  readonly afterTls?: 'answered' | 'refused' | 'closed' | Blind;
  /** Whether STARTTLS is listed; undefined where there is no list. */
  readonly starttls?: boolean | Blind;
  /** Its reply: 220, a temporary or a permanent refusal. */
  readonly starttlsReply?: 'go' | 'later' | 'no' | Blind;
  /** Undefined where it did not come to a handshake. */
  readonly tls?: Tls | Blind;
  readonly quit?: 'bye' | 'other' | 'dropped';
}

/** TLS as far as two handshakes show it. */
export interface Tls {
  /** A version was agreed on; text where TLS belongs; nothing agreed whatever was offered. */
  readonly state: 'works' | 'plain' | 'fails';
  /** The server's alert. */
  readonly alert?: string;
  readonly newest?: TlsVersion;
  /** The newest it takes of those that must not be used any more, or none. */
  readonly old?: TlsVersion | 'none';
  /** It takes 1.3 and refuses 1.2. */
  readonly only13: boolean;
  /** The handshake that is described by the rest. */
  readonly shown?: TlsHandshake;
  readonly trust?: TlsTrust;
}

/** One host with its addresses; those the relay had no way to are left out. */
export interface MailServer {
  readonly host: Name;
  readonly port: SmtpPort;
  readonly preference: number;
  readonly visits: readonly Visit[];
  /** How many addresses those are. */
  readonly untried: number;
}

/** All servers seen. */
export interface SmtpReading {
  /** Why nobody was asked, as a sentence. */
  readonly because?: string;
  readonly servers: readonly MailServer[];
}

/** Hosts visited at most; more are the business of large services. */
export const MOST_VISITED = 6;

export const smtp = topic<SmtpReading>('smtp', async ({ scope, ask, read }) => {
  const [records, mail] = await Promise.all([read(mx), read(inbound)]);
  if (records.got !== 'whole') return none(records.because);
  if (mail.got !== 'whole') return none(mail.because);
  if (!mail.value.takes) return whole({ because: mail.value.because, servers: [] });
  const hosts = records.value.hosts
    .filter(({ exchange }, i, all) => all.findIndex((other) => other.exchange === exchange) === i)
    .filter(({ exchange }) => exchange !== ROOT && labelCount(exchange) > 1 && !/\.[0-9]+$/.test(exchange));
  if (hosts.length === 0)
    return whole({ because: 'No MX record names a host that could be visited.', servers: [] });
  const visited = await Promise.all(
    hosts.slice(0, MOST_VISITED).map(async ({ exchange: host, preference }) => {
      const question = { kind: 'smtp', host, port: 25, domain: scope.domain } as const;
      const result = await ask(question, 'main', runBy(host));
      return { host, port: 25 as const, preference, result };
    }),
  );
  return reading(visited, hosts.length > MOST_VISITED);
});

/** The mail service that runs a host; undefined where no fingerprint tells. */
export function runBy(host: Name): string | undefined {
  const service = longestMatch(PROVIDERS, 'mx', host);
  if (service !== undefined) return service.name;
  const id = Object.keys(SUBMISSION_HOSTS).find((each) => SUBMISSION_HOSTS[each]?.includes(host));
  return PROVIDERS.find((each) => each.id === id)?.name;
}

/** What was asked of one host, and what came. */
export interface Asked {
  readonly host: Name;
  readonly port: SmtpPort;
  readonly preference: number;
  readonly result: Seen<SmtpAnswer>;
}

/** Puts the answers of several hosts together. */
export async function reading(asked: readonly Asked[], more = false): Promise<Reading<SmtpReading>> {
  const blind = asked.find(({ result }) => !result.seen)?.result;
  if (asked.some(({ result }) => result.seen))
    return (await late(() => import('./smtp-visit.ts'))).readVisits(asked, more);
  if (blind && !blind.seen) return none(blind.because);
  return whole({ servers: [] });
}

/** The visits at which the port was open, as rules want them. */
export interface Opened {
  /** Why there is nothing to judge, as a sentence. */
  readonly because?: string;
  readonly visits: readonly Visit[];
  /** Why there may be more. */
  readonly missing?: Blind;
}

/** The open ports of all servers; a server of which none is known to be open is missing if it might be. */
export function opened(reading: Reading<SmtpReading>): Opened {
  if (reading.got === 'none') return { visits: [], missing: reading.because };
  const { because, servers } = reading.value;
  const visits = servers.flatMap((server) => server.visits.filter(({ reach }) => reach === 'open'));
  const hidden = servers
    .filter((server) => server.visits.every(({ reach }) => reach !== 'open'))
    .flatMap((server) => server.visits.flatMap(({ reach }) => (typeof reach === 'object' ? [reach] : [])));
  const missing = reading.got === 'part' ? reading.because : hidden[0];
  return {
    ...(because === undefined ? {} : { because }),
    visits,
    ...(missing ? { missing } : {}),
  };
}

/** Hosts as parts of a sentence; with the address where another address of the host is not among them. */
export function placesOf(some: readonly Visit[], all: readonly Visit[]): readonly string[] {
  const places = some.map((visit) => {
    const port = visit.port === 25 ? '' : `:${visit.port}`;
    const others = all.filter(({ host, port }) => host === visit.host && port === visit.port);
    return others.every((other) => some.includes(other))
      ? `${visit.host}${port}`
      : `${visit.host}${port} (${visit.address})`;
  });
  return [...new Set(places)];
}
