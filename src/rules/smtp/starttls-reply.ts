import { those } from '../../engine/agreement.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { opened, placesOf, smtp } from '../../topics/smtp.ts';

export const covers = ['smtp-starttls-accepted'];

const starttlsReply = rule({
  title: 'Mail servers accept STARTTLS where they offer it',
  why: 'A server that offers encryption and then refuses it makes some senders fall back to clear text and others give up.',
  bears: ['interception'],
  cites: [
    { rfc: 3207, section: '4' },
    { rfc: 5321, section: '4.2.4' },
  ],
  reads: { smtp },
  partial: ['smtp'],
  cases: {
    refused: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) => `${those(d.hosts, 'offers')} STARTTLS, only to refuse it.`,
      fix: {
        stage: 'transport',
        effort: 'hour',
        cause: 'starttls',
        text: 'Read the server’s log: usually its certificate or key cannot be read. Until that is mended, stop offering STARTTLS.',
      },
    },
    later: {
      severity: 'medium',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'offers')} STARTTLS and said that it is not available at the moment.`,
      fix: {
        stage: 'transport',
        effort: 'hour',
        text: 'Check again. If it stays, read the server’s log: usually its certificate or key cannot be read.',
      },
    },
    accepted: { passes: true, says: 'Each server that offers STARTTLS accepts it.' },
  },
  judge({ smtp }) {
    const { because, visits, missing } = opened(smtp);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      visits,
      ['refused', 'later', 'accepted'],
      ({ starttls, starttlsReply: reply }) => {
        if (typeof starttls === 'object') return starttls;
        if (reply === undefined || typeof reply === 'object') return reply;
        return reply === 'go' ? 'accepted' : reply === 'no' ? 'refused' : 'later';
      },
      missing,
    );
    if (found === undefined) return { is: 'not-applicable', because: 'No mail server offers STARTTLS.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'accepted') return { is: 'accepted' };
    return { is: found.is, data: { hosts: placesOf(found.of, visits) } };
  },
});

export default starttlsReply;

export const weighs = {
  high: 'Senders fall back to clear text, or give up.',
  medium: 'It may be a passing state; senders try again or send in clear text.',
} satisfies Weights<typeof starttlsReply>;

export const examples = [
  { name: 'accepted', zone: mxVisit(), expect: 'accepted' },
  { name: 'refused', zone: mxVisit({ starttls: '"502 not implemented"' }), expect: 'refused' },
  { name: 'not now', zone: mxVisit({ starttls: '"454 TLS not available"' }), expect: 'later' },
  { name: 'silence', zone: mxVisit({ starttls: '!timeout' }), expect: 'unknown' },
  { name: 'not offered', zone: mxVisit({ ehlo: ['SIZE'] }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof starttlsReply>;
