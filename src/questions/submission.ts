import type { Name } from '../dns/name.ts';
import { wordsFor } from '../engine/blindness.ts';
import { enumerated } from '../engine/prose.ts';
import { type AnswerLine, headline } from '../engine/rule.ts';
import { nameMatch, pathOf } from '../mail/certificate/certificate.ts';
import { trustVerdict } from '../mail/certificate/trust.ts';
import { mechanismsOf, PLAIN_MECHANISMS } from '../mail/smtp/reply.ts';
import { chainIn, inHand, isChain, type Shown } from '../topics/certificates.ts';
import { posture } from '../topics/posture.ts';
import type { Visit } from '../topics/smtp.ts';
import { atPorts, submission, submissionCertificates } from '../topics/submission.ts';

const ADVICE =
  'Right are port 465, encrypted from the first byte (TLS), and port 587, where programs must switch encryption on (STARTTLS) before the password is asked for.';

const question = headline({
  asks: 'Are your sending ports right?',
  reads: { posture, submission, submissionCertificates },
  partial: ['submission', 'submissionCertificates'],
  cases: {
    'no-mail': {
      passes: true,
      headline: 'There are none to check.',
      reason: 'The domain shows no sign of sending or receiving mail.',
    },
    wrong: {
      severity: 'high',
      headline: 'No. Passwords are in danger, or programs cannot connect.',
      reason: (d: { first: string }) => `${d.first} ${ADVICE}`,
    },
    improvable: {
      severity: 'low',
      headline: 'Yes, with something left to improve.',
      reason: (d: { first: string }) => `${d.first} ${ADVICE}`,
    },
    untested: {
      unknown: true,
      headline: (d: { relay: boolean }) =>
        d.relay ? 'Not tested. A browser cannot try them.' : 'This could not be checked in full.',
      reason: (d: { relay: boolean; why: string }) =>
        d.relay
          ? `It takes a relay, a small program that connects to mail servers, and none is connected here. ${ADVICE}`
          : `What is missing: ${d.why}. ${ADVICE}`,
    },
    'not-found': {
      unknown: true,
      headline: 'None was found.',
      reason: (d: { hosts: readonly string[]; guess: boolean }) =>
        d.guess
          ? `Nothing in DNS says where your people hand in their mail, and nobody answers at ${enumerated(d.hosts)}. SRV records at \`_submissions._tcp\` would tell.`
          : `No sending port is open at ${enumerated(d.hosts)}.`,
    },
    elsewhere: {
      unknown: true,
      headline: 'There are none of your own to check.',
      reason: (d: { because: string }) => d.because,
    },
    right: {
      passes: true,
      headline: 'Yes.',
      reason: (d: { hosts: readonly string[] }) =>
        d.hosts.length === 1
          ? `${enumerated(d.hosts)} asks for the password inside TLS only and shows a valid certificate.`
          : `${enumerated(d.hosts)} ask for the password inside TLS only and show valid certificates.`,
    },
  },
  judge({ posture, submission, submissionCertificates, scope }) {
    if (!posture.sends && !posture.receives) return { is: 'no-mail' };
    if (submission.got === 'none') return untested(submission.because);
    const { because, hosts, by } = submission.value;
    if (because !== undefined) return { is: 'elsewhere', data: { because } };
    const { visits } = atPorts(submission.value, [465, 587, 2525]);
    // Nobody needs 2525, so what is not known of it is not missed.
    const { missing } = atPorts(submission.value, [465, 587]);
    const { shown } = inHand(submissionCertificates);
    const judged = visits.map((visit) => ({
      visit,
      mark: markOf(
        visit,
        shown.find((one) => one.visit === visit),
        { domain: scope.domain, now: scope.now },
      ),
    }));
    const lines = judged.map(
      ({ visit, mark }): AnswerLine => ({
        who: `${visit.host}:${visit.port}`,
        what: 'blind' in mark ? `not tested: ${wordsFor(mark.blind)}` : mark.what,
        tone: 'blind' in mark ? 'unknown' : mark.tone,
      }),
    );
    const first = (tone: AnswerLine['tone']) => lines.find((line) => line.tone === tone);
    const bad = first('bad');
    if (bad) return { is: 'wrong', data: { first: sentence(bad) }, lines };
    const blind = missing ?? judged.flatMap(({ mark }) => ('blind' in mark ? [mark.blind] : []))[0];
    if (blind) return { ...untested(blind), lines };
    if (visits.length === 0) return { is: 'not-found', data: { hosts, guess: by === 'guess' } };
    const warn = first('warn');
    if (warn) return { is: 'improvable', data: { first: sentence(warn) }, lines };
    return { is: 'right', data: { hosts: [...new Set(visits.map(({ host }) => host))] }, lines };
  },
});

