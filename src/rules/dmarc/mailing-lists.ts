import { type Examples, rule } from '../../engine/rule.ts';
import { dmarc } from '../../topics/dmarc.ts';
import { posture } from '../../topics/posture.ts';

export const covers = ['dmarc-reject-lists', 'dmarc-receiver-note'];

const mailingLists = rule({
  title: 'Mailing lists can cope with the policy',
  why: 'A mailing list changes a message and sends it on from its own servers, so it may fail the check of the sender’s domain. Most lists put their own address in front today; a few do not, and their members lose mail.',
  bears: ['acceptance'],
  cites: [
    { rfc: 9989, section: '7.4' },
    { rfc: 9989, section: '5.4' },
    { rfc: 7489, section: '10.3' },
  ],
  reads: { dmarc, posture },
  cases: {
    'reject-lists': {
      passes: true,
      says: 'The policy is `reject`. The standard advises against it for domains whose people write to mailing lists; most lists cope. Receivers should not reject for this policy alone: without other evidence many put the mail into the junk folder.',
    },
  },
  judge({ dmarc, posture }) {
    if (!posture.sends) return { is: 'not-applicable', because: 'The domain shows no sign of sending mail.' };
    const policies = [dmarc.rfc9989, dmarc.rfc7489].map(({ exact }) => exact.effective.policy);
    if (!policies.includes('reject')) return { is: 'not-applicable', because: 'The policy is not `reject`.' };
    return { is: 'reject-lists' };
  },
});

export default mailingLists;

const SENDS = `example.com TXT "v=spf1 ip4:192.0.2.1 -all"
           example.com MX 10 mail.example.com
           mail.example.com A 192.0.2.1`;

export const examples = [
  {
    name: 'reject',
    zone: `${SENDS}
           _dmarc.example.com TXT "v=DMARC1; p=reject"`,
    expect: 'reject-lists',
  },
  {
    name: 'quarantine',
    zone: `${SENDS}
           _dmarc.example.com TXT "v=DMARC1; p=quarantine"`,
    expect: 'not-applicable',
  },
  {
    name: 'a domain without mail',
    zone: `example.com MX 0 .
           example.com TXT "v=spf1 -all"
           _dmarc.example.com TXT "v=DMARC1; p=reject"`,
    expect: 'not-applicable',
  },
  {
    name: 'no answer',
    zone: `${SENDS}
           _dmarc.example.com TXT !timeout`,
    expect: 'unknown',
  },
] satisfies Examples<typeof mailingLists>;
