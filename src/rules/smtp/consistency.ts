import { those } from '../../engine/agreement.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { mxVisit, visitLine } from '../../mail/smtp/example-visits.ts';
import { opened, placesOf, smtp, type Visit } from '../../topics/smtp.ts';

export const covers = ['smtp-consistency'];

const consistency = rule({
  title: 'All addresses of the mail servers offer the same encryption',
  why: 'Senders take any of the addresses, and somebody who interferes chooses for them: mail is only as safe as the weakest.',
  bears: ['interception'],
  cites: [
    { rfc: 9325, section: '3.9' },
    { rfc: 7672, section: '2.2.1' },
  ],
  reads: { smtp },
  partial: ['smtp'],
  cases: {
    differs: {
      severity: 'medium',
      says: (d: { hosts: readonly string[]; best: string }) =>
        `${those(d.hosts, 'offers')} less than the best of your mail servers, which has ${d.best}.`,
      fix: {
        stage: 'transport',
        effort: 'hour',
        text: 'Give all mail servers the same software and TLS settings.',
      },
    },
    same: { passes: true, says: 'All addresses reached offer the same.' },
  },
  judge({ smtp }) {
    const { because, visits, missing } = opened(smtp);
    if (because !== undefined) return { is: 'not-applicable', because };
    const ranked = visits.flatMap((visit) => {
      const rank = rankOf(visit);
      return rank === undefined ? [] : [{ visit, rank }];
    });
    // Where there is no encryption at all, that is a finding of its own.
    const encrypted = ranked.filter(({ rank }) => rank > 0);
    const best = Math.max(...encrypted.map(({ rank }) => rank));
    const less = encrypted.filter(({ rank }) => rank < best).map(({ visit }) => visit);
    // A difference stays one whatever else comes to light.
    if (less.length > 0)
      return { is: 'differs', data: { hosts: placesOf(less, visits), best: RANKS[best] ?? 'TLS' } };
    if (missing) return { is: 'unknown', because: missing };
    if (visits.length < 2)
      return { is: 'not-applicable', because: 'Only one address of a mail server was reached.' };
    const hidden = visits.find((visit) => rankOf(visit) === undefined);
    if (hidden) {
      const { starttls, tls } = hidden;
      const blind = typeof starttls === 'object' ? starttls : tls && 'reason' in tls ? tls : undefined;
      return { is: 'unknown', because: blind ?? { reason: 'turned-away' } };
    }
    if (encrypted.length < ranked.length)
      return {
        is: 'not-applicable',
        because: 'Some offer no encryption that works; that is judged by itself.',
      };
    return { is: 'same' };
  },
});

export default consistency;

/** How good the encryption is; undefined when it was not seen. */
function rankOf({ starttls, tls, starttlsReply }: Visit): number | undefined {
  if (starttls === false) return 0;
  if (starttls !== true) return undefined;
  if (starttlsReply === 'no') return 0;
  if (tls === undefined || 'reason' in tls) return undefined;
  if (tls.state !== 'works') return 0;
  return tls.newest === 'TLSv1.3' ? 3 : tls.newest === 'TLSv1.2' ? 2 : 1;
}

const RANKS: Readonly<Record<number, string>> = { 1: 'an old version of TLS', 2: 'TLS 1.2', 3: 'TLS 1.3' };

export const weighs = {
  medium: 'Mail that goes by the weaker address is less protected, and somebody on the way can choose it.',
} satisfies Weights<typeof consistency>;

export const examples = [
  { name: 'two alike', zone: `${mxVisit()}\n${visitLine({ address: '192.0.2.26' })}`, expect: 'same' },
  {
    name: 'one without STARTTLS',
    zone: `${mxVisit()}\n${visitLine({ address: '192.0.2.26', ehlo: ['SIZE'] })}`,
    expect: 'not-applicable',
  },
  {
    name: 'one without TLS 1.3',
    zone: `${mxVisit()}\n${visitLine({ address: '192.0.2.26', tls: 'TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256' })}`,
    expect: 'differs',
  },
  {
    name: 'one turns the relay away',
    zone: `${mxVisit()}\nmx.example.com SMTP 25 192.0.2.26 open greeting "554 no"`,
    expect: 'unknown',
  },
  { name: 'one address', zone: mxVisit(), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof consistency>;
