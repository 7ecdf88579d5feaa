import type { Name } from '../../dns/name.ts';
import { dns } from '../../dns/record.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { selectorsInWords } from '../../mail/dkim/correction.ts';
import { RSA_512, RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { dkim, keysOf } from '../../topics/dkim.ts';
import { dmarc } from '../../topics/dmarc.ts';
import { posture } from '../../topics/posture.ts';
import { provider } from '../../topics/provider.ts';

export const covers = ['dkim-discovery', 'dkim-ent-signal', 'dmarc-reject-spf-only'];

const discovery = rule({
  title: 'Mail of the domain can be signed with DKIM',
  why: 'A DKIM signature is what survives forwarding and mailing lists. Without one, large receivers refuse bulk mail, and a strict DMARC policy loses mail that was forwarded.',
  bears: ['acceptance'],
  cites: [
    { rfc: 6376, section: '3.6.2.1' },
    { rfc: 8020, section: '2' },
    { rfc: 9989, section: '7.4' },
  ],
  reads: { dkim, posture, provider, dmarc },
  // The service and the policy only complete the words; the finding does not depend on them.
  partial: ['dkim', 'provider', 'dmarc'],
  cases: {
    found: {
      passes: true,
      says: (d: { live: number; selectors: string }) =>
        d.live === 1
          ? `One usable key was found, under the selector ${d.selectors}.`
          : `${d.live} usable keys were found, under the selectors ${d.selectors}.`,
    },
    absent: {
      severity: 'high',
      says: (d: { base: Name; rejects: boolean }) =>
        `Receivers find no signature of yours: the domain has no DKIM key, for \`${d.base}\` does not exist.${d.rejects ? ' Your policy is `reject`, so mail of yours that somebody forwards fails SPF and is rejected.' : ''}`,
      fix: (d: { service: string; rejects: boolean }) => ({
        stage: 'authenticate',
        effort: 'hour',
        cause: 'dkim-key',
        text: `Switch on DKIM signing at ${d.service}, publish the record it shows you, and send a message to yourself to see that it is signed.${d.rejects ? ' Until then the policy `quarantine` loses less.' : ''}`,
      }),
    },
  },
  judge({ dkim, posture, provider, dmarc }) {
    if (!posture.sends)
      return {
        is: 'not-applicable',
        because: 'The domain shows no sign of sending mail, so it needs no key.',
      };
    const { keys, missing } = keysOf(dkim);
    const live = keys.filter((key) => key.record.state === 'live');
    if (live.length > 0)
      // A key that could not be seen would only add to these.
      return { is: 'found', data: { live: live.length, selectors: selectorsInWords(live) } };
    if (missing || dkim.got === 'none')
      return { is: 'unknown', because: missing ?? { reason: 'not-provable' } };
    const { value } = dkim;
    if (value.absence === 'proven')
      return {
        is: 'absent',
        data: {
          base: value.base,
          rejects: dmarc.got === 'whole' && dmarc.value.rfc9989.exact.effective.policy === 'reject',
          service:
            (provider.got !== 'none' && provider.value.mailbox?.name) || 'the service that sends your mail',
        },
        rests: [dns(value.base, 'TXT')],
      };
    if (keys.some((key) => key.record.state === 'broken'))
      return {
        is: 'not-applicable',
        because: 'No key that was found can be used; the findings on it say why.',
      };
    const tried = value.tried.length;
    return {
      is: 'unknown',
      because: {
        reason: 'not-provable',
        detail: `none of ${tried} selectors tried has a usable key; name yours, the \`s=\` in a DKIM-Signature of your mail`,
      },
    };
  },
});

export default discovery;

const SENDS = `example.com MX 10 mail.example.com
  example.com TXT "v=spf1 mx -all"
  mail.example.com A 192.0.2.1`;

export const weighs = {
  high: 'Large receivers refuse unsigned bulk mail, and forwarded mail cannot pass DMARC.',
} satisfies Weights<typeof discovery>;

export const examples = [
  {
    name: 'a key at a usual selector',
    zone: `${SENDS}\n mail._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'found',
  },
  {
    name: 'a key at the selector the user named',
    zone: `${SENDS}\n acme._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    selectors: ['acme'],
    expect: 'found',
  },
  { name: 'nothing below the domain', zone: SENDS, expect: 'absent' },
  {
    name: 'nothing below the domain, under reject',
    zone: `${SENDS}\n _dmarc.example.com TXT "v=DMARC1; p=reject"`,
    expect: 'absent',
  },
  {
    name: 'nothing below a domain at a known service',
    zone: 'example.com MX 1 smtp.google.com',
    expect: 'absent',
  },
  {
    name: 'a key under a selector nobody guesses',
    zone: `${SENDS}\n q7x._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'unknown',
  },
  {
    name: 'nothing below a subdomain whose mail the domain above may sign',
    domain: 'news.example.com',
    zone: `news.example.com TXT "v=spf1 ip4:192.0.2.1 -all"
           q7x._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'unknown',
  },
  {
    name: 'nothing below a subdomain, nor above it',
    domain: 'news.example.com',
    zone: 'news.example.com TXT "v=spf1 ip4:192.0.2.1 -all"\nexample.com A 192.0.2.1',
    expect: 'absent',
  },
  { name: 'a zone that denies nothing', zone: `${SENDS}\n $COMPACT example.com`, expect: 'unknown' },
  {
    name: 'a key that is too short',
    zone: `${SENDS}\n mail._domainkey.example.com TXT "v=DKIM1; p=${RSA_512}"`,
    expect: 'not-applicable',
  },
  {
    name: 'no mail at all',
    zone: 'example.com MX 0 .\nexample.com TXT "v=spf1 -all"',
    expect: 'not-applicable',
  },
  {
    name: 'a selector without an answer',
    zone: `${SENDS}\n default._domainkey.example.com TXT !timeout`,
    expect: 'unknown',
  },
] satisfies Examples<typeof discovery>;
