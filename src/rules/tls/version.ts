import { those } from '../../engine/agreement.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { opened, placesOf, smtp } from '../../topics/smtp.ts';

export const covers = ['tls-version-best', 'tls-12-missing'];

const version = rule({
  title: 'Mail servers speak TLS 1.2 and 1.3',
  why: 'Modern senders refuse versions before 1.2 and then fall back to clear text, or do not deliver. Older ones do not know 1.3.',
  bears: ['interception'],
  cites: [
    { rfc: 9325, section: '3.1.1' },
    { rfc: 8461, section: '7.2' },
  ],
  reads: { smtp },
  partial: ['smtp'],
  cases: {
    outdated: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'speaks')} nothing newer than TLS 1.1, which senders refuse today.`,
      fix: {
        stage: 'transport',
        effort: 'hour',
        cause: 'tls-version',
        text: 'Update the TLS library of the server so that it speaks TLS 1.2 and 1.3.',
      },
    },
    'only-13': {
      severity: 'low',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'speaks')} TLS 1.3 and not 1.2. Older senders fall back to clear text or do not deliver.`,
      fix: { stage: 'tidy', effort: 'minutes', text: 'Allow TLS 1.2 on port 25 as well.' },
    },
    'only-12': {
      passes: true,
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'speaks')} TLS 1.2, which is enough; 1.3 is better.`,
    },
    current: { passes: true, says: 'Each server that was reached speaks TLS 1.3 and 1.2.' },
  },
  judge({ smtp }) {
    const { because, visits, missing } = opened(smtp);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      visits,
      ['outdated', 'only-13', 'only-12', 'current'],
      ({ tls }) => {
        if (tls === undefined || 'reason' in tls) return tls;
        if (tls.state !== 'works') return undefined;
        if (tls.only13) return 'only-13';
        return tls.newest === 'TLSv1.3' ? 'current' : tls.newest === 'TLSv1.2' ? 'only-12' : 'outdated';
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'TLS did not come about with any mail server.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'current') return { is: 'current' };
    return { is: found.is, data: { hosts: placesOf(found.of, visits) } };
  },
});

export default version;

export const weighs = {
  high: 'Current senders fall back to clear text, or do not deliver.',
  low: 'Only old senders are turned away, and few are left.',
} satisfies Weights<typeof version>;

export const examples = [
  { name: '1.3 and 1.2', zone: mxVisit(), expect: 'current' },
  { name: '1.2', zone: mxVisit({ tls: 'TLSv1.2 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256' }), expect: 'only-12' },
  {
    name: '1.0',
    zone: mxVisit({
      tls: 'TLSv1 TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
      second: 'old TLSv1 TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
    }),
    expect: 'outdated',
  },
  {
    name: '1.3 only',
    zone: mxVisit({
      tls: '!alert:protocol_version',
      chain: [],
      trust: '',
      second: 'tls13 TLSv1.3 TLS_AES_128_GCM_SHA256',
    }),
    expect: 'only-13',
  },
  {
    name: 'silence',
    zone: mxVisit({ tls: '!timeout', chain: [], trust: '', afterReply: '' }),
    expect: 'unknown',
  },
  { name: 'no TLS', zone: mxVisit({ ehlo: ['SIZE'] }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof version>;
