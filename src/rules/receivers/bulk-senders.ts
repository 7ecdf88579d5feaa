import { type Examples, rule } from '../../engine/rule.ts';
import { lacking, senderRequirements } from '../../topics/sender-requirements.ts';

export const covers = ['dmarc-single-mechanism', 'req-google-bulk', 'req-yahoo-bulk', 'req-microsoft-bulk'];

const bulkSenders = rule({
  title: 'SPF, DKIM and DMARC are all there, as receivers demand of bulk senders',
  why: 'From about 5,000 messages a day Google and Microsoft turn away mail of domains that lack one of the three (Microsoft with `550 5.7.515`); Yahoo demands the same of bulk senders without naming a number. What is missing has its own finding, which says how grave that is; here it is only added up, for those who do send so much. Complaint rates and one-click unsubscribing count too, and DNS does not show them.',
  bears: ['acceptance'],
  cites: [
    { document: 'Google: Email sender guidelines', href: 'https://support.google.com/a/answer/81126' },
    { document: 'Yahoo: Sender best practices', href: 'https://senders.yahooinc.com/best-practices/' },
    {
      document: 'Microsoft: Requirements for high-volume senders',
      href: 'https://techcommunity.microsoft.com/blog/microsoftdefenderforoffice365blog/strengthening-email-ecosystem-outlook%E2%80%99s-new-requirements-for-high%E2%80%90volume-senders/4399730',
    },
    { rfc: 8058, section: '3' },
  ],
  reads: { demands: senderRequirements },
  cases: {
    met: { passes: true, says: 'SPF, DKIM and DMARC are all published and usable.' },
    lacking: {
      severity: 'info',
      says: (d: { lacking: string }) =>
        `Bulk mail would be turned away by Google, Yahoo and Microsoft. Missing: ${d.lacking}.`,
      fix: {
        stage: 'authenticate',
        effort: 'hour',
        text: 'Follow the SPF, DKIM and DMARC findings of this report. If you never send in bulk, this demand does not concern you.',
      },
    },
  },
  judge({ demands }) {
    if (!demands.sends) return { is: 'not-applicable', because: 'The domain sends no mail.' };
    const missing = lacking(demands);
    if (missing.length > 0) return { is: 'lacking', data: { lacking: missing.join(' and ') } };
    if (demands.dkim === 'unproven') return { is: 'unknown', because: UNPROVEN };
    return { is: 'met' };
  },
});

export default bulkSenders;

const UNPROVEN = { reason: 'not-provable', detail: 'no DKIM key stands at the usual selectors' } as const;

const SENDING = `example.com MX 10 mx.example.com
  mx.example.com A 192.0.2.25
  example.com TXT "v=spf1 mx -all"`;

export const examples = [
  {
    name: 'all three',
    zone: `${SENDING}
           _dmarc.example.com TXT "v=DMARC1; p=none; rua=mailto:d@example.com"
           google._domainkey.example.com TXT "v=DKIM1; k=ed25519; p=JGADaaPuqw9Mw48gumg7nJk29LPxVdHiaElUy6PaMHI="`,
    selectors: ['google'],
    expect: 'met',
  },
  { name: 'SPF alone', zone: SENDING, expect: 'lacking' },
  {
    name: 'SPF and DMARC, keys that cannot be found',
    zone: `${SENDING}
           _dmarc.example.com TXT "v=DMARC1; p=none; rua=mailto:d@example.com"
           elsewhere._domainkey.example.com TXT "something"`,
    expect: 'unknown',
  },
  {
    name: 'sends nothing',
    zone: `example.com MX 0 .
           example.com TXT "v=spf1 -all"`,
    expect: 'not-applicable',
  },
] satisfies Examples<typeof bulkSenders>;
