import { type Examples, rule } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { opened, smtp } from '../../topics/smtp.ts';

export const covers = ['smtp-close'];

const closing = rule({
  title: 'Mail servers end a conversation properly',
  why: 'A sender whose connection is dropped must take its mail for not delivered and send it again, which makes delays and duplicates.',
  bears: ['acceptance'],
  cites: [
    { rfc: 5321, section: '4.1.1.10', level: 'MUST' },
    { rfc: 5321, section: '3.8' },
  ],
  reads: { smtp },
  partial: ['smtp'],
  cases: {
    other: {
      passes: true,
      says: 'A server answers QUIT with something else than 221, which does no harm.',
    },
    proper: { passes: true, says: 'Each server says goodbye and closes.' },
  },
  judge({ smtp }) {
    const { because, visits, missing } = opened(smtp);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      visits,
      ['other', 'proper'] as const,
      ({ quit }) => {
        // One network alone cannot tell a server that drops connections from one that drops this relay.
        if (quit === 'dropped') return { reason: 'turned-away' } as const;
        return quit === undefined ? undefined : quit === 'bye' ? 'proper' : 'other';
      },
      missing,
    );
    if (found === undefined) return { is: 'not-applicable', because: 'No conversation came to its end.' };
    if (found.is === 'unknown') return found;
    return found.is === 'other' ? { is: 'other' } : { is: 'proper' };
  },
});

export default closing;

export const examples = [
  { name: 'goodbye', zone: mxVisit(), expect: 'proper' },
  { name: 'another word', zone: mxVisit({ quit: '"250 ok"' }), expect: 'other' },
  { name: 'dropped', zone: mxVisit({ quit: '!closed' }), expect: 'unknown' },
  { name: 'not said', zone: mxVisit({ quit: '' }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof closing>;
