import { type Examples, rule } from '../../engine/rule.ts';
import { posture } from '../../topics/posture.ts';

export const covers = ['posture-class', 'mx-provider'];

const kind = rule({
  title: 'What the domain does with mail is plain',
  why: 'A domain that sends, one that only receives and one without mail need different records. The report follows what the records show; say so if it is wrong.',
  bears: ['impersonation'],
  portrays: true,
  cites: [
    { rfc: 5321, section: '5.1' },
    { rfc: 7505, section: '3' },
    { rfc: 7208, section: '10.1.2' },
  ],
  reads: { posture },
  cases: {
    mail: { passes: true, says: (d: { words: string }) => `By its records the domain ${d.words}.` },
    none: {
      passes: true,
      says: (d: { words: string }) =>
        `The domain ${d.words}. If it does use mail, check it again as a mail domain.`,
    },
    undeclared: {
      passes: true,
      says: 'The records do not tell whether the domain uses mail.',
    },
  },
  judge({ posture }) {
    const { kind, words } = posture;
    if (kind === 'missing') return { is: 'not-applicable', because: 'The domain does not exist.' };
    if (kind === 'undeclared') return { is: 'undeclared' };
    return { is: kind === 'declared-no-mail' ? 'none' : 'mail', data: { words } };
  },
});

export default kind;

export const examples = [
  {
    name: 'sends and receives',
    zone: `example.com MX 10 mail.example.com
           example.com TXT "v=spf1 mx -all"
           mail.example.com A 45.0.0.25`,
    expect: 'mail',
  },
  {
    name: 'receives',
    zone: 'example.com MX 10 mail.example.com\nexample.com TXT "v=spf1 -all"',
    expect: 'mail',
  },
  { name: 'sends', zone: 'example.com TXT "v=spf1 ip4:45.0.0.7 -all"', expect: 'mail' },
  {
    name: 'sends by a redirected record',
    zone: `example.com TXT "v=spf1 redirect=_spf.example.net"
           _spf.example.net TXT "v=spf1 ip4:45.0.0.7 -all"`,
    expect: 'mail',
  },
  { name: 'senders misspelt', zone: 'example.com TXT "v=spf1 amx-all"', expect: 'mail' },
  {
    name: 'no senders, with a dash from a word processor',
    zone: 'example.com TXT "v=spf1 –all"',
    expect: 'none',
  },
  { name: 'a null MX', zone: 'example.com MX 0 .', expect: 'none' },
  {
    name: 'a redirected record without senders',
    zone: `example.com TXT "v=spf1 redirect=_spf.example.net"
           _spf.example.net TXT "v=spf1 -all"`,
    expect: 'none',
  },
  {
    name: 'the owner says no mail',
    intent: 'no-mail',
    zone: 'example.com MX 10 mail.example.com',
    expect: 'none',
  },
  { name: 'the owner says mail', intent: 'mail', zone: 'example.com A 45.0.0.1', expect: 'mail' },
  { name: 'a web site', zone: 'example.com A 45.0.0.1', expect: 'undeclared' },
  { name: 'no domain', zone: 'example.net A 45.0.0.1', expect: 'not-applicable' },
  { name: 'not answered', zone: 'example.com MX !timeout', expect: 'unknown' },
] satisfies Examples<typeof kind>;
