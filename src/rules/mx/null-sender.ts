import { ROOT } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { mx } from '../../topics/mx.ts';
import { posture } from '../../topics/posture.ts';

export const covers = ['mx-null-but-sends'];

const nullSender = rule({
  title: 'A domain that sends mail can be answered',
  why: 'A null MX says that nothing can be delivered to the domain. Receivers may refuse mail from a sender they cannot answer, with code 550 5.7.27.',
  bears: ['acceptance'],
  cites: [
    { rfc: 7505, section: '4.2' },
    { rfc: 7505, section: '4.1', level: 'SHOULD' },
  ],
  reads: { mx, posture },
  partial: ['posture'],
  cases: {
    quiet: { passes: true, says: 'The domain declines mail and shows no sign of sending any.' },
    sends: {
      severity: 'high',
      says: 'The domain declines all mail with a null MX, yet its records let senders use it. Receivers may refuse that mail because they cannot answer it.',
      fix: {
        stage: 'mend',
        effort: 'hour',
        text: 'If the domain sends mail, replace the null MX by an MX record for a server that takes replies and delivery reports. If it does not, set its SPF record to `v=spf1 -all` and remove its DKIM keys.',
      },
    },
  },
  judge({ mx, posture }) {
    if (!mx.hasNull || mx.hosts.some((host) => host.exchange !== ROOT))
      return { is: 'not-applicable', because: 'The domain does not decline mail by a null MX.' };
    if (posture.got !== 'whole') return { is: 'unknown', because: posture.because };
    return { is: posture.value.sends ? 'sends' : 'quiet' };
  },
});

export default nullSender;

export const weighs = {
  high: 'Receivers may refuse mail that cannot be answered.',
} satisfies Weights<typeof nullSender>;

export const examples = [
  { name: 'a quiet domain', zone: 'example.com MX 0 .\nexample.com TXT "v=spf1 -all"', expect: 'quiet' },
  {
    name: 'senders allowed',
    zone: 'example.com MX 0 .\nexample.com TXT "v=spf1 ip4:198.51.100.1 -all"',
    expect: 'sends',
  },
  { name: 'a mail server', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  { name: 'MX not answered', zone: 'example.com MX !timeout', expect: 'unknown' },
  { name: 'SPF not answered', zone: 'example.com MX 0 .\nexample.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof nullSender>;
