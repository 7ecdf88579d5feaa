/*
 * From what a relay brought to what rules read: each reply read, each failure sorted into the server's and the
 * relay's own. Loaded only where an answer came, so that a report from DNS alone does without.
 */

import { type Blind, none, part, whole } from '../facts/observation.ts';
import type {
  SmtpAddress,
  SmtpAnswer,
  SmtpPort,
  SmtpReply,
  TlsHandshake,
  TlsVersion,
} from '../facts/smtp.ts';
import { type Ehlo, type Greeting, isMasked, offers, readEhlo, readGreeting } from '../mail/smtp/reply.ts';
import type { Asked, MailServer, SmtpReading, Tls, Visit } from './smtp.ts';

/** Puts the answers of several hosts together. */
export function readVisits(asked: readonly Asked[], more = false) {
  const servers: MailServer[] = [];
  let blind: Blind | undefined = more ? { reason: 'over-budget' } : undefined;
  // Where any address of this family opened, the relay's network is not what keeps others shut.
  const open = asked.flatMap(({ result }) =>
    result.seen ? result.answer.addresses.filter(({ connect }) => connect === 'open') : [],
  );
  for (const { host, port, preference, result } of asked) {
    const trouble = result.seen ? ownTrouble(result.answer) : result.because;
    if (trouble !== undefined || !result.seen) {
      blind ??= trouble ?? { reason: 'relay-failed' };
      continue;
    }
    const { addresses, control } = result.answer;
    const reaches = (address: string) =>
      open.some((each) => each.address.includes(':') === address.includes(':')) ||
      (control?.connect === 'open' && !address.includes(':'));
    const visits = addresses
      .filter(({ connect }) => connect !== 'not-tried')
      .map((seen) => visit({ host, port, preference }, seen, reaches(seen.address), stripped(result.answer)));
    servers.push({ host, port, preference, visits, untried: addresses.length - visits.length });
  }
  if (servers.length === 0 && blind) return none<SmtpReading>(blind);
  return blind ? part<SmtpReading>({ servers }, blind) : whole<SmtpReading>({ servers });
}

/** Why an answer as a whole says nothing about the server. */
function ownTrouble({ addresses, control }: SmtpAnswer): Blind | undefined {
  if (control && isMasked(control.lines))
    return { reason: 'relay-cannot', detail: 'something in its own network overwrites what servers say' };
  const tried = addresses.filter(({ connect }) => connect !== 'not-tried');
  if (tried.length === 0)
    return addresses.length === 0 ? undefined : { reason: 'relay-cannot', detail: 'no way to its addresses' };
  if (tried.every(({ connect }) => connect === 'blocked-here'))
    return { reason: 'relay-cannot', detail: 'this port is shut in its own network' };
  const opened = tried.some(({ connect }) => connect === 'open');
  if (control && control.connect !== 'open' && !opened)
    return { reason: 'relay-cannot', detail: 'it does not reach a server known to be there either' };
  return undefined;
}

/** The relay's network takes STARTTLS out of what its control says, so its absence elsewhere means nothing. */
function stripped({ control }: SmtpAnswer): boolean {
  const lines = control?.lines ?? [];
  return lines.some((line) => /^250[ -]/.test(line)) && !lines.some((line) => /^250[ -]STARTTLS/i.test(line));
}

function visit(
  about: Pick<Visit, 'host' | 'port' | 'preference'>,
  seen: SmtpAddress,
  provenWay: boolean,
  strips: boolean,
): Visit {
  const { address, greeting: said, ehlo: list, ehloTls, starttls: reply, quit } = seen;
  const reach = reachOf(seen, about.port, provenWay);
  const base = { ...about, address, reach, slowestMs: 0 };
  if (reach !== 'open') return base;
  const greeting = said && said.lines.length > 0 ? readGreeting(said.lines) : undefined;
  const ehlo = list && list.lines.length > 0 ? readEhlo(list.lines) : undefined;
  const after = ehloTls && ehloTls.lines.length > 0 ? readEhlo(ehloTls.lines) : undefined;
  const tls = tlsOf(seen);
  // Where TLS comes first and does not come about, there is nothing inside it.
  const outside = about.port === 465 && tls !== undefined && 'state' in tls && tls.state !== 'works';
  const speaksEhlo = outside ? undefined : ehloOf(seen, ehlo);
  const replies = [said, list, reply, ehloTls].flatMap((each) => (each?.end === 'complete' ? each.ms : []));
  return {
    ...base,
    ...(greeting ? { greeting } : {}),
    ...(outside ? {} : { welcome: welcomeOf(seen, greeting) }),
    ...(said?.end === 'complete' ? { greetingMs: said.ms } : {}),
    slowestMs: Math.max(0, ...replies),
    ...(ehlo ? { ehlo } : {}),
    ...(speaksEhlo === undefined ? {} : { speaksEhlo }),
    ...(after ? { after } : {}),
    ...(ehloTls ? { afterTls: afterOf(ehloTls.end, after) } : {}),
    ...startFact(speaksEhlo, ehlo, strips),
    ...(reply ? { starttlsReply: startOf(reply.end, readEhlo(reply.lines).code) } : {}),
    ...(tls ? { tls } : {}),
    ...(quit ? { quit: quitOf(quit) } : {}),
  };
}

