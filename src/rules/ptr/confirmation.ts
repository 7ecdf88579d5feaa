import type { Name } from '../../dns/name.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { ptr } from '../../topics/ptr.ts';

export const covers = ['ptr-fcrdns'];

const confirmation = rule({
  title: 'Reverse names lead back to their address',
  why: 'A reverse name counts only if it has the address it was found at. Otherwise receivers treat the sender as if it had no name, and some refuse its mail.',
  bears: ['acceptance'],
  cites: [
    { rfc: 8601, section: '3' },
    { rfc: 8601, section: '2.7.3' },
    { document: 'Google, email sender guidelines', href: 'https://support.google.com/a/answer/81126' },
  ],
  reads: { ptr },
  cases: {
    confirmed: { passes: true, says: 'Every reverse name found leads back to its address.' },
    sender: {
      severity: 'high',
      says: (d: Mismatch) =>
        `The sending address \`${d.address}\` is called ${enumerated(d.names)}, which ${d.names.length === 1 ? 'does' : 'do'} not lead back to it. Large receivers refuse such senders.`,
      fix: {
        stage: 'authenticate',
        effort: 'provider',
        text: 'Give that name an A or AAAA record with this address, or have the reverse name changed to one that has it.',
      },
    },
    'mail-host': {
      severity: 'low',
      says: (d: Mismatch) =>
        `The mail server at \`${d.address}\` is called ${enumerated(d.names)}, which ${d.names.length === 1 ? 'does' : 'do'} not lead back to it. It matters when that server sends, for example to return mail.`,
      fix: {
        stage: 'tidy',
        effort: 'provider',
        text: 'Give that name an A or AAAA record with this address, or have the reverse name changed to one that has it.',
      },
    },
  },
  judge({ ptr }) {
    const named = ptr.filter((entry) => entry.names.length > 0);
    if (named.length === 0)
      return { is: 'not-applicable', because: 'No address of your own has a reverse name.' };
    // Names beyond the tenth are never looked at (RFC 7208 §4.6.4), so nothing is said of an address with more.
    const loose = named.filter((entry) => entry.confirmed.length === 0 && entry.names.length <= 10);
    const first = loose.find((entry) => entry.sender) ?? loose[0];
    if (first === undefined) return { is: 'confirmed' };
    const data = { address: first.address, names: first.names };
    return first.sender ? { is: 'sender', data } : { is: 'mail-host', data };
  },
});

export default confirmation;

interface Mismatch {
  readonly address: string;
  readonly names: readonly Name[];
}

const MAIL = 'example.com MX 10 mail.example.com\nmail.example.com A 45.0.0.25\n';

export const weighs = {
  high: 'Large receivers refuse mail from such an address.',
  low: 'The server takes mail all the same; only what it sends itself suffers.',
} satisfies Weights<typeof confirmation>;

export const examples = [
  { name: 'there and back', zone: `${MAIL}25.0.0.45.in-addr.arpa PTR mail.example.com`, expect: 'confirmed' },
  {
    name: 'a name elsewhere',
    zone: `${MAIL}25.0.0.45.in-addr.arpa PTR host.example.net\nhost.example.net A 45.0.0.26`,
    expect: 'mail-host',
  },
  {
    name: 'a sender whose name does not exist',
    zone: 'example.com TXT "v=spf1 ip4:45.0.0.7 -all"\n7.0.0.45.in-addr.arpa PTR host.example.net',
    expect: 'sender',
  },
  { name: 'no reverse name', zone: MAIL, expect: 'not-applicable' },
  {
    name: 'forward not answered',
    zone: 'example.com TXT "v=spf1 ip4:45.0.0.7 -all"\n7.0.0.45.in-addr.arpa PTR a.example.net\na.example.net A !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof confirmation>;
