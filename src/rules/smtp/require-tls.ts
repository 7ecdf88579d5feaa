import { those } from '../../engine/agreement.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { offers } from '../../mail/smtp/reply.ts';
import { opened, placesOf, smtp } from '../../topics/smtp.ts';

export const covers = ['smtp-cap-requiretls'];

const requireTls = rule({
  title: 'REQUIRETLS is offered inside TLS if at all',
  why: 'With REQUIRETLS a sender asks that a message be returned rather than sent on without encryption. Only the list inside TLS counts.',
  bears: ['interception'],
  cites: [
    { rfc: 8689, section: '2' },
    { rfc: 8689, section: '4.2.1' },
  ],
  reads: { smtp },
  partial: ['smtp'],
  cases: {
    early: {
      severity: 'info',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'lists')} REQUIRETLS in clear text only, where it counts for nothing.`,
      fix: { stage: 'tidy', effort: 'hour', text: 'Let the server list REQUIRETLS inside TLS.' },
    },
    offered: {
      passes: true,
      says: (d: { hosts: readonly string[] }) => `${those(d.hosts, 'offers')} REQUIRETLS.`,
    },
    absent: { passes: true, says: 'REQUIRETLS is not offered, which is usual: few servers know it.' },
  },
  judge({ smtp }) {
    const { because, visits, missing } = opened(smtp);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      visits,
      ['early', 'offered', 'absent'],
      ({ after, ehlo, afterTls }) => {
        if (typeof afterTls === 'object') return afterTls;
        if (after === undefined) return undefined;
        if (offers(after, 'REQUIRETLS')) return 'offered';
        return ehlo && offers(ehlo, 'REQUIRETLS') ? 'early' : 'absent';
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'No mail server showed its extensions inside TLS.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'absent') return { is: 'absent' };
    return { is: found.is, data: { hosts: placesOf(found.of, visits) } };
  },
});

export default requireTls;

export const examples = [
  { name: 'absent', zone: mxVisit(), expect: 'absent' },
  { name: 'inside TLS', zone: mxVisit({ after: ['REQUIRETLS'] }), expect: 'offered' },
  { name: 'in clear text', zone: mxVisit({ ehlo: ['STARTTLS', 'REQUIRETLS'] }), expect: 'early' },
  { name: 'no TLS', zone: mxVisit({ ehlo: ['SIZE'] }), expect: 'not-applicable' },
  { name: 'silence', zone: mxVisit({ afterReply: '!timeout' }), expect: 'unknown' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof requireTls>;
