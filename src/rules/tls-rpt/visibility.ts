import { type Examples, rule } from '../../engine/rule.ts';
import { inbound } from '../../topics/inbound.ts';
import { tlsRpt } from '../../topics/tls-rpt.ts';

export const covers = ['tlsrpt-visibility'];

const DAY = 86400;

const visibility = rule({
  title: 'The TLS-RPT record is hard to hide from senders',
  why: 'Somebody who prevents encryption may also hide the record, so that nobody reports it. A signed record cannot be hidden, and one that senders keep for a day has to be hidden for a day.',
  bears: ['interception'],
  cites: [{ rfc: 8460, section: '7' }],
  reads: { inbound, tlsRpt },
  cases: {
    signed: { passes: true, says: 'The record is signed, and the resolver has verified it.' },
    lasting: {
      passes: true,
      says: (d: { hours: number }) => `Resolvers keep the record for ${d.hours} hours.`,
    },
  },
  judge({ inbound, tlsRpt }) {
    if (!inbound.takes) return { is: 'not-applicable', because: inbound.because };
    const { record, authentic, ttl = 0 } = tlsRpt;
    if (record === undefined)
      return { is: 'not-applicable', because: 'There is no single TLS-RPT record to read.' };
    if (authentic) return { is: 'signed' };
    if (ttl >= DAY) return { is: 'lasting', data: { hours: Math.floor(ttl / 3600) } };
    return {
      is: 'not-applicable',
      because: 'The record is neither signed nor kept for long. That is usual and needs no change.',
    };
  },
});

export default visibility;

const MX = 'example.com MX 10 mail.example.com';
const RECORD = 'TXT "v=TLSRPTv1; rua=mailto:tls@example.com"';

export const examples = [
  { name: 'signed', zone: `${MX}\n_smtp._tls.example.com ${RECORD}\n$SIGNED example.com`, expect: 'signed' },
  { name: 'two days', zone: `${MX}\n_smtp._tls.example.com 172800 IN ${RECORD}`, expect: 'lasting' },
  { name: 'an hour', zone: `${MX}\n_smtp._tls.example.com 3600 IN ${RECORD}`, expect: 'not-applicable' },
  { name: 'no record', zone: MX, expect: 'not-applicable' },
  { name: 'not answered', zone: `${MX}\n_smtp._tls.example.com TXT !timeout`, expect: 'unknown' },
] satisfies Examples<typeof visibility>;
