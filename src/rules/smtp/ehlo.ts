import { those } from '../../engine/agreement.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import type { ReplyFault } from '../../mail/smtp/reply.ts';
import { opened, placesOf, smtp } from '../../topics/smtp.ts';

export const covers = ['smtp-ehlo', 'smtp-ehlo-syntax'];

const ehlo = rule({
  title: 'Mail servers answer EHLO as the standard has it',
  why: 'EHLO is how a sender learns what a server can do, encryption first of all. Without a proper answer mail is sent without it.',
  bears: ['interception'],
  cites: [
    { rfc: 5321, section: '4.1.1.1', level: 'MUST' },
    { rfc: 5321, section: '4.2.1' },
    { rfc: 5321, section: '4.5.1' },
  ],
  reads: { smtp },
  partial: ['smtp'],
  cases: {
    refused: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'does not know')} EHLO, which leaves out every extension, encryption among them.`,
      fix: {
        stage: 'mend',
        effort: 'hour',
        text: 'Switch on ESMTP, or switch off the filter in front of the server that allows only the old HELO.',
      },
    },
    malformed: {
      severity: 'low',
      says: (d: { hosts: readonly string[]; fault: string }) =>
        `The answer of ${enumerated(d.hosts)} to EHLO ${d.fault}. Some senders overlook extensions then.`,
      fix: {
        stage: 'tidy',
        effort: 'hour',
        text: 'Update the mail server, or remove the filter that changes its answers.',
      },
    },
    proper: { passes: true, says: 'Each server answers EHLO with its name and a list of extensions.' },
  },
  judge({ smtp }) {
    const { because, visits, missing } = opened(smtp);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      visits,
      ['refused', 'malformed', 'proper'],
      ({ welcome, speaksEhlo, ehlo }) => {
        if (welcome === 'not-smtp' || ehlo?.masked) return undefined;
        if (speaksEhlo === undefined || typeof speaksEhlo === 'object') return speaksEhlo;
        if (!speaksEhlo) return 'refused';
        return ehlo && ehlo.faults.length > 0 ? 'malformed' : 'proper';
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'No mail server could be asked for its extensions.' };
    if (found.is === 'unknown') return found;
    const hosts = placesOf(found.of, visits);
    if (found.is === 'proper') return { is: 'proper' };
    if (found.is === 'refused') return { is: 'refused', data: { hosts } };
    const [fault = 'no-code'] = found.of[0].ehlo?.faults ?? [];
    return { is: 'malformed', data: { hosts, fault: FAULTS[fault] } };
  },
});

export default ehlo;

const FAULTS: Readonly<Record<ReplyFault, string>> = {
  'no-code': 'has a line without a reply code',
  'mixed-codes': 'mixes reply codes',
  'odd-code': 'has a reply code that does not exist',
  'long-line': 'has a line of more than 512 octets',
  'no-domain': 'does not begin with the server’s name',
  'odd-keyword': 'has a keyword with characters other than letters, digits and hyphens',
};

export const weighs = {
  high: 'No sender can encrypt, so all mail is readable on the path.',
  low: 'Most senders read the answer all the same.',
} satisfies Weights<typeof ehlo>;

export const examples = [
  { name: 'a name and a list', zone: mxVisit(), expect: 'proper' },
  { name: 'not known', zone: mxVisit({ ehlo: [], ehloReply: '"502 not implemented"' }), expect: 'refused' },
  { name: 'an underscore', zone: mxVisit({ ehlo: ['X_OLD', 'STARTTLS'] }), expect: 'malformed' },
  {
    name: 'two codes',
    zone: mxVisit({ ehlo: [], ehloReply: '"220-mx.example.com" "250 SIZE"' }),
    expect: 'malformed',
  },
  { name: 'not for this relay', zone: mxVisit({ ehlo: [], ehloReply: '"550 go away"' }), expect: 'unknown' },
  { name: 'silence', zone: mxVisit({ ehlo: [], ehloReply: '!timeout' }), expect: 'unknown' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
] satisfies Examples<typeof ehlo>;
