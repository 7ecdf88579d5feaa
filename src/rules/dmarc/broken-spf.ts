import { type Examples, rule } from '../../engine/rule.ts';
import { RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { senderRequirements } from '../../topics/sender-requirements.ts';

export const covers = ['dmarc-spf-permerror-effect'];

const brokenSpf = rule({
  title: 'DMARC can rely on SPF',
  why: 'An SPF check that ends in an error counts as no pass. What is left then is DKIM, and mail of yours without a signature of yours fails DMARC.',
  bears: ['acceptance'],
  cites: [
    { rfc: 9989, section: '5.3.3' },
    { rfc: 9989, section: '5.3.6' },
    { rfc: 7489, section: '6.6.2' },
  ],
  reads: { demands: senderRequirements },
  partial: ['demands'],
  cases: {
    sound: { passes: true, says: 'The SPF check comes to a result that DMARC can use.' },
    broken: {
      passes: true,
      says: 'The SPF check ends in an error, so DMARC has only DKIM to go by. The finding on SPF says what to mend. A receiver that merely gets no answer from DNS reaches no DMARC result at all, unless a signature passes.',
    },
  },
  judge({ demands }) {
    if (demands.got === 'none') return { is: 'unknown', because: demands.because };
    const { sends, spf, dmarc } = demands.value;
    if (!sends) return { is: 'not-applicable', because: 'The domain shows no sign of sending mail.' };
    if (dmarc === 'missing') return { is: 'not-applicable', because: 'No DMARC policy governs the domain.' };
    if (spf === 'missing') return { is: 'not-applicable', because: 'The domain has no SPF record.' };
    return { is: spf === 'broken' ? 'broken' : 'sound' };
  },
});

export default brokenSpf;

const MAIL = `example.com MX 10 mail.example.com
  mail.example.com A 192.0.2.1
  s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"
  _dmarc.example.com TXT "v=DMARC1; p=reject"`;

export const examples = [
  { name: 'a sound record', zone: `${MAIL}\nexample.com TXT "v=spf1 mx -all"`, expect: 'sound' },
  {
    name: 'two records',
    zone: `${MAIL}\nexample.com TXT "v=spf1 mx -all"\nexample.com TXT "v=spf1 a -all"`,
    expect: 'broken',
  },
  {
    name: 'an error in the record',
    zone: `${MAIL}\nexample.com TXT "v=spf1 mx ipv4:192.0.2.1 -all"`,
    expect: 'broken',
  },
  { name: 'no record', zone: MAIL, expect: 'not-applicable' },
  { name: 'no DMARC', zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 -all"', expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com TXT "v=spf1 -all"', expect: 'not-applicable' },
  { name: 'not answered', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof brokenSpf>;
