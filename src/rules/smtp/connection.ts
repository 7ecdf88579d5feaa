import type { Name } from '../../dns/name.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { mxVisit, visitLine } from '../../mail/smtp/example-visits.ts';
import { type MailServer, placesOf, smtp } from '../../topics/smtp.ts';

export const covers = ['smtp-connect', 'mx-ipv6-reach'];

const fix: Fix = {
  stage: 'mend',
  effort: 'hour',
  text: 'See whether the server runs and whether a firewall lets port 25 in, on every address of its name. Take addresses that are no longer in use out of DNS.',
};

const connection = rule({
  title: 'Every mail server answers on port 25',
  why: 'Mail to you is handed over on port 25. Where nobody answers, senders try for days and then return it.',
  bears: ['interception', 'acceptance'],
  cites: [{ rfc: 5321, section: '4.5.4.1' }],
  reads: { smtp },
  partial: ['smtp'],
  cases: {
    none: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) =>
        `No mail server answers on port 25: ${enumerated(d.hosts)} ${d.hosts.length === 1 ? 'was' : 'were'} tried, while other servers could be reached.`,
      fix,
    },
    some: {
      severity: 'medium',
      says: (d: { hosts: readonly string[] }) =>
        `Nobody answers on port 25 of ${enumerated(d.hosts)}. Senders get through by the others, later than need be.`,
      fix,
    },
    ipv6: {
      severity: 'medium',
      says: (d: { hosts: readonly string[] }) =>
        `Nobody answers over IPv6 on port 25 of ${enumerated(d.hosts)}, and over IPv4 somebody does. Senders that prefer IPv6 try it first and lose time.`,
      fix: {
        stage: 'mend',
        effort: 'hour',
        text: 'Let port 25 in over IPv6 as well, or take the AAAA records out of DNS.',
      },
    },
    nowhere: {
      passes: true,
      says: 'The mail servers have no address, which is judged with the MX records.',
    },
    all: {
      passes: true,
      says: (d: { addresses: number; untried: number }) =>
        `${d.addresses === 1 ? 'The mail server answers' : `All ${d.addresses} addresses tried answer`}${d.untried === 0 ? '.' : `; ${d.untried} could not be tried from where the relay runs.`}`,
    },
  },
  judge({ smtp }) {
    if (smtp.got !== 'whole') return { is: 'unknown', because: smtp.because };
    const { because, servers } = smtp.value;
    if (because !== undefined) return { is: 'not-applicable', because };
    const visits = servers.flatMap((server: MailServer) => server.visits);
    if (visits.length === 0) return { is: 'nowhere' };
    const hidden = visits.flatMap(({ reach }) => (typeof reach === 'object' ? [reach] : []))[0];
    if (hidden) return { is: 'unknown', because: hidden };
    const shut = visits.filter(({ reach }) => reach === 'closed');
    const untried = servers.reduce((sum, server) => sum + server.untried, 0);
    if (shut.length === 0) return { is: 'all', data: { addresses: visits.length, untried } };
    const data = { hosts: placesOf(shut, visits) };
    const answered = (host: Name) => visits.some((visit) => visit.host === host && visit.reach === 'open');
    if (shut.every(({ address, host }) => address.includes(':') && answered(host)))
      return { is: 'ipv6', data };
    return { is: shut.length === visits.length ? 'none' : 'some', data };
  },
});

export default connection;

const CONTROL = 'mx.example.com SMTP 25 control open "220 control.example.net"';

export const weighs = {
  high: 'Mail waits and is returned unless a server comes back.',
  medium: 'Mail gets through by the other servers, later.',
} satisfies Weights<typeof connection>;

export const examples = [
  { name: 'answers', zone: mxVisit(), expect: 'all' },
  {
    name: 'refused, while the control answers',
    zone: `example.com MX 10 mx.example.com\nmx.example.com SMTP 25 192.0.2.25 refused\n${CONTROL}`,
    expect: 'none',
  },
  {
    name: 'one of two addresses',
    zone: `${mxVisit()}\nmx.example.com SMTP 25 192.0.2.26 timeout`,
    expect: 'some',
  },
  {
    name: 'IPv6 fails, and the relay has shown no way there',
    zone: `${mxVisit()}\nmx.example.com SMTP 25 2001:db8::25 timeout`,
    expect: 'unknown',
  },
  {
    name: 'IPv6 fails, while a neighbour answers there',
    zone: `${mxVisit()}
           example.com MX 20 mx2.example.com
           mx.example.com SMTP 25 2001:db8::25 timeout
           ${visitLine({ host: 'mx2.example.com', address: '2001:db8::26' })}`,
    expect: 'ipv6',
  },
  {
    name: 'IPv6 not tried',
    zone: `${mxVisit()}\nmx.example.com SMTP 25 2001:db8::25 not-tried`,
    expect: 'all',
  },
  {
    name: 'the control does not answer either',
    zone: `example.com MX 10 mx.example.com\nmx.example.com SMTP 25 192.0.2.25 timeout\nmx.example.com SMTP 25 control timeout`,
    expect: 'unknown',
  },
  {
    name: 'shut in the relay’s own network',
    zone: 'example.com MX 10 mx.example.com\nmx.example.com SMTP 25 192.0.2.25 blocked-here',
    expect: 'unknown',
  },
  {
    name: 'no address',
    zone: 'example.com MX 10 mx.example.com\nmx.example.com SMTP 25 none',
    expect: 'nowhere',
  },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
  { name: 'no mail', zone: `example.com MX 0 .\n${visitLine()}`, expect: 'not-applicable' },
] satisfies Examples<typeof connection>;
