import { those } from '../../engine/agreement.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { submissionVisit, submissionZone } from '../../mail/smtp/example-visits.ts';
import { offers } from '../../mail/smtp/reply.ts';
import { placesOf, type Visit } from '../../topics/smtp.ts';
import { atPorts, submission } from '../../topics/submission.ts';

export const covers = ['sub-extensions'];

const extensions = rule({
  title: 'Sending ports offer what users need and nothing for relays',
  why: 'ETRN and ATRN hand over mail that waits for others and must not be offered to users; PIPELINING, 8BITMIME, DSN and precise error codes should be.',
  bears: ['submission'],
  cites: [{ rfc: 6409, section: '7' }],
  reads: { submission },
  cases: {
    queue: {
      severity: 'low',
      says: (d: Listed) =>
        `${those(d.hosts, 'offers')} ${enumerated(d.keywords)}, which is forbidden on sending ports.`,
      fix: {
        stage: 'tidy',
        effort: 'minutes',
        text: 'Take ETRN and ATRN out of the submission service (`smtpd_discard_ehlo_keywords = etrn` in Postfix).',
      },
    },
    lacking: {
      passes: true,
      says: (d: Listed) =>
        `${those(d.hosts, 'does not list')} ${enumerated(d.keywords)}, which would be good to have.`,
    },
    proper: { passes: true, says: 'The extensions are those of a sending port.' },
  },
  judge({ submission }) {
    const { because, visits, missing } = atPorts(submission, [465, 587]);
    if (because !== undefined) return { is: 'not-applicable', because };
    if (visits.length === 0 && missing) return { is: 'unknown', because: missing };
    const found = gravest(
      visits,
      ['queue', 'lacking', 'proper'],
      (visit) => {
        const { tls, speaksEhlo, port, afterTls } = visit;
        if (tls !== undefined && 'reason' in tls) return tls;
        if (tls?.state !== 'works') return undefined;
        if (port === 465 && typeof speaksEhlo === 'object') return speaksEhlo;
        if (typeof afterTls === 'object') return afterTls;
        if (listOf(visit) === undefined)
          return { reason: 'relay-cannot', detail: 'it does not look inside TLS' } as const;
        if (listed(visit, QUEUE).length > 0) return 'queue';
        return listed(visit, GOOD).length < GOOD.length ? 'lacking' : 'proper';
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'TLS came about neither on port 465 nor on 587.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'proper') return { is: 'proper' };
    const keywords =
      found.is === 'queue'
        ? QUEUE.filter((keyword) => found.of.some((visit) => listed(visit, [keyword]).length > 0))
        : GOOD.filter((keyword) => found.of.some((visit) => listed(visit, [keyword]).length === 0));
    return { is: found.is, data: { hosts: placesOf(found.of, visits), keywords } };
  },
});

export default extensions;

interface Listed {
  readonly hosts: readonly string[];
  readonly keywords: readonly string[];
}

const QUEUE: readonly string[] = ['ETRN', 'ATRN'];
const GOOD: readonly string[] = ['PIPELINING', 'ENHANCEDSTATUSCODES', 'DSN', '8BITMIME'];

function listOf({ port, ehlo, after }: Visit) {
  return port === 465 ? ehlo : after;
}

function listed(visit: Visit, wanted: readonly string[]): string[] {
  const list = listOf(visit);
  return list ? wanted.filter((keyword) => offers(list, keyword)) : [];
}

export const weighs = {
  low: 'Nobody loses mail by it; a service meant for relays is open to users.',
} satisfies Weights<typeof extensions>;

export const examples = [
  {
    name: 'all',
    zone: submissionZone(submissionVisit(587, { after: ['AUTH PLAIN', ...GOOD] })),
    expect: 'proper',
  },
  { name: 'few', zone: submissionZone(submissionVisit(465)), expect: 'lacking' },
  {
    name: 'few on both ports',
    zone: submissionZone(submissionVisit(465), submissionVisit(587)),
    expect: 'lacking',
  },
  {
    name: 'ETRN',
    zone: submissionZone(submissionVisit(465, { ehlo: ['AUTH PLAIN', 'ETRN'] })),
    expect: 'queue',
  },
  {
    name: 'no TLS',
    zone: submissionZone(submissionVisit(587, { ehlo: ['SIZE'] })),
    expect: 'not-applicable',
  },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof extensions>;
