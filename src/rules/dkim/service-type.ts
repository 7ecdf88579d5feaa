import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import {
  advice,
  asChanges,
  type Correction,
  corrections,
  keeperOf,
  selectorInWords,
} from '../../mail/dkim/correction.ts';
import { RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { dkim, keysOf, recordsToShow, withFault } from '../../topics/dkim.ts';

export const covers = ['dkim-service-type', 'tlsrpt-dkim-key'];

const serviceType = rule({
  title: 'Key records are meant for e-mail',
  why: 'If the `s` tag of a key names services, the key counts for these only. Often the selector was put there by mistake, and receivers then ignore the key.',
  bears: ['acceptance'],
  cites: [
    { rfc: 6376, section: '3.6.1', level: 'MUST' },
    { rfc: 8460, section: '3' },
  ],
  reads: { dkim },
  partial: ['dkim'],
  cases: {
    mail: { passes: true, says: 'Every key found may be used for e-mail.' },
    reports: {
      passes: true,
      says: (d: { selectors: string }) =>
        `The key under ${d.selectors} is for signing TLS reports only (\`s=tlsrpt\`); mail needs a key of its own.`,
    },
    other: {
      severity: 'high',
      says: (d: { selectors: string; services: string }) =>
        `The record under ${d.selectors} says \`s=${d.services}\`, so receivers ignore the key for mail.`,
      fix: (d: { keeper: string | undefined; corrected: readonly Correction[] }) => ({
        stage: 'mend',
        ...advice(
          d.keeper,
          'minutes',
          'Leave the `s` tag out of the record. The selector stands only in the name of the record.',
        ),
        ...asChanges(d.corrected),
      }),
    },
  },
  judge({ dkim, scope }) {
    const { keys, missing } = keysOf(dkim);
    const apart = withFault(keys, 'services');
    const reports = apart.filter((key) => key.record.services.every((service) => service === 'tlsrpt'));
    const other = apart.filter((key) => !reports.includes(key));
    const [first] = other;
    if (first)
      return {
        is: 'other',
        data: {
          selectors: selectorInWords(other),
          services: first.record.services.join(':'),
          keeper: keeperOf(other, scope.domain),
          corrected: corrections(other, scope.domain, () => ({ s: undefined })),
        },
        shows: recordsToShow(other, ['s']),
      };
    if (missing) return { is: 'unknown', because: missing };
    if (keys.length === 0) return { is: 'not-applicable', because: 'No DKIM key was found to judge.' };
    if (reports.length > 0) return { is: 'reports', data: { selectors: selectorInWords(reports) } };
    return { is: 'mail' };
  },
});

export default serviceType;

export const weighs = {
  high: 'Receivers ignore the key for mail, and every signature made with it fails.',
} satisfies Weights<typeof serviceType>;

export const examples = [
  {
    name: 'no service named',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'mail',
  },
  {
    name: 'e-mail named',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; s=email; p=${RSA_2048}"`,
    expect: 'mail',
  },
  {
    name: 'for reports',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; s=tlsrpt; p=${RSA_2048}"`,
    expect: 'reports',
  },
  {
    name: 'the selector in the wrong place',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; s=s1; p=${RSA_2048}"`,
    expect: 'other',
  },
  { name: 'no key', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  {
    name: 'a selector without an answer',
    zone: 'default._domainkey.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof serviceType>;
