import { ROOT } from '../../dns/name.ts';
import { dns } from '../../dns/record.ts';
import { counted } from '../../engine/prose.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { mx } from '../../topics/mx.ts';
import { posture } from '../../topics/posture.ts';

export const covers = ['mx-implicit', 'mx-present'];

const presence = rule({
  title: 'The domain says where its mail goes',
  why: 'Without an MX record senders try the address of the web site. What comes back to a domain that cannot be written to, replies and delivery reports, is lost, and some receivers refuse its mail.',
  bears: ['interception', 'acceptance'],
  cites: [
    { rfc: 5321, section: '5.1' },
    { rfc: 7505, section: '3' },
  ],
  reads: { mx, posture },
  partial: ['posture'],
  cases: {
    explicit: {
      passes: true,
      says: (d: { hosts: number }) => `The domain names ${counted(d.hosts, 'mail server')} in MX records.`,
    },
    declined: { passes: true, says: 'A null MX says that the domain takes no mail.' },
    'mx-implicit': {
      severity: 'medium',
      says: 'The domain has no MX record, so its mail goes to the address of the domain itself, usually the web server.',
      fix: {
        stage: 'mend',
        effort: 'minutes',
        text: 'Publish an MX record that names your mail server, or the null MX `0 .` if the domain takes no mail.',
      },
    },
    none: {
      severity: 'medium',
      says: 'The domain sends mail but has neither an MX record nor an address. Replies and delivery reports cannot reach it.',
      fix: {
        stage: 'mend',
        effort: 'minutes',
        text: 'Publish an MX record that names a server which takes replies and delivery reports for this domain.',
      },
    },
  },
  judge({ mx, posture, scope }) {
    const hosts = mx.hosts.filter((host) => host.exchange !== ROOT).length;
    if (hosts > 0 && mx.hasNull)
      return {
        is: 'not-applicable',
        because: 'The records contradict each other, which has a finding of its own.',
      };
    if (hosts > 0) return { is: 'explicit', data: { hosts } };
    if (mx.hasNull) return { is: 'declined' };
    if (mx.nameMissing) return { is: 'not-applicable', because: 'The domain does not exist.' };
    if (posture.got !== 'whole') return { is: 'unknown', because: posture.because };
    const { sends, implicitMx } = posture.value;
    if (!sends) return { is: 'not-applicable', because: 'The domain shows no sign of using mail.' };
    return implicitMx
      ? { is: 'mx-implicit', rests: [dns(scope.domain, 'MX')] }
      : { is: 'none', rests: (['MX', 'A', 'AAAA'] as const).map((type) => dns(scope.domain, type)) };
  },
});

export default presence;

export const weighs = {
  medium: 'Replies and reports are lost, or depend on a web server; mail sent still leaves.',
} satisfies Weights<typeof presence>;

export const examples = [
  { name: 'one mail server', zone: 'example.com MX 10 mail.example.com', expect: 'explicit' },
  { name: 'a null MX', zone: 'example.com MX 0 .', expect: 'declined' },
  {
    name: 'a null MX beside a mail server',
    zone: `example.com MX 0 .
           example.com MX 10 mail.example.com`,
    expect: 'not-applicable',
  },
  {
    name: 'senders and a web site',
    zone: `example.com TXT "v=spf1 ip4:198.51.100.1 -all"
           example.com A 192.0.2.1`,
    expect: 'mx-implicit',
  },
  { name: 'senders only', zone: 'example.com TXT "v=spf1 ip4:198.51.100.1 -all"', expect: 'none' },
  { name: 'a web site', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'no domain', zone: 'example.net A 192.0.2.1', expect: 'not-applicable' },
  { name: 'MX not answered', zone: 'example.com MX !timeout', expect: 'unknown' },
  {
    name: 'addresses not answered',
    zone: 'example.com A !timeout\nexample.com TXT "v=spf1 ip4:198.51.100.1 -all"',
    expect: 'unknown',
  },
] satisfies Examples<typeof presence>;
