import { those } from '../../engine/agreement.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { opened, placesOf, smtp } from '../../topics/smtp.ts';

export const covers = ['tls-handshake'];

const handshake = rule({
  title: 'TLS comes about with every mail server that offers it',
  why: 'Where TLS fails after STARTTLS, some senders go on in clear text and others keep the mail until they give up.',
  bears: ['interception'],
  cites: [
    { rfc: 3207, section: '4.1' },
    { rfc: 7672, section: '2.2' },
    { rfc: 8461, section: '5' },
  ],
  reads: { smtp },
  partial: ['smtp'],
  cases: {
    fails: {
      severity: 'high',
      says: (d: { hosts: readonly string[]; alert: string }) =>
        `${those(d.hosts, 'accepts')} STARTTLS, but TLS then fails with every version${d.alert}.`,
      fix: {
        stage: 'transport',
        effort: 'hour',
        cause: 'tls',
        text: 'Read the server’s log: usually certificate and key do not fit together, or no cipher is left that others know.',
      },
    },
    works: { passes: true, says: 'TLS comes about with each server that offers it.' },
  },
  judge({ smtp }) {
    const { because, visits, missing } = opened(smtp);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      visits,
      ['fails', 'works'],
      ({ tls, starttls }) => {
        if (typeof starttls === 'object') return starttls;
        if (tls === undefined || 'reason' in tls) return tls;
        return tls.state === 'works' ? 'works' : 'fails';
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'It did not come to TLS with any mail server.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'works') return { is: 'works' };
    const { tls } = found.of[0];
    const alert = tls && 'state' in tls && tls.alert !== undefined ? ` (alert \`${tls.alert}\`)` : '';
    return { is: 'fails', data: { hosts: placesOf(found.of, visits), alert } };
  },
});

export default handshake;

export const weighs = {
  high: 'Senders fall back to clear text, or do not deliver.',
} satisfies Weights<typeof handshake>;

export const examples = [
  { name: 'works', zone: mxVisit(), expect: 'works' },
  {
    name: 'an alert whatever is offered',
    zone: mxVisit({
      tls: '!alert:handshake_failure',
      chain: [],
      trust: '',
      afterReply: '',
      second: 'tls13 !alert:handshake_failure',
    }),
    expect: 'fails',
  },
  {
    name: 'text instead of TLS',
    zone: mxVisit({
      tls: '!not-tls "250 ok"',
      chain: [],
      trust: '',
      afterReply: '',
      second: 'tls13 !closed',
    }),
    expect: 'fails',
  },
  {
    name: 'TLS 1.3 only',
    zone: mxVisit({
      tls: '!alert:protocol_version',
      chain: [],
      trust: '',
      second: 'tls13 TLSv1.3 TLS_AES_128_GCM_SHA256',
    }),
    expect: 'works',
  },
  {
    name: 'silence',
    zone: mxVisit({ tls: '!timeout', chain: [], trust: '', afterReply: '', second: 'tls13 !timeout' }),
    expect: 'unknown',
  },
  { name: 'no STARTTLS', zone: mxVisit({ ehlo: ['SIZE'] }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
] satisfies Examples<typeof handshake>;
