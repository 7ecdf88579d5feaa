import { type Examples, rule } from '../../engine/rule.ts';
import { posture } from '../../topics/posture.ts';
import { wildcard } from '../../topics/wildcard.ts';

export const covers = ['park-spf-wildcard'];

const parkedSubdomains = rule({
  title: 'Names below a domain without mail send none either',
  why: 'SPF is not inherited: a name below the domain without a record of its own has none. DMARC still covers the address that readers see.',
  bears: ['impersonation'],
  cites: [
    { rfc: 7208, section: '3.5' },
    { rfc: 7208, section: '10.1.2' },
  ],
  reads: { posture, wildcard },
  cases: {
    covered: { passes: true, says: 'A wildcard says `v=spf1 -all` for every name you did not list.' },
    bare: {
      passes: true,
      says: 'No wildcard SPF record covers other names. DMARC does that for the address readers see; `*` with `v=spf1 -all` would add to it.',
    },
  },
  judge({ posture, wildcard }) {
    if (posture.kind !== 'declared-no-mail')
      return { is: 'not-applicable', because: 'The domain does not say that it has no mail.' };
    return { is: wildcard.txt.some((text) => /^v=spf1 +-all *$/i.test(text)) ? 'covered' : 'bare' };
  },
});

export default parkedSubdomains;

const NO_MAIL = 'example.com MX 0 .\nexample.com TXT "v=spf1 -all"\n';

export const examples = [
  { name: 'a wildcard', zone: `${NO_MAIL}*.example.com TXT "v=spf1 -all"`, expect: 'covered' },
  { name: 'no wildcard', zone: NO_MAIL, expect: 'bare' },
  { name: 'a mail domain', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  { name: 'not answered', zone: `${NO_MAIL}*.example.com TXT !timeout`, expect: 'unknown' },
] satisfies Examples<typeof parkedSubdomains>;
