import { prefixed } from '../../dns/name.ts';
import { dns } from '../../dns/record.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { senderRequirements } from '../../topics/sender-requirements.ts';

export const covers = ['dmarc-needs-auth'];

const authentication = rule({
  title: 'Your own mail can pass both SPF and DKIM',
  why: 'DMARC lets mail through that passes SPF or DKIM for your domain. SPF breaks when a message is forwarded, DKIM when a key goes wrong; with only one of the two, a strict policy loses mail of your own.',
  bears: ['acceptance'],
  cites: [
    { rfc: 9989, section: '4.5' },
    { rfc: 9989, section: '5.1.6' },
    { rfc: 9989, section: '7.4' },
  ],
  reads: { demands: senderRequirements },
  partial: ['demands'],
  cases: {
    both: { passes: true, says: 'SPF and DKIM are both there, so mail of yours can pass either way.' },
    'needs-auth': {
      severity: 'critical',
      says: (d: { policy: string; spf: string }) =>
        `The policy is \`${d.policy}\`, and the domain has ${d.spf === 'broken' ? 'no working SPF record' : 'no SPF record'} and no DKIM key. Mail of your own fails: it is rejected or lands in the junk folder.`,
      fix: {
        stage: 'mend',
        effort: 'hour',
        cause: 'dkim-key',
        text: 'Publish an SPF record that names your mail service, and switch on DKIM signing there. Set the policy to `none` until both work.',
      },
    },
  },
  judge({ demands, scope }) {
    if (demands.got === 'none') return { is: 'unknown', because: demands.because };
    const { sends, spf, dkim, dmarc, policy } = demands.value;
    if (!sends) return { is: 'not-applicable', because: 'The domain shows no sign of sending mail.' };
    if (dmarc === 'missing') return { is: 'not-applicable', because: 'No DMARC policy governs the domain.' };
    if (dkim === 'unproven')
      return {
        is: 'unknown',
        because:
          demands.got === 'part'
            ? demands.because
            : { reason: 'not-provable', detail: 'no key was found under the selectors tried; name yours' },
      };
    if (demands.got === 'part') return { is: 'unknown', because: demands.because };
    const keys = prefixed('_domainkey', scope.domain);
    const rests = [
      ...(spf === 'missing' ? [dns(scope.domain, 'TXT')] : []),
      ...(keys && dkim === 'missing' ? [dns(keys, 'TXT')] : []),
    ];
    if (dkim === 'usable') {
      if (spf === 'usable') return { is: 'both' };
      if (spf === 'broken')
        return { is: 'not-applicable', because: 'The SPF record is broken; the findings on SPF say how.' };
      return { is: 'not-applicable', because: 'The domain has no SPF record; the finding on SPF says so.' };
    }
    const enforcing = policy === 'quarantine' || policy === 'reject';
    if (spf !== 'usable')
      return enforcing
        ? { is: 'needs-auth', data: { policy, spf }, rests }
        : { is: 'not-applicable', because: 'Neither SPF nor DKIM is there; the findings on them say so.' };
    return { is: 'not-applicable', because: 'The domain has no DKIM key; the finding on DKIM says so.' };
  },
});

export default authentication;

const MX = `example.com MX 10 mail.example.com
           mail.example.com A 192.0.2.1
           www.example.com A 192.0.2.1`;
const SPF = 'example.com TXT "v=spf1 ip4:192.0.2.1 -all"';
const KEY = `s1._domainkey.example.com TXT "v=DKIM1; k=rsa; p=${RSA_2048}"`;
const REJECT = '_dmarc.example.com TXT "v=DMARC1; p=reject; rua=mailto:a@example.com"';

export const weighs = {
  critical: 'No mail of the domain can pass its own policy: it is lost now.',
} satisfies Weights<typeof authentication>;

export const examples = [
  {
    name: 'both',
    zone: [MX, SPF, KEY, REJECT].join('\n'),
    selectors: ['s1'],
    expect: 'both',
  },
  {
    name: 'neither, under reject',
    zone: [MX, REJECT].join('\n'),
    intent: 'mail',
    expect: 'needs-auth',
  },
  {
    name: 'SPF alone, under reject',
    zone: [MX, SPF, REJECT].join('\n'),
    expect: 'not-applicable',
  },
  {
    name: 'SPF alone, under none',
    zone: [MX, SPF, '_dmarc.example.com TXT "v=DMARC1; p=none; rua=mailto:a@example.com"'].join('\n'),
    expect: 'not-applicable',
  },
  {
    name: 'DKIM alone',
    zone: [MX, KEY, REJECT].join('\n'),
    selectors: ['s1'],
    expect: 'not-applicable',
  },
  {
    name: 'no key found, which proves nothing',
    zone: [MX, SPF, REJECT, 'unknown-selector._domainkey.example.com TXT "v=DKIM1; p="'].join('\n'),
    expect: 'unknown',
  },
  {
    name: 'a domain without mail',
    zone: ['example.com MX 0 .', 'example.com TXT "v=spf1 -all"', REJECT].join('\n'),
    expect: 'not-applicable',
  },
] satisfies Examples<typeof authentication>;
