import { those } from '../../engine/agreement.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { KEY_DIGESTS } from '../../mail/certificate/example-certificates.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { boundBy, dane } from '../../topics/dane.ts';
import { opened, placesOf, smtp } from '../../topics/smtp.ts';

export const covers = ['dane-starttls'];

const starttls = rule({
  title: 'Mail servers with TLSA records offer STARTTLS',
  why: 'A signed TLSA record, even one that cannot be used, tells senders never to deliver in clear text. Without STARTTLS they do not deliver at all.',
  bears: ['interception', 'acceptance'],
  cites: [
    { rfc: 7672, section: '2.2' },
    { rfc: 7672, section: '2.2.3' },
  ],
  reads: { dane, smtp },
  partial: ['dane', 'smtp'],
  cases: {
    missing: {
      severity: 'critical',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'has')} signed TLSA records and no STARTTLS: senders that use DANE do not deliver there.`,
      fix: {
        stage: 'mend',
        effort: 'hour',
        cause: 'starttls',
        text: 'Switch TLS on for port 25, or delete the TLSA records until it is.',
      },
    },
    offered: { passes: true, says: 'Each mail server with TLSA records that was reached offers STARTTLS.' },
  },
  judge({ dane, smtp }) {
    if (dane.got === 'none') return { is: 'unknown', because: dane.because };
    const bound = new Set(boundBy(dane.value).map(({ host }) => host));
    const blind = dane.got === 'part' ? dane.because : undefined;
    if (bound.size === 0 && blind) return { is: 'unknown', because: blind };
    if (bound.size === 0) return { is: 'not-applicable', because: 'No mail server has signed TLSA records.' };
    const { visits, missing } = opened(smtp);
    const found = gravest(
      visits.filter(({ host }) => bound.has(host)),
      ['missing', 'offered'],
      ({ starttls, starttlsReply }) => {
        if (starttls === undefined || typeof starttls === 'object') return starttls;
        return starttls && starttlsReply !== 'no' ? 'offered' : 'missing';
      },
      missing ?? blind,
    );
    if (found === undefined)
      return {
        is: 'not-applicable',
        because: 'No mail server with TLSA records could be asked for its extensions.',
      };
    if (found.is === 'unknown') return found;
    if (found.is === 'offered') return { is: 'offered' };
    return { is: 'missing', data: { hosts: placesOf(found.of, visits) } };
  },
});

export default starttls;

const TLSA = `mx.example.com A 192.0.2.25\n$SIGNED example.com\n_25._tcp.mx.example.com TLSA 3 1 1 ${KEY_DIGESTS.good}\n`;

export const weighs = {
  critical: 'Senders that use DANE never deliver in clear: mail is being lost now.',
} satisfies Weights<typeof starttls>;

export const examples = [
  { name: 'offered', zone: TLSA + mxVisit(), expect: 'offered' },
  { name: 'missing', zone: TLSA + mxVisit({ ehlo: ['SIZE'] }), expect: 'missing' },
  { name: 'refused', zone: TLSA + mxVisit({ starttls: '"502 no"' }), expect: 'missing' },
  {
    name: 'turned away',
    zone: `${TLSA}example.com MX 10 mx.example.com\nmx.example.com SMTP 25 192.0.2.25 open greeting "554 no"`,
    expect: 'unknown',
  },
  { name: 'no TLSA records', zone: mxVisit({ ehlo: ['SIZE'] }), expect: 'not-applicable' },
  { name: 'no relay', zone: `${TLSA}example.com MX 10 mx.example.com`, expect: 'unknown' },
] satisfies Examples<typeof starttls>;
