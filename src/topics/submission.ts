/*
 * Where the domain's own people hand in their mail: port 465 with TLS from the first byte, 587 with STARTTLS
 * (RFC 8314 §3.3), and 2525, which no standard has and services offer where 587 is shut. Nothing but SRV records
 * says which host that is (RFC 6186 §3.1). Without them the provider's known host is visited, or else the names
 * people usually give it, which are guesses: that nobody answers there means nothing. A host the user names is
 * visited instead of all these.
 */

import { type Name, parseName, prefixed, ROOT } from '../dns/name.ts';
import { dns, isNowhere } from '../dns/record.ts';
import { type Look, topic } from '../engine/topic.ts';
import { type Blind, none, part, whole } from '../facts/observation.ts';
import type { SmtpPort } from '../facts/smtp.ts';
import { SUBMISSION_HOSTS } from '../mail/provider/submission-hosts.ts';
import { type Certificates, certified } from './certificates.ts';
import { inbound } from './inbound.ts';
import { provider } from './provider.ts';
import { type MailServer, type Opened, opened, reading, runBy, type SmtpReading } from './smtp.ts';

/** Submission as visited. */
export interface SubmissionReading extends SmtpReading {
  /** How the hosts were found. */
  readonly by: 'user' | 'srv' | 'provider' | 'guess' | 'none';
  readonly provider?: string;
  readonly hosts: readonly Name[];
  /** Why nothing, or not all, was seen on a port. */
  readonly blind?: Readonly<Partial<Record<SmtpPort, Blind>>>;
}

/** Ports visited at each host. */
const PORTS: readonly SmtpPort[] = [465, 587, 2525];

/** Hosts visited at most. */
const MOST_HOSTS = 3;

export const submission = topic<SubmissionReading>('submission', async ({ scope, ask, read }) => {
  const [mail, announced, service] = await Promise.all([
    read(inbound),
    targetsOf({ scope, ask, read }),
    read(provider),
  ]);
  if (mail.got !== 'whole') return none(mail.because);
  if (!mail.value.takes) return whole({ because: mail.value.because, servers: [], by: 'none', hosts: [] });
  if ('reason' in announced) return none(announced);
  const targets = announced.filter((target) => target !== ROOT);
  const named = scope.submission;
  let by: SubmissionReading['by'] = named ? 'user' : 'srv';
  let hosts: readonly Name[] = named ? [named] : targets;
  let name: string | undefined;
  if (!named && announced.length > 0 && targets.length === 0)
    return whole({ because: 'The domain says that it offers no submission.', servers: [], by, hosts });
  if (hosts.length === 0) {
    if (service.got === 'none') return none(service.because);
    const { mailbox } = service.value;
    name = mailbox?.name;
    const known = mailbox ? SUBMISSION_HOSTS[mailbox.id] : undefined;
    by = mailbox ? 'provider' : 'guess';
    if (mailbox && !known)
      return whole({
        because: `${mailbox.name} takes your mail in its own way; its ports are not yours to set.`,
        servers: [],
        by,
        hosts,
      });
    hosts = known
      ? known.flatMap((each) => parseName(each) ?? [])
      : ['smtp', 'mail'].flatMap((label) => prefixed(label, scope.domain) ?? []);
    // What else the domain uses might name another host.
    if (service.got === 'part' && !mailbox) return none(service.because);
  }
  const asked = await Promise.all(
    PORTS.map((port) =>
      Promise.all(
        hosts.slice(0, MOST_HOSTS).map(async (host) => ({
          host,
          port,
          preference: 0,
          result: await ask(
            { kind: 'smtp', host, port, domain: scope.domain },
            by === 'guess' ? 'guess' : 'main',
            runBy(host),
          ),
        })),
      ),
    ),
  );
  const servers: MailServer[] = [];
  const blind: Partial<Record<SmtpPort, Blind>> = {};
  // Each port by itself: a network that shuts one may let another through.
  for (const [i, port] of PORTS.entries()) {
    const seen = await reading(asked[i] ?? []);
    if (seen.got !== 'whole') blind[port] = seen.because;
    if (seen.got !== 'none') servers.push(...seen.value.servers);
  }
  return whole({ servers, by, hosts, blind, ...(name === undefined ? {} : { provider: name }) });
});

/** Targets of the SRV records, the preferred first. Where `_tcp` does not exist nothing below it does (RFC 8020). */
async function targetsOf({ scope, ask }: Look): Promise<readonly Name[] | Blind> {
  const below = prefixed('_tcp', scope.domain);
  if (below === undefined) return [];
  const top = await ask(dns(below, 'SRV'));
  if (!top.seen) return top.because;
  if (isNowhere(top.answer)) return [];
  const answers = await Promise.all(
    ['_submissions', '_submission'].flatMap((service) => {
      const name = prefixed(`${service}._tcp`, scope.domain);
      return name ? [ask(dns(name, 'SRV'))] : [];
    }),
  );
  const found = new Map<Name, number>();
  for (const result of answers) {
    if (!result.seen) return result.because;
    for (const { data } of result.answer.records)
      found.set(data.target, Math.min(data.priority, found.get(data.target) ?? data.priority));
  }
  return [...found].sort(([a, one], [b, two]) => one - two || (a < b ? -1 : 1)).map(([target]) => target);
}

/** The open ports among these, as rules want them. */
export function atPorts(value: SubmissionReading, ports: readonly SmtpPort[]): Opened {
  const servers = value.servers.filter(({ port }) => ports.includes(port));
  const { missing, visits } = opened(whole({ servers }));
  const blind = ports.flatMap((port) => value.blind?.[port] ?? [])[0] ?? missing;
  return {
    ...(value.because === undefined ? {} : { because: value.because }),
    visits,
    ...(blind ? { missing: blind } : {}),
  };
}

/** The certificates shown on the sending ports. */
export const submissionCertificates = topic<Certificates>('submission-certificates', async ({ read }) => {
  const seen = await read(submission);
  if (seen.got !== 'whole') return none(seen.because);
  const { because, missing } = atPorts(seen.value, [465, 587]);
  if (because !== undefined) return whole({ because, shown: [] });
  // Nobody needs 2525, so what is not known of it is not missed.
  const servers = seen.value.servers.filter(
    ({ port, visits }) => port !== 2525 || visits.some(({ reach }) => reach === 'open'),
  );
  return certified(missing ? part({ servers }, missing) : whole({ servers }));
});