export default question;

/** Why something was not seen. */
type Blind = Exclude<Visit['reach'], string>;

interface About {
  readonly domain: Name;
  readonly now: number;
}

type Mark = { readonly what: string; readonly tone: AnswerLine['tone'] } | { readonly blind: Blind };

function untested(because: Blind) {
  const relay = because.reason === 'relay-absent';
  return { is: 'untested', data: { relay, why: wordsFor(because) } } as const;
}

function sentence({ who, what }: AnswerLine): string {
  return `\`${who}\`: ${what}.`;
}

/** What a mail program meets at one port. */
function markOf(visit: Visit, shown: Shown | undefined, about: About): Mark {
  const { port, tls, starttls, starttlsReply, welcome, ehlo } = visit;
  const bad = (what: string): Mark => ({ what, tone: 'bad' });
  if (port === 465) {
    if (tls === undefined) return { blind: { reason: 'timeout' } };
    if ('reason' in tls) return { blind: tls };
    if (tls.state === 'plain') return bad('clear text where TLS belongs');
  } else {
    if (welcome === 'not-smtp') return bad('does not speak SMTP in clear text');
    if (ehlo && mechanismsOf(ehlo).some((each) => PLAIN_MECHANISMS.has(each)))
      return bad('asks for the password before encryption begins');
    if (typeof starttls === 'object') return { blind: starttls };
    if (starttls === undefined) return { blind: { reason: 'turned-away' } };
    if (!starttls) return bad('does not offer encryption');
    if (starttlsReply === 'no') return bad('offers encryption and refuses it');
    if (tls === undefined) return { blind: { reason: 'timeout' } };
    if ('reason' in tls) return { blind: tls };
  }
  if (tls.state !== 'works') return bad('TLS fails');
  const fault = shown === undefined ? undefined : certificateFault(shown, about);
  if (typeof fault === 'string') return bad(fault);
  if (tls.newest !== 'TLSv1.2' && tls.newest !== 'TLSv1.3') return bad('speaks nothing newer than TLS 1.1');
  if (tls.old !== undefined && tls.old !== 'none') return bad('takes TLS 1.1 or older');
  if (fault) return { blind: fault };
  const how = port === 465 ? 'TLS from the first byte' : 'password only after STARTTLS';
  if (ehlo && port !== 465 && mechanismsOf(ehlo).length > 0)
    return { what: 'offers a login before encryption begins', tone: 'warn' };
  return { what: `${how}, valid certificate`, tone: 'good' };
}

function certificateFault(one: Shown, { domain, now }: About): string | Blind | undefined {
  const chain = chainIn(one);
  if (chain === undefined) return 'sends something that is no certificate';
  if (!isChain(chain)) return chain;
  if (pathOf(chain).some(({ notBefore, notAfter }) => now < notBefore || now > notAfter))
    return 'the certificate is out of date';
  const name = nameMatch(chain[0], [one.visit.host, domain]);
  if (name === 'differs' || name === 'none') return 'the certificate does not name the server';
  const verdict = trustVerdict(one.tls.trust?.chain, chain);
  if (verdict === undefined) return { reason: 'relay-cannot', detail: 'it gives no verdict on certificates' };
  if (verdict === 'incomplete') return 'the certificate comes without its issuer’s';
  return verdict === 'trusted' ? undefined : 'no public authority vouches for the certificate';
}
