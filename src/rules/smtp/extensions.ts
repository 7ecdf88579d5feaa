import { those } from '../../engine/agreement.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Examples, type Fix, rule } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { offers } from '../../mail/smtp/reply.ts';
import { opened, placesOf, smtp } from '../../topics/smtp.ts';

export const covers = [
  'smtp-cap-8bitmime',
  'smtp-cap-smtputf8',
  'smtp-cap-pipelining',
  'smtp-cap-chunking',
  'smtp-cap-dsn',
];

const fix: Fix = {
  stage: 'tidy',
  effort: 'hour',
  text: 'Update the mail server, or switch the lonely extension off.',
};

const extensions = rule({
  title: 'Extensions come with those they need',
  why: 'Addresses in other scripts need 8BITMIME beside SMTPUTF8, and BINARYMIME needs CHUNKING. Senders that find one without the other cannot use it.',
  bears: ['acceptance'],
  cites: [
    { rfc: 6531, section: '3.1' },
    { rfc: 3030, section: '3' },
    { rfc: 6152, section: '2' },
  ],
  reads: { smtp },
  partial: ['smtp'],
  cases: {
    'utf8-alone': {
      severity: 'info',
      says: (d: Listed) => `${those(d.hosts, 'lists')} SMTPUTF8 without 8BITMIME, or with a parameter.`,
      fix,
    },
    'binary-alone': {
      severity: 'info',
      says: (d: Listed) => `${those(d.hosts, 'lists')} BINARYMIME without CHUNKING.`,
      fix,
    },
    listed: {
      passes: true,
      says: (d: Listed) =>
        d.keywords.length === 0
          ? 'The servers list none of the usual extensions. Mail gets in without them.'
          : `The servers list ${enumerated(d.keywords, 12)}.`,
    },
  },
  judge({ smtp }) {
    const { because, visits, missing } = opened(smtp);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      visits,
      ['utf8-alone', 'binary-alone', 'listed'],
      ({ after, ehlo, speaksEhlo }) => {
        if (typeof speaksEhlo === 'object') return speaksEhlo;
        const list = after ?? ehlo;
        if (!speaksEhlo || list === undefined) return undefined;
        const utf8 = list.extensions.find(({ keyword }) => keyword === 'SMTPUTF8');
        if (utf8 && (!offers(list, '8BITMIME') || utf8.parameters.length > 0)) return 'utf8-alone';
        return offers(list, 'BINARYMIME') && !offers(list, 'CHUNKING') ? 'binary-alone' : 'listed';
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'No mail server could be asked for its extensions.' };
    if (found.is === 'unknown') return found;
    const lists = found.of.flatMap(({ after, ehlo }) => after ?? ehlo ?? []);
    const keywords = USUAL.filter((keyword) => lists.every((list) => offers(list, keyword)));
    return { is: found.is, data: { hosts: placesOf(found.of, visits), keywords } };
  },
});

export default extensions;

interface Listed {
  readonly hosts: readonly string[];
  readonly keywords: readonly string[];
}

const USUAL: readonly string[] = [
  '8BITMIME',
  'SMTPUTF8',
  'PIPELINING',
  'CHUNKING',
  'BINARYMIME',
  'DSN',
  'ENHANCEDSTATUSCODES',
  'LIMITS',
  'DELIVERBY',
  'MT-PRIORITY',
];

export const examples = [
  { name: 'usual ones', zone: mxVisit({ after: ['8BITMIME', 'SMTPUTF8', 'PIPELINING'] }), expect: 'listed' },
  { name: 'none', zone: mxVisit(), expect: 'listed' },
  { name: 'SMTPUTF8 alone', zone: mxVisit({ after: ['SMTPUTF8'] }), expect: 'utf8-alone' },
  {
    name: 'SMTPUTF8 with a parameter',
    zone: mxVisit({ after: ['8BITMIME', 'SMTPUTF8 x'] }),
    expect: 'utf8-alone',
  },
  { name: 'BINARYMIME alone', zone: mxVisit({ after: ['BINARYMIME'] }), expect: 'binary-alone' },
  { name: 'no EHLO', zone: mxVisit({ ehlo: [], ehloReply: '"500 what"' }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof extensions>;
