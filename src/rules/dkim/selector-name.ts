import { type Examples, rule } from '../../engine/rule.ts';
import { selectorInWords } from '../../mail/dkim/correction.ts';
import { RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { dkim } from '../../topics/dkim.ts';

export const covers = ['dkim-selector-name'];

const selectorName = rule({
  title: 'Selectors are made of letters, digits and inner hyphens',
  why: 'The standard allows no underscore in a selector and no hyphen at its ends. Such selectors work in the DNS, but some signing programs and panels refuse them.',
  bears: ['acceptance'],
  cites: [{ rfc: 6376, section: '3.1' }],
  reads: { dkim },
  cases: {
    plain: { passes: true, says: 'Every selector found is plain.' },
    unusual: {
      passes: true,
      says: (d: { selectors: string }) =>
        `The selector ${d.selectors} has an underscore or a hyphen where the standard has none. It is found all the same.`,
    },
  },
  judge({ dkim }) {
    const keys = dkim.keys.filter((key) => key.how !== 'wildcard');
    if (keys.length === 0) return { is: 'not-applicable', because: 'No DKIM key was found to judge.' };
    const unusual = keys.filter(
      ({ selector }) => !selector.split('.').every((label) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i.test(label)),
    );
    return unusual.length > 0
      ? { is: 'unusual', data: { selectors: selectorInWords(unusual) } }
      : { is: 'plain' };
  },
});

export default selectorName;

export const examples = [
  {
    name: 'a plain selector',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'plain',
  },
  {
    name: 'an underscore',
    zone: `aweber_key_a._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    selectors: ['aweber_key_a'],
    expect: 'unusual',
  },
  { name: 'no key', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  {
    name: 'a selector without an answer',
    zone: 'default._domainkey.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof selectorName>;
