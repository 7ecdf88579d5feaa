import { those } from '../../engine/agreement.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { opened, placesOf, smtp } from '../../topics/smtp.ts';

export const covers = ['smtp-banner-time'];

const seconds = (ms: number) => `${Math.round(ms / 1000)} seconds`;

const greetingDelay = rule({
  title: 'Mail servers greet without delay',
  why: 'Senders must wait five minutes for the greeting, but programs that only look give up sooner, and every delivery takes that much longer.',
  bears: ['acceptance'],
  cites: [{ rfc: 5321, section: '4.5.3.2.1' }],
  reads: { smtp },
  partial: ['smtp'],
  cases: {
    long: {
      severity: 'low',
      says: (d: Slow) => `${those(d.hosts, 'took')} ${seconds(d.ms)} to greet.`,
      fix: {
        stage: 'tidy',
        effort: 'hour',
        text: 'Look for lookups that time out when somebody connects: reverse DNS, ident, blocklists.',
      },
    },
    noticeable: {
      passes: true,
      says: (d: Slow) =>
        `${those(d.hosts, 'took')} ${seconds(d.ms)} to greet. Some do that on purpose, to deter spammers.`,
    },
    prompt: { passes: true, says: 'The servers greet at once.' },
  },
  judge({ smtp }) {
    const { because, visits, missing } = opened(smtp);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      visits,
      ['long', 'noticeable', 'prompt'],
      ({ greetingMs, welcome }) => {
        if (greetingMs === undefined) return typeof welcome === 'object' ? welcome : undefined;
        return greetingMs > 30_000 ? 'long' : greetingMs > 10_000 ? 'noticeable' : 'prompt';
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'No mail server showed a greeting that could be judged.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'prompt') return { is: 'prompt' };
    const ms = Math.max(...found.of.map(({ greetingMs }) => greetingMs ?? 0));
    return { is: found.is, data: { hosts: placesOf(found.of, visits), ms } };
  },
});

export default greetingDelay;

interface Slow {
  readonly hosts: readonly string[];
  readonly ms: number;
}

const after = (ms: number) => mxVisit({ greeting: `"220 mx.example.com ESMTP" @${ms}` });

export const weighs = {
  low: 'Senders wait far longer; mail only arrives later.',
} satisfies Weights<typeof greetingDelay>;

export const examples = [
  { name: 'at once', zone: after(200), expect: 'prompt' },
  { name: 'fifteen seconds', zone: after(15_000), expect: 'noticeable' },
  { name: 'forty seconds', zone: after(40_000), expect: 'long' },
  {
    name: 'silence',
    zone: 'example.com MX 10 mx.example.com\nmx.example.com SMTP 25 192.0.2.25 open greeting !timeout',
    expect: 'unknown',
  },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
] satisfies Examples<typeof greetingDelay>;