function quitOf({ end, lines }: SmtpReply): NonNullable<Visit['quit']> {
  if (end !== 'complete') return 'dropped';
  return lines.at(-1)?.startsWith('221') ? 'bye' : 'other';
}

function startFact(
  speaks: boolean | Blind | undefined,
  ehlo: Ehlo | undefined,
  strips: boolean,
): Pick<Visit, 'starttls'> {
  if (typeof speaks === 'object') return { starttls: speaks };
  if (!speaks || ehlo === undefined) return {};
  if (offers(ehlo, 'STARTTLS')) return { starttls: true };
  if (!strips) return { starttls: false };
  return { starttls: { reason: 'relay-cannot', detail: 'its own network seems to take STARTTLS out' } };
}

function reachOf({ connect, code }: SmtpAddress, port: SmtpPort, provenWay: boolean): Visit['reach'] {
  if (connect === 'open') return 'open';
  if (connect === 'blocked-here')
    return { reason: 'relay-cannot', detail: 'this port is shut in its own network' };
  if (connect === 'unclear') return { reason: 'relay-cannot', detail: code ?? 'no reason given' };
  // On other ports than 25, which networks rarely shut, a refusal is the host's; nobody is blamed for it there.
  if (connect === 'refused' && port !== 25) return 'closed';
  return provenWay
    ? 'closed'
    : { reason: 'relay-cannot', detail: 'nothing shows that its own network lets it' };
}

function welcomeOf(seen: SmtpAddress, greeting: Greeting | undefined): NonNullable<Visit['welcome']> {
  const said = seen.greeting;
  if (said === undefined) return { reason: 'relay-cannot', detail: 'it does not look inside TLS' };
  if (said.end === 'not-smtp') return 'not-smtp';
  if (said.end !== 'complete') return { reason: said.end === 'timeout' ? 'timeout' : 'turned-away' };
  return greeting?.code === 220 ? 'welcome' : { reason: 'turned-away', detail: said.lines[0] ?? '' };
}

function ehloOf({ ehlo, greeting }: SmtpAddress, read: Ehlo | undefined): boolean | Blind {
  if (ehlo === undefined)
    return greeting === undefined
      ? { reason: 'relay-cannot', detail: 'it does not look inside TLS' }
      : greeting.end === 'timeout'
        ? { reason: 'timeout' }
        : { reason: 'turned-away', ...(greeting.lines[0] ? { detail: greeting.lines[0] } : {}) };
  if (ehlo.end === 'timeout') return { reason: 'timeout' };
  if (ehlo.end !== 'complete') return { reason: 'turned-away' };
  if (read?.code === 250) return true;
  // RFC 5321 §4.2.2: 500 and 502 say that the command is not known; all else may be aimed at the relay.
  return read?.code === 500 || read?.code === 502
    ? false
    : { reason: 'turned-away', detail: ehlo.lines[0] ?? '' };
}

function startOf(end: string, code: number | undefined): NonNullable<Visit['starttlsReply']> {
  if (end === 'timeout') return { reason: 'timeout' };
  if (end !== 'complete' || code === undefined) return { reason: 'turned-away' };
  if (code === 220) return 'go';
  return code >= 500 ? 'no' : code >= 400 ? 'later' : { reason: 'turned-away' };
}

function afterOf(end: string, after: Ehlo | undefined): NonNullable<Visit['afterTls']> {
  if (end === 'closed' || end === 'reset') return 'closed';
  if (end !== 'complete' || after?.code === undefined) return { reason: 'timeout' };
  if (after.code >= 200 && after.code < 300) return 'answered';
  return after.code >= 500 && after.code !== 501 ? 'refused' : { reason: 'turned-away' };
}

function tlsOf({ handshakes, cap }: SmtpAddress): Tls | Blind | undefined {
  const [first, second] = handshakes;
  if (first === undefined) return undefined;
  if (first.end === 'hello' && first.version !== undefined) {
    const old = isOld(first.version)
      ? first.version
      : second === undefined
        ? undefined
        : second.end === 'hello'
          ? isOld(second.version)
            ? second.version
            : 'none'
          : isRefusal(second)
            ? 'none'
            : undefined;
    return {
      state: 'works',
      newest: first.newer ?? first.version,
      ...(old === undefined ? {} : { old }),
      only13: false,
      shown: first,
      ...(first.trust ? { trust: first.trust } : {}),
    };
  }
  if (first.end === 'not-tls') return { state: 'plain', only13: false };
  if (second?.end === 'hello')
    return {
      state: 'works',
      newest: 'TLSv1.3',
      old: 'none',
      only13: isRefusal(first),
      shown: second,
      ...(second.trust ? { trust: second.trust } : {}),
    };
  if (cap !== undefined || second === undefined || !isRefusal(first) || !isRefusal(second))
    return { reason: 'timeout' };
  const alert = first.alert ?? second.alert;
  return { state: 'fails', only13: false, ...(alert === undefined ? {} : { alert }) };
}

function isRefusal({ end }: TlsHandshake): boolean {
  return end === 'alert' || end === 'closed' || end === 'reset' || end === 'not-tls';
}

function isOld(version: TlsVersion | undefined): version is TlsVersion {
  return version === 'SSLv3' || version === 'TLSv1' || version === 'TLSv1.1';
}
