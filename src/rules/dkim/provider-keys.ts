import { type Name, prefixed } from '../../dns/name.ts';
import { dns } from '../../dns/record.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { dkim } from '../../topics/dkim.ts';
import { posture } from '../../topics/posture.ts';
import { provider } from '../../topics/provider.ts';

export const covers = ['dkim-provider-expected', 'dkim-m365-pair'];

const providerKeys = rule({
  title: 'The mailbox service signs as the domain',
  why: 'Until DKIM is set up, mailbox services sign with a name of their own. That says nothing about your domain, so DMARC cannot count it.',
  bears: ['acceptance'],
  cites: [
    { rfc: 6376, section: '3.6.2.1' },
    { rfc: 9989, section: '4.4.1' },
  ],
  reads: { dkim, provider, posture },
  cases: {
    signs: {
      passes: true,
      says: (d: { service: string; selectors: string }) =>
        `The keys of ${d.service} are published (${d.selectors}).`,
    },
    other: {
      passes: true,
      says: (d: { service: string; live: number }) =>
        `No key of ${d.service} was found, but ${d.live === 1 ? 'another key' : `${d.live} other keys`}. That is right if other servers sign your mail.`,
    },
    half: {
      severity: 'low',
      says: (d: { service: string; missing: Name }) =>
        `Your mail is signed now. It will not be after the next change of keys at ${d.service}, for \`${d.missing}\` is missing.`,
      fix: (d: { service: string; missing: Name; target: string }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: `Add the second CNAME record that ${d.service} asks for.`,
        changes: [{ op: 'add', name: d.missing, type: 'CNAME', value: d.target }],
      }),
    },
    missing: {
      severity: 'high',
      says: (d: { service: string; selectors: string }) =>
        `${d.service} does not sign your mail as you: none of its selectors (${d.selectors}) is published.`,
      fix: (d: { service: string }) => ({
        stage: 'authenticate',
        effort: 'hour',
        text: `Open the DKIM settings of ${d.service}, publish the records shown there, then switch signing on.`,
      }),
    },
  },
  judge({ dkim, provider, posture, scope }) {
    if (!posture.sends)
      return {
        is: 'not-applicable',
        because: 'The domain shows no sign of sending mail, so it needs no key.',
      };
    const { mailbox, gateway } = provider;
    if (!mailbox?.fixed || !mailbox.selectors)
      return {
        is: 'not-applicable',
        because: 'The domain uses no mailbox service whose selectors are known.',
      };
    const service = mailbox.name;
    const selectors = mailbox.selectors;
    const theirs = dkim.keys.filter((key) => key.provider === service || selectors.includes(key.selector));
    const live = theirs.filter((key) => key.record.state === 'live');
    const [first] = live;
    if (first) {
      const half = live.length === 1 ? otherOfPair(first.selector, first.chain[0]) : undefined;
      const missing = half && prefixed(`${half.selector}._domainkey`, scope.domain);
      const known =
        half && (theirs.length > 1 || dkim.dangling.some((dangling) => dangling.selector === half.selector));
      if (half && missing && !known)
        return {
          is: 'half',
          data: { service, missing, target: half.target },
          rests: [dns(missing, 'TXT')],
        };
      return {
        is: 'signs',
        data: { service, selectors: live.map((key) => `\`${key.selector}\``).join(', ') },
      };
    }
    if (dkim.live > 0) return { is: 'other', data: { service, live: dkim.live } };
    if (theirs.length > 0 || dkim.dangling.some((dangling) => selectors.includes(dangling.selector)))
      return { is: 'not-applicable', because: `The selectors of ${service} have a finding of their own.` };
    if (dkim.absence === 'proven')
      return {
        is: 'not-applicable',
        because: 'The domain has no DKIM key at all, which has its own finding.',
      };
    // Mail that leaves through a filter, or by a selector nobody guesses, may be signed there.
    if (gateway || dkim.underscore === 'exists' || dkim.underscore === 'delegated')
      return {
        is: 'unknown',
        because: {
          reason: 'not-provable',
          detail: 'your mail may be signed under a selector that cannot be guessed',
        },
      };
    return {
      is: 'missing',
      data: { service, selectors: selectors.map((selector) => `\`${selector}\``).join(', ') },
      rests: selectors.flatMap((selector) => {
        const name = prefixed(`${selector}._domainkey`, scope.domain);
        return name === undefined ? [] : [dns(name, 'TXT')];
      }),
    };
  },
});

export default providerKeys;

const MICROSOFT = `example.com MX 0 example-com.mail.protection.outlook.com
  example.com TXT "v=spf1 include:spf.protection.outlook.com -all"`;
const FIRST = `selector1._domainkey.example.com CNAME selector1-example-com._domainkey.example.onmicrosoft.com
  selector1-example-com._domainkey.example.onmicrosoft.com TXT "v=DKIM1; p=${RSA_2048}"`;
const SECOND = `selector2-example-com._domainkey.example.onmicrosoft.com TXT "v=DKIM1; p=${RSA_2048}"`;

export const weighs = {
  high: 'None of the mail of the mailboxes is signed as the domain, so DMARC rests on SPF alone.',
  low: 'All mail is signed today; the gap shows when keys are changed.',
} satisfies Weights<typeof providerKeys>;

export const examples = [
  {
    name: 'both selectors of Microsoft 365',
    zone: `${MICROSOFT}\n ${FIRST}\n ${SECOND}
           selector2._domainkey.example.com CNAME selector2-example-com._domainkey.example.onmicrosoft.com`,
    expect: 'signs',
  },
  { name: 'only the first of them', zone: `${MICROSOFT}\n ${FIRST}\n ${SECOND}`, expect: 'half' },
  {
    name: 'another key instead',
    zone: `${MICROSOFT}\n default._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'other',
  },
  {
    name: 'none, where absence cannot be proved',
    zone: `${MICROSOFT}\n $COMPACT example.com`,
    expect: 'missing',
  },
  { name: 'none at all', zone: MICROSOFT, expect: 'not-applicable' },
  {
    name: 'a key nobody guesses',
    zone: `${MICROSOFT}\n q7x._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'unknown',
  },
  {
    name: 'a service whose selectors vary',
    zone: 'example.com MX 1 smtp.google.com',
    expect: 'not-applicable',
  },
  {
    name: 'no mail at all',
    zone: 'example.com MX 0 .\nexample.com TXT "v=spf1 -all"',
    expect: 'not-applicable',
  },
] satisfies Examples<typeof providerKeys>;

/** The other selector of Microsoft 365's pair and what it must point to, told from the first. */
function otherOfPair(
  selector: string,
  target: Name | undefined,
): { selector: string; target: string } | undefined {
  const number = /^selector([12])$/.exec(selector)?.[1];
  if (number === undefined || !target?.startsWith(`selector${number}-`)) return undefined;
  const other = `selector${3 - Number(number)}`;
  return { selector: other, target: `${other}${target.slice(9)}` };
}
