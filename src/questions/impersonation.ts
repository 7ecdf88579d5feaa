import { type AnswerLine, headline } from '../engine/rule.ts';
import { type Fate, type Level, policyFate } from '../mail/dmarc/spoofability.ts';
import { dmarc } from '../topics/dmarc.ts';
import { type Forgery, type Spoofability, spoofability } from '../topics/spoofability.ts';

const impersonation = headline({
  asks: 'Can someone send mail in your name?',
  reads: { spoofability },
  partial: ['spoofability'],
  // Where no policy stops forged mail, it is delivered at best. Keys and servers that are not seen yet can only make
  // that worse, and nobody who is told the bad news waits for them.
  sooner: {
    reads: { dmarc },
    judge: ({ dmarc: { rfc9989, rfc7489 } }) =>
      deliveredAtBest(policyFate(rfc9989.exact.effective), policyFate(rfc7489.exact.effective))
        ? { is: 'delivered', data: { policy: rfc9989.exact.effective.policy === 'none' } }
        : undefined,
  },
  cases: {
    authenticated: {
      severity: 'critical',
      headline: 'Yes, and it would pass as genuine.',
      reason: (d: { by: string }) =>
        `${d.by} Receivers take such mail for yours, whatever your DMARC policy says.`,
    },
    'authenticated-below': {
      severity: 'critical',
      headline: 'Yes, from subdomains, and it would pass as genuine.',
      reason: (d: { by: string }) =>
        `${d.by} Receivers take such mail for yours, whatever your DMARC policy says.`,
    },
    delivered: {
      severity: 'high',
      headline: 'Yes. Mail forged in your name would be delivered.',
      reason: (d: { policy: boolean }) => whyDelivered(d.policy),
    },
    'delivered-at-least': {
      severity: 'high',
      atLeast: true,
      headline: 'Yes. Mail forged in your name would be delivered.',
      reason: (d: { policy: boolean }) =>
        `${whyDelivered(d.policy)} Not everything could be checked; what is missing could only make it worse.`,
    },
    'delivered-below': {
      severity: 'high',
      headline: (d: { existing: boolean; invented: boolean }) =>
        `Yes. Mail forged from ${
          d.existing && d.invented
            ? 'your subdomains'
            : d.existing
              ? 'existing subdomains'
              : 'invented subdomains'
        } would be delivered.`,
      reason: 'Your DMARC policy protects the domain itself, but it does not reach those names.',
    },
    'partly-delivered': {
      severity: 'medium',
      headline: 'It depends on the receiver.',
      reason:
        'Receivers on today’s DMARC standard and on the former one read your policy differently, and some of them would deliver forged mail.',
    },
    junked: {
      passes: true,
      headline: 'Hardly. Forged mail is sent to the spam folder.',
      reason:
        'Your DMARC policy is `quarantine`: mail that cannot prove to be yours is set aside. `reject` would have it refused.',
    },
    blocked: {
      passes: true,
      headline: 'No. Receivers are asked to refuse it.',
      reason:
        'Mail that names your domain as its sender must prove it, by SPF or DKIM. Domains that look alike and made-up sender names remain possible, as for everyone.',
    },
    'refused-or-junked': {
      passes: true,
      headline: 'Hardly. Forged mail is refused or put into the spam folder.',
      reason: 'Which of the two depends on the name and on the receiver; the lines below tell.',
    },
    'partly-seen': {
      unknown: true,
      headline: 'This could not be checked in full.',
      reason: 'The lines below say what is certain so far. Check again to complete them.',
    },
  },
  judge({ spoofability: reading }) {
    if (reading.got === 'none') return { is: 'unknown', because: reading.because };
    const { value } = reading;
    const { exact, existing, invented } = value;
    const lines = [
      line('This domain', exact),
      line('Existing subdomains', existing),
      line('Invented subdomains', invented),
    ];
    // A pass for the domain itself is the worst there is: nothing unseen can change the answer.
    if (exact.shown === 'pass') return { is: 'authenticated', data: { by: opening(value) }, lines };
    if (reading.got === 'part' && lines.every(({ what }) => what === UNSEEN))
      return { is: 'unknown', because: reading.because, lines };
    if (!value.complete)
      return deliveredAtBest(exact.rfc9989, exact.rfc7489)
        ? { is: 'delivered-at-least', data: { policy: value.policy === 'none' }, lines }
        : { is: 'partly-seen', lines };
    const { rank } = value.worst;
    if (rank <= PARTLY_PASSING) return { is: 'authenticated-below', data: { by: opening(value) }, lines };
    if (exact.rank === DELIVERED)
      return { is: 'delivered', data: { policy: value.policy === 'none' }, lines };
    if (rank === DELIVERED)
      return {
        is: 'delivered-below',
        data: { existing: existing.rank === DELIVERED, invented: invented.rank === DELIVERED },
        lines,
      };
    if (rank === PARTLY_DELIVERED) return { is: 'partly-delivered', lines };
    if (rank === BLOCKED) return { is: 'blocked', lines };
    return { is: exact.rank > JUNKED ? 'refused-or-junked' : 'junked', lines };
  },
});

