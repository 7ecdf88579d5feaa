import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { dane } from '../../topics/dane.ts';

export const covers = ['dane-applicable'];

const applicability = rule({
  title: 'It is known whether DANE can protect mail to the domain',
  why: 'Senders use TLSA records only where the answers that name your mail servers, and the servers’ addresses, are signed. Otherwise somebody who interferes could send them elsewhere.',
  bears: ['interception'],
  cites: [
    { rfc: 7672, section: '2.2.1' },
    { rfc: 7672, section: '2.2.2' },
  ],
  reads: { dane },
  cases: {
    applies: {
      passes: true,
      says: 'The MX answer and the addresses of all mail servers are signed: DANE can protect them.',
    },
    hosts: {
      passes: true,
      says: (d: { hosts: readonly string[] }) =>
        `The MX answer is signed, but the addresses of ${enumerated(d.hosts)} are not, so senders do not look for TLSA records there.`,
    },
    mx: {
      passes: true,
      says: 'The answer that names your mail servers is not signed, so DANE cannot protect mail to you.',
    },
  },
  judge({ dane }) {
    if (dane.because !== undefined) return { is: 'not-applicable', because: dane.because };
    if (!dane.mxAuthentic) return { is: 'mx' };
    const hidden = dane.hosts.find(({ hostAuthentic }) => hostAuthentic === undefined);
    if (hidden) return { is: 'unknown', because: { reason: 'timeout', detail: hidden.host } };
    const insecure = dane.hosts.filter(({ hostAuthentic }) => hostAuthentic === false);
    if (insecure.length === 0) return { is: 'applies' };
    return { is: 'hosts', data: { hosts: insecure.map(({ host }) => host) } };
  },
});

export default applicability;

export const examples = [
  {
    name: 'all signed',
    zone: 'example.com MX 10 mx.example.com\nmx.example.com A 192.0.2.25\n$SIGNED example.com',
    expect: 'applies',
  },
  {
    name: 'a host elsewhere, not signed',
    zone: 'example.com MX 10 mx.example.net\nmx.example.net A 192.0.2.25\n$SIGNED example.com',
    expect: 'hosts',
  },
  {
    name: 'nothing signed',
    zone: 'example.com MX 10 mx.example.com\nmx.example.com A 192.0.2.25',
    expect: 'mx',
  },
  { name: 'a provider’s hosts', zone: 'example.com MX 1 aspmx.l.google.com', expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  {
    name: 'not answered',
    zone: 'example.com MX 10 mx.example.com\nmx.example.com A !timeout\n$SIGNED example.com',
    expect: 'unknown',
  },
] satisfies Examples<typeof applicability>;
