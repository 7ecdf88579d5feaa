import { those } from '../../engine/agreement.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { submissionVisit, submissionZone } from '../../mail/smtp/example-visits.ts';
import { mechanismsOf, WEAK_MECHANISMS } from '../../mail/smtp/reply.ts';
import { placesOf, type Visit } from '../../topics/smtp.ts';
import { atPorts, submission } from '../../topics/submission.ts';

export const covers = ['sub-auth-offered', 'sub-auth-mechs'];

const login = rule({
  title: 'Sending ports offer a sound login inside TLS',
  why: 'Who sends through the server must log in. Without a login nobody can use it, or everybody; with a historic one the password is in danger.',
  bears: ['submission'],
  cites: [
    { rfc: 6409, section: '4.3' },
    { rfc: 4954, section: '4' },
    { rfc: 6331, section: '1' },
  ],
  reads: { submission },
  cases: {
    anonymous: {
      severity: 'high',
      says: (d: Offer) => `${those(d.hosts, 'takes')} logins without a name (ANONYMOUS).`,
      fix: { stage: 'mend', effort: 'minutes', text: 'Take ANONYMOUS out of the mechanisms offered.' },
    },
    missing: {
      severity: 'medium',
      says: (d: Offer) =>
        `${those(d.hosts, 'offers')} no login inside TLS, which serves nobody, or only those known by their address.`,
      fix: { stage: 'mend', effort: 'hour', text: 'Switch AUTH on for the submission service.' },
    },
    weak: {
      severity: 'low',
      says: (d: Offer) =>
        `${those(d.hosts, 'offers')} ${enumerated(d.mechanisms)}, which is weak or historic.`,
      fix: {
        stage: 'tidy',
        effort: 'minutes',
        text: 'Offer PLAIN inside TLS, SCRAM or OAUTHBEARER, and nothing older.',
      },
    },
    offered: {
      passes: true,
      says: (d: Offer) => `Logins are offered inside TLS (${enumerated(d.mechanisms, 8)}).`,
    },
  },
  judge({ submission }) {
    const { because, visits, missing } = atPorts(submission, [465, 587]);
    if (because !== undefined) return { is: 'not-applicable', because };
    if (visits.length === 0 && missing) return { is: 'unknown', because: missing };
    const found = gravest(
      visits,
      ['anonymous', 'missing', 'weak', 'offered'],
      (visit) => {
        const { tls, port, speaksEhlo, afterTls } = visit;
        if (tls !== undefined && 'reason' in tls) return tls;
        if (tls?.state !== 'works') return undefined;
        if (port === 465 && typeof speaksEhlo === 'object') return speaksEhlo;
        if (typeof afterTls === 'object') return afterTls;
        const mechanisms = insideOf(visit);
        if (mechanisms === undefined)
          return { reason: 'relay-cannot', detail: 'it does not look inside TLS' } as const;
        if (mechanisms.includes('ANONYMOUS')) return 'anonymous';
        if (mechanisms.length === 0) return 'missing';
        return mechanisms.some((each) => WEAK_MECHANISMS.has(each)) ? 'weak' : 'offered';
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'TLS came about neither on port 465 nor on 587.' };
    if (found.is === 'unknown') return found;
    const all = found.of.flatMap((visit) => insideOf(visit) ?? []);
    const mechanisms = [
      ...new Set(found.is === 'weak' ? all.filter((each) => WEAK_MECHANISMS.has(each)) : all),
    ];
    return { is: found.is, data: { hosts: placesOf(found.of, visits), mechanisms } };
  },
});

export default login;

interface Offer {
  readonly hosts: readonly string[];
  readonly mechanisms: readonly string[];
}

/** Mechanisms inside TLS, where they were seen. */
function insideOf({ port, ehlo, after }: Visit): readonly string[] | undefined {
  const list = port === 465 ? ehlo : after;
  return list && mechanismsOf(list);
}

export const weighs = {
  high: 'Anybody may send through the server without a name.',
  medium: 'Users cannot log in there, or the address alone decides.',
  low: 'A stronger mechanism may be offered beside it, and TLS hides the exchange.',
} satisfies Weights<typeof login>;

export const examples = [
  {
    name: 'PLAIN on both',
    zone: submissionZone(submissionVisit(465), submissionVisit(587)),
    expect: 'offered',
  },
  {
    name: 'CRAM-MD5',
    zone: submissionZone(submissionVisit(465, { ehlo: ['AUTH PLAIN CRAM-MD5'] })),
    expect: 'weak',
  },
  { name: 'none', zone: submissionZone(submissionVisit(587, { after: ['SIZE'] })), expect: 'missing' },
  {
    name: 'ANONYMOUS',
    zone: submissionZone(submissionVisit(587, { after: ['AUTH PLAIN ANONYMOUS'] })),
    expect: 'anonymous',
  },
  {
    name: 'a relay that does not look inside',
    zone: submissionZone(submissionVisit(587, { afterReply: '' })),
    expect: 'unknown',
  },
  {
    name: 'no TLS',
    zone: submissionZone(submissionVisit(587, { ehlo: ['AUTH PLAIN'] })),
    expect: 'not-applicable',
  },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof login>;
