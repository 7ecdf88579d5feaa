/*
 * Whether the domain sends mail, receives mail, or neither, judged by what it publishes. What the owner says
 * wins. Sending shows in an SPF record under which somebody passes, in mailboxes at a known provider, or in a
 * live DKIM key; receiving in an MX record, or, for a domain that sends, in its own addresses (implicit MX,
 * RFC 5321 §5.1). A null MX (RFC 7505) declares that the domain takes no mail, an SPF record under which nothing
 * passes (RFC 7208 §10.1.2) that it sends none: both together outweigh forgotten keys. A web site with addresses
 * and no word about mail is undeclared, although senders would try those addresses.
 */

import { type Name, ROOT } from '../dns/name.ts';
import { dns } from '../dns/record.ts';
import { type Look, topic } from '../engine/topic.ts';
import { type Blind, none, part, whole } from '../facts/observation.ts';
import { apexTxt } from './apex-txt.ts';
import { dkim } from './dkim.ts';
import { mx } from './mx.ts';
import { type Providers, provider } from './provider.ts';
import { spf } from './spf.ts';

/** What the domain does with mail. */
export interface Posture {
  readonly kind:
    | 'sends-and-receives'
    | 'receives-only'
    | 'sends-only'
    | 'declared-no-mail'
    | 'undeclared'
    | 'missing';
  readonly sends: boolean;
  readonly receives: boolean;
  /** No MX record, but addresses that senders would deliver to. */
  readonly implicitMx: boolean;
  /** As a sentence part: "sends and receives mail, mailboxes at Google Workspace". */
  readonly words: string;
}

export const posture = topic<Posture>('posture', async ({ scope, ask, read }) => {
  const [mxReading, txtReading, providers] = await Promise.all([read(mx), read(apexTxt), read(provider)]);
  if (mxReading.got !== 'whole') return none(mxReading.because);
  if (mxReading.value.nameMissing) return whole(postureOf('missing', false));
  if (txtReading.got !== 'whole') return none(txtReading.because);
  const policies = txtReading.value.texts.filter((text) => /^v=spf1(?: |$)/i.test(text));
  const { hosts, hasNull } = mxReading.value;
  const hasMx = hosts.some((host) => host.exchange !== ROOT);
  const services = providers.got === 'none' ? undefined : providers.value;

  const [own, sending]: [Own, Sending] = await Promise.all([
    hosts.length > 0 ? { found: false } : ownAddresses(scope.domain, ask),
    scope.intent
      ? { sends: scope.intent === 'mail' }
      : whetherSending(policies, hasNull && !hasMx, services, read),
  ]);
  const implicitMx = own.found;
  const receives = scope.intent !== 'no-mail' && (hasMx || (implicitMx && sending.sends));
  const declared = scope.intent === 'no-mail' || hasNull || policies.length > 0;
  const kind = receives
    ? sending.sends
      ? 'sends-and-receives'
      : 'receives-only'
    : sending.sends
      ? 'sends-only'
      : declared
        ? 'declared-no-mail'
        : 'undeclared';
  const value = postureOf(kind, implicitMx, services);
  const because = sending.because ?? own.because;
  return because ? part(value, because) : whole(value);
});

function postureOf(kind: Posture['kind'], implicitMx: boolean, services?: Providers): Posture {
  const at = [
    ...(services?.mailbox && WITH_MAILBOXES.has(kind) ? [`mailboxes at ${services.mailbox.name}`] : []),
    ...(services?.gateway && WITH_MAILBOXES.has(kind) ? [`filtered by ${services.gateway.name}`] : []),
  ];
  return {
    kind,
    sends: kind === 'sends-and-receives' || kind === 'sends-only',
    receives: kind === 'sends-and-receives' || kind === 'receives-only',
    implicitMx,
    words: [WORDS[kind], ...at].join(', '),
  };
}

interface Own {
  readonly found: boolean;
  readonly because?: Blind;
}

interface Sending {
  readonly sends: boolean;
  readonly because?: Blind;
}

async function ownAddresses(domain: Name, ask: Look['ask']): Promise<Own> {
  const [a, aaaa] = await Promise.all([ask(dns(domain, 'A')), ask(dns(domain, 'AAAA'))]);
  if ([a, aaaa].some((result) => result.seen && result.answer.records.length > 0)) return { found: true };
  const because = !a.seen ? a.because : !aaaa.seen ? aaaa.because : undefined;
  return because ? { found: false, because } : { found: false };
}

/** `refuses`: the domain has a null MX and no other. */
async function whetherSending(
  policies: readonly string[],
  refuses: boolean,
  services: Providers | undefined,
  read: Look['read'],
): Promise<Sending> {
  const terms = policies.flatMap((text) => text.split(' ').slice(1));
  if (terms.some(letsPass)) return { sends: true };
  if (services?.mailbox && !refuses) return { sends: true };
  if (terms.some((term) => /^redirect=/i.test(term))) {
    // Parked domains often share one record by `redirect`: only its end says whether anybody passes.
    const tree = await read(spf);
    if (tree.got !== 'whole') return { sends: false, because: tree.because };
    if (tree.value.sends) return { sends: true };
  }
  if (refuses && policies.length > 0) return { sends: false };
  const keys = await read(dkim);
  if (keys.got !== 'none' && keys.value.live > 0) return { sends: true };
  return keys.got === 'whole' ? { sends: false } : { sends: false, because: keys.because };
}

/**
 * Whether a term lets somebody pass, or was meant to: anything but a mechanism with another sign, a modifier, or
 * an `all` whose sign went wrong (a dash from a word processor). It is evidence of sending, not a verdict on SPF.
 */
function letsPass(term: string): boolean {
  if (/^(?:ip4|ip6|include|a|mx|ptr|exists)=/i.test(term)) return true;
  return !/^$|^[-~?]|^[a-z][a-z0-9._-]*=|^[^a-z0-9+]+all$/i.test(term);
}

const WITH_MAILBOXES: ReadonlySet<Posture['kind']> = new Set(['sends-and-receives', 'receives-only']);

const WORDS: Readonly<Record<Posture['kind'], string>> = {
  'sends-and-receives': 'sends and receives mail',
  'receives-only': 'receives mail and shows no sign of sending any',
  'sends-only': 'sends mail and receives none',
  'declared-no-mail': 'declares that it has no mail',
  undeclared: 'says nothing about mail',
  missing: 'does not exist',
};