export default impersonation;

/** Ranks of topics/spoofability.ts, 0 the worst. */
const PARTLY_PASSING = 1;
const DELIVERED = 2;
const PARTLY_DELIVERED = 3;
const JUNKED = 4;
const BLOCKED = 6;

/** No receiver, of either generation, is asked to do anything better about it. */
function deliveredAtBest(rfc9989: Fate, rfc7489: Fate): boolean {
  return rfc9989.best === 'open' && rfc7489.best === 'open';
}

function whyDelivered(policy: boolean): string {
  return policy
    ? 'Your DMARC record, which says what to do with mail that is not yours, says `none`: receivers may report forged mail to you, but nothing asks them to stop it.'
    : 'No DMARC record counts for your name. It would say what to do with mail that is not yours; without it nothing asks receivers to stop forged mail.';
}

function opening({ openings, keyPrinted }: Spoofability): string {
  if (openings.spfOpen === 'yes')
    return 'Your SPF record, the list of servers that may send for you, lets any server in the world pass.';
  if (keyPrinted) return 'The private half of one of your keys for signing mail (DKIM) is public.';
  if (openings.targetRegistrable === 'yes')
    return 'A name that your SPF record refers to stands in a domain that does not exist, so whoever registers that domain passes.';
  if (openings.keyTaken === 'yes')
    return 'One of your DKIM selectors leads to a domain that does not exist, so whoever registers that domain can sign as you.';
  if (openings.wildcardSpfOpen === 'yes')
    return 'A wildcard record gives made-up names an SPF record that passes anyone.';
  return 'The registry above your domain publishes a DMARC record that joins all its domains into one organization.';
}

function line(who: string, forgery: Forgery): AnswerLine {
  const { rfc9989, rfc7489 } = forgery;
  const tone = TONES[Math.min(forgery.rank, TONES.length - 1)] ?? 'unknown';
  if (forgery.shown === 'unknown') {
    const open = [rfc9989, rfc7489].some((fate) => fate.worst === 'pass' && fate.best === 'block');
    return {
      who,
      what: open ? UNSEEN : (sameWords(rfc9989, rfc7489) ?? `at worst ${words(rfc9989)}`),
      tone: 'unknown',
    };
  }
  const same = sameWords(rfc9989, rfc7489);
  if (same !== undefined) return { who, what: same, tone };
  return {
    who,
    what: `${words(rfc9989)} by receivers on RFC 9989, ${words(rfc7489)} by those still on RFC 7489`,
    tone,
  };
}

const UNSEEN = 'could not be checked';

const TONES: readonly AnswerLine['tone'][] = ['bad', 'bad', 'bad', 'warn', 'good', 'good', 'good'];

function sameWords(one: Fate, other: Fate): string | undefined {
  return words(one) === words(other) ? words(one) : undefined;
}

function words(fate: Fate): string {
  const level = WORDS[fate.worst];
  if (fate.worst === fate.best) return level;
  if (fate.because === 'sampled') return `${fate.percent} % ${WORDS[fate.best]}, the rest ${level}`;
  return `${level} or ${WORDS[fate.best]}`;
}

const WORDS: Readonly<Record<Level, string>> = {
  pass: 'passes as genuine',
  open: 'delivered',
  junk: 'put into the spam folder',
  block: 'refused',
};
