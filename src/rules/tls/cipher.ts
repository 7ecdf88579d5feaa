import { those } from '../../engine/agreement.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { suiteGrade } from '../../mail/tls/suite.ts';
import { opened, placesOf, smtp } from '../../topics/smtp.ts';

export const covers = ['tls-cipher'];

const fix: Fix = {
  stage: 'transport',
  effort: 'minutes',
  text: 'Prefer suites with ECDHE and AES-GCM or ChaCha20, and remove RC4, DES, 3DES, NULL and EXPORT (`smtpd_tls_mandatory_ciphers = medium` and `tls_preempt_cipherlist = yes` in Postfix).',
};

const cipher = rule({
  title: 'Mail servers choose good ciphers',
  why: 'The server picks the cipher from what a sender offers. With a broken one the mail is as good as not encrypted; without a fresh key for each connection, who gets the server’s key later reads what was recorded.',
  bears: ['interception'],
  cites: [
    { rfc: 9325, section: '4.1' },
    { rfc: 9325, section: '4.2' },
    { rfc: 7672, section: '8.2' },
  ],
  reads: { smtp },
  partial: ['smtp'],
  cases: {
    broken: {
      severity: 'high',
      says: (d: Chosen) =>
        `${those(d.hosts, 'chose')} \`${d.suite}\`, which can be broken, although better ones were offered.`,
      fix,
    },
    static: {
      severity: 'medium',
      says: (d: Chosen) =>
        `${those(d.hosts, 'chose')} \`${d.suite}\` although suites with fresh keys were offered: who gets the server’s key later reads what was recorded.`,
      fix,
    },
    dated: {
      severity: 'low',
      says: (d: Chosen) =>
        `${those(d.hosts, 'chose')} \`${d.suite}\`, which is dated, although better ones were offered.`,
      fix,
    },
    open: {
      passes: true,
      says: (d: Chosen) =>
        `${those(d.hosts, 'chose')} \`${d.suite}\`, which shows no certificate. Senders that check none lose nothing by it.`,
    },
    good: { passes: true, says: (d: Chosen) => `The servers choose good ciphers (\`${d.suite}\`).` },
  },
  judge({ smtp }) {
    const { because, visits, missing } = opened(smtp);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      visits,
      ['broken', 'static', 'dated', 'open', 'good'],
      ({ tls }) => {
        if (tls === undefined || 'reason' in tls) return tls;
        if (tls.state !== 'works') return undefined;
        const grade = suiteGrade(tls.shown?.cipher ?? '');
        return grade === 'unknown'
          ? ({ reason: 'relay-cannot', detail: 'it does not name the cipher' } as const)
          : grade;
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'TLS did not come about with any mail server.' };
    if (found.is === 'unknown') return found;
    const { tls } = found.of[0];
    const suite = tls && 'state' in tls ? (tls.shown?.cipher ?? '') : '';
    return { is: found.is, data: { hosts: placesOf(found.of, visits), suite } };
  },
});

export default cipher;

interface Chosen {
  readonly hosts: readonly string[];
  readonly suite: string;
}

const chose = (suite: string) => mxVisit({ tls: `TLSv1.2 ${suite} newer TLSv1.3` });

export const weighs = {
  high: 'Mail is as good as readable, although both ends could do better.',
  medium: 'What was recorded can be read later by whoever gets the key.',
  low: 'It holds today and is on its way out.',
} satisfies Weights<typeof cipher>;

export const examples = [
  { name: 'ECDHE and GCM', zone: mxVisit(), expect: 'good' },
  { name: 'CBC', zone: chose('TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'), expect: 'dated' },
  { name: 'the server’s key itself', zone: chose('TLS_RSA_WITH_AES_128_GCM_SHA256'), expect: 'static' },
  { name: '3DES', zone: chose('TLS_RSA_WITH_3DES_EDE_CBC_SHA'), expect: 'broken' },
  {
    name: 'anonymous',
    zone: mxVisit({ tls: 'TLSv1.2 TLS_DH_anon_WITH_AES_128_GCM_SHA256', chain: [], trust: '' }),
    expect: 'open',
  },
  { name: 'a number', zone: chose('0xfefe'), expect: 'unknown' },
  { name: 'no TLS', zone: mxVisit({ ehlo: ['SIZE'] }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof cipher>;
