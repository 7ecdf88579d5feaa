import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { selectorInWords } from '../../mail/dkim/correction.ts';
import { RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { dkim, recordsToShow } from '../../topics/dkim.ts';
import { posture } from '../../topics/posture.ts';

export const covers = ['dkim-key-revoked'];

const keyRevoked = rule({
  title: 'A revoked key has a successor',
  why: 'An empty key says that signatures under its selector no longer count. If a service still signs with it, its mail fails. Emptying a key is the right way to retire it, and no fault while another key is live. Where every key found is empty, mail may go unsigned: a medium problem, since SPF can still carry it.',
  bears: ['acceptance'],
  cites: [{ rfc: 6376, section: '3.6.1' }],
  reads: { dkim, posture },
  cases: {
    succeeded: {
      passes: true,
      says: (d: { selectors: string }) =>
        `The key under ${d.selectors} is revoked, as it should be after a change of keys.`,
    },
    only: {
      severity: 'medium',
      says: (d: { selectors: string }) =>
        `The only key that was found, under ${d.selectors}, is revoked: mail signed with it fails.`,
      fix: {
        stage: 'authenticate',
        effort: 'hour',
        text: 'See which selector your mail service signs with now and publish the key it shows you. If it signs with the revoked one, make a new key there.',
      },
    },
  },
  judge({ dkim, posture }) {
    const revoked = dkim.keys.filter((key) => key.record.state === 'revoked' && !key.wildcard);
    if (revoked.length === 0) return { is: 'not-applicable', because: 'No revoked key was found.' };
    const data = { selectors: selectorInWords(revoked) };
    const expected = revoked.some((key) => key.how !== 'usual');
    return posture.sends && expected && revoked.length === dkim.keys.length
      ? { is: 'only', data, shows: recordsToShow(revoked, ['p']) }
      : { is: 'succeeded', data };
  },
});

export default keyRevoked;

const GOOGLE = 'example.com MX 1 smtp.google.com';

export const weighs = {
  medium: 'Mail may go unsigned, since no other key was found; SPF can still carry it.',
} satisfies Weights<typeof keyRevoked>;

export const examples = [
  {
    name: 'an old selector and a new one',
    zone: `${GOOGLE}
           google._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"
           s1._domainkey.example.com TXT "v=DKIM1; p="`,
    expect: 'succeeded',
  },
  {
    name: 'the only one',
    zone: `${GOOGLE}\n google._domainkey.example.com TXT "v=DKIM1; p="`,
    expect: 'only',
  },
  {
    name: 'a parked domain with everything revoked',
    zone: 'example.com MX 0 .\nexample.com TXT "v=spf1 -all"\n*._domainkey.example.com TXT "v=DKIM1; p="',
    expect: 'not-applicable',
  },
  { name: 'no key', zone: GOOGLE, expect: 'not-applicable' },
  {
    name: 'a selector without an answer',
    zone: `${GOOGLE}\n google._domainkey.example.com TXT !timeout`,
    expect: 'unknown',
  },
] satisfies Examples<typeof keyRevoked>;
