import { those } from '../../engine/agreement.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { mechanismsOf, WEAK_MECHANISMS } from '../../mail/smtp/reply.ts';
import { opened, placesOf, smtp } from '../../topics/smtp.ts';

export const covers = ['smtp-auth-on-25'];

const login = rule({
  title: 'Mail servers take logins elsewhere than on port 25',
  why: 'Port 25 is where strangers knock. A login there lets all of them try passwords; ports 465 and 587 are made for it.',
  bears: ['submission'],
  cites: [
    { rfc: 6409, section: '3.1' },
    { rfc: 8314, section: '4' },
  ],
  reads: { smtp },
  partial: ['smtp'],
  cases: {
    weak: {
      severity: 'low',
      says: (d: { hosts: readonly string[]; mechanisms: readonly string[] }) =>
        `${those(d.hosts, 'takes')} logins on port 25 by ${enumerated(d.mechanisms)}, which is weak or historic.`,
      fix: {
        stage: 'tidy',
        effort: 'hour',
        text: 'Switch AUTH off on port 25, and have users log in on 465 or 587.',
      },
    },
    offered: {
      passes: true,
      says: (d: { hosts: readonly string[]; mechanisms: readonly string[] }) =>
        `${those(d.hosts, 'takes')} logins on port 25 inside TLS. That is allowed; separate ports for users are easier to defend.`,
    },
    none: { passes: true, says: 'No login is offered on port 25.' },
  },
  judge({ smtp }) {
    const { because, visits, missing } = opened(smtp);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      visits,
      ['weak', 'offered', 'none'],
      ({ after, afterTls }) => {
        if (typeof afterTls === 'object') return afterTls;
        if (after === undefined) return undefined;
        const mechanisms = mechanismsOf(after);
        if (mechanisms.some((each) => WEAK_MECHANISMS.has(each))) return 'weak';
        return mechanisms.length > 0 ? 'offered' : 'none';
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'No mail server showed its extensions inside TLS.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'none') return { is: 'none' };
    const all = found.of.flatMap(({ after }) => (after ? mechanismsOf(after) : []));
    const weak = all.filter((each) => WEAK_MECHANISMS.has(each));
    const mechanisms = [...new Set(weak.length > 0 ? weak : all)];
    return { is: found.is, data: { hosts: placesOf(found.of, visits), mechanisms } };
  },
});

export default login;

export const weighs = {
  low: 'A weak login is an opening for guessing, and mail itself is untouched.',
} satisfies Weights<typeof login>;

export const examples = [
  { name: 'none', zone: mxVisit(), expect: 'none' },
  { name: 'PLAIN inside TLS', zone: mxVisit({ after: ['AUTH PLAIN'] }), expect: 'offered' },
  { name: 'NTLM', zone: mxVisit({ after: ['AUTH PLAIN NTLM'] }), expect: 'weak' },
  { name: 'silence', zone: mxVisit({ afterReply: '!timeout' }), expect: 'unknown' },
  { name: 'no TLS', zone: mxVisit({ ehlo: ['SIZE'] }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof login>;
