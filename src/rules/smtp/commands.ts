import { those } from '../../engine/agreement.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { opened, placesOf, smtp, type Visit } from '../../topics/smtp.ts';

export const covers = ['smtp-cap-legacy'];

const commands = rule({
  title: 'Mail servers offer strangers no internal commands',
  why: 'XCLIENT and XFORWARD let a trusted proxy say whose connection it passes on, TURN hands over waiting mail. Open to strangers, they let anyone pretend to be anyone.',
  bears: ['interception'],
  cites: [
    { rfc: 5321, section: '4.1.5' },
    { rfc: 5321, section: '7.3' },
  ],
  reads: { smtp },
  partial: ['smtp'],
  cases: {
    internal: {
      severity: 'medium',
      says: (d: Listed) => `${those(d.hosts, 'offers')} ${enumerated(d.keywords)} to a stranger.`,
      fix: {
        stage: 'mend',
        effort: 'minutes',
        text: 'Allow these commands to your own proxies only (`smtpd_authorized_xclient_hosts` and `smtpd_authorized_xforward_hosts` in Postfix).',
      },
    },
    old: {
      passes: true,
      says: (d: Listed) =>
        `${those(d.hosts, 'lists')} ${enumerated(d.keywords)}, old commands that are allowed; answering them with 252 gives no address away.`,
    },
    none: { passes: true, says: 'No internal or outdated command is listed.' },
  },
  judge({ smtp }) {
    const { because, visits, missing } = opened(smtp);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      visits,
      ['internal', 'old', 'none'],
      (visit) => {
        if (typeof visit.speaksEhlo === 'object') return visit.speaksEhlo;
        if (!visit.speaksEhlo) return undefined;
        if (listed(visit, INTERNAL).length > 0) return 'internal';
        return listed(visit, OLD).length > 0 ? 'old' : 'none';
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'No mail server could be asked for its extensions.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'none') return { is: 'none' };
    const wanted = found.is === 'internal' ? INTERNAL : OLD;
    const keywords = [...new Set(found.of.flatMap((visit) => listed(visit, wanted)))];
    return { is: found.is, data: { hosts: placesOf(found.of, visits), keywords } };
  },
});

export default commands;

interface Listed {
  readonly hosts: readonly string[];
  readonly keywords: readonly string[];
}

const INTERNAL: readonly string[] = ['XCLIENT', 'XFORWARD', 'TURN', 'XEXCH50'];
const OLD: readonly string[] = ['VRFY', 'EXPN', 'ETRN', 'SEND', 'SOML', 'SAML', 'AUTH='];

function listed({ ehlo, after }: Visit, wanted: readonly string[]): string[] {
  const all = [...(ehlo?.extensions ?? []), ...(after?.extensions ?? [])];
  return wanted.filter((keyword) => all.some((each) => each.keyword === keyword));
}

export const weighs = {
  medium: 'Strangers can pose as others to this server, if it believes what they say.',
} satisfies Weights<typeof commands>;

export const examples = [
  { name: 'none', zone: mxVisit(), expect: 'none' },
  { name: 'VRFY', zone: mxVisit({ ehlo: ['STARTTLS', 'VRFY'] }), expect: 'old' },
  { name: 'XCLIENT', zone: mxVisit({ after: ['XCLIENT NAME ADDR'] }), expect: 'internal' },
  { name: 'silence', zone: mxVisit({ ehlo: [], ehloReply: '!timeout' }), expect: 'unknown' },
  { name: 'no EHLO', zone: mxVisit({ ehlo: [], ehloReply: '"500 what"' }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof commands>;
