import { type Examples, rule } from '../../engine/rule.ts';
import { senderRequirements } from '../../topics/sender-requirements.ts';

export const covers = ['req-google-all'];

const everySender = rule({
  title: 'Mail can pass SPF or DKIM, as receivers demand of every sender',
  why: 'Google refuses or junks mail that passes neither SPF nor DKIM, however few messages you send; other receivers follow. What is missing has its own finding, which says how grave that is.',
  bears: ['acceptance'],
  cites: [
    { document: 'Google: Email sender guidelines', href: 'https://support.google.com/a/answer/81126' },
    { rfc: 7208, section: '10.1' },
  ],
  reads: { demands: senderRequirements },
  cases: {
    met: {
      passes: true,
      says: (d: { by: string }) => `Your mail can pass ${d.by}.`,
    },
    unauthenticated: {
      severity: 'info',
      says: 'Your mail can rely on neither SPF nor DKIM.',
      fix: {
        stage: 'authenticate',
        effort: 'hour',
        text: 'Publish an SPF record that lists your mail servers, and turn on DKIM at your mail provider. The SPF and DKIM findings show how.',
      },
    },
  },
  judge({ demands }) {
    if (!demands.sends) return { is: 'not-applicable', because: 'The domain sends no mail.' };
    const spf = demands.spf === 'usable';
    const dkim = demands.dkim === 'usable';
    if (spf || dkim) return { is: 'met', data: { by: spf && dkim ? 'SPF and DKIM' : spf ? 'SPF' : 'DKIM' } };
    if (demands.dkim === 'missing') return { is: 'unauthenticated' };
    return { is: 'unknown', because: UNPROVEN };
  },
});

export default everySender;

const UNPROVEN = { reason: 'not-provable', detail: 'no DKIM key stands at the usual selectors' } as const;

export const examples = [
  {
    name: 'SPF alone',
    zone: `example.com MX 10 mx.example.com
           mx.example.com A 192.0.2.25
           example.com TXT "v=spf1 mx -all"`,
    expect: 'met',
  },
  {
    name: 'SPF that ends in permerror, and nothing below _domainkey',
    zone: `example.com MX 10 mx.example.com
           mx.example.com A 192.0.2.25
           example.com TXT "v=spf1 mx include:gone.example.net -all"`,
    expect: 'unauthenticated',
  },
  {
    name: 'no SPF, and keys that cannot be found',
    zone: `example.com MX 10 mx.example.com
           mx.example.com A 192.0.2.25
           example.com TXT "v=spf1 mx include:gone.example.net -all"
           elsewhere._domainkey.example.com TXT "something"`,
    expect: 'unknown',
  },
  {
    name: 'sends nothing',
    zone: `example.com MX 0 .
           example.com TXT "v=spf1 -all"`,
    expect: 'not-applicable',
  },
] satisfies Examples<typeof everySender>;
