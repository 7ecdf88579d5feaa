import { type Examples, rule } from '../../engine/rule.ts';
import { selectorInWords } from '../../mail/dkim/correction.ts';
import { RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { dkim } from '../../topics/dkim.ts';

export const covers = ['dkim-flag-strict'];

const strictIdentity = rule({
  title: 'Strict identity is used knowingly',
  why: 'The flag `t=s` limits a key to signatures whose `i` names exactly the signing domain. It is recommended, unless you sign for users of subdomains with the same key.',
  bears: ['acceptance'],
  cites: [
    { rfc: 6376, section: '3.6.1' },
    { rfc: 6376, section: '3.10' },
  ],
  reads: { dkim },
  cases: {
    strict: {
      passes: true,
      says: (d: { selectors: string }) =>
        `The key under ${d.selectors} is strict (\`t=s\`): a signature whose \`i\` names a subdomain fails with it.`,
    },
  },
  judge({ dkim }) {
    const strict = dkim.keys.filter(({ record }) => record.state === 'live' && record.flags.includes('s'));
    if (strict.length === 0) return { is: 'not-applicable', because: 'No key found is limited in this way.' };
    return { is: 'strict', data: { selectors: selectorInWords(strict) } };
  },
});

export default strictIdentity;

export const examples = [
  {
    name: 'a strict key',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; t=s; p=${RSA_2048}"`,
    expect: 'strict',
  },
  {
    name: 'no flags',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'not-applicable',
  },
  {
    name: 'a selector without an answer',
    zone: 'default._domainkey.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof strictIdentity>;
