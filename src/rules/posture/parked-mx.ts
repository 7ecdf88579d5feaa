import { type Name, ROOT } from '../../dns/name.ts';
import { dns } from '../../dns/record.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { mx } from '../../topics/mx.ts';
import { posture } from '../../topics/posture.ts';

export const covers = ['park-null-mx'];

const parkedMx = rule({
  title: 'A domain without mail declines it',
  why: 'Without an MX record senders try the address of the web site for days. A null MX tells them at once that the domain takes no mail.',
  bears: ['interception'],
  cites: [
    { rfc: 7505, section: '3' },
    { rfc: 5321, section: '5.1' },
  ],
  reads: { posture, mx },
  cases: {
    declined: { passes: true, says: 'A null MX says that the domain takes no mail.' },
    nowhere: {
      passes: true,
      says: 'The domain has neither a mail server nor an address, so no mail reaches it.',
    },
    implicit: {
      severity: 'medium',
      says: 'The domain has no mail, but also no MX record. Senders therefore try to deliver to its web server.',
      fix: (d: { domain: Name }) => ({
        stage: 'transport',
        effort: 'minutes',
        text: 'Publish the null MX `0 .`.',
        changes: [{ op: 'add', name: d.domain, type: 'MX', value: '0 .' }],
      }),
    },
    servers: {
      severity: 'medium',
      says: (d: { names: readonly string[] }) =>
        `You say that the domain has no mail, but it names ${d.names.length === 1 ? 'a mail server' : 'mail servers'}: ${enumerated(d.names)}.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'transport',
        effort: 'minutes',
        text: 'If nobody reads mail for the domain any more, replace its MX records by the null MX `0 .`.',
        changes: d.changes,
      }),
    },
  },
  judge({ posture, mx, scope }) {
    if (posture.kind !== 'declared-no-mail')
      return { is: 'not-applicable', because: 'The domain does not say that it has no mail.' };
    const { domain } = scope;
    const servers = mx.hosts.filter((host) => host.exchange !== ROOT);
    if (servers.length > 0) {
      if (mx.hasNull) return { is: 'not-applicable', because: 'The null MX does not stand alone.' };
      const changes: Change[] = [
        ...servers.map(
          ({ preference, exchange }) =>
            ({ op: 'delete', name: domain, type: 'MX', was: `${preference} ${exchange}` }) as const,
        ),
        { op: 'add', name: domain, type: 'MX', value: '0 .' },
      ];
      return { is: 'servers', data: { names: servers.map((host) => host.exchange), changes } };
    }
    if (mx.hasNull) return { is: 'declined' };
    if (!posture.implicitMx) return { is: 'nowhere' };
    if (mx.alias.length > 0)
      return { is: 'not-applicable', because: 'The domain is an alias and has no MX record of its own.' };
    return { is: 'implicit', data: { domain }, rests: [dns(domain, 'MX')] };
  },
});

export default parkedMx;

export const weighs = {
  medium: 'Mail for nobody waits at a web server, which may take it.',
} satisfies Weights<typeof parkedMx>;

export const examples = [
  { name: 'a null MX', zone: 'example.com MX 0 .\nexample.com TXT "v=spf1 -all"', expect: 'declined' },
  { name: 'no address either', zone: 'example.com TXT "v=spf1 -all"', expect: 'nowhere' },
  { name: 'a web site', zone: 'example.com TXT "v=spf1 -all"\nexample.com A 45.0.0.1', expect: 'implicit' },
  {
    name: 'a server left behind',
    intent: 'no-mail',
    zone: 'example.com MX 10 mail.example.com\nmail.example.com A 45.0.0.25',
    expect: 'servers',
  },
  { name: 'a mail domain', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  { name: 'not answered', zone: 'example.com MX !timeout', expect: 'unknown' },
] satisfies Examples<typeof parkedMx>;
