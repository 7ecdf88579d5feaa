import { those } from '../../engine/agreement.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { submissionVisit, submissionZone } from '../../mail/smtp/example-visits.ts';
import { placesOf } from '../../topics/smtp.ts';
import { atPorts, submission } from '../../topics/submission.ts';

export const covers = ['sub-response-time'];

const responseTime = rule({
  title: 'Sending ports answer without delay',
  why: 'People wait in front of their mail program while it talks to the server, and many programs give up after two minutes.',
  bears: ['submission'],
  cites: [{ rfc: 6409, section: '5.3' }],
  reads: { submission },
  cases: {
    slow: {
      severity: 'low',
      says: (d: Slow) => `${those(d.hosts, 'took')} ${Math.round(d.ms / 1000)} seconds for an answer.`,
      fix: {
        stage: 'tidy',
        effort: 'hour',
        text: 'Look for lookups that time out when somebody connects: reverse DNS, ident, blocklists.',
      },
    },
    noticeable: {
      passes: true,
      says: (d: Slow) =>
        `${those(d.hosts, 'took')} ${Math.round(d.ms / 1000)} seconds for an answer, which people notice.`,
    },
    prompt: { passes: true, says: 'Every answer came within ten seconds.' },
  },
  judge({ submission }) {
    const { because, visits, missing } = atPorts(submission, [465, 587]);
    if (because !== undefined) return { is: 'not-applicable', because };
    if (visits.length === 0 && missing) return { is: 'unknown', because: missing };
    const found = gravest(
      visits,
      ['slow', 'noticeable', 'prompt'],
      ({ welcome, slowestMs }) => {
        if (typeof welcome === 'object') return welcome;
        if (welcome !== 'welcome') return undefined;
        return slowestMs > 120_000 ? 'slow' : slowestMs > 10_000 ? 'noticeable' : 'prompt';
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'Neither port 465 nor port 587 came as far as a greeting.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'prompt') return { is: 'prompt' };
    const ms = Math.max(...found.of.map(({ slowestMs }) => slowestMs));
    return { is: found.is, data: { hosts: placesOf(found.of, visits), ms } };
  },
});

export default responseTime;

interface Slow {
  readonly hosts: readonly string[];
  readonly ms: number;
}

const after = (ms: number) =>
  submissionZone(submissionVisit(587, { greeting: `"220 smtp.example.com ESMTP" @${ms}` }));

export const weighs = {
  low: 'People wait, and most programs wait with them.',
} satisfies Weights<typeof responseTime>;

export const examples = [
  { name: 'at once', zone: after(200), expect: 'prompt' },
  { name: 'fifteen seconds', zone: after(15_000), expect: 'noticeable' },
  { name: 'more than two minutes', zone: after(130_000), expect: 'slow' },
  {
    name: 'silence',
    zone: submissionZone('smtp.example.com SMTP 587 192.0.2.87 open greeting !timeout'),
    expect: 'unknown',
  },
  {
    name: 'clear text where TLS belongs',
    zone: submissionZone(
      'smtp.example.com SMTP 465 192.0.2.87 open tls !not-tls "220 smtp.example.com ESMTP"',
    ),
    expect: 'not-applicable',
  },
  { name: 'closed', zone: submissionZone(), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof responseTime>;
