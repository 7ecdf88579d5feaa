import type { Name } from '../../dns/name.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { adsp } from '../../topics/adsp.ts';
import { dkim } from '../../topics/dkim.ts';

export const covers = ['dkim-domainkeys-policy', 'dkim-adsp'];

const oldPolicy = rule({
  title: 'No policy record of DKIM’s forerunners is left',
  why: 'Before DMARC, a policy stood at `_domainkey` or `_adsp._domainkey`. No receiver acts on it any more; left behind, it only misleads whoever reads the zone.',
  bears: ['acceptance'],
  cites: [
    { rfc: 9989, section: 'C.8' },
    { document: 'RFC 4870, DomainKeys (historic)', href: 'https://www.rfc-editor.org/rfc/rfc4870.html' },
  ],
  reads: { dkim, adsp },
  cases: {
    none: { passes: true, says: 'There is no policy record of DomainKeys or ADSP.' },
    left: {
      passes: true,
      says: (d: { name: Name | string; text: string }) =>
        `At \`${d.name}\` stands \`${d.text}\`, a policy that nobody reads any more. It is harmless and can be deleted.`,
    },
  },
  judge({ dkim, adsp }) {
    const text = dkim.baseTexts.find((record) => /(?:^|;)\s*o\s*=\s*[-~]/.test(record.slice(0, 255)));
    if (text !== undefined) return { is: 'left', data: { name: dkim.base, text: text.slice(0, 60) } };
    const [practice] = adsp;
    if (practice !== undefined)
      return { is: 'left', data: { name: `_adsp.${dkim.base}`, text: practice.slice(0, 60) } };
    return { is: 'none' };
  },
});

export default oldPolicy;

export const examples = [
  { name: 'nothing left', zone: 'example.com MX 10 mail.example.com', expect: 'none' },
  { name: 'a DomainKeys policy', zone: '_domainkey.example.com TXT "t=y; o=~"', expect: 'left' },
  { name: 'an ADSP record', zone: '_adsp._domainkey.example.com TXT "dkim=all"', expect: 'left' },
  { name: 'ADSP not answered', zone: '_adsp._domainkey.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof oldPolicy>;
