import { those } from '../../engine/agreement.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { opened, placesOf, smtp, type Visit } from '../../topics/smtp.ts';

export const covers = ['smtp-cap-size'];

const fix: Fix = {
  stage: 'tidy',
  effort: 'minutes',
  text: 'Raise the limit (`message_size_limit` in Postfix and Exim), and that of the mailboxes behind it.',
};

const size = rule({
  title: 'Mail servers take messages of usual size',
  why: 'Messages beyond the limit come back to their senders. With attachments ten megabytes are soon reached.',
  bears: ['acceptance'],
  cites: [
    { rfc: 1870, section: '4' },
    { rfc: 5321, section: '4.5.3.1.7' },
  ],
  reads: { smtp },
  partial: ['smtp'],
  cases: {
    tiny: {
      severity: 'low',
      says: (d: Limit) =>
        `${those(d.hosts, 'takes')} no message above ${words(d.octets)}, less than the standard demands.`,
      fix,
    },
    small: {
      severity: 'low',
      says: (d: Limit) => `${those(d.hosts, 'takes')} no message above ${words(d.octets)}.`,
      fix,
    },
    limited: { passes: true, says: (d: Limit) => `Messages of up to ${words(d.octets)} are taken.` },
    open: { passes: true, says: 'The servers state no limit for the size of messages.' },
  },
  judge({ smtp }) {
    const { because, visits, missing } = opened(smtp);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      visits,
      ['tiny', 'small', 'limited', 'open'],
      (visit) => {
        if (typeof visit.speaksEhlo === 'object') return visit.speaksEhlo;
        if (!visit.speaksEhlo) return undefined;
        const octets = limitOf(visit);
        if (octets === 0) return 'open';
        return octets < 65_536 ? 'tiny' : octets < 10_000_000 ? 'small' : 'limited';
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'No mail server could be asked for its extensions.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'open') return { is: 'open' };
    const octets = Math.min(...found.of.map(limitOf));
    return { is: found.is, data: { hosts: placesOf(found.of, visits), octets } };
  },
});

export default size;

interface Limit {
  readonly hosts: readonly string[];
  readonly octets: number;
}

/** The limit stated; 0 for none, as the keyword itself has it (RFC 1870 §4). */
function limitOf({ after, ehlo }: Visit): number {
  const stated = (after ?? ehlo)?.extensions.find(({ keyword }) => keyword === 'SIZE')?.parameters[0];
  return stated !== undefined && /^[0-9]{1,15}$/.test(stated) ? Number(stated) : 0;
}

function words(octets: number): string {
  return octets < 1_000_000 ? `${Math.round(octets / 1000)} kB` : `${Math.round(octets / 1_000_000)} MB`;
}

export const weighs = {
  low: 'Only large messages come back, and their senders are told.',
} satisfies Weights<typeof size>;

export const examples = [
  { name: '50 MB', zone: mxVisit(), expect: 'limited' },
  { name: 'no limit', zone: mxVisit({ after: ['SIZE 0'] }), expect: 'open' },
  { name: 'nothing said', zone: mxVisit({ after: ['SIZE'] }), expect: 'open' },
  { name: '5 MB', zone: mxVisit({ after: ['SIZE 5000000'] }), expect: 'small' },
  { name: '10 kB', zone: mxVisit({ ehlo: ['SIZE 10000'] }), expect: 'tiny' },
  { name: 'silence', zone: mxVisit({ ehlo: [], ehloReply: '!timeout' }), expect: 'unknown' },
  { name: 'no EHLO', zone: mxVisit({ ehlo: [], ehloReply: '"500 what"' }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof size>;
