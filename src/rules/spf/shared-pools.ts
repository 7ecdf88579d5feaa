import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { longestMatch } from '../../mail/provider/match.ts';
import { senderRequirements } from '../../topics/sender-requirements.ts';
import { nothingToJudge, shown, spfText } from '../../topics/spf.ts';

export const covers = ['spf-shared-provider'];

const sharedPools = rule({
  title: 'Servers shared with strangers are not the only proof of your mail',
  why: 'Some relays of web hosts send for all their customers from the same servers. A customer who writes your domain into the return address passes SPF there, and DMARC with it. A signature of yours cannot be had that way.',
  bears: ['impersonation'],
  cites: [{ rfc: 9989, section: '11.1' }],
  reads: { spf: spfText, demands: senderRequirements },
  partial: ['demands'],
  cases: {
    none: {
      passes: true,
      says: 'The record includes no pool of servers that is known to be shared in that way.',
    },
    shared: {
      passes: true,
      says: (d: { include: string; service: string }) =>
        `\`${d.include}\` lets servers pass that ${d.service} shares among its customers. Written as \`?${d.include}\` their mail needs a DKIM signature of yours to pass DMARC, which is safer once all your mail there is signed.`,
    },
    alone: {
      severity: 'medium',
      says: (d: { include: string; service: string }) =>
        `\`${d.include}\` lets servers pass that ${d.service} shares among its customers, and the domain has no DKIM key: another customer may send mail that passes as yours, and nothing sets yours apart.`,
      fix: (d: { include: string }) => ({
        stage: 'enforce',
        effort: 'minutes',
        text: `Once all your mail is signed with DKIM, write \`?${d.include}\`: mail from there then passes by your signature only.`,
      }),
    },
  },
  judge({ spf, demands, scope }) {
    const { record } = spf;
    const because = nothingToJudge(spf);
    if (!record || because !== undefined) return { is: 'not-applicable', because: because ?? '' };
    const term = record.terms.find(
      (term) =>
        term.kind === 'include' &&
        term.qualifier === '+' &&
        longestMatch(POOLS, 'spf', term.spec.text) !== undefined,
    );
    if (term?.kind !== 'include') return { is: 'none' };
    const data = {
      include: `include:${term.spec.text}`,
      service: longestMatch(POOLS, 'spf', term.spec.text)?.name ?? '',
    };
    const shows = shown(scope.domain, record.text, [term]);
    if (demands.got === 'none') return { is: 'unknown', because: demands.because };
    if (demands.value.dkim === 'missing') return { is: 'alone', data, shows };
    return demands.got === 'whole'
      ? { is: 'shared', data, shows }
      : { is: 'unknown', because: demands.because };
  },
});

export default sharedPools;

/** Relays of web hosts that send for every customer from the same addresses. */
const POOLS: readonly { readonly name: string; readonly spf: readonly string[] }[] = [
  { name: 'MailChannels', spf: ['relay.mailchannels.net'] },
  { name: 'Bluehost or HostGator', spf: ['websitewelcome.com'] },
  { name: 'Namecheap’s web hosting', spf: ['spf.web-hosting.com'] },
];

const MAIL = `example.com MX 10 mail.example.com
  mail.example.com A 192.0.2.25
  websitewelcome.com TXT "v=spf1 ip4:192.0.2.0/24 -all"`;

export const weighs = {
  medium: 'Only customers of the same relay can use it, and a key of yours ends it.',
} satisfies Weights<typeof sharedPools>;

export const examples = [
  {
    name: 'own servers',
    zone: `${MAIL}\nexample.com TXT "v=spf1 mx -all"`,
    expect: 'none',
  },
  {
    name: 'a pool, and a key',
    zone: `${MAIL}\nexample.com TXT "v=spf1 include:websitewelcome.com -all"
      default._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'shared',
  },
  {
    name: 'a pool without a sign of DKIM, which proves nothing',
    zone: `${MAIL}\nexample.com TXT "v=spf1 include:websitewelcome.com -all"
      something._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'shared',
  },
  {
    name: 'a pool and nothing else',
    zone: `${MAIL}\nexample.com TXT "v=spf1 include:websitewelcome.com -all"`,
    expect: 'alone',
  },
  {
    name: 'a pool without a vote',
    zone: `${MAIL}\nexample.com TXT "v=spf1 mx ?include:websitewelcome.com -all"`,
    expect: 'none',
  },
  { name: 'no SPF', zone: MAIL, expect: 'not-applicable' },
  { name: 'not answered', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof sharedPools>;
